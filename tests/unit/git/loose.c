/* Loose objects: whole, damaged, and not what they say they are. */
#include "git/loose.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/scratch.h"

static const struct oid id = {{0xab, 0xcd}};
static const char file_name[] = "ab/cd000000000000000000000000000000000000";

static struct inflater *inflater;
static int directory;

static int
set_up(void **state)
{
	scratch_enter(state);
	scratch_run("mkdir ab");
	inflater = inflater_new();
	directory = open(".", O_PATH | O_CLOEXEC);
	return directory >= 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
	close(directory);
	inflater_free(inflater);
	return scratch_leave(state);
}

static void
write_bytes(const void *data, size_t size)
{
	FILE *file = fopen(file_name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* `level` 0 stores.  Returns the length of what was put to `out`. */
static size_t
compress_bytes(int level, const void *data, size_t size, char *out, size_t room)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
	size_t len = libdeflate_zlib_compress(c, data, size, out, room);

	libdeflate_free_compressor(c);
	assert_true(len > 0);
	return len;
}

static int
read_it(enum object_type type, size_t limit, bool body, struct found *found,
    struct error *err)
{
	struct want want = {
	    .id = &id, .type = type, .limit = limit, .body = body};

	*found = (struct found){0};
	memset(err, 0, sizeof *err);
	return loose_read(inflater, directory, &want, found, err);
}

static void
an_object_is_what_its_header_says(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *fault; /* NULL: it can be read */
	} cases[] = {
	    {"blob 3\0abc", 10, NULL},
	    {"blob 0\0", 7, NULL},
	    {"tree 1\0x", 8, NULL},
	    {"commit 1\0x", 10, NULL},
	    {"tag 1\0x", 7, NULL},
	    {"blob 3\0ab", 9, "is not as long"},
	    {"blob 3\0abcd", 11, "is not as long"},
	    {"blob 03\0abc", 11, "has a damaged header"},
	    {"blob \0abc", 9, "has a damaged header"},
	    {"blob\0abc", 8, "has a damaged header"},
	    {"blob -3\0abc", 11, "has a damaged header"},
	    {"blob 3 \0abc", 11, "has a damaged header"},
	    {"blob  3\0abc", 11, "has a damaged header"},
	    {" 3\0abc", 6, "has a damaged header"},
	    {"blub 3\0abc", 10, "has a damaged header"},
	    {"Blob 3\0abc", 10, "has a damaged header"},
	    {"blob 3abc", 9, "has a damaged header"},
	    {"blob\0 3\0abc", 11, "has a damaged header"},
	    {"blob 99999999999999999999999999\0a", 33, "has a damaged header"},
	    {"blob 18446744073709551615\0a", 27, "has a damaged header"},
	    {"x", 1, "has a damaged header"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char data[256];
		struct found found;
		struct error err;
		int result;

		write_bytes(data, compress_bytes((int)i % 2, cases[i].bytes,
				      cases[i].len, data, sizeof data));
		result = read_it(0, 100, true, &found, &err);
		if (cases[i].fault == NULL) {
			assert_int_equal(result, 0);
			assert_int_equal(found.bytes->data[found.size], 0);
		} else if (result != -1 ||
			   strcmp(err.code, "object.malformed") != 0 ||
			   strstr(err.text, cases[i].fault) == NULL)
			fail_msg("%s: %s", cases[i].bytes, err.text);
		buffer_drop(found.bytes);
	}
}

static void
an_absent_file_is_no_object_and_an_empty_one_is_damaged(void **state)
{
	struct found found;
	struct error err;

	(void)state;
	unlink(file_name);
	assert_int_equal(read_it(0, 100, true, &found, &err), 1);
	write_bytes("", 0);
	assert_int_equal(read_it(0, 100, true, &found, &err), -1);
	assert_string_equal(err.code, "object.malformed");
	scratch_run("rm %s && mkfifo %s", file_name, file_name);
	assert_int_equal(read_it(0, 100, true, &found, &err), -1);
	scratch_run("rm %s", file_name);
}

enum { LARGE = 300000 };

/* A blob that fits no buffer of ours, hard or easy to compress, or stored. */
static size_t
large_make(int level, bool random, char *content, char *out, size_t room)
{
	int len = snprintf(content, 32, "blob %d", LARGE) + 1;
	size_t i;

	srand(3);
	for (i = 0; i < LARGE; i++)
		content[(size_t)len + i] =
		    random ? (char)rand() : (char)(i / 9);
	return compress_bytes(level, content, (size_t)len + LARGE, out, room);
}

static void
large_objects_are_read_whatever_their_compression(void **state)
{
	static char content[LARGE + 32], data[2 * LARGE];
	int level;

	(void)state;
	for (level = 0; level < 8; level++) {
		struct found found;
		struct error err;
		size_t len =
		    large_make(level, level % 2, content, data, sizeof data);

		write_bytes(data, len);
		assert_int_equal(read_it(0, LARGE, true, &found, &err), 0);
		assert_int_equal(found.size, LARGE);
		assert_memory_equal(
		    found.bytes->data, content + strlen(content) + 1, LARGE);
		buffer_drop(found.bytes);
		assert_int_equal(read_it(0, 0, false, &found, &err), 0);
		assert_int_equal(found.type, OBJECT_BLOB);
		assert_int_equal(found.size, LARGE);
		assert_null(found.bytes);
		assert_int_equal(read_it(0, LARGE - 1, true, &found, &err), -1);
		assert_string_equal(err.code, "object.limit");
		assert_int_equal(
		    read_it(OBJECT_TREE, LARGE, true, &found, &err), -1);
		assert_string_equal(err.code, "object.malformed");
		write_bytes(data, len - 1);
		assert_int_equal(read_it(0, LARGE, true, &found, &err), -1);
		data[len] = 'x';
		write_bytes(data, len + 1);
		assert_int_equal(read_it(0, LARGE, true, &found, &err), -1);
	}
}

/* Damage is found by the stream's sum, wherever it is. */
static void
no_changed_byte_goes_unseen(void **state)
{
	static const char content[] =
	    "blob 44\0the quick brown fox jumps over the lazy dog.";
	char data[256];
	size_t i, len;
	unsigned bit;

	(void)state;
	for (i = 0; i < 2; i++) {
		size_t at;

		len = compress_bytes(
		    (int)i * 6, content, sizeof content - 1, data, sizeof data);
		for (at = 0; at < len; at++)
			for (bit = 0; bit < 8; bit++) {
				struct found found;
				struct error err;

				data[at] ^= (char)(1u << bit);
				write_bytes(data, len);
				data[at] ^= (char)(1u << bit);
				/* Two bits of the header only say how hard it
				 * was tried. */
				if (read_it(0, 100, true, &found, &err) == 0)
					assert_memory_equal(found.bytes->data,
					    content + 8, found.size);
				else
					assert_string_equal(
					    err.code, "object.malformed");
				buffer_drop(found.bytes);
			}
		/* Cut anywhere, or with one byte too many. */
		for (at = 0; at <= len + 1; at++) {
			struct found found;
			struct error err;

			if (at == len)
				continue;
			write_bytes(data, at);
			assert_int_equal(
			    read_it(0, 100, true, &found, &err), -1);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_object_is_what_its_header_says),
	    cmocka_unit_test(
		an_absent_file_is_no_object_and_an_empty_one_is_damaged),
	    cmocka_unit_test(large_objects_are_read_whatever_their_compression),
	    cmocka_unit_test(no_changed_byte_goes_unseen),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
