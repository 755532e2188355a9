/*
 * Merges that add nothing of their own (judging.md, 3).
 *
 * The merge is made again, path by path, from the trees of the two parents and
 * of their one merge base; nothing is written, and only files both sides
 * changed are read.  Moves are not guessed: what is clean only if one file is
 * taken for another, and what git might take for a conflict because of such a
 * guess (a file both sides removed, a directory one side removed and the other
 * changed), is for a person to look at.  So is a merge of several merge bases,
 * of none, or of more than two parents.
 */
#ifndef GIT_MERGE_H
#define GIT_MERGE_H

#include "base/budget.h"
#include "git/commit.h"
#include "git/history.h"
#include "git/repo.h"

/*
 * Is the merge of the commit's two parents free of conflicts, and does it give
 * exactly its tree?  1; 0 also where trees are malformed or a file to be merged
 * by lines is over `blob_size`; -1 ("object.missing", "object.limit").
 */
int merge_is_mechanical(struct repo *, struct history *, const struct commit *,
    struct budget *, struct error *);

#endif
