/* The blobs of a tree, counted, in a table that follows a history. */
#include "git/blob_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "git/tree_diff.h"

/* How often a blob lies in the tree; 0 where it did and does no more. */
struct slot {
	struct oid id;
	uint32_t count;
	bool used;
};

struct blob_index {
	struct repo *repo;
	struct budget *budget;
	struct oid tree;
	bool known;         /* the table is that of `tree` */
	struct slot *slots; /* open addressing; a power of two of them */
	size_t slot_count, used;
	uint64_t seed; /* ids are the pusher's choice, collisions are not */
};

struct blob_index *
blob_index_new(struct repo *repo, struct budget *budget)
{
	struct blob_index *index = mem_zero(sizeof *index);

	index->repo = repo;
	index->budget = budget;
	if (getrandom(&index->seed, sizeof index->seed, GRND_NONBLOCK) < 0)
		index->seed = (uint64_t)clock_now();
	return index;
}

void
blob_index_free(struct blob_index *index)
{
	if (index == NULL)
		return;
	free(index->slots);
	free(index);
}

static void
forget(struct blob_index *index)
{
	free(index->slots);
	index->slots = NULL;
	index->slot_count = index->used = 0;
	index->known = false;
}

/* The slot of a blob, or the free one where it would be. */
static struct slot *
slot_of(struct slot *slots, size_t count, uint64_t seed, const struct oid *id)
{
	size_t at;

	for (at = (size_t)oid_hash(id, seed) & (count - 1); slots[at].used;
	     at = (at + 1) & (count - 1))
		if (oid_equal(&slots[at].id, id))
			break;
	return &slots[at];
}

static void
grow(struct blob_index *index)
{
	size_t count = index->slot_count > 0 ? index->slot_count * 2 : 256;
	struct slot *slots = mem_array(count, sizeof *slots);

	for (size_t i = 0; i < index->slot_count; i++)
		if (index->slots[i].used)
			*slot_of(slots, count, index->seed,
			    &index->slots[i].id) = index->slots[i];
	free(index->slots);
	index->slots = slots;
	index->slot_count = count;
}

static struct slot *
slot_make(struct blob_index *index, const struct oid *id)
{
	struct slot *slot;

	if (2 * (index->used + 1) > index->slot_count)
		grow(index);
	slot = slot_of(index->slots, index->slot_count, index->seed, id);
	if (!slot->used) {
		*slot = (struct slot){.id = *id, .used = true};
		index->used++;
	}
	return slot;
}

static bool
is_blob(enum tree_mode mode)
{
	return mode != MODE_NONE && mode != MODE_GITLINK;
}

/* Bring the table from the tree it is of to another. */
static int
move(struct blob_index *index, const struct oid *tree, struct error *err)
{
	struct tree_diff diff = {.lenient = true};
	struct budget budget = *index->budget;
	struct arena arena = {0};
	int result;

	budget.tree_entries = budget.paths = 0;
	result = tree_diff(index->repo, index->known ? &index->tree : NULL,
	    tree, NULL, 0, &budget, &arena, &diff, err);
	for (size_t i = 0; result == 0 && i < diff.count; i++) {
		const struct file *file = &diff.files[i];

		if (is_blob(file->old_mode))
			slot_make(index, &file->old_id)->count--;
		if (is_blob(file->new_mode))
			slot_make(index, &file->new_id)->count++;
	}
	arena_free(&arena);
	if (result == -1) {
		forget(index);
		return -1;
	}
	index->tree = *tree;
	index->known = true;
	return 0;
}

int
blob_index_holds(struct blob_index *index, const struct oid *tree,
    const struct oid *blob, struct error *err)
{
	if (!(index->known && oid_equal(&index->tree, tree)) &&
	    move(index, tree, err) == -1)
		return -1;
	if (index->slot_count == 0)
		return 0;
	return slot_of(index->slots, index->slot_count, index->seed, blob)
		   ->count > 0;
}
