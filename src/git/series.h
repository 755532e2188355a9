/*
 * What a commit brings that is not accepted: the commits before it, down to
 * the states where its work began.
 */
#ifndef GIT_SERIES_H
#define GIT_SERIES_H

#include "git/history.h"

/* A series is not followed further than that. */
enum { SERIES_LIMIT = 1000 };

struct series {
	struct oid *commits; /* the tip first; of the first-parent chain all
				before any other */
	size_t count, chain_count;
	struct oid *met; /* the states it began at */
	size_t met_count;
	struct { /* landing.c's: what it found out so far */
		struct oid top;
		size_t first;
		bool known;
	} landed;
	bool cut; /* it is longer than SERIES_LIMIT: part of it */
};

/*
 * The series of commits after these states are asked for one after the other,
 * with no other question to the history between them.  0 or -1.
 */
int series_begin(struct history *, const struct states *, struct error *);

/* When a commit says it was made: a claim.  0 or -1 ("object.*"). */
int series_date(
    struct history *, const struct oid *tip, int64_t *date, struct error *);

/*
 * Fill the series of `tip`, in the arena; of a state it is empty.  Never too
 * few commits; a lie about dates may make it too many.  0 or -1 ("object.*").
 */
int series_read(struct history *, const struct oid *tip, struct arena *,
    struct series *, struct error *);

/* Is it one of the commits? */
bool series_brings(const struct series *, const struct oid *);

/* Is it one of the commits, or of the states they began at? */
bool series_has(const struct series *, const struct oid *);

#endif
