/*
 * Which blobs does a tree hold?  An index of one tree that moves on to the
 * next: asked about the trees of a history in turn, it costs a walk over the
 * first and then what changes from each to the next.
 */
#ifndef GIT_BLOB_INDEX_H
#define GIT_BLOB_INDEX_H

#include "base/budget.h"
#include "git/repo.h"

struct blob_index;

/* Both are borrowed until blob_index_free(). */
struct blob_index *blob_index_new(struct repo *, struct budget *);
void blob_index_free(struct blob_index *);

/*
 * Is a blob with this id anywhere in the tree, as a file or a symbolic link?
 * 1, 0, or -1 ("object.*").  Each move of the index may compare as many names
 * as `tree_entries` allows a push.
 */
int blob_index_holds(struct blob_index *, const struct oid *tree,
    const struct oid *blob, struct error *);

#endif
