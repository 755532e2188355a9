/* What NTFS, HFS+ and FAT make of names that git takes. */
#include "checks/portable.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "git/object.h"

/* Longer names are taken by no common file system. */
enum { NAME_LIMIT = 255 };

/* Windows takes these, with any extension, for devices. */
static bool
is_device(const char *name, size_t len)
{
	static const char *const devices[] = {
	    "con", "prn", "aux", "nul", "conin$", "conout$"};
	static const char *const numbers[] = {"0", "1", "2", "3", "4", "5", "6",
	    "7", "8", "9", "\xc2\xb9", "\xc2\xb2", "\xc2\xb3"};
	const char *dot = memchr(name, '.', len);

	if (dot != NULL)
		len = (size_t)(dot - name);
	while (len > 0 && name[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (strlen(devices[i]) == len &&
		    strncasecmp(name, devices[i], len) == 0)
			return true;
	if (len < 4 || (strncasecmp(name, "com", 3) != 0 &&
			   strncasecmp(name, "lpt", 3) != 0))
		return false;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strlen(numbers[i]) == len - 3 &&
		    memcmp(name + 3, numbers[i], len - 3) == 0)
			return true;
	return false;
}

static const char *
character_fault(const char *name, size_t len)
{
	uint32_t rune;

	for (size_t i = 0, n; i < len; i += n) {
		if ((n = utf8_decode(name + i, len - i, &rune)) == 0)
			return "is not UTF-8";
		if (rune_is_unsafe(rune))
			return "has an invisible character";
		if (rune < 0x80 && strchr("<>:\"|?*\\", (int)rune) != NULL)
			return "has one of < > : \" | ? * \\";
	}
	return NULL;
}

const char *
name_fault(const char *name, size_t len)
{
	const char *fault = character_fault(name, len);

	if (fault != NULL)
		return fault;
	if (len > NAME_LIMIT)
		return "is longer than 255 bytes";
	if (len > 0 && (name[len - 1] == '.' || name[len - 1] == ' '))
		return "ends with a dot or a blank";
	if (is_device(name, len))
		return "is a device on Windows";
	return NULL;
}

/* Upper case letters, every `step`th from `first` to `last`, and how far on the
 * lower case one is (The Unicode Standard, CaseFolding.txt). */
static const struct {
	uint32_t first, last, step, distance;
} letters[] = {
    {'A', 'Z', 1, 32},
    {0xc0, 0xd6, 1, 32},
    {0xd8, 0xde, 1, 32},
    {0x100, 0x12e, 2, 1},
    {0x132, 0x136, 2, 1},
    {0x139, 0x147, 2, 1},
    {0x14a, 0x176, 2, 1},
    {0x179, 0x17d, 2, 1},
    {0x391, 0x3a1, 1, 32},
    {0x3a3, 0x3ab, 1, 32},
    {0x400, 0x40f, 1, 80},
    {0x410, 0x42f, 1, 32},
    {0x460, 0x480, 2, 1},
    {0x48a, 0x4be, 2, 1},
};

static uint32_t
rune_fold(uint32_t rune)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (rune >= letters[i].first && rune <= letters[i].last &&
		    (rune - letters[i].first) % letters[i].step == 0)
			return rune + letters[i].distance;
	return rune;
}

/* The next character without its case; bytes that are no UTF-8 are beyond. */
static uint32_t
next_folded(const char *name, size_t len, size_t *at)
{
	enum { BEYOND_UNICODE = 0x110000 };
	uint32_t rune;
	size_t n = utf8_decode(name + *at, len - *at, &rune);

	if (n == 0)
		return BEYOND_UNICODE + (unsigned char)name[(*at)++];
	*at += n;
	return rune_fold(rune);
}

