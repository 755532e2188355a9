/* Making a merge again, without recursion, in step with the tree it gave. */
#include "git/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/library.h"
#include "git/store.h"
#include "git/tree.h"

enum {
	BASE = MERGE_BASE,
	OURS = MERGE_OURS,
	THEIRS = MERGE_THEIRS,
	RESULT = MERGE_RESULT,
	SIDES = MERGE_SIDES,
};

/* One of the four trees of a level, read up to `offset`. */
struct side {
	struct object object;
	size_t offset;
	struct tree_entry entry;
	bool pending; /* `entry` has been read and not been compared */
};

struct level {
	struct side sides[SIDES];
};

struct merge {
	struct repo *repo;
	struct budget *budget;
	bool gone;   /* what both sides removed is gone, and was not moved */
	bool unread; /* a file was too large to be merged */
	struct level *levels;
	size_t depth, capacity;
};

/* What the four trees have at one path; NULL: nothing.  Git's order tells a
 * file from a directory of the same name, so all are either. */
struct place {
	const struct tree_entry *at[SIDES];
};

static void
pop(struct merge *merge)
{
	struct level *level = &merge->levels[--merge->depth];

	for (int i = 0; i < SIDES; i++)
		object_release(&level->sides[i].object);
}

static int
open_side(struct merge *merge, const struct oid *id, struct side *side,
    struct error *err)
{
	if (tree_open(merge->repo, id, merge->budget, &side->object, err) == -1)
		return -1;
	return tree_check(id, side->object.data, side->object.size, err);
}

/* Go down into directories.  1 or -1. */
static int
push(struct merge *merge, const struct place *place, struct error *err)
{
	struct oid ids[SIDES];
	struct level *level;

	if (budget_depth(merge->budget, merge->depth, err) == -1)
		return -1;
	/* The entries lie in the levels, which may move. */
	for (int i = 0; i < SIDES; i++)
		if (place->at[i] != NULL)
			ids[i] = place->at[i]->id;
	merge->levels = mem_grow(merge->levels, &merge->capacity,
	    merge->depth + 1, sizeof *merge->levels);
	level = &merge->levels[merge->depth++];
	*level = (struct level){0};
	for (int i = 0; i < SIDES; i++)
		if (place->at[i] != NULL &&
		    open_side(merge, &ids[i], &level->sides[i], err) == -1)
			return -1;
	return 1;
}

