/* Exceptions that a push names, tried on what was found. */
#include <string.h>

#include "judge/judging.h"

static const char exception_key[] = "Exception";

/* An exception is named: count it once.  False over the limit. */
static bool
exception_counts(struct judging *j, const char *id)
{
	for (size_t i = 0; i < j->exception_count; i++)
		if (strcmp(j->exceptions[i], id) == 0)
			return true;
	if ((int64_t)j->exception_count >= j->budget.limits.exceptions)
		return false;
	j->exceptions = mem_grow(j->exceptions, &j->exception_capacity,
	    j->exception_count + 1, sizeof *j->exceptions);
	j->exceptions[j->exception_count++] = id;
	return true;
}

static void
exception_used(struct verdict *verdict, const struct exception *exception,
    const struct rule *rule)
{
	size_t n = verdict->used_count;

	for (size_t i = 0; i < n; i++)
		if (strcmp(verdict->used[i]->id, exception->id) == 0 &&
		    verdict->used_rule[i] == rule)
			return;
	verdict->used = mem_grow(verdict->used, &verdict->used_capacity, n + 1,
	    sizeof *verdict->used);
	verdict->used_rule = mem_grow(verdict->used_rule,
	    &verdict->used_rule_capacity, n + 1, sizeof *verdict->used_rule);
	verdict->used[n] = exception;
	verdict->used_rule[n] = rule;
	verdict->used_count++;
}

/* Add why an exception did not serve, once a ref and code. */
static void
refusal_add(
    struct subject *s, const struct rule *rule, const struct finding *refusal)
{
	struct violation *violation;

	for (size_t i = 0; i < s->ref->violation_count; i++) {
		const struct finding *f = &s->ref->violations[i].finding;

		if (strcmp(f->code, refusal->code) == 0 &&
		    strcmp(f->found, refusal->found) == 0)
			return;
	}
	violation = violation_add(s->ref, s->policy, NULL, refusal);
	violation->mode =
	    rule != NULL ? rule->mode : (enum mode)s->policy->mode;
}

/* Try one exception.  True if the finding is waived; else why not is kept. */
static bool
waive_by(struct subject *s, const char *id, const struct rule *rule,
    const struct change *change, size_t which, struct findings *refusals)
{
	struct judging *j = s->judging;
	struct violation *violation = &s->ref->violations[which];
	const struct exception *used;
	struct finding refusal = {0};
	struct error err;
	const struct waiver_question question = {
	    .rule = rule,
	    .rule_id = rule != NULL ? rule->id : "history",
	    .ref = s->ref->update->ref,
	    .change = change,
	    .finding = &violation->finding,
	};
	int waives;

	if (!exception_counts(j, id)) {
		error_code(&err, "input.limit",
		    "more exceptions than the policy allows "
		    "(limits: exceptions, %lld)",
		    (long long)j->budget.limits.exceptions);
		violation_from_error(j, s->ref, NULL, &err);
		return false;
	}
	waives = registry_waives(
	    j->registries[s->layer], id, &question, &refusal, &used, &err);
	if (waives == 1) {
		violation->waived_by = used;
		exception_used(j->verdict, used, rule);
		if (violation->mode == MODE_ENFORCE)
			mark_waived(s, rule, change, used);
	} else if (waives == 0) {
		*finding_add(refusals, "", NULL, NULL, NULL) = refusal;
	} else {
		violation_from_error(j, s->ref, s->policy, &err);
	}
	return waives == 1;
}

/* Try the exceptions a commit names.  1, 0 or -1. */
static int
waive_by_commit(struct subject *s, const struct rule *rule,
    const struct change *change, struct member *member, size_t which,
    struct findings *refusals, struct error *err)
{
	const struct trailers *trailers = member_trailers(change, member, err);

	for (size_t i = 0; trailers != NULL && i < trailers->count; i++)
		if (trailer_is(&trailers->list[i], exception_key) &&
		    waive_by(s, trailers->list[i].value, rule, change, which,
			refusals))
			return 1;
	return trailers == NULL ? -1 : 0;
}

/* Try the exceptions that the change names.  1, 0 or -1. */
static int
waive_by_change(struct subject *s, const struct rule *rule,
    const struct change *change, size_t which, struct findings *refusals,
    struct error *err)
{
	struct member *own = &change->members[0];
	int answer =
	    waive_by_commit(s, rule, change, own, which, refusals, err);

	if (answer != 0)
		return answer;
	if ((answer = member_mechanical(change, own, err)) != 1)
		return answer;
	answer = 0;
	for (size_t m = 1; answer == 0 && m < change->member_count; m++)
		answer = waive_by_commit(
		    s, rule, change, &change->members[m], which, refusals, err);
	return answer;
}

/* Try all that are named until one serves. */
static bool
is_waived(struct subject *s, const struct rule *rule,
    const struct change *change, size_t which, struct findings *refusals)
{
	const struct push_options *options = s->judging->input->options;
	const char *own = s->ref->violations[which].finding.exception;
	struct error err;
	int answer;

	if (own != NULL && waive_by(s, own, rule, change, which, refusals))
		return true;
	for (size_t i = 0; i < options->exception_count; i++)
		if (waive_by(s, options->exceptions[i], rule, change, which,
			refusals))
			return true;
	if (change == NULL)
		return false;
	answer = waive_by_change(s, rule, change, which, refusals, &err);
	if (answer == -1)
		violation_from_error(s->judging, s->ref, s->policy, &err);
	return answer == 1;
}

void
waive(struct subject *s, const struct rule *rule, const struct change *change,
    size_t which)
{
	struct findings refusals = {.arena = &s->judging->verdict->arena};

	/* Another exception may be named for what another rule finds. */
	if (!is_waived(s, rule, change, which, &refusals))
		for (size_t i = 0; i < refusals.count; i++)
			refusal_add(s, rule, &refusals.list[i]);
	findings_free(&refusals);
}
