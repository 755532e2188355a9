/* Work and landings: merges of what may match, and nothing else is merged. */
#include "git/landing.h"

#include <string.h>

#include "base/text.h"
#include "git/graph.h"
#include "git/tree.h"
#include "git/tree_diff.h"
#include "git/tree_path.h"

/* Longer series are merged without a quick look. */
enum { LOOK_LIMIT = 16 };

/* What is spent of it is not the push's; the time is. */
static int
budget_renew(const struct landing *l, struct budget *budget, struct error *err)
{
	if (budget_time(l->budget, err) == -1)
		return -1;
	*budget = (struct budget){
	    .limits = l->budget->limits, .deadline = l->budget->deadline};
	return 0;
}

/* ---- one changed path */

/* Whatever their names. */
static bool
entries_equal(const struct tree_entry *a, const struct tree_entry *b)
{
	return a->mode == b->mode &&
	       (a->mode == MODE_NONE || oid_equal(&a->id, &b->id));
}

struct side {
	struct object object;
	size_t offset;
	struct tree_entry entry;
	int more; /* is `entry` one? */
};

static int
side_next(struct side *side, struct error *err)
{
	side->more = tree_next(side->object.data, side->object.size,
	    &side->offset, &side->entry, err);
	return side->more == -1 ? -1 : 0;
}

/* Go on to the first entry that differs: 1; 0 if none does; -1. */
static int
entries_differ(struct side *a, struct side *b, struct error *err)
{
	for (;;) {
		if (side_next(a, err) == -1 || side_next(b, err) == -1)
			return -1;
		if (a->more == 0 && b->more == 0)
			return 0;
		if (a->more == 0 || b->more == 0 ||
		    tree_order(&a->entry, &b->entry) != 0 ||
		    !entries_equal(&a->entry, &b->entry))
			return 1;
	}
}

/*
 * Add the name of an entry that differs to the path.  1 if it is a directory of
 * both, whose ids are in `ids` then.
 */
static int
first_difference(const struct landing *l, struct oid ids[2], struct text *path,
    struct error *err)
{
	struct budget budget;
	struct side a = {.offset = 0}, b = {.offset = 0};
	const struct tree_entry *first;
	int answer = -1, order;

	if (budget_renew(l, &budget, err) == 0 &&
	    tree_open(l->repo, &ids[0], &budget, &a.object, err) == 0 &&
	    tree_open(l->repo, &ids[1], &budget, &b.object, err) == 0)
		answer = entries_differ(&a, &b, err);
	if (answer == 1) {
		order = a.more == 0   ? 1
			: b.more == 0 ? -1
				      : tree_order(&a.entry, &b.entry);
		first = order <= 0 ? &a.entry : &b.entry;
		text_add_bytes(path, first->name, first->name_len);
		ids[0] = a.entry.id;
		ids[1] = b.entry.id;
		answer = order == 0 && a.entry.mode == MODE_TREE;
	}
	object_release(&a.object);
	object_release(&b.object);
	return answer;
}

/* What a commit has at the changed path; MODE_NONE: nothing. */
static int
look(const struct landing *l, const struct oid *commit, struct tree_entry *at,
    struct error *err)
{
	struct budget budget;
	struct oid tree;

	if (budget_renew(l, &budget, err) == -1 ||
	    history_tree(l->history, commit, &tree, err) == -1)
		return -1;
	return tree_path(
	    l->repo, &tree, l->changed, &budget, &at->mode, &at->id, err);
}

int
landing_begin(struct landing *l, struct error *err)
{
	struct text path = {0};
	struct oid ids[2];
	int deeper = 1;

	l->changed = NULL;
	ids[1] = l->tree;
	if (history_tree(l->history, &l->onto, &ids[0], err) == -1)
		return -1;
	if (oid_equal(&ids[0], &ids[1]))
		return 0;
	while ((deeper = first_difference(l, ids, &path, err)) == 1)
		text_add_char(&path, '/');
	if (deeper == 0 && path.len > 0)
		l->changed = arena_bytes(l->arena, path.data, path.len);
	text_free(&path);
	return l->changed == NULL ? deeper : look(l, &l->onto, &l->was, err);
}

/* ---- may it be? */

