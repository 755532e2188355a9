/* A hash table of rows. */
#include "admin/tally.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_SLOTS = 64 };

/* Names are a pusher's choice, so where they go must not be. */
static size_t
hash_of(const char *name)
{
	static unsigned char key[crypto_shorthash_KEYBYTES];
	static int have_key;
	uint64_t hash;

	if (!have_key) {
		randombytes_buf(key, sizeof key);
		have_key = 1;
	}
	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)name,
	    strlen(name), key);
	return (size_t)hash;
}

/* Where the name is, or belongs. */
static size_t *
slot_of(const struct tally *tally, const char *name)
{
	size_t mask = tally->slot_count - 1, at = hash_of(name) & mask;

	while (tally->slots[at] != 0 &&
	       strcmp(tally->rows[tally->slots[at] - 1].name, name) != 0)
		at = (at + 1) & mask;
	return &tally->slots[at];
}

static void
make_room(struct tally *tally)
{
	if (tally->count * 2 < tally->slot_count)
		return;
	tally->slot_count =
	    tally->slot_count > 0 ? tally->slot_count * 2 : FIRST_SLOTS;
	free(tally->slots);
	tally->slots = mem_array(tally->slot_count, sizeof *tally->slots);
	for (size_t i = 0; i < tally->count; i++)
		*slot_of(tally, tally->rows[i].name) = i + 1;
}

struct tally_row *
tally_at(struct tally *tally, const char *name)
{
	size_t *slot;

	make_room(tally);
	slot = slot_of(tally, name);
	if (*slot == 0) {
		tally->rows = mem_grow(tally->rows, &tally->capacity,
		    tally->count + 1, sizeof *tally->rows);
		tally->rows[tally->count++] =
		    (struct tally_row){.name = mem_string(name)};
		*slot = tally->count;
	}
	return &tally->rows[*slot - 1];
}

static int
by_figure(const void *a, const void *b, void *figure)
{
	const struct tally_row *x = a, *y = b;
	int at = *(const int *)figure;

	if (x->figures[at] != y->figures[at])
		return x->figures[at] < y->figures[at] ? 1 : -1;
	return strcmp(x->name, y->name);
}

void
tally_sort(struct tally *tally, int figure)
{
	if (tally->count > 0)
		qsort_r(tally->rows, tally->count, sizeof *tally->rows,
		    by_figure, &figure);
}

void
tally_free(struct tally *tally)
{
	for (size_t i = 0; i < tally->count; i++)
		free(tally->rows[i].name);
	free(tally->rows);
	free(tally->slots);
	*tally = (struct tally){0};
}
