/* Walks down from one commit to what is accepted, the chain of it first. */
#include "git/series.h"

#include "git/graph.h"

int
series_begin(struct history *h, const struct states *states, struct error *err)
{
	return states_begin(h, states, HISTORY_FAST, err);
}

int
series_date(
    struct history *h, const struct oid *tip, int64_t *date, struct error *err)
{
	uint32_t n = node_of(h, tip);

	if (node_read(h, n, err) == -1)
		return -1;
	*date = h->nodes[n].date;
	return 0;
}

/* Commits of the walk under way, to be copied into the arena. */
struct found {
	struct oid *list;
	size_t count, capacity;
};

static void
found_add(struct found *found, const struct oid *id)
{
	found->list = mem_grow(found->list, &found->capacity, found->count + 1,
	    sizeof *found->list);
	found->list[found->count++] = *id;
}

static struct oid *
found_settle(struct found *found, struct arena *arena)
{
	return arena_move(
	    arena, found->list, found->count * sizeof *found->list);
}

struct walk {
	struct found commits, met;
	bool cut, root;
};

/* Look at a commit: 1 if it is new here and not accepted, 0, or -1. */
static int
visit(struct history *h, struct walk *walk, uint32_t n, struct error *err)
{
	if (h->nodes[n].member == h->change)
		return 0;
	h->nodes[n].member = h->change;
	if (node_read(h, n, err) == -1 ||
	    states_until(h, h->nodes[n].date, err) == -1)
		return -1;
	if (is_state(h, n)) {
		found_add(&walk->met, &h->nodes[n].id);
		return 0;
	}
	walk->cut = walk->cut || walk->commits.count == SERIES_LIMIT;
	if (walk->cut)
		return 0;
	found_add(&walk->commits, &h->nodes[n].id);
	walk->root = walk->root || h->nodes[n].parent_count == 0;
	for (uint32_t i = 1; i < h->nodes[n].parent_count; i++)
		heap_push(&h->wanted, h->nodes[n].parents[i], INT64_MAX);
	return 1;
}

/* A commit and its first parents, as far as they are new here. */
static int
chain_visit(struct history *h, struct walk *walk, uint32_t n, struct error *err)
{
	int more;

	while ((more = visit(h, walk, n, err)) == 1 &&
	       h->nodes[n].parent_count > 0)
		n = h->nodes[n].parents[0];
	return more == -1 ? -1 : 0;
}

static int
walk_down(struct history *h, uint32_t tip, struct walk *walk,
    struct series *series, struct error *err)
{
	int result;

	walk->commits.count = walk->met.count = 0;
	walk->cut = walk->root = false;
	h->change++;
	h->wanted.count = 0;
	result = chain_visit(h, walk, tip, err);
	series->chain_count = walk->commits.count;
	while (result == 0 && h->wanted.count > 0 && !walk->cut)
		result = chain_visit(h, walk, heap_pop(&h->wanted), err);
	return result;
}

int
series_read(struct history *h, const struct oid *tip, struct arena *arena,
    struct series *series, struct error *err)
{
	struct walk walk = {.cut = false};
	uint32_t n = node_of(h, tip);
	int result;

	*series = (struct series){.count = 0};
	result = walk_down(h, n, &walk, series, err);
	/* A state that lies about its date may have been passed unseen. */
	if (result == 0 && (walk.cut || walk.root) && h->states.count > 0) {
		result = states_until(h, INT64_MIN, err);
		if (result == 0)
			result = walk_down(h, n, &walk, series, err);
	}
	series->cut = walk.cut;
	series->count = walk.commits.count;
	series->met_count = walk.met.count;
	series->commits = found_settle(&walk.commits, arena);
	series->met = found_settle(&walk.met, arena);
	return result;
}

static bool
is_among(const struct oid *list, size_t count, const struct oid *id)
{
	for (size_t i = 0; i < count; i++)
		if (oid_equal(&list[i], id))
			return true;
	return false;
}

bool
series_brings(const struct series *series, const struct oid *id)
{
	return is_among(series->commits, series->count, id);
}

bool
series_has(const struct series *series, const struct oid *id)
{
	return series_brings(series, id) ||
	       is_among(series->met, series->met_count, id);
}
