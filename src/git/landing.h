/*
 * Has somebody's work landed as it is?  Work is a series of commits
 * (series.h).  It lands with a commit whose tree is what merging the tip of the
 * work, or one of the commits on its chain, gives (git/merge.h): it was merged
 * or squashed.  Where part of the work is there already, since merging that
 * part changes nothing, the rest may be merged as what came after that part: it
 * was rebased, one commit after the other.
 *
 * Work lands once.  Whether it did before is read from history itself: from the
 * commit before the landing, first parent by first parent, down to where the
 * work began.  Where one of those states came about by landing the same commit
 * of the work, or one that stands on it, be it among other things, what is to
 * land now had been there and was taken back; and so it was in part where a
 * commit before it has landed and is not there any more.
 */
#ifndef GIT_LANDING_H
#define GIT_LANDING_H

#include "git/merge.h"
#include "git/series.h"
#include "git/tree.h"

/* A commit that may be the landing of some work. */
struct landing {
	struct repo *repo;
	struct history *history;
	/* Every merge may cost as much as its limits say, in the time left. */
	struct budget *budget;
	struct arena *arena;
	struct oid onto, tree;
	const char *changed;   /* a path where the tree of `onto` differs; NULL:
				  none does */
	struct tree_entry was; /* what `onto` has there */
};

/* Set `changed` and `was`; all else is set already.  0, or -1 ("object.*"). */
int landing_begin(struct landing *, struct error *);

/* A quick look: 0 only if the work can not land so.  1, 0 or -1. */
int
landing_possible(const struct landing *, const struct series *, struct error *);

/*
 * The first commit of the chain that lands so.  1 with `*which`, 0 or -1.
 * Where it is 0 `*doubt`, which may be NULL, says whether one may all the same
 * (git/merge.h).
 */
int landing_find(const struct landing *, const struct series *, size_t *which,
    enum doubt *doubt, struct error *);

/* Where in the chain that ends what such a landing brings: at the first commit
 * before it that is there already, or at the end.  0 or -1. */
int landing_end(const struct landing *, const struct series *, size_t which,
    size_t *end, struct error *);

/* Does some path it changes become what the commit `tip` has there?  1, 0, -1.
 */
int landing_resembles(
    const struct landing *, const struct oid *tip, struct error *);

/* Has this commit of the chain, or one after it, landed before, or was part of
 * it taken back?  1, 0 or -1. */
int landing_again(
    const struct landing *, struct series *, size_t which, struct error *);

/*
 * The paths that are not as merging the tip would leave them: of `*count` in
 * all at most `room`.  `*related` if some path is changed by both.  0 or -1.
 */
int landing_departs(const struct landing *, const struct oid *tip,
    const char **paths, size_t room, size_t *count, bool *related,
    struct error *);

#endif