static bool
same(const struct tree_entry *a, const struct tree_entry *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

/* 1; 0 if it is over the limit; -1. */
static int
blob_read(struct merge *merge, const struct oid *id, struct object *blob,
    struct error *err)
{
	if (object_read(merge->repo, id, OBJECT_BLOB,
		(size_t)merge->budget->limits.blob_size, blob, err) == 0)
		return 1;
	return strcmp(err->code, "object.limit") == 0 ? 0 : -1;
}

/* A file both sides changed: is the result their lines put together?  What is
 * too large for that is noted, and the rest still looked at. */
static int
lines_hold(struct merge *merge, const struct place *place, struct error *err)
{
	struct object blobs[SIDES] = {{0}};
	struct library *library;
	int read = budget_time(merge->budget, err) == -1 ? -1 : 1;
	int answer = read;

	for (int i = 0; read == 1 && i < SIDES; i++)
		read = blob_read(merge, &place->at[i]->id, &blobs[i], err);
	if (read == 1) {
		library = store_library(repo_store(merge->repo), err);
		read = library == NULL ? -1 : 1;
	}
	if (read == 1)
		answer = library_merges(library, &blobs[BASE], &blobs[OURS],
		    &blobs[THEIRS], &blobs[RESULT]);
	for (int i = 0; i < SIDES; i++)
		object_release(&blobs[i]);
	if (read == -1)
		return -1;
	merge->unread = merge->unread || read == 0 || answer == -1;
	return answer != 0;
}

static bool
is_regular(const struct tree_entry *entry)
{
	return entry->mode == MODE_FILE || entry->mode == MODE_EXECUTABLE;
}

/* A file that both sides changed, or made, and not in the same way. */
static int
file_holds(struct merge *merge, const struct place *place, struct error *err)
{
	const struct tree_entry *base = place->at[BASE];
	const struct tree_entry *ours = place->at[OURS];
	const struct tree_entry *theirs = place->at[THEIRS];
	const struct tree_entry *result = place->at[RESULT];

	if (base == NULL || result == NULL || !is_regular(base) ||
	    !is_regular(ours) || !is_regular(theirs))
		return 0;
	if (result->mode !=
	    (ours->mode == base->mode ? theirs->mode : ours->mode))
		return 0;
	if (oid_equal(&ours->id, &base->id))
		return oid_equal(&result->id, &theirs->id);
	if (oid_equal(&theirs->id, &base->id) ||
	    oid_equal(&theirs->id, &ours->id))
		return oid_equal(&result->id, &ours->id);
	return lines_hold(merge, place, err);
}

/* 1 the merge gives what the result has there, 0 it does not, -1. */
static int
place_holds(struct merge *merge, const struct place *place, struct error *err)
{
	const struct tree_entry *base = place->at[BASE];
	const struct tree_entry *ours = place->at[OURS];
	const struct tree_entry *theirs = place->at[THEIRS];
	const struct tree_entry *result = place->at[RESULT];

	if (same(ours, base))
		return same(result, theirs);
	if (same(theirs, base))
		return same(result, ours);
	/* What is gone may have been moved. */
	if (ours == NULL || theirs == NULL)
		return merge->gone && ours == theirs && result == NULL;
	/* Directories that are the same may both lack what the base had. */
	if (same(ours, theirs) && (base == NULL || base->mode != MODE_TREE))
		return same(result, ours);
	if (ours->mode == MODE_TREE)
		return push(merge, place, err);
	return file_holds(merge, place, err);
}

static int
fill(struct side *side, struct error *err)
{
	int more;

	if (side->pending)
		return 0;
	more = tree_next(side->object.data, side->object.size, &side->offset,
	    &side->entry, err);
	side->pending = more == 1;
	return more < 0 ? -1 : 0;
}

/* The next path of the level.  1, 0 at its end, -1. */
static int
next_place(struct level *level, struct place *place, struct error *err)
{
	const struct tree_entry *first = NULL;

	for (int i = 0; i < SIDES; i++) {
		struct side *side = &level->sides[i];

		if (side->object.data != NULL && fill(side, err) == -1)
			return -1;
		if (side->pending &&
		    (first == NULL || tree_order(&side->entry, first) < 0))
			first = &side->entry;
	}
	if (first == NULL)
		return 0;
	*place = (struct place){{NULL}};
	for (int i = 0; i < SIDES; i++) {
		struct side *side = &level->sides[i];

		if (!side->pending || tree_order(&side->entry, first) != 0)
			continue;
		place->at[i] = &side->entry;
		side->pending = false;
	}
	return 1;
}

/* Compare the next path, or leave the directory. */
static int
step(struct merge *merge, struct error *err)
{
	struct level *level = &merge->levels[merge->depth - 1];
	struct place place;
	int more = next_place(level, &place, err);

	if (more == -1)
		return -1;
	if (more == 0) {
		/* Git keeps no directory that has become empty. */
		bool empty = merge->depth > 1 &&
			     level->sides[RESULT].object.data != NULL &&
			     level->sides[RESULT].object.size == 0;

		pop(merge);
		return !empty;
	}
	if (budget_entry(merge->budget, err) == -1)
		return -1;
	return place_holds(merge, &place, err);
}

static int
trees_hold(struct merge *merge, const struct oid *ids, struct error *err)
{
	struct tree_entry roots[SIDES];
	struct place place;
	int answer;

	for (int i = 0; i < SIDES; i++) {
		roots[i] = (struct tree_entry){.mode = MODE_TREE, .id = ids[i]};
		place.at[i] = &roots[i];
	}
	answer = place_holds(merge, &place, err);
	while (answer == 1 && merge->depth > 0)
		answer = step(merge, err);
	while (merge->depth > 0)
		pop(merge);
	free(merge->levels);
	return answer;
}

static int
made_again(
    const struct merging *m, bool gone, enum doubt *doubt, struct error *err)
{
	struct merge merge = {
	    .repo = m->repo, .budget = m->budget, .gone = gone};
	struct oid base, trees[SIDES];
	int answer = 1;

	if (m->base != NULL)
		base = *m->base;
	else
		answer = history_merge_base(
		    m->history, m->onto, m->work, &base, err);
	if (answer == 0)
		doubt_raise(doubt, DOUBT_BASELESS);
	if (answer != 1)
		return answer;
	trees[RESULT] = *m->tree;
	if (history_tree(m->history, &base, &trees[BASE], err) == -1 ||
	    history_tree(m->history, m->onto, &trees[OURS], err) == -1 ||
	    history_tree(m->history, m->work, &trees[THEIRS], err) == -1)
		return -1;
	answer = trees_hold(&merge, trees, err);
	if (answer == -1 && strcmp(err->code, "object.malformed") == 0)
		return 0;
	if (answer != 1 || !merge.unread)
		return answer;
	doubt_raise(doubt, DOUBT_UNREAD);
	return 0;
}

void
doubt_raise(enum doubt *doubt, enum doubt other)
{
	if (*doubt < other)
		*doubt = other;
}

int
merge_is_mechanical(struct repo *repo, struct history *history,
    const struct commit *commit, struct budget *budget, struct error *err)
{
	const struct merging merging = {.repo = repo,
	    .history = history,
	    .budget = budget,
	    .onto = &commit->parents[0],
	    .work = &commit->parents[1],
	    .tree = &commit->tree};
	enum doubt doubt = DOUBT_NONE;

	return commit->parent_count != 2
		   ? 0
		   : made_again(&merging, false, &doubt, err);
}

int
merge_gives(const struct merging *merging, enum doubt *doubt, struct error *err)
{
	return made_again(merging, true, doubt, err);
}

int
merge_gives_file(struct repo *repo, const struct tree_entry at[SIDES],
    struct budget *budget, struct error *err)
{
	struct merge merge = {.repo = repo, .budget = budget, .gone = true};
	struct place place;
	int answer;

	for (int i = 0; i < SIDES; i++)
		place.at[i] = at[i].mode != MODE_NONE ? &at[i] : NULL;
	answer = place_holds(&merge, &place, err);
	return answer == 1 && merge.unread ? 0 : answer;
}
