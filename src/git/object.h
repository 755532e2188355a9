/*
 * Raw objects of the repository a push goes to, the quarantine included.
 *
 * One interface for all readers.  Objects are found in the object directories
 * the environment names (the quarantine first), loose or packed; what our own
 * readers do not know is left to libgit2's object database.  A size is known
 * from the header before the body is read; content is not hashed again, since
 * git's index-pack or unpack-objects has just done so.
 */
#ifndef GIT_OBJECT_H
#define GIT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/oid.h"

struct repo;

enum object_type {
	OBJECT_COMMIT = 1,
	OBJECT_TREE = 2,
	OBJECT_BLOB = 3,
	OBJECT_TAG = 4,
};

/* "commit", "tree", "blob" or "tag"; false for any other word. */
bool object_type_parse(const char *, size_t len, enum object_type *);

struct object {
	enum object_type type;
	size_t size;
	const char *data; /* `size` bytes and a NUL; NULL after a header */
	void *storage;    /* whose bytes they are; for object_release() */
	bool incoming;    /* it lies in the quarantine */
};

/*
 * Read an object, which must be of type `expected` (0 = any) and at most
 * `limit` bytes.  0; or -1 with "object.missing", "object.limit" or
 * "object.malformed" (wrong type, damaged).  On success the caller calls
 * object_release(); the bytes are shared and must not be changed.
 */
int object_read(struct repo *, const struct oid *, enum object_type expected,
    size_t limit, struct object *, struct error *);

/* Type and size only.  0; 1 if there is no such object; -1 on an error. */
int object_header(
    struct repo *, const struct oid *, struct object *, struct error *);

void object_release(struct object *);

/*
 * A note on a tree that tree_check() has passed it, kept as long as its bytes
 * are: until they are read anew.
 */
void object_mark_checked(const struct object *);
bool object_is_checked(const struct object *);

#endif
