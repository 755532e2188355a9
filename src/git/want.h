/*
 * What the readers of objects are asked for and what they answer.
 *
 * Bytes are shared between the caches and those who asked, so they are counted:
 * who holds a buffer has a reference, and gives it back by buffer_drop().
 */
#ifndef GIT_WANT_H
#define GIT_WANT_H

#include "git/object.h"

struct buffer {
	unsigned references;
	enum object_type type;
	bool checked;  /* a tree: tree_check() has passed it */
	bool incoming; /* it lies in the quarantine */
	size_t size;
	char data[]; /* `size` bytes and a NUL */
};

/* A buffer with one reference; its bytes are not set but for the NUL. */
struct buffer *buffer_new(enum object_type, size_t size);
struct buffer *buffer_share(struct buffer *);
void buffer_drop(struct buffer *); /* NULL is fine */

struct want {
	const struct oid *id;
	enum object_type type; /* 0 = any */
	size_t limit;          /* of its size in bytes */
	bool body;             /* else type and size only */
};

struct found {
	enum object_type type;
	size_t size;
	struct buffer *bytes; /* NULL unless a body was wanted; one reference */
};

/* Is an object of this type and size what was wanted?  0 or -1. */
int
want_check(const struct want *, enum object_type, size_t size, struct error *);

/* "object.malformed", naming the object and what is wrong.  Returns -1. */
int want_malformed(const struct want *, const char *what, struct error *);

#endif
