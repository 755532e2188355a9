/* Walks over commits: a table, a heap by date, and marks that age. */
#include "git/history.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "git/object.h"

#define NO_NODE UINT32_MAX

enum { FEW_PARENTS = 8 };

struct node {
	struct oid id, tree;
	int64_t date;
	const uint32_t *parents; /* nodes; known once `read` */
	uint32_t parent_count;
	bool read;
	uint32_t state, whole, chain; /* the walk that marked it so */
	uint32_t member;              /* the change that listed it last */
	uint32_t place;               /* on the chain, newest first */
	const struct commit *commit;  /* parsed strictly, or NULL */
	uint32_t listed;  /* the walk that counted it for its gain */
	uint32_t painted; /* the walk that put `paint` on it */
	uint8_t paint;
	bool counted; /* against limits.commits */
};

/* Nodes waiting to be looked at, the newest first. */
struct heap {
	struct heap_entry {
		int64_t date;
		uint32_t node;
	} * list;
	size_t count, capacity;
};

struct history {
	struct repo *repo;
	struct budget *budget;
	struct arena *arena;
	struct node *nodes;
	size_t count, capacity;
	uint32_t *slots; /* open addressing; a power of two of them */
	size_t slot_count;
	uint64_t seed;   /* ids are the pusher's choice, collisions are not */
	uint32_t walk;   /* the mark of the walk under way */
	uint32_t change; /* the mark of the change whose members are listed */
	struct heap states, wanted;
	uint32_t *chain; /* of the walk under way, newest first */
	size_t chain_count, chain_capacity;
	uint32_t met; /* the state at which the chain ends, or NO_NODE */
};

struct history *
history_new(struct repo *repo, struct budget *budget, struct arena *arena)
{
	struct history *h = mem_zero(sizeof *h);

	h->repo = repo;
	h->budget = budget;
	h->arena = arena;
	if (getrandom(&h->seed, sizeof h->seed, GRND_NONBLOCK) < 0)
		h->seed = (uint64_t)clock_now();
	h->seed |= 1;
	return h;
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	free(h->nodes);
	free(h->slots);
	free(h->states.list);
	free(h->wanted.list);
	free(h->chain);
	free(h);
}

static void
heap_push(struct heap *heap, uint32_t node, int64_t date)
{
	size_t i = heap->count++;

	heap->list = mem_grow(
	    heap->list, &heap->capacity, heap->count, sizeof *heap->list);
	for (; i > 0 && heap->list[(i - 1) / 2].date < date; i = (i - 1) / 2)
		heap->list[i] = heap->list[(i - 1) / 2];
	heap->list[i] = (struct heap_entry){date, node};
}

static uint32_t
heap_pop(struct heap *heap)
{
	uint32_t top = heap->list[0].node;
	struct heap_entry last = heap->list[--heap->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < heap->count) {
		if (child + 1 < heap->count &&
		    heap->list[child + 1].date > heap->list[child].date)
			child++;
		if (heap->list[child].date <= last.date)
			break;
		heap->list[i] = heap->list[child];
		i = child;
	}
	heap->list[i] = last;
	return top;
}

static size_t
slot_of(const struct history *h, const struct oid *id)
{
	uint64_t a, b;

	memcpy(&a, id->bytes, sizeof a);
	memcpy(&b, id->bytes + sizeof a, sizeof b);
	a = (a ^ h->seed) * 0x9e3779b97f4a7c15u;
	a = (a ^ a >> 32 ^ b) * (h->seed << 1 | 1);
	return (size_t)(a >> 20) & (h->slot_count - 1);
}

static void
slots_grow(struct history *h)
{
	free(h->slots);
	h->slot_count = h->slot_count > 0 ? h->slot_count * 2 : 64;
	h->slots = mem_array(h->slot_count, sizeof *h->slots);
	memset(h->slots, 0xff, h->slot_count * sizeof *h->slots);
	for (size_t i = 0; i < h->count; i++) {
		size_t slot = slot_of(h, &h->nodes[i].id);

		while (h->slots[slot] != NO_NODE)
			slot = (slot + 1) & (h->slot_count - 1);
		h->slots[slot] = (uint32_t)i;
	}
}

