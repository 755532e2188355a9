/*
 * The register of findings, as a push would leave it behind.  One that can not
 * be read keeps every push from being judged that a rule asks it about; the one
 * that mends it, too.
 */
#include <string.h>

#include "judge/judging.h"

/* Is this the branch with the register of the policy?  1, 0 or -1. */
static int
has_register(struct judging *j, const struct policy *policy, const char *ref,
    struct error *err)
{
	const struct tree_place *place = &policy->findings.place;
	char head[REF_NAME_LIMIT + 1];
	const char *branch = place->ref;

	if (!policy->findings.configured || place->repository != NULL)
		return 0;
	if (branch == NULL &&
	    refs_head(repo_refs(j->input->repo), head, err) != 0)
		return -1;
	return strcmp(branch != NULL ? branch : head, ref) == 0;
}

/* Had the branch one before?  1, 0 or -1. */
static int
had_register(struct judging *j, const struct policy *policy,
    const struct ref_verdict *ref, struct error *err)
{
	struct oid directory;
	int absent = 1;

	if (!oid_is_zero(&ref->old))
		absent = tree_place_in(&policy->findings.place, j->input->repo,
		    &ref->old, &j->budget, &directory, err);
	return absent == -1 ? -1 : !absent;
}

/* 0 if the push leaves a register that can be read, or none where there was
 * none; else not, and why. */
static int
register_left(struct judging *j, const struct policy *policy,
    const struct ref_verdict *ref, struct error *err)
{
	struct error other;
	int result = has_register(j, policy, ref->update->ref, err);

	if (result == 1)
		result = register_try(&policy->findings, j->input->repo,
		    &ref->update->new, &j->budget, &j->verdict->arena, err);
	if (result != 1)
		return result;
	if ((result = had_register(j, policy, ref, &other)) == -1)
		*err = other;
	return result;
}

static void
judge_layer(
    struct judging *j, const struct policy *policy, struct ref_verdict *ref)
{
	struct violation *violation;
	struct error err;

	if (register_left(j, policy, ref, &err) == 0)
		return;
	if (strcmp(err.code, "internal.error") != 0) {
		violation_from_error(j, ref, policy, &err);
		return;
	}
	violation = violation_built_in(ref, NULL, "policy.invalid",
	    "a register of findings without errors",
	    arena_string(&j->verdict->arena, err.text));
	violation->finding.faults = violation->finding.found;
}

void
register_change_judge(struct judging *j, struct ref_verdict *ref)
{
	const struct layers *layers = j->input->layers;

	if (ref->kind == UPDATE_DELETE || ref->kind == UPDATE_NOOP)
		return;
	for (size_t i = 0; i < layers->count; i++)
		judge_layer(j, layers->list[i], ref);
}