/* Is it the same there as in the tip, in this list of commits?  1, 0, -1. */
static int
same_there(const struct landing *l, const struct tree_entry *tip,
    const struct oid *commits, size_t count, struct error *err)
{
	struct tree_entry other = {.mode = MODE_NONE};

	for (size_t i = 0; i < count; i++) {
		if (look(l, &commits[i], &other, err) == -1)
			return -1;
		if (!entries_equal(&other, tip))
			return 0;
	}
	return 1;
}

/*
 * What the work never touched merging it does not change.  The base of a merge
 * is one of its commits or of the states it began at, so the changed path must
 * not be the same in all of them.
 */
int
landing_possible(
    const struct landing *l, const struct series *series, struct error *err)
{
	struct tree_entry tip = {.mode = MODE_NONE};
	int same;

	if (l->changed == NULL || series->count == 0 || series->cut)
		return 0;
	if (series->count + series->met_count > LOOK_LIMIT)
		return 1;
	if (look(l, &series->commits[0], &tip, err) == -1)
		return -1;
	same = same_there(l, &tip, series->met, series->met_count, err);
	if (same == 1)
		same = same_there(
		    l, &tip, series->commits + 1, series->count - 1, err);
	return same == -1 ? -1 : !same;
}

/* ---- is it? */

/* A commit that may be a landing, and the one before it. */
struct step {
	const struct oid *onto, *tree;
	struct oid before; /* the tree of `onto` */
	enum doubt doubt;  /* about what was asked so far, and is not so */
};

/* Does merging the work, from `base` on, give the tree?  1, 0 or -1. */
static int
gives(const struct landing *l, struct step *step, const struct oid *base,
    const struct oid *work, const struct oid *tree, struct error *err)
{
	struct budget budget;
	const struct merging merging = {.repo = l->repo,
	    .history = l->history,
	    .budget = &budget,
	    .base = base,
	    .onto = step->onto,
	    .work = work,
	    .tree = tree};

	return budget_renew(l, &budget, err) == -1
		   ? -1
		   : merge_gives(&merging, &step->doubt, err);
}

/*
 * Does one commit land with the step?  A quick look at the landing: where both
 * are the same merging changes nothing, but the landing does.
 */
static int
lands(const struct landing *l, struct step *step, const struct oid *base,
    const struct oid *work, struct error *err)
{
	struct tree_entry there = {.mode = MODE_NONE};

	if (step->tree == &l->tree && l->changed != NULL) {
		if (look(l, work, &there, err) == -1)
			return -1;
		if (entries_equal(&there, &l->was))
			return 0;
	}
	return gives(l, step, base, work, step->tree, err);
}

/* The first of these commits that lands, merged from `base` on.  1, 0 or -1. */
static int
first_given(const struct landing *l, struct step *step, const struct oid *base,
    const struct series *series, size_t count, size_t *which, struct error *err)
{
	int answer = 0;

	for (size_t i = 0; answer == 0 && i < count; i++) {
		*which = i;
		answer = lands(l, step, base, &series->commits[i], err);
	}
	return answer;
}

/* The first commit of the chain, from `*held` on, that is there before the step
 * already; their count if none is.  0 or -1. */
static int
held_find(const struct landing *l, struct step *step,
    const struct series *series, size_t *held, struct error *err)
{
	struct step there = {.onto = step->onto};
	int answer = 0;

	for (; *held < series->chain_count; (*held)++) {
		answer = gives(l, &there, NULL, &series->commits[*held],
		    &step->before, err);
		if (answer != 0)
			break;
	}
	/* What is there but for some files says nothing of what lands. */
	if (there.doubt != DOUBT_NONE)
		doubt_raise(&step->doubt, DOUBT_BASELESS);
	return answer == -1 ? -1 : 0;
}

/* The first of the `count` newest of the chain that lands with a step.  1 with
 * `*which`, 0 or -1. */
static int
landing_at(const struct landing *l, struct step *step,
    const struct series *series, size_t count, size_t *which, struct error *err)
{
	size_t held = 0;
	int answer;

	if (history_tree(l->history, step->onto, &step->before, err) == -1)
		return -1;
	if (oid_equal(&step->before, step->tree))
		return 0;
	answer = first_given(l, step, NULL, series, count, which, err);
	if (answer != 0 || series->chain_count == 1)
		return answer;
	if (held_find(l, step, series, &held, err) == -1)
		return -1;
	if (held == series->chain_count)
		return 0;
	return first_given(l, step, &series->commits[held], series,
	    held < count ? held : count, which, err);
}