/* The node of a commit, made at the first meeting. */
static uint32_t
node_of(struct history *h, const struct oid *id)
{
	size_t slot;

	if (2 * (h->count + 1) > h->slot_count)
		slots_grow(h);
	for (slot = slot_of(h, id); h->slots[slot] != NO_NODE;
	     slot = (slot + 1) & (h->slot_count - 1))
		if (oid_equal(&h->nodes[h->slots[slot]].id, id))
			return h->slots[slot];
	h->nodes =
	    mem_grow(h->nodes, &h->capacity, h->count + 1, sizeof *h->nodes);
	h->nodes[h->count] = (struct node){.id = *id};
	h->slots[slot] = (uint32_t)h->count;
	return (uint32_t)h->count++;
}

/* Turn the ids of parents into nodes; may move the table. */
static void
node_parents(struct history *h, uint32_t n, const struct oid *ids, size_t count)
{
	uint32_t *parents =
	    arena_zero(h->arena, (count > 0 ? count : 1) * sizeof *parents);

	for (size_t i = 0; i < count; i++)
		parents[i] = node_of(h, &ids[i]);
	h->nodes[n].parents = parents;
	h->nodes[n].parent_count = (uint32_t)count;
	h->nodes[n].read = true;
}

static int
commit_object(
    struct history *h, uint32_t n, struct object *object, struct error *err)
{
	char hex[OID_DIGITS + 1];

	if (object_read(h->repo, &h->nodes[n].id, OBJECT_COMMIT,
		(size_t)h->budget->limits.commit_size, object, err) == 0)
		return 0;
	return error_prefix(err, "commit %s", oid_format(&h->nodes[n].id, hex));
}

/* Read what a walk needs of a commit. */
static int
node_read(struct history *h, uint32_t n, struct error *err)
{
	struct oid few[FEW_PARENTS], *ids = few;
	struct object object;
	struct oid tree, id;
	int64_t date;
	int count;

	if (h->nodes[n].read)
		return 0;
	if (budget_time(h->budget, err) == -1 ||
	    commit_object(h, n, &object, err) == -1)
		return -1;
	id = h->nodes[n].id;
	count = commit_skim(
	    &id, object.data, object.size, &tree, ids, FEW_PARENTS, &date, err);
	if (count > FEW_PARENTS) {
		ids = mem_array((size_t)count, sizeof *ids);
		count = commit_skim(&id, object.data, object.size, &tree, ids,
		    (size_t)count, &date, err);
	}
	object_release(&object);
	if (count >= 0) {
		h->nodes[n].tree = tree;
		h->nodes[n].date = date;
		node_parents(h, n, ids, (size_t)count);
	}
	if (ids != few)
		free(ids);
	return count < 0 ? -1 : 0;
}

/* The strictly parsed commit of a node: all that is gained goes through it. */
static const struct commit *
node_commit(struct history *h, uint32_t n, struct error *err)
{
	struct commit *commit;
	struct object object;
	int result;

	if (h->nodes[n].commit != NULL)
		return h->nodes[n].commit;
	if (commit_object(h, n, &object, err) == -1)
		return NULL;
	commit = arena_zero(h->arena, sizeof *commit);
	result = commit_parse(
	    &h->nodes[n].id, object.data, object.size, h->arena, commit, err);
	object_release(&object);
	if (result == -1)
		return NULL;
	h->nodes[n].commit = commit;
	return commit;
}

static int
node_count(struct history *h, uint32_t n, struct gain *gain, struct error *err)
{
	if (h->nodes[n].listed != h->walk)
		gain->commits++;
	h->nodes[n].listed = h->walk;
	if (h->nodes[n].counted)
		return 0;
	h->nodes[n].counted = true;
	return budget_spend(h->budget, "commits", &h->budget->commits,
	    h->budget->limits.commits, 1, err);
}

/*
 * Marks.  A walk numbers itself, and a mark with its number is a mark of this
 * walk; nothing is ever cleared.
 */
static bool
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
	uint32_t count = h->nodes[n].parent_count;

	if (count > 1 && !whole)
		count = 1;
	for (uint32_t i = 0; i < count; i++)
		if (state_push(h, h->nodes[n].parents[i], whole, err) == -1)
			return -1;
	return 0;
}

/* Meet all states that say they are from `date` or later. */
static int
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

