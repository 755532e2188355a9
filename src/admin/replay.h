/* The past changes of a ref, each judged as if it were pushed alone. */
#ifndef ADMIN_REPLAY_H
#define ADMIN_REPLAY_H

#include "judge/judge.h"

/* One change of the ref's first-parent chain, and its first parent. */
struct past_change {
	struct oid commit, parent;
	int64_t date; /* the committer's, seconds since 1970: a claim */
};

/* What was found of a change, of one rule and code. */
struct past_violation {
	size_t change;
	const struct rule *rule;     /* NULL: built in */
	const struct policy *policy; /* NULL: of no layer */
	char code[24];
	bool refuses;
};

struct replay {
	const char *repo, *ref; /* a path, and a full name */
	struct layers *layers;
	struct past_change *changes; /* oldest first */
	size_t count, capacity;
	unsigned char *outcomes;           /* of each change, enum outcome */
	struct past_violation *violations; /* in the order of the changes */
	size_t violation_count, violation_capacity;
	size_t *met; /* of each rule, layer by layer: changes it is about */
	size_t met_count;
};

/*
 * Fill `changes` from the present value of the ref, back to the first change
 * older than `since` (seconds since 1970).  A root is no change: it was not
 * judged, it was there.
 */
int replay_collect(struct replay *, int64_t since, struct error *);

/*
 * Judge all changes, in as many processes as `workers`.  The answer does not
 * depend on their number.  `progress` is told from time to time how many are
 * done.
 */
int replay_judge(struct replay *, size_t workers,
    void (*progress)(size_t done, size_t count), struct error *);

void replay_free(struct replay *);

#endif