int
landing_find(const struct landing *l, const struct series *series,
    size_t *which, enum doubt *doubt, struct error *err)
{
	struct step step = {.onto = &l->onto, .tree = &l->tree};
	int answer =
	    landing_at(l, &step, series, series->chain_count, which, err);

	if (doubt != NULL)
		*doubt = step.doubt;
	return answer;
}

int
landing_end(const struct landing *l, const struct series *series, size_t which,
    size_t *end, struct error *err)
{
	struct step step = {.onto = &l->onto, .tree = &l->tree};

	*end = which + 1;
	if (history_tree(l->history, &l->onto, &step.before, err) == -1 ||
	    held_find(l, &step, series, end, err) == -1)
		return -1;
	return 0;
}

int
landing_resembles(
    const struct landing *l, const struct oid *tip, struct error *err)
{
	struct tree_diff change = {.lenient = true};
	struct budget budget;
	struct oid before, to;
	bool same = false;

	if (budget_renew(l, &budget, err) == -1 ||
	    history_tree(l->history, tip, &to, err) == -1 ||
	    history_tree(l->history, &l->onto, &before, err) == -1 ||
	    tree_diff(l->repo, &before, &l->tree, NULL, 0, &budget, l->arena,
		&change, err) == -1)
		return -1;
	for (size_t i = 0; !same && i < change.count; i++) {
		const struct file *file = &change.files[i];
		enum tree_mode mode;
		struct oid id;

		if (file->new_mode == MODE_NONE)
			continue;
		if (budget_renew(l, &budget, err) == -1 ||
		    tree_path(l->repo, &to, file->path, &budget, &mode, &id,
			err) == -1)
			return -1;
		same = mode == file->new_mode && oid_equal(&id, &file->new_id);
	}
	return same;
}

/* Go on to the first parent.  1 with both known, 0 for a root, -1. */
static int
step_down(struct history *h, struct oid *id, struct oid *tree,
    struct oid *before, struct error *err)
{
	uint32_t n = node_of(h, id);

	if (node_read(h, n, err) == -1)
		return -1;
	if (h->nodes[n].parent_count == 0)
		return 0;
	*tree = h->nodes[n].tree;
	*before = h->nodes[h->nodes[n].parents[0]].id;
	return 1;
}

/* Is a commit of the work there with a step, and was not before?  1, 0, -1. */
static int
arrives(const struct landing *l, struct step *step, const struct oid *state,
    const struct oid *work, struct error *err)
{
	struct step now = {.onto = state};
	int held = gives(l, &now, NULL, work, step->tree, err);

	if (held != 1)
		return held;
	held = gives(l, step, NULL, work, &step->before, err);
	return held == -1 ? -1 : !held;
}

/* The first of the `count` newest of the chain that comes with a step, be it
 * among other things.  1 with `*which`, 0 or -1. */
static int
arrival_at(const struct landing *l, struct step *step, const struct oid *state,
    const struct series *series, size_t count, size_t *which, struct error *err)
{
	int answer = landing_at(l, step, series, count, which, err);

	if (oid_equal(&step->before, step->tree))
		return answer;
	if (answer == 1)
		count = *which;
	for (size_t i = 0; answer != -1 && i < count; i++) {
		int arrived = arrives(l, step, state, &series->commits[i], err);

		if (arrived == 0)
			continue;
		*which = i;
		return arrived;
	}
	return answer;
}

/* Lower `*first` to the newest commit of the chain that came with a state, if
 * it is newer.  1 with the state before it, 0 at a root, -1. */
static int
state_landed(const struct landing *l, const struct series *series,
    struct oid *at, size_t *first, struct error *err)
{
	struct oid tree, before;
	struct step step = {.onto = &before, .tree = &tree};
	size_t which;
	int answer = step_down(l->history, at, &tree, &before, err);

	if (answer != 1)
		return answer;
	answer = arrival_at(l, &step, at, series, *first, &which, err);
	if (answer == 1)
		*first = which;
	*at = before;
	return answer == -1 ? -1 : 1;
}

/* The newest commit of the chain that landed with a state down to where the
 * work began; their count if none did. */
static int
landed_find(const struct landing *l, struct series *series, size_t *first,
    struct error *err)
{
	struct oid at = l->onto;
	int more = 1;

