/*
 * Marks on states: what the first-parent chain of a branch does not say.
 *
 * A commit that landed under an exception is accepted, for the rules waived,
 * only on refs in that exception's scope.  And where a branch may take a
 * foxtrot merge, what lies on the chain beside its old value was never a state.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/judging.h"

/* "LAYER/ID": what a mark calls a rule. */
static const char *
rule_key(const struct subject *s, const struct rule *rule)
{
	return arena_format(&s->judging->verdict->arena, "%s/%s",
	    layer_names[s->policy->layer], rule != NULL ? rule->id : "history");
}

static struct state_mark *
mark_add(struct state_marks *marks)
{
	marks->list = mem_grow(marks->list, &marks->capacity, marks->count + 1,
	    sizeof *marks->list);
	return &marks->list[marks->count++];
}

void
mark_waived(struct subject *s, const struct rule *rule,
    const struct change *change, const struct exception *exception)
{
	struct state_marks *marks = &s->judging->verdict->marks;
	const char *key = rule_key(s, rule);
	const struct oid *commit;

	if (change == NULL || change->is_tag)
		return;
	commit = &change->members[0].commit->id;
	for (size_t i = marks->count; i > 0; i--) {
		const struct state_mark *known = &marks->list[i - 1];

		if (!oid_equal(&known->commit, commit))
			break;
		if (known->rule != NULL && strcmp(known->rule, key) == 0 &&
		    known->refs.list == exception->refs.list)
			return;
	}
	*mark_add(marks) = (struct state_mark){
	    .commit = *commit, .rule = key, .refs = exception->refs};
}

static void
detour_tell(struct judging *j, const struct state_mark *mark)
{
	const struct detour detour = {
	    mark->refs.list[0], mark->commit, mark->before};

	history_detour(j->history, &detour);
}

/* Tags of the same push may be of states that it makes. */
void
mark_foxtrot(struct subject *s)
{
	struct judging *j = s->judging;
	struct state_mark *mark = mark_add(&j->verdict->marks);
	const char **branch = arena_zero(&j->verdict->arena, sizeof *branch);

	*branch = s->ref->update->ref;
	*mark = (struct state_mark){.commit = s->ref->update->new,
	    .refs = {branch, 1},
	    .before = s->ref->old};
	if (is_live(j))
		detour_tell(j, mark);
}

int
marks_know(struct judging *j, struct error *err)
{
	const struct judge_input *input = j->input;

	if (j->marks_known || !is_live(j) || input->marks == NULL)
		return 0;
	/* A push that lands from here on may leave marks that are not read:
	 * what it makes of branches must not be states either. */
	for (size_t layer = 0; layer < input->layers->count; layer++)
		if (branches_of(j, layer, err) == NULL)
			return -1;
	if (input->marks(
		input->marks_context, &j->verdict->arena, &j->marks, err) == -1)
		return -1;
	for (size_t i = 0; i < j->marks.count; i++)
		if (j->marks.list[i].rule == NULL)
			detour_tell(j, &j->marks.list[i]);
	j->marks_known = true;
	return 0;
}

/* Is the ref in the scope of the mark's exception? */
static bool
mark_covers(const struct state_mark *mark, const char *ref, struct arena *arena)
{
	const char **full = arena_zero(arena, mark->refs.count * sizeof *full);
	struct globs *globs = globs_new(GLOBS_EXACT);
	bool covers;
	int set;

	for (size_t i = 0; i < mark->refs.count; i++)
		full[i] = ref_pattern_full(arena, mark->refs.list[i]);
	set = globs_add(globs, full, mark->refs.count);
	covers = globs_match(globs, set, ref);
	globs_free(globs);
	return covers;
}

static bool
same_refs(const struct state_mark *one, const struct state_mark *other)
{
	if (one == NULL || one->refs.count != other->refs.count)
		return false;
	for (size_t i = 0; i < one->refs.count; i++)
		if (strcmp(one->refs.list[i], other->refs.list[i]) != 0)
			return false;
	return true;
}

/* A commit and whether some exception it landed under covers the ref. */
struct landed {
	struct oid commit;
	bool covered;
};

static int
compare(const void *a, const void *b)
{
	const struct landed *one = a, *other = b;
	int order = memcmp(&one->commit, &other->commit, sizeof one->commit);

	return order != 0 ? order : other->covered - one->covered;
}

static size_t
landed_under(
    const struct subject *s, const struct rule *rule, struct landed *landed)
{
	const struct state_marks *marks = &s->judging->marks;
	struct arena *arena = &s->judging->verdict->arena;
	const char *key = rule_key(s, rule);
	const struct state_mark *last = NULL;
	bool covers = false;
	size_t count = 0;

	for (size_t i = 0; i < marks->count; i++) {
		const struct state_mark *mark = &marks->list[i];

		if (mark->rule == NULL || strcmp(mark->rule, key) != 0)
			continue;
		/* An exception often lets in many commits. */
		if (!same_refs(last, mark))
			covers = mark_covers(mark, s->ref->update->ref, arena);
		last = mark;
		landed[count++] = (struct landed){mark->commit, covers};
	}
	if (count > 0)
		qsort(landed, count, sizeof *landed, compare);
	return count;
}

struct oid *
marks_withheld(const struct subject *s, const struct rule *rule, size_t *count)
{
	struct arena *arena = &s->judging->verdict->arena;
	size_t all = s->judging->marks.count, landed_count;
	struct landed *landed;
	struct oid *list;

	*count = 0;
	if (all == 0)
		return NULL;
	list = arena_zero(arena, all * sizeof *list);
	landed = mem_array(all, sizeof *landed);
	landed_count = landed_under(s, rule, landed);
	for (size_t i = 0; i < landed_count; i++)
		if (!landed[i].covered &&
		    (i == 0 ||
			!oid_equal(&landed[i].commit, &landed[i - 1].commit)))
			list[(*count)++] = landed[i].commit;
	free(landed);
	return list;
}
