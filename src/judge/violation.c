/* Findings and failures become violations of a ref's verdict. */
#include <string.h>

#include "checks/code.h"
#include "judge/judging.h"

static enum mode
mode_of(const struct policy *policy, const struct rule *rule, const char *slug)
{
	const struct code *code = code_find(slug);

	if (rule != NULL)
		return rule->mode;
	if (policy != NULL && code != NULL && code->class == CODE_LAYER)
		return (enum mode)policy->mode;
	return MODE_ENFORCE;
}

struct violation *
violation_add(struct ref_verdict *ref, const struct policy *policy,
    const struct rule *rule, const struct finding *finding)
{
	struct violation *violation;

	ref->violations = mem_grow(ref->violations, &ref->violation_capacity,
	    ref->violation_count + 1, sizeof *ref->violations);
	violation = &ref->violations[ref->violation_count++];
	*violation = (struct violation){
	    .finding = *finding,
	    .rule = rule,
	    .policy = policy,
	    .mode = mode_of(policy, rule, finding->code),
	};
	return violation;
}

struct violation *
violation_built_in(struct ref_verdict *ref, const struct policy *policy,
    const char *code, const char *need, const char *found)
{
	struct finding finding = {.need = need, .found = found};
	const struct code *known = code_find(code);

	finding.code = known != NULL ? known->slug : "internal.error";
	return violation_add(ref, policy, NULL, &finding);
}

/* Has the layer a rule for this ref that is no trial? */
static bool
some_rule_enforced(const struct policy *policy, const char *ref)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].mode == MODE_ENFORCE &&
		    rule_applies(&policy->rules[i], ref))
			return true;
	return false;
}

struct violation *
violation_unjudged(struct ref_verdict *ref, const struct policy *policy,
    const char *code, const char *need, const char *found)
{
	struct violation *violation =
	    violation_built_in(ref, policy, code, need, found);

	if (policy != NULL && some_rule_enforced(policy, ref->update->ref))
		violation->mode = MODE_ENFORCE;
	return violation;
}

/* For a finding to name: all that is known of the commit is its id. */
static const struct commit *
commit_unread(struct arena *arena, const struct oid *id)
{
	struct commit *commit = arena_zero(arena, sizeof *commit);

	commit->id = *id;
	commit->author.name = commit->author.address = "";
	commit->committer = commit->author;
	commit->message = "";
	return commit;
}

void
violation_from_error(struct judging *j, struct ref_verdict *ref,
    const struct policy *policy, const struct error *err)
{
	struct arena *arena = &j->verdict->arena;
	const struct code *code = code_find(err->code);
	struct violation *violation;

	/* What follows no layer's mode is said by none, and so once. */
	if (code == NULL || code->class != CODE_LAYER)
		policy = NULL;
	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct finding *known = &ref->violations[i].finding;

		if (ref->violations[i].policy == policy &&
		    strcmp(known->code, err->code) == 0 &&
		    strcmp(known->found, err->text) == 0)
			return;
	}
	violation = violation_unjudged(
	    ref, policy, err->code, NULL, arena_string(arena, err->text));
	if (!oid_is_zero(&err->commit))
		violation->finding.commit = commit_unread(arena, &err->commit);
}
