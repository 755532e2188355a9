/*
 * Rules on changes.  A first, fast look stops at anything that might break a
 * rule; only then is the rule looked at again, exactly and thoroughly, so that
 * a push that is fine costs little and a refusal is never a guess.
 */
#include <string.h>

#include "judge/judging.h"

/* Some change is about this rule. */
static void
meet(struct subject *s, const struct rule *rule)
{
	const struct judge_input *input = s->judging->input;

	if (input->met != NULL)
		input->met(input->met_context, rule);
}

/*
 * Report what a change breaks of a rule: 1 if the rule is about it, 0 if it is
 * not, -1 if it could not be told.
 */
static int
change_judge(const struct rule *rule, enum occasion occasion,
    const struct change *change, struct findings *findings, struct error *err)
{
	int holds = 1;

	if (rule->has_when)
		holds = condition_holds(&rule->when, change, err);
	if (holds == 1 && requirements_run(&rule->require, occasion, change,
			      findings, err) == -1)
		return error_prefix(err, "rule %s", rule->id);
	return holds;
}

/*
 * Report what an update breaks of a rule as a whole.  `about` says whether the
 * rule is about any of its changes; it may have none.
 */
static int
update_judge(struct subject *s, const struct rule *rule,
    const struct range *range, bool about, const struct change **tip,
    struct findings *findings, struct error *err)
{
	if (!(requirements_needs(&rule->require) & CHANGE_UPDATE))
		return 0;
	if ((*tip = range_tip(s, range, err)) == NULL)
		return -1;
	if (range->gain.count == 0)
		about = !rule->has_when ||
			condition_holds_without_changes(&rule->when, *tip);
	if (about)
		meet(s, rule);
	if (about && requirements_run(&rule->require, WHOLE_UPDATE, *tip,
			 findings, err) == -1)
		return error_prefix(err, "rule %s", rule->id);
	return 0;
}

static void
keep_witnesses(struct ref_verdict *ref, const struct findings *findings,
    struct arena *arena)
{
	const char **reviewers;
	size_t count = ref->reviewer_count;

	if (findings->proof == PROOF_NONE)
		return;
	if (ref->proof == PROOF_NONE || findings->proof < ref->proof)
		ref->proof = findings->proof;
	reviewers = arena_zero(
	    arena, (count + findings->reviewer_count + 1) * sizeof *reviewers);
	for (size_t i = 0; i < count; i++)
		reviewers[i] = ref->reviewers[i];
	for (size_t i = 0; i < findings->reviewer_count; i++) {
		size_t k = 0;

		while (k < count &&
		       strcmp(reviewers[k], findings->reviewers[i]) != 0)
			k++;
		if (k == count)
			reviewers[count++] = findings->reviewers[i];
	}
	ref->reviewers = reviewers;
	ref->reviewer_count = count;
}

/* Findings of a change become violations, waived or not. */
static void
findings_keep(struct subject *s, const struct rule *rule,
    const struct change *change, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		size_t which = s->ref->violation_count;

		violation_add(s->ref, s->policy, rule, &findings->list[i]);
		waive(s, rule, change, which);
	}
}

static void
progress(struct judging *j)
{
	if (j->input->progress != NULL && ++j->judged % 64 == 0)
		j->input->progress(j->input->progress_context, j->judged);
}

int
changes_look(struct subject *s, const struct rule *rule, struct range *range,
    size_t first, size_t end, struct findings *findings, bool *about,
    struct error *err)
{
	int result = 0;

	for (size_t i = first; result != -1 && findings->count == 0 && i < end;
	     i++) {
		if ((result = range_files(s, range, i, err)) == 0)
			result = change_judge(rule, EACH_CHANGE,
			    &range->changes[i], findings, err);
		*about = *about || result == 1;
		progress(s->judging);
	}
	return result == -1 ? -1 : 0;
}

/*
 * The fast look at all changes.  What a helper has looked at need not be looked
 * at, but for the last change: it stands for the update as a whole.
 */
