/* Walks down from protected refs, by marks that age. */
#include "git/history.h"

#include <stdlib.h>
#include <string.h>

#include "git/graph.h"
#include "git/object.h"

/* A commit may be a member of several changes: of how many, on average, is
 * bounded, since every one of them is looked at again. */
enum { MEMBERSHIPS = 8 };

static int
node_count(struct history *h, uint32_t n, struct gain *gain, struct error *err)
{
	int64_t limit = h->budget->limits.commits;

	if (h->nodes[n].listed != h->walk)
		gain->commits++;
	h->nodes[n].listed = h->walk;
	if ((int64_t)++gain->members / MEMBERSHIPS > limit)
		return error_code(err, "object.limit",
		    "merges bring the same commits over and over "
		    "(limits: commits, %lld)",
		    (long long)limit);
	if (h->nodes[n].counted)
		return 0;
	if (budget_spend(
		h->budget, "commits", &h->budget->commits, limit, 1, err) == -1)
		return -1;
	h->nodes[n].counted = true;
	return 0;
}

/*
 * Marks.  A walk numbers itself, and a mark with its number is a mark of this
 * walk; nothing is ever cleared.
 */
bool
is_state(const struct history *h, uint32_t n)
{
	return h->nodes[n].state == h->walk;
}

static bool
on_chain(const struct history *h, uint32_t n)
{
	return h->nodes[n].chain == h->walk;
}

/* A state, with all that is before it (`whole`) or its chain alone. */
static int
state_push(struct history *h, uint32_t n, bool whole, struct error *err)
{
	struct node *node;

	if (is_state(h, n) && (!whole || h->nodes[n].whole == h->walk))
		return 0;
	if (node_read(h, n, err) == -1)
		return -1;
	node = &h->nodes[n];
	node->state = h->walk;
	if (whole)
		node->whole = h->walk;
	if (on_chain(h, n) && h->met == NO_NODE) {
		h->met = n;
		h->chain_count = node->place;
	}
	heap_push(&h->states, n, node->date);
	return 0;
}

/* Go one step down from the newest state waiting. */
static int
state_step(struct history *h, struct error *err)
{
	uint32_t n = heap_pop(&h->states);
	bool whole = h->nodes[n].whole == h->walk;
	uint32_t before = whole ? NO_NODE : state_before(h, n);

	if (before != NO_NODE)
		return state_push(h, before, false, err);
	for (uint32_t i = 0; whole && i < h->nodes[n].parent_count; i++)
		if (state_push(h, h->nodes[n].parents[i], true, err) == -1)
			return -1;
	return 0;
}

int
states_until(struct history *h, int64_t date, struct error *err)
{
	while (h->states.count > 0 && h->states.list[0].date >= date)
		if (state_step(h, err) == -1)
			return -1;
	return 0;
}

static int
baseline_push(struct history *h, const struct oid *id, struct error *err)
{
	struct object object;
	int absent = object_header(h->repo, id, &object, err);

	if (absent != 0)
		return absent == 1 ? 0 : -1;
	return state_push(h, node_of(h, id), true, err);
}

static void
branches_accept(struct history *h, const struct states *states)
{
	h->branch_count = 0;
	h->branches = mem_grow(h->branches, &h->branch_capacity,
	    states->tip_count, sizeof *h->branches);
	for (size_t i = 0; i < states->tip_count; i++)
		if (states->tips[i].branch != NULL)
			h->branches[h->branch_count++] = states->tips[i].branch;
}

int
states_begin(struct history *h, const struct states *states,
    enum history_care care, struct error *err)
{
	h->walk++;
	branches_accept(h, states);
	h->states.count = h->chain_count = 0;
	h->met = NO_NODE;
	for (size_t i = 0; i < states->tip_count; i++)
		if (state_push(
			h, node_of(h, &states->tips[i].id), false, err) == -1)
			return -1;
	for (size_t i = 0; i < states->baseline_count; i++)
		if (baseline_push(h, &states->baseline[i], err) == -1)
			return -1;
	h->leaking = false;
	if (care == HISTORY_FAST)
		return 0;
	return states_until(h, INT64_MIN, err) == -1
		   ? -1
		   : states_withhold(h, states, err);
}

