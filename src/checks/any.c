/* `any`: a rule can be kept in more than one way. */
#include "checks/requirement.h"

struct any {
	struct requirements *ways;
	size_t count;
};

extern const struct check any_check;

static void
ways_read(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	struct any *any = member;

	if (node->kind != NODE_LIST || node->count < 2) {
		fault_at(load->faults, node,
		    "`%s` is a list of at least two maps of checks",
		    field->key);
		return;
	}
	any->ways = arena_zero(load->arena, node->count * sizeof *any->ways);
	any->count = node->count;
	for (size_t i = 0; i < node->count; i++)
		requirements_load(
		    load, &node->items[i], &any_check, &any->ways[i]);
}

static const struct field any_value = {
    .key = "any",
    .type = FIELD_OWN,
    .summary = "Maps of checks: all checks of one of them hold.",
    .form = FORM_LIST,
    .item = FIELD_OWN,
    .read = ways_read,
};

/* The names of the checks of every way but one: "sign_off, or review and
 * author". */
static const char *
other_ways(const struct any *any, size_t but, struct arena *arena)
{
	const char *list = NULL;

	for (size_t i = 0; i < any->count; i++) {
		const struct requirements *way = &any->ways[i];
		const char *names = "";

		if (i == but)
			continue;
		for (size_t k = 0; k < way->count; k++)
			names = arena_format(arena, "%s%s%s", names,
			    k > 0 ? " and " : "", way->list[k].check->name);
		list = list == NULL
			   ? names
			   : arena_format(arena, "%s, or %s", list, names);
	}
	return list;
}

/* Take over what was found; with `others`, tell of another way. */
static void
take(struct findings *into, const struct findings *from, const char *others)
{
	for (size_t i = 0; i < from->count; i++) {
		struct finding *finding = finding_add(into, "", NULL, "", "");

		*finding = from->list[i];
		finding->note = arena_format(into->arena,
		    "%s%sanother way to keep this rule: %s",
		    finding->note != NULL ? finding->note : "",
		    finding->note != NULL ? "; " : "", others);
	}
	if (from->count == 0)
		witnesses_join(&into->witnesses, &from->witnesses, into->arena);
}

/* The way that holds, or else came closest; the count if it can't be told. */
static size_t
closest(const struct any *any, const struct change *change,
    struct findings *tries, struct error *err)
{
	enum occasion occasion = change->bare ? WHOLE_UPDATE : ALL_AT_ONCE;
	size_t best = 0;

	for (size_t i = 0; i < any->count; i++) {
		if (requirements_run(
			&any->ways[i], occasion, change, &tries[i], err) < 0)
			return any->count;
		if (tries[i].count < tries[best].count)
			best = i;
		if (tries[i].count == 0)
			return i;
	}
	return best;
}

static int
any_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct any *any = settings;
	struct findings *tries =
	    arena_zero(change->arena, any->count * sizeof *tries);
	size_t best;

	for (size_t i = 0; i < any->count; i++)
		tries[i].arena = findings->arena;
	best = closest(any, change, tries, err);
	if (best < any->count)
		take(findings, &tries[best],
		    tries[best].count > 0
			? other_ways(any, best, findings->arena)
			: NULL);
	for (size_t i = 0; i < any->count; i++)
		findings_free(&tries[i]);
	return best < any->count ? 0 : -1;
}

/*
 * What one way needs is needed; but it is asked once an update only if all of
 * it is, and each way leaves out by itself what can not be known.  An update
 * without changes keeps to a way that is about changes alone; where each asks
 * for something else, too, that is what is left to ask.
 */
static unsigned
any_needs(const void *settings)
{
	const struct any *any = settings;
	unsigned some = 0, all = CHANGE_UPDATE, each = CHANGE_UPDATE;

	for (size_t i = 0; i < any->count; i++) {
		each &= requirements_needs(&any->ways[i]);
		for (size_t k = 0; k < any->ways[i].count; k++) {
			unsigned needs =
			    requirement_needs(&any->ways[i].list[k]);

			some |= needs;
			all &= needs;
		}
	}
	if (all == 0 && each != 0)
		all = CHANGE_BARE;
	if (some & CHANGE_PUSHER)
		some |= CHANGE_SERVER;
	return (some & ~(unsigned)(CHANGE_UPDATE | CHANGE_PUSHER)) | all;
}

static void
any_free(void *settings)
{
	struct any *any = settings;

	for (size_t i = 0; i < any->count; i++)
		requirements_free(&any->ways[i]);
}

const struct check any_check = {
    .name = "any",
    .summary = "one of several ways to keep the rule is taken",
    .value = &any_value,
    .settings_size = sizeof(struct any),
    .needs_of = any_needs,
    .run = any_run,
    .free = any_free,
};
