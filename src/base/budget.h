/*
 * What one push may cost (judging.md, 5): limits from the policy, and what has
 * been spent of them.  Going over a limit refuses; it never skips a check.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct limits {
	int64_t refs;         /* updates in one push */
	int64_t commits;      /* new commits judged */
	int64_t commit_size;  /* bytes */
	int64_t trailers;     /* in one commit */
	int64_t tree_size;    /* bytes */
	int64_t tree_depth;   /* directories below each other */
	int64_t tree_entries; /* compared, in all */
	int64_t paths;        /* changed, in all */
	int64_t blob_size;    /* bytes, of a file read for a check */
	int64_t time;         /* milliseconds */
	int64_t memory;       /* bytes */
	int64_t exceptions;   /* named by one push */
};

extern const struct limits default_limits;

struct budget {
	struct limits limits;
	struct deadline deadline;
	int64_t commits, tree_entries, paths; /* spent so far */
};

struct budget budget_new(const struct limits *);

/*
 * Spend `amount` of one of the counters above.  -1 with "object.limit", naming
 * the key (`name`), once the counter is past `limit`, or the time is up.
 */
int budget_spend(struct budget *, const char *name, int64_t *spent,
    int64_t limit, int64_t amount, struct error *);

/* Spend one of `tree_entries`. */
static inline int
budget_entry(struct budget *budget, struct error *err)
{
	return budget_spend(budget, "tree_entries", &budget->tree_entries,
	    budget->limits.tree_entries, 1, err);
}

/* May a directory be read that lies below so many?  0, or -1 with
 * "object.limit". */
int budget_depth(const struct budget *, size_t depth, struct error *);

/* -1 with "object.limit" once the time is up. */
int budget_time(struct budget *, struct error *);

#endif
