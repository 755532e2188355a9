/* A table with one place for a key, swept round when it holds too much. */
#include "git/cache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Trees and commits are a kilobyte or two, so this leaves two or three places
 * for each that fits.  Untouched pages of the table cost nothing.
 */
enum { PLACES_LOG = 15, PLACES = 1 << PLACES_LOG };

/* One object may take up to this part of the room. */
enum { LARGEST_PART = 16 };

struct place {
	struct oid key;
	struct buffer *buffer;
};

struct cache {
	size_t bytes, limit;
	size_t hand;
	struct place places[PLACES];
};

struct cache *
cache_new(size_t bytes)
{
	struct cache *cache = mem_zero(sizeof *cache);

	cache->limit = bytes;
	return cache;
}

static void
place_clear(struct cache *cache, struct place *place)
{
	if (place->buffer == NULL)
		return;
	cache->bytes -= place->buffer->size;
	buffer_drop(place->buffer);
	place->buffer = NULL;
}

void
cache_free(struct cache *cache)
{
	size_t i;

	if (cache == NULL)
		return;
	for (i = 0; cache->bytes > 0 && i < PLACES; i++)
		place_clear(cache, &cache->places[i]);
	free(cache);
}

/* Multiplication by 2^64 over the golden ratio; keys may be small numbers. */
static size_t
place_number(const struct oid *key)
{
	uint64_t bits;

	memcpy(&bits, key->bytes, sizeof bits);
	return (
	    size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> (64 - PLACES_LOG));
}

struct buffer *
cache_find(const struct cache *cache, const struct oid *key)
{
	const struct place *place = &cache->places[place_number(key)];

	return place->buffer != NULL && oid_equal(&place->key, key)
		   ? place->buffer
		   : NULL;
}

void
cache_add(struct cache *cache, const struct oid *key, struct buffer *buffer)
{
	struct place *place = &cache->places[place_number(key)];

	if (buffer->size == 0 || buffer->size > cache->limit / LARGEST_PART)
		return;
	place_clear(cache, place);
	while (cache->bytes + buffer->size > cache->limit)
		place_clear(cache, &cache->places[cache->hand++ % PLACES]);
	place->key = *key;
	place->buffer = buffer_share(buffer);
	cache->bytes += buffer->size;
}
