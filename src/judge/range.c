/* What a ref gains under one layer, as plain data for the checks. */
#include <string.h>

#include "judge/judging.h"

struct tips {
	struct tip *list;
	size_t count, capacity;
};

static void
tips_add(struct tips *tips, const char *branch, const struct oid *id)
{
	tips->list = mem_grow(
	    tips->list, &tips->capacity, tips->count + 1, sizeof *tips->list);
	tips->list[tips->count++] = (struct tip){branch, *id};
}

static struct tip *
tips_settle(struct tips *tips, struct arena *arena)
{
	return arena_move(arena, tips->list, tips->count * sizeof *tips->list);
}

/* For history itself another layer's branches serve where this one has none:
 * they are where a first branch of it can be cut from. */
static bool
layer_serves(struct subject *s, size_t layer, const struct rule *rule)
{
	return layer == s->layer ||
	       (rule == NULL && s->judging->branches[s->layer].count == 0);
}

static int
tips_collect(struct subject *s, const struct rule *rule, struct tips *list,
    struct error *err)
{
	struct judging *j = s->judging;

	/* Loads those of this layer, which decide whose else are asked for. */
	if (branches_of(j, s->layer, err) == NULL)
		return -1;
	for (size_t layer = 0; layer < j->input->layers->count; layer++) {
		const struct branches *branches;

		if (!layer_serves(s, layer, rule))
			continue;
		if ((branches = branches_of(j, layer, err)) == NULL)
			return -1;
		for (size_t i = 0; i < branches->count; i++) {
			const struct tip *tip = &branches->list[i];

			if (rule == NULL ||
			    (rule->mode == MODE_ENFORCE &&
				rule_applies(rule, tip->branch)))
				tips_add(list, tip->branch, &tip->id);
		}
	}
	return 0;
}

/*
 * Whose states a rule accepts: those of the ref itself, and of the other
 * protected branches that the rule holds in mode `enforce`.  A fast look at an
 * update needs its own old value alone: fewer states, never fewer changes.
 */
static int
accepted_tips(struct subject *s, const struct rule *rule,
    enum history_care care, struct tip **tips, size_t *count, struct error *err)
{
	struct tips list = {0};
	bool update = !oid_is_zero(&s->ref->old);
	int result = 0;

	if (update)
		tips_add(&list, s->ref->update->ref, &s->ref->old);
	if (!update || care == HISTORY_EXACT)
		result = tips_collect(s, rule, &list, err);
	*count = list.count;
	*tips = tips_settle(&list, &s->judging->verdict->arena);
	return result;
}

int
protected_tips(
    struct subject *s, struct tip **tips, size_t *count, struct error *err)
{
	struct tips list = {0};
	int result = tips_collect(s, NULL, &list, err);

	*count = list.count;
	*tips = tips_settle(&list, &s->judging->verdict->arena);
	return result;
}

/*
 * Which of those states are not accepted after all.  A fast look at an update
 * that goes on where its ref is asks nobody: its own old value is the one state
 * it comes to.
 */
static int
withheld_find(struct subject *s, const struct rule *rule, struct range *range,
    struct error *err)
{
	bool own = !oid_is_zero(&s->ref->old) && range->care == HISTORY_FAST;

	if (own && !s->whole && s->ref->kind == UPDATE_FORWARD)
		return 0;
	if (marks_know(s->judging, err) == -1)
		return -1;
	if (!own)
		range->withheld =
		    marks_withheld(s, rule, &range->withheld_count);
	return 0;
}

static bool
same_tips(const struct range *one, const struct range *other)
{
	if (one->tip_count != other->tip_count)
		return false;
	for (size_t i = 0; i < one->tip_count; i++)
		if (!oid_equal(&one->tips[i].id, &other->tips[i].id) ||
		    strcmp(one->tips[i].branch, other->tips[i].branch) != 0)
			return false;
	return true;
}

static bool
same_states(const struct range *one, const struct range *other)
{
	return one->care == other->care && same_tips(one, other) &&
	       one->withheld_count == other->withheld_count &&
	       (one->withheld_count == 0 ||
		   memcmp(one->withheld, other->withheld,
		       one->withheld_count * sizeof *one->withheld) == 0);
}

static struct range *
range_find(const struct subject *s, const struct range *like)
{
	struct range *range;

	for (range = s->ranges; range != NULL; range = range->next)
		if (same_states(range, like))
			return range;
	return NULL;
}

static struct states
states_of(const struct subject *s, const struct range *range)
{
	return (struct states){
	    .tips = range->tips,
	    .tip_count = range->tip_count,
	    .baseline = s->policy->baseline,
	    .baseline_count = s->policy->baseline_count,
	    .withheld = range->withheld,
	    .withheld_count = range->withheld_count,
	    .own = !oid_is_zero(&s->ref->old),
	};
}

/* What is withheld is found only where all states are met first. */
static enum history_care
care_of(const struct range *range)
{
	return range->withheld_count > 0 ? HISTORY_EXACT : range->care;
}

/*
 * A new branch under a rule that no branch here is held to: all that is
 * protected is taken as accepted, but the tip's change is judged in any case.
 */
static int
gain_of_first(struct subject *s, struct range *range, struct error *err)
{
	struct states states = states_of(s, range);
	struct tip *tips;

	if (accepted_tips(
		s, NULL, range->care, &tips, &states.tip_count, err) == -1)
		return -1;
	states.tips = tips;
	if (history_gain(s->judging->history, &s->ref->update->new, &states,
		care_of(range), &range->gain, err) == -1)
		return -1;
	return range->gain.count > 0
		   ? 0
		   : history_gain_tip(s->judging->history, &s->ref->update->new,
			 &states, &range->gain, err);
}

