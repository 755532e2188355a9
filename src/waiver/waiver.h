/*
 * Waiving: does a named exception cover this finding?
 */
#ifndef WAIVER_WAIVER_H
#define WAIVER_WAIVER_H

#include "checks/change.h"
#include "checks/finding.h"
#include "policy/policy.h"
#include "waiver/exception.h"

/* The exceptions one layer can offer to one push; loaded as they are named. */
struct registry;

/* What is the same for all questions of a push. */
struct waiver_push {
	struct repo *repo;
	const char *repository; /* as the records name it */
	const struct pusher *pusher;
	long today;
	/* How many pushes have used an exception since that day; -1 if it could
	   not be told.  NULL where nobody knows: one with `max_uses` is refused
	   there. */
	int64_t (*uses)(
	    void *, const char *exception, long since, struct error *);
	void *uses_context;
	struct arena *arena;
	struct budget *budget;
};

/* Borrows both for as long as it lives. */
struct registry *
registry_new(const struct policy *, const struct waiver_push *);
void registry_free(struct registry *);

struct waiver_question {
	const struct rule *rule; /* NULL: a built-in finding */
	const char *rule_id;     /* the rule's id, or "history" */
	const char *ref;         /* full */
	const struct change
	    *change; /* for self-approval and `commits`; or NULL */
	const struct finding *finding;
};

/*
 * May exception `id` waive the finding?  1 yes; 0 no, and `*refusal` is a
 * finding with an "exception.*" code and the reason (the caller adds it once a
 * push and id); -1 if it could not be told.  On 1 `*used` is the exception.
 */
int registry_waives(struct registry *, const char *id,
    const struct waiver_question *, struct finding *refusal,
    const struct exception **used, struct error *);

#endif
