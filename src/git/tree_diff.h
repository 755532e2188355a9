/*
 * The content of a change: what differs between two trees.
 *
 * Iterative, descends only where ids differ, checks every new tree it meets
 * strictly (the old side leniently).  Renames are not guessed; a file moved
 * unchanged shows as a deletion and an addition of the same blob.
 */
#ifndef GIT_TREE_DIFF_H
#define GIT_TREE_DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/glob.h"
#include "base/mem.h"
#include "git/repo.h"
#include "git/tree.h"

struct file {
	const char *path;
	enum tree_mode old_mode, new_mode; /* MODE_NONE: absent on that side */
	struct oid old_id, new_id;
	const uint64_t *sets; /* one bit for each set of the machine */
};

/* Is the file in the set with this number? */
static inline int
file_in(const struct file *file, const struct pattern_set *set)
{
	return (int)(file->sets[set->number / 64] >> (set->number % 64) & 1);
}

struct tree_diff {
	bool lenient;       /* set by the caller: both trees are history that
			       was accepted, and the new one is not checked */
	struct file *files; /* in the arena; in git's path order */
	size_t count, capacity;
};

/*
 * Fill `diff` with the files (blobs, links, submodules; never directories)
 * that differ.  Either id may be NULL for an empty tree.  With `machine`
 * (of `sets` sets) only files in at least one of its sets are kept, and
 * directories where none can lie are checked but not listed; without, every
 * file is kept and `sets` is NULL.  0 or -1 ("object.*").
 */
int tree_diff(struct repo *, const struct oid *old_tree,
    const struct oid *new_tree, struct globs *machine, size_t sets,
    struct budget *, struct arena *, struct tree_diff *, struct error *);

/* Only check the trees that are new, all of them.  0 or -1 ("object.*"). */
int tree_diff_check(struct repo *, const struct oid *old_tree,
    const struct oid *new_tree, struct budget *, struct error *);

#endif
