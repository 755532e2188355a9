/* A first, fast look at the changes of a ref, for all its rules in one go, and
 * for what needs no rule: that all trees are well formed. */
#include "judge/judging.h"

static void
progress(struct judging *j)
{
	if (j->input->progress != NULL && ++j->judged % 64 == 0)
		j->input->progress(j->input->progress_context, j->judged);
}

static bool
is_open(const struct look *look, const struct range *range)
{
	return look->range == range && !look->broken;
}

static bool
any_open(const struct looks *looks, const struct range *range)
{
	for (size_t i = 0; i < looks->count; i++)
		if (is_open(&looks->list[i], range))
			return true;
	return false;
}

/* What was seen of changes before is kept apart from them: they are gone. */
static void
take(struct look *look, const struct change *change)
{
	struct error err;
	int holds = change_judge(
	    look->rule, EACH_CHANGE, change, &look->findings, &err);

	look->about = look->about || holds == 1;
	look->broken = holds == -1 || look->findings.count > 0;
}

bool
looks_take(struct subject *s, struct looks *looks, struct range *range,
    size_t first, size_t end)
{
	struct arena arena = {0};
	size_t i;

	for (i = first; i < end && any_open(looks, range); i++) {
		struct change change = {0};
		struct error err;
		bool whole;

		arena_clear(&arena);
		change_make(s, range, i, &arena, &change);
		whole = change_files(s, &change, &err) == 0;
		for (size_t r = 0; r < looks->count; r++) {
			struct look *look = &looks->list[r];

			if (is_open(look, range) && !whole)
				look->broken = true;
			else if (is_open(look, range) && look->rule != NULL)
				take(look, &change);
		}
		progress(s->judging);
	}
	arena_free(&arena);
	return any_open(looks, range);
}

static void
look_add(struct subject *s, struct looks *looks, const struct rule *rule)
{
	struct look *look = &looks->list[looks->count++];
	struct error err;

	look->rule = rule;
	look->findings.arena = &s->judging->verdict->arena;
	look->range = range_for(s, rule, HISTORY_FAST, &err);
	look->broken = look->range == NULL;
}

struct looks
looks_make(struct subject *s)
{
	const struct policy *policy = s->policy;
	struct looks looks = {
	    .list = arena_zero(&s->judging->verdict->arena,
		(policy->rule_count + 1) * sizeof *looks.list)};
	struct range *range;

	look_add(s, &looks, NULL);
	for (size_t i = 0; i < policy->rule_count; i++)
		if (rule_applies(&policy->rules[i], s->ref->update->ref))
			look_add(s, &looks, &policy->rules[i]);
	for (range = s->ranges; range != NULL; range = range->next)
		if (any_open(&looks, range) && !looks_share(s, &looks, range))
			looks_take(s, &looks, range, 0, range->gain.count);
	return looks;
}

void
looks_free(struct looks *looks)
{
	for (size_t i = 0; i < looks->count; i++)
		findings_free(&looks->list[i].findings);
}
