/*
 * YAML, read strictly: one document of plain maps, lists and scalars.
 *
 * Every node knows its line and column (both from 1).  Refused, with the
 * place: aliases, anchors, tags, merge keys, duplicate keys, several
 * documents, directives, nesting over 16, bytes that are not UTF-8, and
 * characters a reader of the file does not see: controls, a byte order mark,
 * bidirectional and zero-width characters, and U+0085, U+2028, U+2029, which
 * libyaml takes for line breaks.  Only a block scalar can hold a newline or a
 * tab.  Scalars are text: what `no` or `2.10` means is for the reader of the
 * field to say.
 */
#ifndef YAML_DOCUMENT_H
#define YAML_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "yaml/faults.h"
#include "yaml/trusted.h"

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

/*
 * Parse `len` bytes.  NULL where the text is no such document; at least one
 * fault then says where and why.  A document whose only faults are duplicate
 * keys (the first one is kept), anchors and tags is returned all the same, so
 * that whoever loads it can tell its other faults too: it is good for nothing
 * else, and `errors` says so.  The document copies what it needs; the caller
 * calls document_free().
 */
struct document;
struct document *document_parse(const char *data, size_t len, struct faults *);
const struct node *document_root(const struct document *);
void document_free(struct document *);

#endif
