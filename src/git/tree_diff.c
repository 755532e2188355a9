/* Comparing two trees, without recursion and without reading what is equal. */
#include "git/tree_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* One tree of a level, read up to `offset`; `entry` is the one before that. */
struct side {
	struct oid id;
	struct object object;
	size_t offset;
	struct tree_entry entry;
	bool pending; /* `entry` has been read and not been compared */
};

/*
 * A directory on the way down.  One that is not listed lies where no set can
 * match: it is only walked to check the trees that are new.
 */
struct level {
	struct side old, new;
	size_t path_len;
	unsigned state, generation; /* of the machine, after the path */
	bool listed;
};

struct walk {
	struct repo *repo;
	struct globs *machine;
	size_t sets;
	uint64_t *bits; /* scratch: the sets of a file */
	struct budget *budget;
	struct arena *arena;
	struct tree_diff *diff;
	struct text path;
	struct level *levels;
	size_t depth, capacity;
};

static size_t
words(const struct walk *walk)
{
	return (walk->sets + 63) / 64;
}

static int
open_side(struct walk *walk, const struct oid *id, struct side *side,
    struct error *err)
{
	*side = (struct side){0};
	if (id == NULL)
		return 0;
	side->id = *id;
	return tree_open(walk->repo, id, walk->budget, &side->object, err);
}

/* Is the new tree well formed?  Most differ little from one that is. */
static int
check_new(const struct level *level, struct error *err)
{
	const struct object *old = &level->old.object;
	const struct object *new = &level->new.object;
	bool good = object_is_checked(new);

	if (!good && object_is_checked(old) && old->size == new->size)
		good = tree_is_alike(old->data, new->data, new->size);
	if (!good && tree_check(&level->new.id, new->data, new->size, err) != 0)
		return -1;
	object_mark_checked(new);
	return 0;
}

/* Enter a directory whose path is already in `walk->path`. */
static int
push(struct walk *walk, const struct oid *old, const struct oid *new,
    bool listed, unsigned state, struct error *err)
{
	struct level *level;

	if (budget_depth(walk->budget, walk->depth, err) != 0)
		return -1;
	walk->levels = mem_grow(walk->levels, &walk->capacity, walk->depth + 1,
	    sizeof *walk->levels);
	level = &walk->levels[walk->depth++];
	*level = (struct level){.path_len = walk->path.len, .listed = listed};
	if (walk->machine != NULL) {
		level->state = state;
		level->generation = globs_generation(walk->machine);
	}
	if (open_side(walk, old, &level->old, err) != 0 ||
	    open_side(walk, new, &level->new, err) != 0)
		return -1;
	return walk->diff->lenient || new == NULL ? 0 : check_new(level, err);
}

static void
pop(struct walk *walk)
{
	struct level *level = &walk->levels[--walk->depth];

	object_release(&level->old.object);
	object_release(&level->new.object);
}

/* The machine's state after the path of a level, found again if it was lost. */
static unsigned
level_state(struct walk *walk, struct level *level)
{
	unsigned now = globs_generation(walk->machine);

	if (level->generation != now) {
		level->state =
		    globs_step(walk->machine, globs_start(walk->machine),
			walk->path.data, level->path_len);
		level->generation = globs_generation(walk->machine);
	}
	return level->state;
}

static bool
some_set_below(struct walk *walk, unsigned state)
{
	for (size_t i = 0; i < walk->sets; i++)
		if (globs_below(walk->machine, state, (int)i) != GLOBS_NEVER)
			return true;
	return false;
}

static int
enter(struct walk *walk, const struct tree_entry *old,
    const struct tree_entry *new, struct error *err)
{
	struct level *level = &walk->levels[walk->depth - 1];
	struct tree_entry entry = new != NULL ? *new : *old;
	struct oid ids[2];
	bool listed = level->listed;
	unsigned state = 0;

	if (listed) {
		walk->path.len = level->path_len;
		text_add_bytes(&walk->path, entry.name, entry.name_len);
		text_add_char(&walk->path, '/');
	}
	if (listed && walk->machine != NULL) {
		state = globs_step(walk->machine, level_state(walk, level),
		    walk->path.data + level->path_len, entry.name_len + 1);
		listed = some_set_below(walk, state);
	}
	if (!listed && new == NULL)
		return 0;
	/* `old` and `new` point into the levels, which may move. */
	if (old != NULL)
		ids[0] = old->id;
	if (new != NULL)
		ids[1] = new->id;
	return push(walk, old != NULL ? &ids[0] : NULL,
	    new != NULL ? &ids[1] : NULL, listed, state, err);
}

/* Sets `walk->bits`; is the file in any set? */
static bool
find_sets(struct walk *walk, struct level *level, const struct tree_entry *file)
{
	unsigned state = globs_step(walk->machine, level_state(walk, level),
	    file->name, file->name_len);
	bool found = false;

	memset(walk->bits, 0, words(walk) * sizeof *walk->bits);
	for (size_t i = 0; i < walk->sets; i++)
		if (globs_accepts(walk->machine, state, (int)i)) {
			walk->bits[i / 64] |= (uint64_t)1 << (i % 64);
			found = true;
		}
	return found;
}

static struct file *
add_file(struct tree_diff *diff, struct arena *arena)
{
	struct file *files;

	if (diff->count == diff->capacity) {
		diff->capacity = diff->capacity > 0 ? diff->capacity * 2 : 8;
		files = arena_zero(arena, diff->capacity * sizeof *files);
		if (diff->count > 0)
			memcpy(files, diff->files, diff->count * sizeof *files);
		diff->files = files;
	}
	return &diff->files[diff->count++];
}

