/* Commits in a table, each read once, and those that wait in a heap by date. */
#include "git/graph.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "git/object.h"

enum { FEW_PARENTS = 8 };

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
	free(h->detours);
	free(h->branches);
	free(h->leaks);
	free(h);
}

void
heap_push(struct heap *heap, uint32_t node, int64_t date)
{
	size_t i = heap->count++;

	heap->list = mem_grow(
	    heap->list, &heap->capacity, heap->count, sizeof *heap->list);
	for (; i > 0 && heap->list[(i - 1) / 2].date < date; i = (i - 1) / 2)
		heap->list[i] = heap->list[(i - 1) / 2];
	heap->list[i] = (struct heap_entry){date, node};
}

uint32_t
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
	return (size_t)oid_hash(id, h->seed) & (h->slot_count - 1);
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

uint32_t
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
	if (object_read(h->repo, &h->nodes[n].id, OBJECT_COMMIT,
		(size_t)h->budget->limits.commit_size, object, err) == 0)
		return 0;
	return error_commit(err, &h->nodes[n].id);
}

/* A commit that comes with the push is likely to be judged: read it once. */
static bool
node_parse(struct history *h, uint32_t n, const struct object *object)
{
	struct commit *commit;
	struct error ignored;

	if (!object->incoming)
		return false;
	commit = arena_zero(h->arena, sizeof *commit);
	if (commit_parse(&h->nodes[n].id, object->data, object->size, h->arena,
		commit, &ignored) == -1)
		return false;
	h->nodes[n].commit = commit;
	h->nodes[n].tree = commit->tree;
	h->nodes[n].date = commit->committer.date;
	node_parents(h, n, commit->parents, commit->parent_count);
	return true;
}

static int
node_skim(struct history *h, uint32_t n, const struct object *object,
    struct error *err)
{
	struct oid few[FEW_PARENTS], *ids = few;
	struct oid tree, id = h->nodes[n].id;
	int64_t date;
	int count = commit_skim(&id, object->data, object->size, &tree, ids,
	    FEW_PARENTS, &date, err);

	if (count > FEW_PARENTS) {
		ids = mem_array((size_t)count, sizeof *ids);
		count = commit_skim(&id, object->data, object->size, &tree, ids,
		    (size_t)count, &date, err);
	}
	if (count >= 0) {
		h->nodes[n].tree = tree;
		h->nodes[n].date = date;
		node_parents(h, n, ids, (size_t)count);
	}
	if (ids != few)
		free(ids);
	return count < 0 ? -1 : 0;
}

int
node_read(struct history *h, uint32_t n, struct error *err)
{
	struct object object;
	int result = 0;

	if (h->nodes[n].read)
		return 0;
	if (budget_time(h->budget, err) == -1 ||
	    commit_object(h, n, &object, err) == -1)
		return -1;
	/* One that is malformed may be none that is judged. */
	if (!node_parse(h, n, &object))
		result = node_skim(h, n, &object, err);
	object_release(&object);
	return result;
}

const struct commit *
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