static int
folded_order(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t i = 0, k = 0;

	while (i < a->name_len && k < b->name_len) {
		uint32_t x = next_folded(a->name, a->name_len, &i);
		uint32_t y = next_folded(b->name, b->name_len, &k);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (i < a->name_len) - (k < b->name_len);
}

/* Twins stand side by side. */
static int
name_order(const void *left, const void *right)
{
	const struct tree_entry *a = left, *b = right;
	int order = folded_order(a, b);

	if (order == 0 && a->name_len != b->name_len)
		order = a->name_len < b->name_len ? -1 : 1;
	return order != 0 ? order : memcmp(a->name, b->name, a->name_len);
}

/* A directory of the new tree, its entries in the order of their names. */
struct directory {
	size_t path_len; /* with the slash at its end */
	struct object object;
	struct tree_entry *entries;
	size_t count, capacity;
};

struct twins {
	const struct change *change;
	const char *path; /* asked for last: the levels lead to it */
	struct directory *levels;
	size_t depth, capacity;
};

struct twins *
twins_new(const struct change *change)
{
	struct twins *twins = mem_zero(sizeof *twins);

	twins->change = change;
	return twins;
}

static void
leave(struct twins *twins)
{
	struct directory *level = &twins->levels[--twins->depth];

	object_release(&level->object);
	free(level->entries);
}

void
twins_free(struct twins *twins)
{
	while (twins->depth > 0)
		leave(twins);
	free(twins->levels);
	free(twins);
}

static int
read_entries(struct directory *level, struct budget *budget, struct error *err)
{
	struct tree_entry entry;
	size_t offset = 0;
	int more;

	while ((more = tree_next(level->object.data, level->object.size,
		    &offset, &entry, err)) == 1) {
		if (budget_entry(budget, err) < 0)
			return -1;
		level->entries = mem_grow(level->entries, &level->capacity,
		    level->count + 1, sizeof *level->entries);
		level->entries[level->count++] = entry;
	}
	if (level->count > 1)
		qsort(level->entries, level->count, sizeof *level->entries,
		    name_order);
	return more;
}

static int
enter(struct twins *twins, const struct oid *id, size_t path_len,
    struct error *err)
{
	const struct change *change = twins->change;
	struct directory level = {.path_len = path_len};

	if (tree_open(change->repo, id, change->budget, &level.object, err) < 0)
		return -1;
	twins->levels = mem_grow(twins->levels, &twins->capacity,
	    twins->depth + 1, sizeof *twins->levels);
	twins->levels[twins->depth++] = level;
	return read_entries(
	    &twins->levels[twins->depth - 1], change->budget, err);
}

/* Leave directories that do not lead to the path. */
static void
leave_others(struct twins *twins, const char *path)
{
	while (twins->depth > 0) {
		size_t len = twins->levels[twins->depth - 1].path_len;

		if (strncmp(twins->path, path, len) == 0)
			return;
		leave(twins);
	}
}

/* The entry of that name; NULL if there is none. */
static const struct tree_entry *
look_up(const struct directory *level, const char *name, size_t len)
{
	const struct tree_entry wanted = {.name = name, .name_len = len};

	if (level->count == 0)
		return NULL;
	return bsearch(&wanted, level->entries, level->count,
	    sizeof *level->entries, name_order);
}

static const struct tree_entry *
twin_of(const struct directory *level, const struct tree_entry *entry)
{
	const struct tree_entry *end = level->entries + level->count;

	if (entry > level->entries && folded_order(entry - 1, entry) == 0)
		return entry - 1;
	if (entry + 1 < end && folded_order(entry + 1, entry) == 0)
		return entry + 1;
	return NULL;
}

static const char *
twin_path(const struct twins *twins, const char *path, size_t directory,
    const struct tree_entry *twin)
{
	struct arena *arena = twins->change->arena;

	return arena_format(arena, "%s%s", arena_bytes(arena, path, directory),
	    arena_bytes(arena, twin->name, twin->name_len));
}

int
twins_find(
    struct twins *twins, const char *path, const char **twin, struct error *err)
{
	size_t at = 0, len;

	*twin = NULL;
	leave_others(twins, path);
	twins->path = path;
	for (size_t depth = 0; path[at] != '\0'; depth++) {
		const struct tree_entry *own, *other;

		if (twins->depth == 0 &&
		    enter(twins, twins->change->new_tree, 0, err) < 0)
			return -1;
		len = strcspn(path + at, "/");
		own = look_up(&twins->levels[depth], path + at, len);
		if (own == NULL)
			return error_set(err, "%s is not in its tree", path);
		other = twin_of(&twins->levels[depth], own);
		if (other != NULL) {
			*twin = twin_path(twins, path, at, other);
			return 0;
		}
		at += len;
		if (path[at] == '\0')
			return 0;
		at++;
		if (depth + 1 == twins->depth &&
		    enter(twins, &own->id, at, err) < 0)
			return -1;
	}
	return 0;
}
