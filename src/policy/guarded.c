/*
 * Who can write a record can type a sign-off into it.  So the place of records
 * has to be one that only approvers can have let them into.
 */
#include "policy/guarded.h"

#include <string.h>

#include "checks/owners.h"

/* What is missing, told by how little of it is: the last word is the best. */
enum missing {
	MISSING_RULE,
	MISSING_GROUP,
	MISSING_PROOF_OF_COVER,
	MISSING_MODE,
	MISSING_ALWAYS,
	MISSING_FIRMNESS,
	MISSING_NOTHING,
};

/* Has the entry, or may it have, files below the place? */
static enum globs_below
below(const struct policy *policy, const struct owned *owned)
{
	const char *path = policy->exceptions.place.path;
	unsigned state = globs_start(policy->paths);

	state = globs_step(policy->paths, state, path, strlen(path));
	state = globs_step(policy->paths, state, "/", 1);
	return globs_below(policy->paths, state, owned->set->number);
}

static enum missing
entry_missing(const struct policy *policy, const struct rule *rule,
    const struct owned *owned)
{
	switch (below(policy, owned)) {
	case GLOBS_NEVER:
		return MISSING_RULE;
	case GLOBS_MAYBE:
		return MISSING_PROOF_OF_COVER;
	case GLOBS_ALWAYS:
		break;
	}
	if (!group_within(
		owned->group, policy->exceptions.approved_by, &policy->people))
		return MISSING_GROUP;
	/* A condition speaks of more than one path, or of who pushes: that it
	 * holds for each change of the place is not to be proven. */
	if (rule->has_when)
		return MISSING_ALWAYS;
	if (rule->mode != MODE_ENFORCE)
		return MISSING_MODE;
	/* One exception would be enough to bring any others. */
	return rule->waivable ? MISSING_FIRMNESS : MISSING_NOTHING;
}

/* The same of a rule: of its entries the best, since each of them holds. */
static enum missing
rule_missing(const struct policy *policy, const struct rule *rule)
{
	const struct owners *owners;
	enum missing best = MISSING_RULE, missing;

	for (size_t i = 0; i < rule->require.count; i++) {
		owners = requirement_owners(&rule->require.list[i]);
		for (size_t k = 0; owners != NULL && k < owners->count; k++) {
			missing = entry_missing(policy, rule, &owners->list[k]);
			if (missing > best)
				best = missing;
		}
	}
	return best;
}

static const char *
missing_text(const struct policy *policy, const struct rule *rule,
    enum missing missing, struct arena *arena)
{
	const struct tree_place *place = &policy->exceptions.place;

	switch (missing) {
	case MISSING_GROUP:
		return arena_format(arena,
		    "the owners in rule %s are not all in `approved_by`",
		    rule->id);
	case MISSING_PROOF_OF_COVER:
		return arena_format(arena,
		    "the `owners` of rule %s may not cover all files: name "
		    "%s/**, and take none of them out",
		    rule->id, place->path);
	case MISSING_MODE:
		return arena_format(arena, "rule %s is not enforced", rule->id);
	case MISSING_ALWAYS:
		return arena_format(arena,
		    "rule %s has a `when`, which a change may slip past",
		    rule->id);
	case MISSING_FIRMNESS:
		return arena_format(arena,
		    "an exception can waive rule %s: give it `waivable: false`",
		    rule->id);
	case MISSING_NOTHING:
		return NULL;
	case MISSING_RULE:
		break;
	}
	return arena_format(arena, "no rule asks for `owners` of %s/** on %s",
	    place->path, ref_shown(place->ref));
}

/* Can the branch be given records that no rule was asked about? */
static const char *
history_missing(const struct policy *policy)
{
	if (policy->mode != MODE_ENFORCE)
		return "the policy's own `mode` lets the branch be deleted or "
		       "rewritten";
	if (policy->history.create == CREATE_ANYTHING)
		return "`create: anything` lets in branches that nobody "
		       "reviewed";
	return NULL;
}

const char *
place_unguarded(const struct policy *policy, struct arena *arena)
{
	const char *ref = policy->exceptions.place.ref, *missing;
	const struct rule *rule = NULL;
	enum missing best = MISSING_RULE, one;

	if (!starts_with(ref, "refs/heads/") || !policy_protects(policy, ref))
		return arena_format(
		    arena, "%s is no protected branch", ref_shown(ref));
	if ((missing = history_missing(policy)) != NULL)
		return missing;
	for (size_t i = 0; i < policy->rule_count; i++) {
		if (!rule_applies(&policy->rules[i], ref))
			continue;
		one = rule_missing(policy, &policy->rules[i]);
		if (one <= best)
			continue;
		best = one;
		rule = &policy->rules[i];
	}
	return missing_text(policy, rule, best, arena);
}
