/*
 * Objects read lately, at most so many bytes of them.  A key is the name of an
 * object or anything else of that size; what is pushed out of its place, or
 * when room is needed, is simply read again.
 */
#ifndef GIT_CACHE_H
#define GIT_CACHE_H

#include "git/want.h"

struct cache;

struct cache *cache_new(size_t bytes);
void cache_free(struct cache *);

/* Borrowed until the next cache_add(); NULL if it is not there. */
struct buffer *cache_find(const struct cache *, const struct oid *key);
void cache_add(struct cache *, const struct oid *key, struct buffer *);

#endif
