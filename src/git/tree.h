/* A tree, one entry after the other, checked on the way. */
#ifndef GIT_TREE_H
#define GIT_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/budget.h"
#include "base/error.h"
#include "base/oid.h"
#include "git/object.h"

enum tree_mode {
	MODE_NONE = 0,
	MODE_TREE = 0040000,
	MODE_FILE = 0100644,
	MODE_EXECUTABLE = 0100755,
	MODE_SYMLINK = 0120000,
	MODE_GITLINK = 0160000,
};

struct tree_entry {
	const char *name; /* not NUL-terminated by contract: use name_len */
	size_t name_len;
	enum tree_mode mode; /* canonical: 100664 is 100644 */
	struct oid id;
};

/*
 * Read a tree within the budget's `tree_size`.  The empty tree, which git takes
 * to be everywhere, need not be in the repository.  The caller calls
 * object_release().
 */
int tree_open(struct repo *, const struct oid *, struct budget *,
    struct object *, struct error *);

/*
 * Git's order of entries, in which a directory stands where its name with a
 * slash would.  Below, at or above 0; a file never equals a directory.
 */
int tree_order(const struct tree_entry *, const struct tree_entry *);

/*
 * Read the entry at `*offset` of a raw tree and move on.  1 an entry, 0 the
 * end, -1 with "object.malformed" (not the id: the caller names the tree).
 */
int tree_next(const char *data, size_t size, size_t *offset,
    struct tree_entry *, struct error *);

/*
 * Is this a tree git could have made?  Order strictly increasing, names not
 * empty, without `/` or NUL, not `.`, `..` or `.git` in any disguise (case,
 * NTFS short names and streams, HFS ignorable characters), known modes, no
 * null ids.  0, or -1 with "object.malformed" naming `id` and the entry.
 */
int
tree_check(const struct oid *id, const char *data, size_t size, struct error *);

/*
 * Does `new` differ from `old`, which tree_check() has passed, in nothing but
 * the ids of entries, none of which is null?  Then tree_check() passes it too:
 * all else that it looks at are modes and names, and those are the same.
 */
bool tree_is_alike(const char *old, const char *new, size_t size);

#endif
