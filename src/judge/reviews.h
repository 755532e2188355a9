/*
 * Reviews as the judge knows them, for its own files: reviews.c reads what
 * there is, coverage.c compares it with what is pushed.
 */
#ifndef JUDGE_REVIEWS_H
#define JUDGE_REVIEWS_H

#include "checks/reviewed.h"
#include "git/landing.h"
#include "judge/judging.h"

struct review_work {
	struct oid tip;
	int64_t date; /* the tip's, a claim */
	struct series series;
	bool peeled, readable;
};

struct reviews {
	struct review_refs refs;
	size_t capacity, login_capacity;
	bool listed;
	struct arena *arena; /* of the names */

	/* What the series were read for. */
	const struct policy *policy;
	struct oid old;
	bool read;

	struct landing landing; /* of this member, the last that was asked */
	struct oid landed;
	bool begun;
};

/* The refs, and `by_date` what they point at, newest first (reviewed.h). */
const struct review_refs *
reviews_list(struct subject *, bool by_date, struct error *);

/*
 * What anybody pushed to be reviewed can be missing, damaged or over a limit:
 * then it says nothing.  0; -1 for what is no fault of theirs.
 */
int reviews_pass_over(struct judging *, struct error *);

#endif
