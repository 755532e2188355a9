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
#include "git/tree.h"

/*
 * Is the merge of the commit's two parents free of conflicts, and does it give
 * exactly its tree?  1; 0 also where trees are malformed or a file to be merged
 * by lines is over `blob_size`; -1 ("object.missing", "object.limit").
 */
int merge_is_mechanical(struct repo *, struct history *, const struct commit *,
    struct budget *, struct error *);

/* A merge of one commit onto another. */
struct merging {
	struct repo *repo;
	struct history *history;
	struct budget *budget;
	const struct oid *base;        /* a commit; NULL: their merge base */
	const struct oid *onto, *work; /* commits */
	const struct oid *tree;        /* that it may give */
};

/* Why it can not be told whether a merge gives a tree; the last says most. */
enum doubt {
	DOUBT_NONE,
	DOUBT_BASELESS, /* there is no one merge base */
	DOUBT_UNREAD,   /* but for files too large to be merged it does */
};
void doubt_raise(enum doubt *, enum doubt);

/*
 * The same of any merge, but what both sides removed is gone: work may have
 * landed in part.  1, 0, -1 as above.  Where it is 0 since it can not be told,
 * the doubt is raised to the reason; it is never lowered.
 */
int merge_gives(const struct merging *, enum doubt *, struct error *);

/* The four trees of a merge. */
enum { MERGE_BASE, MERGE_OURS, MERGE_THEIRS, MERGE_RESULT, MERGE_SIDES };

/* The same of one path, which is a directory in none of them; what has
 * MODE_NONE is not there.  1, 0 or -1. */
int merge_gives_file(struct repo *, const struct tree_entry at[MERGE_SIDES],
    struct budget *, struct error *);

#endif