static void
chain_add(struct history *h, uint32_t n)
{
	h->chain = mem_grow(
	    h->chain, &h->chain_capacity, h->chain_count + 1, sizeof *h->chain);
	h->nodes[n].chain = h->walk;
	h->nodes[n].place = (uint32_t)h->chain_count;
	h->chain[h->chain_count++] = n;
}

/*
 * Collect the chain from `n` down to a state or a root.  A state that is met
 * late, above where the chain has come to by then, cuts it there.  One that
 * leaks is passed over, but is where the chain meets accepted history.
 */
static int
chain_collect(struct history *h, uint32_t n, struct error *err)
{
	for (;;) {
		if (node_read(h, n, err) == -1 ||
		    states_until(h, h->nodes[n].date, err) == -1)
			return -1;
		if (h->met != NO_NODE && !h->leaking)
			return 0;
		if (is_state(h, n)) {
			h->met = h->met == NO_NODE ? n : h->met;
			if (!state_leaks(h, n))
				return 0;
			n = state_before(h, n);
			continue;
		}
		chain_add(h, n);
		if (h->nodes[n].parent_count == 0)
			return states_until(h, INT64_MIN, err);
		n = h->nodes[n].parents[0];
	}
}

/* The members a commit brings through its parents from `first` on. */
static int
members_collect(struct history *h, uint32_t n, uint32_t first,
    struct gain *gain, struct gained *change, struct error *err)
{
	const struct commit **others = NULL;
	size_t capacity = 0;

	h->change++;
	h->wanted.count = 0;
	for (uint32_t i = first; i < h->nodes[n].parent_count; i++)
		heap_push(&h->wanted, h->nodes[n].parents[i], INT64_MAX);
	while (h->wanted.count > 0) {
		uint32_t m = heap_pop(&h->wanted);

		if (h->nodes[m].member == h->change)
			continue;
		h->nodes[m].member = h->change;
		if (budget_time(h->budget, err) == -1 ||
		    node_read(h, m, err) == -1 ||
		    states_until(h, h->nodes[m].date, err) == -1)
			goto out;
		if (state_leaks(h, m) && state_before(h, m) != NO_NODE)
			heap_push(
			    &h->wanted, state_before(h, m), h->nodes[m].date);
		if (is_state(h, m) || on_chain(h, m))
			continue;
		others = mem_grow(
		    others, &capacity, change->other_count + 1, sizeof *others);
		if ((others[change->other_count] = node_commit(h, m, err)) ==
			NULL ||
		    node_count(h, m, gain, err) == -1)
			goto out;
		change->other_count++;
		for (uint32_t i = 0; i < h->nodes[m].parent_count; i++)
			heap_push(&h->wanted, h->nodes[m].parents[i],
			    h->nodes[m].date);
	}
	if (change->other_count > 0)
		change->others = arena_move(
		    h->arena, others, change->other_count * sizeof *others);
	return 0;
out:
	free(others);
	return -1;
}

/* Fill one change from its node. */
static int
change_collect(struct history *h, uint32_t n, struct gain *gain,
    struct gained *change, struct error *err)
{
	uint32_t first;

	if ((change->commit = node_commit(h, n, err)) == NULL ||
	    node_count(h, n, gain, err) == -1)
		return -1;
	if (h->nodes[n].parent_count > 0) {
		first = h->nodes[n].parents[0];
		if (node_read(h, first, err) == -1)
			return -1;
		change->base_tree = h->nodes[first].tree;
		change->has_base = true;
	}
	return members_collect(h, n, 1, gain, change, err);
}

