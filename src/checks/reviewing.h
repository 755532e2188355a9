/*
 * The parts of `review`, for its own files: review.c asks, review_tally.c
 * counts who reviewed a commit, review_why.c tells why that is not enough.
 */
#ifndef CHECKS_REVIEWING_H
#define CHECKS_REVIEWING_H

#include "checks/check.h"
#include "checks/reviewed.h"

enum review_proof { BY_CLAIM, BY_PUSHER, BY_CONTENT, BY_SIGNATURE };
enum review_scope { PER_CHANGE, PER_COMMIT };

struct review {
	int64_t count;
	const struct group *by; /* NULL: anybody */
	int proof, per;
	const char *trailer;
};

/* Who looks at which change for which rule. */
struct inquiry {
	const struct review *settings;
	const struct change *change;
	struct writers writers;
	struct review_query query;
	const char *need, *from; /* made for the first finding */
};

/* What one commit says about its review, and others about the commit. */
struct tally {
	struct reviewed reviewed;
	struct who *counted; /* whom it names */
	size_t count;
	const char *self;    /* a reviewer who wrote the change */
	const char *unknown; /* one who is nobody the rule asks for */
	const char *note;    /* why the last one named does not count */
	bool unclear;        /* it can be read in two ways */
};

/* Ask the trailers of a commit and, where names are not enough, the reviews
 * that were pushed.  0 or -1. */
int tally_make(
    const struct inquiry *, struct member *, struct tally *, struct error *);
bool tally_holds(const struct inquiry *, const struct tally *);

/* Do the reviews that were pushed hold without names? */
bool tally_reviews_hold(const struct inquiry *, const struct tally *);

/* All who are named, or have pushed a review, each once. */
size_t tally_everybody(const struct tally *);

/* Does anything say who reviewed it, however wrongly? */
bool tally_names_somebody(const struct tally *);

/* Is the authenticated pusher one of those counted? */
bool pusher_reviewed(const struct change *, const struct tally *);
bool pusher_known(const struct change *);

/* A co-author whom only one of two readers sees could be the reviewer. */
bool coauthors_unclear(const struct change *, const struct member *);

/* Make `need` and `from`. */
void need_make(struct inquiry *);

/* The commit is not reviewed as the rule asks. */
void review_report(struct inquiry *, const struct commit *,
    const struct tally *, struct findings *);

#endif