static int
states_begin(struct history *h, const struct states *states,
    enum history_care care, struct error *err)
{
	h->walk++;
	h->states.count = h->chain_count = 0;
	h->met = NO_NODE;
	for (size_t i = 0; i < states->tip_count; i++)
		if (state_push(h, node_of(h, &states->tips[i]), false, err) ==
		    -1)
			return -1;
	for (size_t i = 0; i < states->baseline_count; i++)
		if (baseline_push(h, &states->baseline[i], err) == -1)
			return -1;
	return care == HISTORY_EXACT ? states_until(h, INT64_MIN, err) : 0;
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
 * late, above where the chain has come to by then, cuts it there.
 */
static int
chain_collect(struct history *h, uint32_t n, struct error *err)
{
	for (;;) {
		if (node_read(h, n, err) == -1 ||
		    states_until(h, h->nodes[n].date, err) == -1)
			return -1;
		if (h->met != NO_NODE)
			return 0;
		if (is_state(h, n)) {
			h->met = n;
			return 0;
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
		if (node_read(h, m, err) == -1 ||
		    states_until(h, h->nodes[m].date, err) == -1)
			goto out;
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
		change->others = (const struct commit **)arena_bytes(
		    h->arena, others, change->other_count * sizeof *others);
	free(others);
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
	struct states states = {.tips = old, .tip_count = 1};
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

/*
 * Merge bases.  What the two commits reach is painted, each in its colour.
 * Behind what has both everything is STALE: a common ancestor, but not a best
 * one.  A best one is reached through commits that are no common ancestors
 * alone, so once nothing fresh waits all best ones have both colours; of
 * several, some may be stale without its being known yet.
 */
enum { OURS = 1, THEIRS = 2, BOTH = 3, STALE = 4, WAITING = 8 };

struct painting {
	size_t fresh;   /* nodes that wait and are not stale */
	size_t common;  /* nodes with both colours that are not stale */
	uint32_t sum;   /* of their numbers: of one, its number */
	int64_t oldest; /* date of any node that had both colours */
};

static bool
is_common(uint8_t paint)
{
	return (paint & (BOTH | STALE)) == BOTH;
}

static bool
is_fresh(uint8_t paint)
{
	return (paint & (WAITING | STALE)) == WAITING;
}

static void
paint_set(
    struct history *h, struct painting *painting, uint32_t n, uint8_t paint)
{
	uint8_t *old = &h->nodes[n].paint;

	if (is_fresh(*old) != is_fresh(paint))
		painting->fresh += is_fresh(paint) ? 1 : (size_t)-1;
	if (is_common(*old) != is_common(paint)) {
		painting->common += is_common(paint) ? 1 : (size_t)-1;
		painting->sum += is_common(paint) ? n : -n;
		if (h->nodes[n].date < painting->oldest)
			painting->oldest = h->nodes[n].date;
	}
	*old = paint;
}

static int
paint_add(struct history *h, struct painting *painting, uint32_t n,
    uint8_t colours, struct error *err)
{
	struct node *node;
	bool waits;

	if (node_read(h, n, err) == -1)
		return -1;
	node = &h->nodes[n];
	if (node->painted != h->walk)
		node->paint = 0;
	node->painted = h->walk;
	if ((node->paint | colours) == node->paint)
		return 0;
	waits = node->paint & WAITING;
	paint_set(h, painting, n, node->paint | colours | WAITING);
	if (!waits)
		heap_push(&h->wanted, n, node->date);
	return 0;
}

static int
paint_step(struct history *h, struct painting *painting, struct error *err)
{
	uint32_t n = heap_pop(&h->wanted);
	uint8_t colours = h->nodes[n].paint & (BOTH | STALE);

	paint_set(h, painting, n, colours);
	if ((colours & BOTH) == BOTH)
		colours |= STALE;
	for (uint32_t i = 0; i < h->nodes[n].parent_count; i++)
		if (paint_add(h, painting, h->nodes[n].parents[i], colours,
			err) == -1)
			return -1;
	return 0;
}

int
history_merge_base(struct history *h, const struct oid *ours,
    const struct oid *theirs, struct oid *base, struct error *err)
{
	struct painting painting = {.oldest = INT64_MAX};

	h->walk++;
	h->wanted.count = 0;
	if (paint_add(h, &painting, node_of(h, ours), OURS, err) == -1 ||
	    paint_add(h, &painting, node_of(h, theirs), THEIRS, err) == -1)
		return -1;
	while (painting.fresh > 0 ||
	       (painting.common > 1 && h->wanted.count > 0 &&
		   h->wanted.list[0].date >= painting.oldest))
		if (paint_step(h, &painting, err) == -1)
			return -1;
	if (painting.common != 1)
		return 0;
	*base = h->nodes[painting.sum].id;
	return 1;
}

int
history_tree(struct history *h, const struct oid *commit, struct oid *tree,
    struct error *err)
{
	uint32_t n = node_of(h, commit);

	if (node_read(h, n, err) == -1)
		return -1;
	*tree = h->nodes[n].tree;
	return 0;
}
