/* Looking for content in a whole tree. */
#ifndef GIT_TREE_SEARCH_H
#define GIT_TREE_SEARCH_H

#include "base/budget.h"
#include "git/repo.h"

/*
 * Is a blob with this id anywhere in the tree, as a file or a symbolic link?
 * 1, 0, or -1 ("object.*").  Every entry looked at is spent from the budget's
 * `tree_entries`.
 */
int tree_holds_blob(struct repo *, const struct oid *tree,
    const struct oid *blob, struct budget *, struct error *);

#endif
