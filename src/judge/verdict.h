/* What the judge found: the material of messages and records. */
#ifndef JUDGE_VERDICT_H
#define JUDGE_VERDICT_H

#include "checks/finding.h"
#include "judge/push.h"
#include "policy/layers.h"
#include "waiver/exception.h"

enum update_kind {
	UPDATE_CREATE,
	UPDATE_FORWARD, /* recorded as "update" */
	UPDATE_REWRITE,
	UPDATE_DELETE,
	UPDATE_NOOP,
};
extern const char *const update_kind_names[];

enum outcome { OUTCOME_REFUSE, OUTCOME_ERROR, OUTCOME_ACCEPT };
extern const char *const outcome_names[]; /* "refuse", "error", "accept" */

/* A broken rule: a finding, whose rule it is, and whether it counts. */
struct violation {
	struct finding finding;
	const struct rule *rule;     /* NULL: built in */
	const struct policy *policy; /* the layer; NULL: input, repo, server */
	enum mode mode;
	const struct exception *waived_by; /* or NULL */
};

struct ref_verdict {
	const struct ref_update *update;
	struct oid old; /* the server's value; zero if none */
	enum update_kind kind;
	enum outcome outcome;
	bool is_protected;
	unsigned imported; /* a bit for each layer that took it unjudged */
	size_t commits, changes;
	size_t rules_checked;
	struct violation *violations;
	size_t violation_count, violation_capacity;
	struct witnesses witnesses;
};

/*
 * What hooks know of a state beside what the commit says: that it landed under
 * an exception, or that its branch was not at its first parent before.
 */
struct state_mark {
	struct oid commit;
	const char *rule;  /* "LAYER/ID" of the rule waived; NULL: a foxtrot */
	struct texts refs; /* patterns, as the exception has them; a foxtrot's:
			      the branch alone */
	struct oid before; /* a foxtrot's: what the branch was at */
};

struct state_marks {
	struct state_mark *list;
	size_t count, capacity;
};

struct verdict {
	char id[PUSH_ID_SIZE];
	struct ref_verdict *refs;
	size_t count;
	enum outcome outcome; /* of the whole push, before it is recorded */
	bool check;           /* -o refwarden.check: refused whatever it is */
	bool json;
	const char *hook; /* "pre-receive", "update" */
	const char *repository;
	struct pusher pusher;
	struct layers *layers; /* borrowed */
	int64_t started;       /* clock_ticks() */
	int64_t milliseconds;
	const struct exception **used; /* exceptions used, each once */
	const struct rule **used_rule; /* a rule each waived; may hold NULL */
	size_t used_count, used_capacity, used_rule_capacity;
	struct state_marks marks; /* to keep if it is accepted */
	struct arena arena;
};

void verdict_free(struct verdict *);

/* Is it enforced, and not waived? */
bool violation_refuses(const struct violation *);

#endif