static int
list(struct walk *walk, const struct tree_entry *old,
    const struct tree_entry *new, struct error *err)
{
	struct level *level = &walk->levels[walk->depth - 1];
	const struct tree_entry *entry = new != NULL ? new : old;
	struct budget *budget = walk->budget;
	struct file *file;

	if (!level->listed ||
	    (walk->machine != NULL && !find_sets(walk, level, entry)))
		return 0;
	if (budget_spend(budget, "paths", &budget->paths, budget->limits.paths,
		1, err) != 0)
		return -1;
	walk->path.len = level->path_len;
	text_add_bytes(&walk->path, entry->name, entry->name_len);
	file = add_file(walk->diff, walk->arena);
	file->path = arena_bytes(walk->arena, walk->path.data, walk->path.len);
	if (old != NULL) {
		file->old_mode = old->mode;
		file->old_id = old->id;
	}
	if (new != NULL) {
		file->new_mode = new->mode;
		file->new_id = new->id;
	}
	if (walk->machine != NULL)
		file->sets = (uint64_t *)arena_bytes(
		    walk->arena, walk->bits, words(walk) * sizeof *walk->bits);
	return 0;
}

/* A name of either tree, or of both (then files, or directories). */
static int
compare(struct walk *walk, const struct tree_entry *old,
    const struct tree_entry *new, struct error *err)
{
	if (budget_entry(walk->budget, err) != 0)
		return -1;
	if (old != NULL && new != NULL &&
	    old->mode == new->mode &&oid_equal(&old->id, &new->id))
		return 0;
	if ((new != NULL ? new : old)->mode == MODE_TREE)
		return enter(walk, old, new, err);
	return list(walk, old, new, err);
}

/* Pass the entries both sides have in common, byte by byte. */
static void
skip_common(struct side *old, struct side *new)
{
	size_t old_left = old->object.size - old->offset;
	size_t new_left = new->object.size - new->offset;
	size_t left = old_left < new_left ? old_left : new_left, equal, passed;
	const char *at, *nul;

	if (left == 0)
		return;
	at = new->object.data + new->offset;
	equal = bytes_equal_first(old->object.data + old->offset, at, left);
	for (passed = 0; passed < equal;) {
		nul = memchr(at + passed, '\0', equal - passed);
		if (nul == NULL || (size_t)(nul - at) + 1 + OID_BYTES > equal)
			break;
		passed = (size_t)(nul - at) + 1 + OID_BYTES;
	}
	old->offset += passed;
	new->offset += passed;
}

static int
fill(struct side *side, struct error *err)
{
	char hex[OID_DIGITS + 1];
	int more;

	if (side->pending)
		return 0;
	more = tree_next(side->object.data, side->object.size, &side->offset,
	    &side->entry, err);
	side->pending = more == 1;
	if (more < 0)
		error_prefix(err, "tree %s", oid_format(&side->id, hex));
	return more < 0 ? -1 : 0;
}

/* Compare the next name of the directory we are in, or leave it. */
static int
step(struct walk *walk, struct error *err)
{
	struct level *level = &walk->levels[walk->depth - 1];
	struct side *old = &level->old, *new = &level->new;
	int order;

	if (!old->pending && !new->pending)
		skip_common(old, new);
	if (fill(old, err) != 0 || fill(new, err) != 0)
		return -1;
	if (!old->pending && !new->pending) {
		pop(walk);
		return 0;
	}
	order = !new->pending   ? -1
		: !old->pending ? 1
				: tree_order(&old->entry, &new->entry);
	if (order <= 0)
		old->pending = false;
	if (order >= 0)
		new->pending = false;
	return compare(walk, order <= 0 ? &old->entry : NULL,
	    order >= 0 ? &new->entry : NULL, err);
}

/* From the roots down to the last difference. */
static int
run(struct walk *walk, const struct oid *old, const struct oid *new,
    bool listed, struct error *err)
{
	int result;

	if (old != NULL && new != NULL && oid_equal(old, new))
		return 0;
	text_add(&walk->path, "");
	walk->bits = mem_array(words(walk), sizeof *walk->bits);
	result = push(walk, old, new, listed,
	    walk->machine != NULL ? globs_start(walk->machine) : 0, err);
	while (result == 0 && walk->depth > 0)
		result = step(walk, err);
	while (walk->depth > 0)
		pop(walk);
	free(walk->levels);
	free(walk->bits);
	text_free(&walk->path);
	return result;
}

int
tree_diff(struct repo *repo, const struct oid *old_tree,
    const struct oid *new_tree, struct globs *machine, size_t sets,
    struct budget *budget, struct arena *arena, struct tree_diff *diff,
    struct error *err)
{
	struct walk walk = {
	    .repo = repo,
	    .machine = machine,
	    .sets = sets,
	    .budget = budget,
	    .arena = arena,
	    .diff = diff,
	};

	*diff = (struct tree_diff){.lenient = diff->lenient};
	return run(&walk, old_tree, new_tree, true, err);
}

int
tree_diff_check(struct repo *repo, const struct oid *old_tree,
    const struct oid *new_tree, struct budget *budget, struct error *err)
{
	struct tree_diff nothing = {.lenient = false};
	struct walk walk = {.repo = repo, .budget = budget, .diff = &nothing};

	return run(&walk, old_tree, new_tree, false, err);
}