	*first = series->chain_count;
	while (more == 1 && !series_has(series, &at)) {
		if (series->landed.known &&
		    oid_equal(&at, &series->landed.top)) {
			if (series->landed.first < *first)
				*first = series->landed.first;
			break;
		}
		more = state_landed(l, series, &at, first, err);
	}
	if (more == -1)
		return -1;
	series->landed.top = l->onto;
	series->landed.first = *first;
	series->landed.known = true;
	return 0;
}

int
landing_again(const struct landing *l, struct series *series, size_t which,
    struct error *err)
{
	struct step step = {.onto = &l->onto};
	size_t first;
	int held;

	if (landed_find(l, series, &first, err) == -1)
		return -1;
	if (first <= which || first == series->chain_count)
		return first <= which;
	if (history_tree(l->history, &l->onto, &step.before, err) == -1)
		return -1;
	held =
	    gives(l, &step, NULL, &series->commits[first], &step.before, err);
	return held == -1 ? -1 : !held;
}

/* ---- where it departs */

struct departures {
	const char **paths;
	size_t room, count;
	bool related;
};

static void
depart(struct departures *d, const char *path)
{
	if (d->count < d->room)
		d->paths[d->count] = path;
	d->count++;
}

/* A file the landing left as it was: does it lack what the work brings? */
static int
lacks(const struct landing *l, const struct file *work, struct error *err)
{
	struct budget budget;
	enum tree_mode mode;
	struct oid id;

	if (budget_renew(l, &budget, err) == -1 ||
	    tree_path(
		l->repo, &l->tree, work->path, &budget, &mode, &id, err) == -1)
		return -1;
	return mode != work->new_mode || !oid_equal(&id, &work->new_id);
}

/* A file that both change. */
static int
differs(const struct landing *l, const struct file *work,
    const struct file *change, struct error *err)
{
	struct budget budget;
	const struct tree_entry at[MERGE_SIDES] = {
	    [MERGE_BASE] = {.mode = work->old_mode, .id = work->old_id},
	    [MERGE_OURS] = {.mode = change->old_mode, .id = change->old_id},
	    [MERGE_THEIRS] = {.mode = work->new_mode, .id = work->new_id},
	    [MERGE_RESULT] = {.mode = change->new_mode, .id = change->new_id},
	};
	int holds = budget_renew(l, &budget, err);

	if (holds == 0)
		holds = merge_gives_file(l->repo, at, &budget, err);
	return holds == -1 ? -1 : !holds;
}

/* Both lists are in git's order, which is that of the bytes of whole paths. */
static int
compare(const struct landing *l, const struct tree_diff *work,
    const struct tree_diff *change, struct departures *d, struct error *err)
{
	size_t i = 0, k = 0;

	for (;;) {
		const struct file *w = i < work->count ? &work->files[i] : NULL;
		const struct file *c =
		    k < change->count ? &change->files[k] : NULL;
		int departs = 1, order = w == NULL   ? 1
					 : c == NULL ? -1
						     : strcmp(w->path, c->path);

		if (w == NULL && c == NULL)
			return 0;
		if (order < 0)
			departs = lacks(l, w, err);
		else if (order == 0)
			departs = differs(l, w, c, err);
		if (departs == -1)
			return -1;
		if (departs)
			depart(d, order <= 0 ? w->path : c->path);
		d->related = d->related || order == 0;
		i += order <= 0;
		k += order >= 0;
	}
}

int
landing_departs(const struct landing *l, const struct oid *tip,
    const char **paths, size_t room, size_t *count, bool *related,
    struct error *err)
{
	struct budget budget;
	struct tree_diff work = {.lenient = true}, change = {.lenient = true};
	struct departures d = {.paths = paths, .room = room};
	struct oid base, from, to, before;
	int answer = history_merge_base(l->history, &l->onto, tip, &base, err);

	*count = 0;
	*related = false;
	if (answer != 1)
		return answer;
	if (budget_renew(l, &budget, err) == -1 ||
	    history_tree(l->history, &base, &from, err) == -1 ||
	    history_tree(l->history, tip, &to, err) == -1 ||
	    history_tree(l->history, &l->onto, &before, err) == -1 ||
	    tree_diff(l->repo, &from, &to, NULL, 0, &budget, l->arena, &work,
		err) == -1 ||
	    tree_diff(l->repo, &before, &l->tree, NULL, 0, &budget, l->arena,
		&change, err) == -1 ||
	    compare(l, &work, &change, &d, err) == -1)
		return -1;
	*count = d.count;
	*related = d.related;
	return 0;
}
