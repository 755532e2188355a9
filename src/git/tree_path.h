/* One path in a tree, and the tree of a commit. */
#ifndef GIT_TREE_PATH_H
#define GIT_TREE_PATH_H

#include "base/budget.h"
#include "git/repo.h"
#include "git/tree.h"

/* The tree of a commit, read leniently.  0, or -1 ("object.*"). */
int commit_tree(struct repo *, const struct oid *commit, struct budget *,
    struct oid *tree, struct error *);

/*
 * What is at `path` ("docs/adr/0004.md"), which anybody may have written:
 * MODE_NONE where there is nothing, and for a path with empty components, or
 * one that lies deeper than a tree may be (`tree_depth`).
 * Symbolic links are not followed.  Every entry read is spent from the budget's
 * `tree_entries`.  0 with `*mode` and `*id` (zero for MODE_NONE), or -1
 * ("object.*").
 */
int tree_path(struct repo *, const struct oid *tree, const char *path,
    struct budget *, enum tree_mode *mode, struct oid *id, struct error *);

#endif