int
history_gain(struct history *h, const struct oid *tip,
    const struct states *states, enum history_care care, struct gain *gain,
    struct error *err)
{
	memset(gain, 0, sizeof *gain);
	if (states_begin(h, states, care, err) == -1 ||
	    chain_collect(h, node_of(h, tip), err) == -1)
		return -1;
	if (h->met != NO_NODE) {
		gain->meets_state = true;
		gain->met = h->nodes[h->met].id;
	}
	gain->count = h->chain_count;
	gain->changes =
	    arena_zero(h->arena, (gain->count + 1) * sizeof *gain->changes);
	for (size_t i = 0; i < gain->count; i++)
		if (change_collect(h, h->chain[gain->count - 1 - i], gain,
			&gain->changes[i], err) == -1)
			return -1;
	return 0;
}

int
history_gain_whole(struct history *h, const struct oid *tip,
    const struct oid *old, const struct states *states, enum history_care care,
    struct gain *gain, struct error *err)
{
	uint32_t n = node_of(h, tip), base = node_of(h, old);
	struct gained *change;

	memset(gain, 0, sizeof *gain);
	if (states_begin(h, states, care, err) == -1 ||
	    node_read(h, n, err) == -1 || node_read(h, base, err) == -1)
		return -1;
	chain_add(h, n);
	gain->meets_state = true;
	gain->met = *old;
	change = gain->changes = arena_zero(h->arena, sizeof *change);
	gain->count = 1;
	if ((change->commit = node_commit(h, n, err)) == NULL ||
	    node_count(h, n, gain, err) == -1)
		return -1;
	change->base_tree = h->nodes[base].tree;
	change->has_base = true;
	return members_collect(h, n, 0, gain, change, err);
}

int
history_gain_tip(struct history *h, const struct oid *tip,
    const struct states *states, struct gain *gain, struct error *err)
{
	uint32_t n = node_of(h, tip);

	memset(gain, 0, sizeof *gain);
	if (node_read(h, n, err) == -1 ||
	    states_begin(h, states, HISTORY_FAST, err) == -1)
		return -1;
	if (h->nodes[n].parent_count > 0 &&
	    state_push(h, h->nodes[n].parents[0], false, err) == -1)
		return -1;
	chain_add(h, n);
	gain->count = 1;
	gain->changes = arena_zero(h->arena, sizeof *gain->changes);
	return change_collect(h, n, gain, &gain->changes[0], err);
}

int
history_descends(struct history *h, const struct oid *tip,
    const struct oid *old, struct error *err)
{
	const struct tip from = {.id = *old};
	struct states states = {.tips = &from, .tip_count = 1};
	uint32_t wanted = node_of(h, old);

	if (states_begin(h, &states, HISTORY_FAST, err) == -1)
		return -1;
	h->change++;
	h->wanted.count = 0;
	heap_push(&h->wanted, node_of(h, tip), INT64_MAX);
	while (h->wanted.count > 0) {
		uint32_t m = heap_pop(&h->wanted);

		if (m == wanted)
			return 1;
		if (h->nodes[m].member == h->change)
			continue;
		h->nodes[m].member = h->change;
		if (node_read(h, m, err) == -1 ||
		    states_until(h, h->nodes[m].date, err) == -1)
			return -1;
		/* What lies on old's own chain is before it, not after. */
		if (is_state(h, m))
			continue;
		for (uint32_t i = 0; i < h->nodes[m].parent_count; i++)
			heap_push(&h->wanted, h->nodes[m].parents[i],
			    h->nodes[m].date);
	}
	return 0;
}

int
history_is_state(struct history *h, const struct states *states,
    const struct oid *commit, struct error *err)
{
	uint32_t wanted = node_of(h, commit);

	if (states_begin(h, states, HISTORY_FAST, err) == -1)
		return -1;
	while (!is_state(h, wanted) && h->states.count > 0)
		if (state_step(h, err) == -1)
			return -1;
	return is_state(h, wanted);
}
