/* A table with two places for a key, swept round when it holds too much. */
#include "git/cache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Half the places at least are free as long as there may be more of them: a
 * small push touches little memory, and a large one loses few objects to others
 * of the same place.
 */
enum { PLACES_LOG_LEAST = 5, PLACES_LOG_STEP = 2, PLACES_LOG_MOST = 13 };

/* One object may take up to this part of the room. */
enum { LARGEST_PART = 16 };

struct place {
	struct oid key;
	struct buffer *buffer;
};

struct cache {
	size_t bytes, limit;
	size_t hand, used;
	unsigned log;
	struct place *places; /* 2^log of them */
};

static size_t
place_count(const struct cache *cache)
{
	return (size_t)1 << cache->log;
}

struct cache *
cache_new(size_t bytes)
{
	struct cache *cache = mem_zero(sizeof *cache);

	cache->limit = bytes;
	cache->log = PLACES_LOG_LEAST;
	cache->places = mem_array(place_count(cache), sizeof *cache->places);
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
	cache->used--;
}

void
cache_free(struct cache *cache)
{
	size_t i;

	if (cache == NULL)
		return;
	for (i = 0; cache->used > 0; i++)
		place_clear(cache, &cache->places[i]);
	free(cache->places);
	free(cache);
}

/* Multiplication by 2^64 over the golden ratio; keys may be small numbers. */
static size_t
place_number(const struct cache *cache, const struct oid *key)
{
	uint64_t bits;

	memcpy(&bits, key->bytes, sizeof bits);
	return (
	    size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> (64 - cache->log));
}

/* A key has two places: what comes goes to the first, what was there to the
 * second. */
static void
place_put(struct cache *cache, struct place place)
{
	size_t number = place_number(cache, &place.key);
	struct place *first = &cache->places[number];
	struct place *second = &cache->places[number ^ 1];

	if (first->buffer != NULL) {
		place_clear(cache, second);
		*second = *first;
	}
	*first = place;
	cache->used++;
}

/* More places; what two keys quarrelled about they may both have now. */
static void
grow(struct cache *cache)
{
	struct place *old = cache->places;
	size_t i, count = place_count(cache);

	cache->log += PLACES_LOG_STEP;
	cache->used = 0;
	cache->places = mem_array(place_count(cache), sizeof *cache->places);
	for (i = 0; i < count; i++)
		if (old[i].buffer != NULL)
			place_put(cache, old[i]);
	free(old);
}

struct buffer *
cache_find(const struct cache *cache, const struct oid *key)
{
	size_t number = place_number(cache, key), i;

	for (i = 0; i < 2; i++) {
		const struct place *place = &cache->places[number ^ i];

		if (place->buffer != NULL && oid_equal(&place->key, key))
			return place->buffer;
	}
	return NULL;
}

void
cache_add(struct cache *cache, const struct oid *key, struct buffer *buffer)
{
	if (buffer->size == 0 || buffer->size > cache->limit / LARGEST_PART)
		return;
	if (cache->used * 2 >= place_count(cache) &&
	    cache->log < PLACES_LOG_MOST)
		grow(cache);
	while (cache->bytes + buffer->size > cache->limit)
		place_clear(cache,
		    &cache->places[cache->hand++ & (place_count(cache) - 1)]);
	place_put(cache, (struct place){*key, buffer_share(buffer)});
	cache->bytes += buffer->size;
}