static int
range_gain(struct subject *s, const struct rule *rule, struct range *range,
    struct error *err)
{
	const struct ref_verdict *ref = s->ref;
	struct states states = states_of(s, range);

	if (s->whole)
		return history_gain_whole(s->judging->history,
		    &ref->update->new, &ref->old, &states, care_of(range),
		    &range->gain, err);
	if (rule != NULL && range->tip_count == 0)
		return gain_of_first(s, range, err);
	return history_gain(s->judging->history, &ref->update->new, &states,
	    care_of(range), &range->gain, err);
}

void
change_begin(struct subject *s, struct change *change)
{
	struct judging *j = s->judging;

	change->local = !is_live(j);
	change->people = &s->policy->people;
	change->pusher = &j->input->pusher;
	change->ref = ref_shown(s->ref->update->ref);
	change->today = j->today;
	change->tip = &s->tip;
	change->evidence = &s->policy->evidence;
	change->findings = &s->policy->findings;
	change->repo = j->input->repo;
	change->history = j->history;
	change->blobs = j->blobs;
	change->budget = &j->budget;
	change->arena = &j->verdict->arena;
	change->reaches = branches_reach;
	change->reviews = &reviews_source;
	change->subject = s;
}

void
change_make(struct subject *s, const struct range *range, size_t i,
    struct arena *arena, struct change *change)
{
	const struct gained *gained = &range->gain.changes[i];
	struct member *members =
	    arena_zero(arena, (gained->other_count + 1) * sizeof *members);

	members[0].commit = gained->commit;
	for (size_t m = 0; m < gained->other_count; m++)
		members[m + 1].commit = gained->others[m];
	change_begin(s, change);
	change->arena = arena;
	change->members = members;
	change->member_count = gained->other_count + 1;
	change->is_tip = i == range->gain.count - 1;
	change->thorough = range->care == HISTORY_EXACT;
	change->old_tree = gained->has_base ? &gained->base_tree : NULL;
	change->new_tree = &gained->commit->tree;
}

struct change *
range_change(struct subject *s, struct range *range, size_t i)
{
	struct arena *arena = &s->judging->verdict->arena;

	if (range->changes == NULL)
		range->changes = arena_zero(
		    arena, range->gain.count * sizeof *range->changes);
	if (range->changes[i] == NULL) {
		range->changes[i] = arena_zero(arena, sizeof(struct change));
		change_make(s, range, i, arena, range->changes[i]);
	}
	return range->changes[i];
}

struct range *
range_for(struct subject *s, const struct rule *rule, enum history_care care,
    struct error *err)
{
	struct arena *arena = &s->judging->verdict->arena;
	struct range *range, like = {.care = care};

	if (accepted_tips(s, rule, care, &like.tips, &like.tip_count, err) ==
		-1 ||
	    withheld_find(s, rule, &like, err) == -1)
		return NULL;
	if ((range = range_find(s, &like)) != NULL)
		return range;
	range = arena_zero(arena, sizeof *range);
	*range = like;
	if (range_gain(s, rule, range, err) == -1)
		return NULL;
	range->next = s->ranges;
	s->ranges = range;
	return range;
}

/* What the commits of a merged branch have is nobody's content, but as new as
 * the change's own. */
static int
members_check(struct subject *s, const struct change *change, struct error *err)
{
	struct judging *j = s->judging;

	for (size_t m = 1; m < change->member_count; m++) {
		const struct commit *commit = change->members[m].commit;
		bool root = commit->parent_count == 0;
		struct oid before;

		if (!root && history_tree(j->history, &commit->parents[0],
				 &before, err) == -1)
			return -1;
		if (tree_diff_check(j->input->repo, root ? NULL : &before,
			&commit->tree, &j->budget, err) == -1)
			return -1;
	}
	return 0;
}

int
change_files(struct subject *s, struct change *change, struct error *err)
{
	struct judging *j = s->judging;
	struct tree_diff *diff;

	if (change->files != NULL)
		return 0;
	diff = arena_zero(change->arena, sizeof *diff);
	if (tree_diff(j->input->repo, change->old_tree, change->new_tree,
		s->policy->paths, s->policy->path_sets, &j->budget,
		change->arena, diff, err) == -1 ||
	    members_check(s, change, err) == -1)
		return -1;
	change->files = diff;
	return 0;
}

const struct commit *
commit_named(struct subject *s, const struct oid *id)
{
	struct arena *arena = &s->judging->verdict->arena;
	struct commit *commit = arena_zero(arena, sizeof *commit);
	struct error err;

	return commit_read(s->judging->input->repo, id,
		   (size_t)s->judging->budget.limits.commit_size, arena, commit,
		   &err) == 0
		   ? commit
		   : NULL;
}

const struct change *
range_tip(struct subject *s, struct range *range, struct error *err)
{
	static const struct tree_diff nothing;
	struct judging *j = s->judging;
	struct arena *arena = &j->verdict->arena;
	struct commit *commit;
	struct member *member;
	struct change *change;

	if (range->gain.count > 0)
		return range_change(s, range, range->gain.count - 1);
	/* Accepted already, and so not counted among the commits judged. */
	commit = arena_zero(arena, sizeof *commit);
	if (commit_read(j->input->repo, &s->ref->update->new,
		(size_t)j->budget.limits.commit_size, arena, commit, err) == -1)
		return NULL;
	member = arena_zero(arena, sizeof *member);
	member->commit = commit;
	change = arena_zero(arena, sizeof *change);
	change_begin(s, change);
	change->members = member;
	change->member_count = 1;
	change->is_tip = change->bare = change->thorough = true;
	change->old_tree = change->new_tree = &commit->tree;
	change->files = &nothing;
	return change;
}
