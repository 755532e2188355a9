/*
 * The lines commits and tags begin with, up to the blank line (described in
 * git's signature-format and commit-object documentation), read strictly.
 *
 * All functions fail with "object.malformed" and leave it to the caller to
 * name the object.
 */
#ifndef GIT_HEADERS_H
#define GIT_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/oid.h"
#include "git/commit.h"

/* What is left to read; after the blank line, the message. */
struct headers {
	const char *at, *end;
};

/* One header with its continuation lines, each of which begins "\n ". */
struct header {
	const char *key;
	size_t key_len;
	const char *value;
	size_t value_len;
};

/* Sets "object.malformed"; returns -1. */
int malformed(struct error *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The object as a whole: UTF-8 without a NUL. */
int
headers_begin(struct headers *, const char *data, size_t size, struct error *);

/* 1 a header, 0 the blank line, which is passed, -1. */
int headers_next(struct headers *, struct header *, struct error *);

/* The next header must have this key, and the one after it must not. */
int headers_expect(
    struct headers *, const char *key, struct header *, struct error *);

bool headers_follow(const struct headers *, const char *key);
bool header_is(const struct header *, const char *key);

int header_oid(const struct header *, struct oid *, struct error *);
int header_identity(
    const struct header *, struct arena *, struct identity *, struct error *);

/* The value without the marks of continuation, a line feed at its end. */
const char *header_unfold(const struct header *, struct arena *);

#endif
