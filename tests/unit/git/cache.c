/* A cache gives back what was put in, within its room, and leaks nothing. */
#include "git/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct oid
key_of(unsigned number)
{
	struct oid key = {{0}};

	memcpy(key.bytes, &number, sizeof number);
	return key;
}

static void
add(struct cache *cache, unsigned number, size_t size)
{
	struct oid key = key_of(number);
	struct buffer *buffer = buffer_new(OBJECT_BLOB, size);

	memset(buffer->data, (int)(number % 256), size);
	cache_add(cache, &key, buffer);
	buffer_drop(buffer);
}

static bool
has(const struct cache *cache, unsigned number)
{
	struct oid key = key_of(number);
	const struct buffer *buffer = cache_find(cache, &key);

	assert_true(
	    buffer == NULL || (unsigned char)buffer->data[0] == number % 256);
	return buffer != NULL;
}

static void
what_was_put_in_last_is_there(void **state)
{
	struct cache *cache = cache_new(1 << 20);

	(void)state;
	assert_false(has(cache, 1));
	for (unsigned i = 0; i < 50000; i++) {
		add(cache, i, 1 + i % 300);
		assert_true(has(cache, i));
	}
	cache_free(cache);
}

static void
most_of_what_fits_is_there(void **state)
{
	struct cache *cache = cache_new(1 << 20);
	unsigned found = 0;

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		add(cache, i, 100);
	for (unsigned i = 0; i < 5000; i++)
		found += has(cache, i);
	assert_in_range(found, 4000, 5000);
	cache_free(cache);
}

static void
room_is_made_by_taking_out_others(void **state)
{
	struct cache *cache = cache_new(1000);
	unsigned found = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		add(cache, i, 50);
	for (unsigned i = 0; i < 1000; i++)
		found += has(cache, i);
	assert_in_range(found, 1, 20);
	add(cache, 2000, 501);
	assert_false(has(cache, 2000));
	cache_free(cache);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_in_last_is_there),
	    cmocka_unit_test(most_of_what_fits_is_there),
	    cmocka_unit_test(room_is_made_by_taking_out_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