static int
range_look(struct subject *s, const struct rule *rule, struct range *range,
    struct findings *findings, bool *about, struct error *err)
{
	size_t count = range->gain.count;
	size_t next = helper_first(s->helper, range);
	int result =
	    changes_look(s, rule, range, 0, next, findings, about, err);

	if (result == -1 || findings->count > 0 || next == count)
		return result;
	if (helper_holds(s->helper, s, rule, findings, about))
		next = count - 1;
	return changes_look(s, rule, range, next, count, findings, about, err);
}

/* The fast look: 1 nothing is broken, 0 perhaps, -1 it could not be told. */
static int
rule_holds(struct subject *s, const struct rule *rule, struct error *err)
{
	struct arena *arena = &s->judging->verdict->arena;
	struct findings findings = {.arena = arena};
	struct range *range = range_for(s, rule, HISTORY_FAST, err);
	const struct change *tip = NULL;
	int result = range == NULL ? -1 : 0;
	bool about = false;

	if (result == 0 && s->helper == NULL)
		s->helper = helper_start(s, range);
	if (result == 0)
		result = range_look(s, rule, range, &findings, &about, err);
	if (result != -1 && findings.count == 0)
		result =
		    update_judge(s, rule, range, about, &tip, &findings, err);
	if (about)
		meet(s, rule);
	if (result != -1)
		result = findings.count == 0;
	if (result == 1)
		keep_witnesses(s->ref, &findings, arena);
	findings_free(&findings);
	return result;
}

/* What was found becomes violations, and is forgotten. */
static void
findings_settle(struct subject *s, const struct rule *rule,
    const struct change *change, struct findings *findings)
{
	findings_keep(s, rule, change, findings);
	keep_witnesses(s->ref, findings, findings->arena);
	findings_free(findings);
}

/* The thorough look, of which the violations are. */
static int
rule_violations(struct subject *s, const struct rule *rule, struct error *err)
{
	struct findings findings = {.arena = &s->judging->verdict->arena};
	struct range *range = range_for(s, rule, HISTORY_EXACT, err);
	const struct change *tip = NULL;
	int result = range == NULL ? -1 : 0;
	bool about = false;

	for (size_t i = 0; result != -1 && i < range->gain.count; i++) {
		if ((result = range_files(s, range, i, err)) == 0)
			result = change_judge(rule, EACH_CHANGE,
			    &range->changes[i], &findings, err);
		about = about || result == 1;
		if (result != -1)
			findings_settle(s, rule, &range->changes[i], &findings);
		progress(s->judging);
	}
	if (result != -1)
		result =
		    update_judge(s, rule, range, about, &tip, &findings, err);
	if (result == 0)
		findings_settle(s, rule, tip, &findings);
	findings_free(&findings);
	return result;
}

void
rules_judge(struct subject *s)
{
	struct error err;

	for (size_t i = 0; i < s->policy->rule_count; i++) {
		const struct rule *rule = &s->policy->rules[i];

		if (!rule_applies(rule, s->ref->update->ref))
			continue;
		s->ref->rules_checked++;
		if (rule_holds(s, rule, &err) == 1)
			continue;
		if (rule_violations(s, rule, &err) == -1)
			violation_from_error(
			    s->judging, s->ref, s->policy, &err);
	}
	helper_free(s->helper);
	s->helper = NULL;
}

void
rules_judge_change(struct subject *s, struct change *change)
{
	for (size_t i = 0; i < s->policy->rule_count; i++) {
		const struct rule *rule = &s->policy->rules[i];
		struct findings findings = {
		    .arena = &s->judging->verdict->arena};
		struct error err;
		int result;

		if (!rule_applies(rule, s->ref->update->ref))
			continue;
		s->ref->rules_checked++;
		result =
		    change_judge(rule, ALL_AT_ONCE, change, &findings, &err);
		if (result == 1)
			meet(s, rule);
		if (result == -1)
			violation_from_error(
			    s->judging, s->ref, s->policy, &err);
		else
			findings_settle(s, rule, change, &findings);
		findings_free(&findings);
	}
}
