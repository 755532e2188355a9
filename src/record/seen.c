/* Pages of fingerprints in a hash table. */
#include "record/seen.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum {
	PAGE = 256, /* records */
	FIRST_SLOTS = 256,
	PAGE_LIMIT = 1 << 20, /* a gigabyte: numbers are not spread so wide */
	LAYERS = 16, /* repositories of one name, or a journal begun again */
};

struct seen_page {
	uint64_t key;
	uint32_t prints[PAGE]; /* 0: not seen */
};

/* What is hashed is a pusher's choice in part, so the key must not be known. */
static uint64_t
hash(const struct text *text)
{
	static unsigned char key[crypto_shorthash_KEYBYTES];
	static bool have_key;
	uint64_t result;

	if (!have_key) {
		randombytes_buf(key, sizeof key);
		have_key = true;
	}
	crypto_shorthash((unsigned char *)&result,
	    (const unsigned char *)text->data, text->len, key);
	return result;
}

static struct seen_page **
slot_of(struct seen *seen, uint64_t key)
{
	size_t mask = seen->slot_count - 1, at = (size_t)key & mask;

	while (seen->slots[at] != NULL && seen->slots[at]->key != key)
		at = (at + 1) & mask;
	return &seen->slots[at];
}

static void
make_room(struct seen *seen)
{
	struct seen old = *seen;

	if (seen->count * 2 < seen->slot_count)
		return;
	seen->slot_count =
	    old.slot_count > 0 ? old.slot_count * 2 : FIRST_SLOTS;
	seen->slots = mem_array(seen->slot_count, sizeof *seen->slots);
	for (size_t i = 0; i < old.slot_count; i++)
		if (old.slots[i] != NULL)
			*slot_of(seen, old.slots[i]->key) = old.slots[i];
	free(old.slots);
}

/* NULL where there is no room for more. */
static struct seen_page *
page_of(
    struct seen *seen, const struct entry *entry, int layer, struct text *room)
{
	struct seen_page **slot;
	uint64_t key;

	room->len = 0;
	text_add_format(room, "%s\t%s\t%lld\t%d", entry->host, entry->repo,
	    (long long)entry->seq / PAGE, layer);
	key = hash(room);
	make_room(seen);
	slot = slot_of(seen, key);
	if (*slot == NULL && seen->count < PAGE_LIMIT) {
		*slot = mem_zero(sizeof **slot);
		(*slot)->key = key;
		seen->count++;
	}
	return *slot;
}

static uint32_t
print_of(const struct entry *entry, struct text *room)
{
	room->len = 0;
	text_add_format(room, "%s\t%s\t%s\t%s\t%s", entry->id, entry->time,
	    entry->event_name, entry->ref, entry->code);
	return (uint32_t)hash(room) | 1;
}

bool
seen_before(struct seen *seen, const struct entry *entry)
{
	struct text room = {0};
	uint32_t print = print_of(entry, &room), *place;
	bool before = false, placed = entry->seq < 0;

	for (int layer = 0; !placed && layer < LAYERS; layer++) {
		struct seen_page *page = page_of(seen, entry, layer, &room);

		if (page == NULL)
			break;
		place = &page->prints[entry->seq % PAGE];
		before = *place == print;
		placed = before || *place == 0;
		if (placed)
			*place = print;
	}
	text_free(&room);
	return before;
}

void
seen_free(struct seen *seen)
{
	for (size_t i = 0; i < seen->slot_count; i++)
		free(seen->slots[i]);
	free(seen->slots);
	*seen = (struct seen){0};
}
