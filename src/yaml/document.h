/*
 * YAML, read strictly: one document of plain maps, lists and scalars.
 *
 * Every node knows its line and column (both from 1).  Refused, with the
 * place: aliases, anchors, tags, merge keys, duplicate keys, several
 * documents, nesting over 16, control characters, a byte order mark, bytes that
 * are not UTF-8, and U+0085, U+2028, U+2029, which libyaml takes for line
 * breaks and a reader of the file does not see.  Scalars are text: what `no` or
 * `2.10` means is for the reader of the field to say.
 */
#ifndef YAML_DOCUMENT_H
#define YAML_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { YAML_FILE_LIMIT = 256 * 1024, YAML_DEPTH_LIMIT = 16 };

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	unsigned line, column;
	const char *text; /* a scalar's, NUL-terminated; never has a NUL */
	bool quoted;      /* a scalar in quotes or a block scalar */
	const struct node *keys;  /* a map's, `count` of them */
	const struct node *items; /* a map's values or a list's items */
	size_t count;
};

/* Everything wrong with one file, in the order of the file. */
struct faults {
	char *file; /* the name shown */
	struct fault {
		unsigned line, column;
		bool warning;
		char *text;
	} * list;
	size_t count, capacity, errors;
};

void faults_init(struct faults *, const char *file);
void faults_free(struct faults *);
void fault_at(struct faults *, const struct node *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void warning_at(struct faults *, const struct node *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void fault_line(struct faults *, unsigned line, unsigned column,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void faults_sort(struct faults *);

/*
 * Parse `len` bytes.  NULL where the text is no such document; at least one
 * fault then says where and why.  The document copies what it needs; the caller
 * calls document_free().
 */
struct document;
struct document *document_parse(const char *data, size_t len, struct faults *);
const struct node *document_root(const struct document *);
void document_free(struct document *);

/*
 * Read a file we may trust: opened once, judged by that descriptor.  It must be
 * a regular file, owned by root or the user we run as, writable by neither
 * group nor world, of at most YAML_FILE_LIMIT bytes, in a directory owned by
 * one of those two and not world-writable.  On success `*data` (NUL-terminated,
 * caller frees) and `*len` are set.  Returns 0; 1 if there is no such file; -1
 * with "policy.unsafe" or "policy.invalid" and the reason.
 */
int trusted_read(const char *path, char **data, size_t *len, struct error *);

#endif
