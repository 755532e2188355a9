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

int
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
update_judge(struct subject *s, const struct rule *rule, struct range *range,
    bool about, const struct change **tip, struct findings *findings,
    struct error *err)
{
	unsigned wanted =
	    CHANGE_UPDATE | (range->gain.count == 0 ? CHANGE_BARE : 0);

	if (!(requirements_needs(&rule->require) & wanted))
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
keep_witnesses(struct subject *s, const struct findings *findings)
{
	witnesses_join(&s->ref->witnesses, &findings->witnesses,
	    &s->judging->verdict->arena);
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

/* Does the rule hold, as far as the fast look can tell? */
static bool
rule_holds(struct subject *s, struct look *look)
{
	const struct change *tip;
	struct error err;

	if (look->about)
		meet(s, look->rule);
	if (look->broken ||
	    update_judge(s, look->rule, look->range, look->about, &tip,
		&look->findings, &err) == -1 ||
	    look->findings.count > 0)
		return false;
	keep_witnesses(s, &look->findings);
	return true;
}

/* What was found becomes violations, and is forgotten. */
static void
findings_settle(struct subject *s, const struct rule *rule,
    const struct change *change, struct findings *findings)
{
	findings_keep(s, rule, change, findings);
	keep_witnesses(s, findings);
	findings_free(findings);
}

/* What could not be told of a change is about its commit. */
static void
change_blame(const struct change *change, struct error *err)
{
	if (oid_is_zero(&err->commit))
		err->commit = change->members[0].commit->id;
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
		struct change *change = range_change(s, range, i);

		if ((result = change_files(s, change, err)) == 0)
			result = change_judge(
			    rule, EACH_CHANGE, change, &findings, err);
		about = about || result == 1;
		if (result != -1)
			findings_settle(s, rule, change, &findings);
		else
			change_blame(change, err);
	}
	if (result != -1)
		result =
		    update_judge(s, rule, range, about, &tip, &findings, err);
	if (result == 0)
		findings_settle(s, rule, tip, &findings);
	findings_free(&findings);
	return result;
}

static int
trees_violations(struct subject *s, struct error *err)
{
	struct range *range = range_for(s, NULL, HISTORY_EXACT, err);
	int result = range == NULL ? -1 : 0;

	for (size_t i = 0; result == 0 && i < range->gain.count; i++) {
		struct change *change = range_change(s, range, i);

		if ((result = change_files(s, change, err)) == -1)
			change_blame(change, err);
	}
	return result;
}

/* 0, or -1 if what it asks could not be told. */
static int
look_settle(struct subject *s, struct look *look, struct error *err)
{
	if (look->rule == NULL)
		return look->broken ? trees_violations(s, err) : 0;
	s->ref->rules_checked++;
	return rule_holds(s, look) ? 0 : rule_violations(s, look->rule, err);
}

void
rules_judge(struct subject *s)
{
	struct budget *budget = &s->judging->budget;
	const struct budget before = *budget;
	struct looks looks = looks_make(s);
	struct error err;

	for (size_t i = 0; i < looks.count; i++)
		if (looks.list[i].broken) {
			/* What is looked at again is spent again. */
			budget->tree_entries = before.tree_entries;
			budget->paths = before.paths;
		}
	for (size_t i = 0; i < looks.count; i++)
		if (look_settle(s, &looks.list[i], &err) == -1)
			violation_from_error(
			    s->judging, s->ref, s->policy, &err);
	looks_free(&looks);
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
