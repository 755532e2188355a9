/* Packs made by hand, to be as wrong as git would not make them. */
#include "git/pack.h"

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
#include "base/mem.h"

enum { BLOB = 3, OFS = 6, REF = 7 };

/* One entry: its object's name is its place in the pack, counted from 1. */
struct entry {
	int type;
	const char *data;
	size_t size;
	size_t base;  /* of a delta: an entry, counted from 1 */
	size_t claim; /* the size it says it has, if not `size` */
};

/* Streams are two stored blocks, the first of so many bytes; 0: compressed. */
static size_t first_block;

static struct inflater *inflater;
static struct pack_reader *reader;
static int directory;

static int
set_up(void **state)
{
	scratch_enter(state);
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

static struct oid
name_of(size_t number)
{
	struct oid id = {{0}};

	id.bytes[0] = (unsigned char)(number >> 8);
	id.bytes[1] = (unsigned char)number;
	return id;
}

static void
add32(struct text *text, size_t value)
{
	int shift;

	for (shift = 24; shift >= 0; shift -= 8)
		text_add_char(text, (char)(value >> shift & 255));
}

static void
add_size(struct text *pack, int type, size_t size)
{
	unsigned c = (unsigned)type << 4 | (size & 15);

	for (size >>= 4; size > 0; size >>= 7) {
		text_add_char(pack, (char)(c | 0x80));
		c = size & 127;
	}
	text_add_char(pack, (char)c);
}

static void
add_distance(struct text *pack, size_t distance)
{
	char bytes[10];
	size_t i = sizeof bytes;

	bytes[--i] = (char)(distance & 127);
	while ((distance >>= 7) > 0)
		bytes[--i] = (char)(--distance & 127) | (char)0x80;
	text_add_bytes(pack, bytes + i, sizeof bytes - i);
}

static void
add_stream(struct text *pack, const char *data, size_t size)
{
	static struct libdeflate_compressor *c;
	char *out;
	size_t room;

	c = libdeflate_alloc_compressor(1);
	room = libdeflate_zlib_compress_bound(c, size);
	out = mem_zero(room);
	text_add_bytes(
	    pack, out, libdeflate_zlib_compress(c, data, size, out, room));
	free(out);
	libdeflate_free_compressor(c);
}

/* A stored block of a stream. */
static void
add_block(struct text *pack, const char *data, size_t size, bool last)
{
	text_add_char(pack, last ? 1 : 0);
	text_add_char(pack, (char)(size & 255));
	text_add_char(pack, (char)(size >> 8));
	text_add_char(pack, (char)(~size & 255));
	text_add_char(pack, (char)(~size >> 8 & 255));
	text_add_bytes(pack, data, size);
}

/* Two stored blocks, the first of `first` bytes. */
static void
add_blocks(struct text *pack, const char *data, size_t size, size_t first)
{
	text_add_bytes(pack, "\x78\1", 2);
	add_block(pack, data, first, false);
	add_block(pack, data + first, size - first, true);
	add32(pack, libdeflate_adler32(1, data, size));
}

static void
write_text(const char *name, const struct text *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
	assert_int_equal(fclose(file), 0);
}

static void
index_make(struct text *index, const size_t *offsets, size_t count)
{
	struct oid id;
	size_t i, upto;

	text_add_bytes(index, "\377tOc\0\0\0\2", 8);
	for (i = 0, upto = 0; i < 256; i++) {
		while (upto < count && (upto + 1) >> 8 <= i)
			upto++;
		add32(index, upto);
	}
	for (i = 1; i <= count; i++) {
		id = name_of(i);
		text_add_bytes(index, id.bytes, sizeof id.bytes);
	}
	for (i = 0; i < count; i++)
		add32(index, 0);
	for (i = 0; i < count; i++)
		add32(index, offsets[i]);
	for (i = 0; i < 10; i++)
		add32(index, 0);
}

/* Make p.pack and p.idx. */
static void
pack_make(const struct entry *entries, size_t count)
{
	struct text pack = {0}, index = {0};
	size_t *offsets = mem_array(count, sizeof *offsets);
	size_t i;

	text_add_bytes(&pack, "PACK\0\0\0\2", 8);
	add32(&pack, count);
	for (i = 0; i < count; i++) {
		const struct entry *entry = &entries[i];
		struct oid base = name_of(entry->base);

		offsets[i] = pack.len;
		add_size(&pack, entry->type,
		    entry->claim != 0 ? entry->claim : entry->size);
		if (entry->type == OFS)
			add_distance(
			    &pack, entry->base > 0 && entry->base <= count
				       ? offsets[i] - offsets[entry->base - 1]
				       : entry->base);
		if (entry->type == REF)
			text_add_bytes(&pack, base.bytes, sizeof base.bytes);
		if (first_block > 0 && entry->size > first_block)
			add_blocks(
			    &pack, entry->data, entry->size, first_block);
		else
			add_stream(&pack, entry->data, entry->size);
	}
	for (i = 0; i < 5; i++)
		add32(&pack, 0);
	index_make(&index, offsets, count);
	write_text("p.pack", &pack);
	write_text("p.idx", &index);
	text_free(&pack);
	text_free(&index);
	free(offsets);
}

/* Read entry `number` of p; "" or the error's code. */
static const char *
read_entry(size_t number, size_t limit, bool body, struct found *found,
    struct error *err)
{
	struct pack *pack = pack_open(directory, "p.idx");
	struct oid id = name_of(number);
	struct want want = {.id = &id, .limit = limit, .body = body};
	uint64_t offset;
	int result;

	assert_non_null(pack);
	reader = pack_reader_new(inflater);
	*found = (struct found){0};
	assert_true(pack_find(pack, &id, &offset));
	result = pack_read(reader, pack, offset, &want, found, err);
	pack_reader_free(reader);
	pack_close(pack);
	return result == 0 ? "" : err->code;
}

static const char digits[] = "0123456789";

static void
deltas_are_undone_within_their_bounds(void **state)
{
	static const struct {
		const char *delta;
		size_t len;
		const char *result; /* NULL: malformed */
	} cases[] = {
	    {"\12\4\x91\2\4", 5, "2345"},
	    {"\12\12\x90\12", 4, "0123456789"},
	    {"\12\4\x91\x06\4", 5, "6789"},
	    {"\12\3\3abc", 6, "abc"},
	    {"\12\4\1x\x91\1\2\1y", 9, "x12y"},
	    {"\12\0", 2, ""},
	    {"\12\4\x91\x07\4", 5, NULL},             /* past the base */
	    {"\12\4\x91\x0b\1", 5, NULL},             /* begins past it */
	    {"\12\4\x9f\377\377\377\377\4", 8, NULL}, /* far past it */
	    {"\12\4\xf0\377\377\377", 6, NULL},       /* far too long */
	    {"\12\4\x80", 3, NULL},                   /* 64 KiB of ten bytes */
	    {"\12\3\x91\2\4", 5, NULL},               /* more than it says */
	    {"\12\5\x91\2\4", 5, NULL},               /* less than it says */
	    {"\11\4\x91\2\4", 5, NULL},               /* another base */
	    {"\12\4\x91\2", 4, NULL},                 /* cut in a copy */
	    {"\12\3\3ab", 5, NULL},                   /* cut in an insert */
	    {"\12\1\0a", 4, NULL},                    /* reserved */
	    {"\12", 1, NULL},                         /* cut in the sizes */
	    {"\x8a", 1, NULL},
	    {"", 0, NULL},
	    {"\377\377\377\377\377\377\377\377\377\377\377\1\1", 13, NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct entry entries[] = {{BLOB, digits, 10, 0, 0},
		    {i % 2 ? REF : OFS, cases[i].delta, cases[i].len, 1, 0}};
		struct found found, header;
		struct error err;
		const char *code;

		pack_make(entries, 2);
		code = read_entry(2, 100, true, &found, &err);
		if (cases[i].result == NULL) {
			if (strcmp(code, "object.malformed") != 0)
				fail_msg("delta %zu: \"%s\"", i, code);
			continue;
		}
		assert_string_equal(code, "");
		assert_string_equal(found.bytes->data, cases[i].result);
		assert_int_equal(found.size, strlen(cases[i].result));
		code = read_entry(2, 0, false, &header, &err);
		assert_string_equal(code, "");
		assert_int_equal(header.size, found.size);
		assert_int_equal(header.type, OBJECT_BLOB);
		buffer_drop(found.bytes);
	}
}

static void
sizes_are_those_of_the_entry(void **state)
{
	static const struct {
		size_t claim;
		const char *code;
	} cases[] = {{0, ""}, {9, "object.malformed"}, {11, "object.malformed"},
	    {100, "object.malformed"}, {101, "object.limit"},
	    {SIZE_MAX >> 8, "object.limit"}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct entry entry = {BLOB, digits, 10, 0, cases[i].claim};
		struct found found;
		struct error err;

		pack_make(&entry, 1);
		assert_string_equal(
		    read_entry(1, 100, true, &found, &err), cases[i].code);
		buffer_drop(found.bytes);
	}
}

static void
a_limit_is_known_from_a_delta_before_its_base_is_read(void **state)
{
	/* The base can not be read at all. */
	static const struct entry entries[] = {{BLOB, digits, 10, 0, 11},
	    {OFS, "\12\4\x91\2\4", 5, 1, 0},
	    {OFS, digits, 10, 1, SIZE_MAX >> 8}};
	struct found found;
	struct error err;

	(void)state;
	pack_make(entries, 3);
	assert_string_equal(
	    read_entry(2, 3, true, &found, &err), "object.limit");
	assert_string_equal(
	    read_entry(2, 5, true, &found, &err), "object.malformed");
	assert_string_equal(
	    read_entry(3, 100, true, &found, &err), "object.limit");
}

/* Whatever the bytes of the stream look like that its beginning is in. */
static void
a_size_is_that_of_the_delta_however_it_is_packed(void **state)
{
	static char delta[3 + 40 * 0x80];
	const size_t size = sizeof delta, result = 40 * 0x7f;

	(void)state;
	memset(delta, 'x', size);
	delta[0] = 10;
	delta[1] = (char)(0x80 | (result & 0x7f));
	delta[2] = (char)(result >> 7);
	for (size_t i = 0; i < 40; i++)
		delta[3 + i * 0x80] = 0x7f;
	for (first_block = 1; first_block < 200; first_block++) {
		const struct entry entries[] = {
		    {BLOB, digits, 10, 0, 0}, {OFS, delta, size, 1, 0}};
		struct found found;
		struct error err;

		pack_make(entries, 2);
		assert_string_equal(read_entry(2, 0, false, &found, &err), "");
		if (found.size != result)
			fail_msg(
			    "first block of %zu: %zu", first_block, found.size);
	}
	first_block = 0;
}

static void
bases_that_are_not_there_end_a_chain(void **state)
{
	static const char same[] = "\12\12\x90\12";
	static const struct entry entries[] = {
	    {REF, same, 4, 2, 0},    /* 1 and 2: each other's base */
	    {REF, same, 4, 1, 0},    /* */
	    {REF, same, 4, 3, 0},    /* its own base */
	    {REF, same, 4, 99, 0},   /* a base not in the pack */
	    {OFS, same, 4, 0, 0},    /* no distance: its own base */
	    {OFS, same, 4, 5000, 0}, /* before the pack */
	    {OFS, same, 4, 30, 0},   /* within another entry */
	    {5, digits, 10, 0, 0},   /* no type */
	    {0, digits, 10, 0, 0},
	};
	size_t i;

	(void)state;
	pack_make(entries, sizeof entries / sizeof entries[0]);
	for (i = 1; i <= sizeof entries / sizeof entries[0]; i++) {
		struct found found;
		struct error err;

		assert_string_equal(
		    read_entry(i, 100, true, &found, &err), "object.malformed");
		assert_string_equal(read_entry(i, 100, false, &found, &err),
		    "object.malformed");
	}
}

static void
chains_are_as_long_as_gits_and_no_longer(void **state)
{
	enum { COUNT = 4200 };
	struct entry *entries = mem_array(COUNT, sizeof *entries);
	struct found found;
	struct error err;
	size_t i;

	(void)state;
	entries[0] = (struct entry){BLOB, digits, 10, 0, 0};
	for (i = 1; i < COUNT; i++)
		entries[i] = (struct entry){OFS, "\12\12\x90\12", 4, i, 0};
	pack_make(entries, COUNT);
	assert_string_equal(read_entry(4096, 100, true, &found, &err), "");
	assert_memory_equal(found.bytes->data, digits, 10);
	buffer_drop(found.bytes);
	assert_string_equal(
	    read_entry(COUNT, 100, true, &found, &err), "object.malformed");
	free(entries);
}

static struct text
file_text(const char *name)
{
	return scratch_output("cat %s", name);
}

static void
an_index_that_does_not_fit_its_pack_is_not_opened(void **state)
{
	static const struct entry entries[] = {
	    {BLOB, digits, 10, 0, 0}, {OFS, "\12\4\x91\2\4", 5, 1, 0}};
	static const struct {
		const char *file;
		size_t at;
	} bytes[] = {{"p.idx", 0}, {"p.idx", 7}, {"p.idx", 8 + 4 * 100},
	    {"p.idx", 8 + 1023}, {"p.pack", 0}, {"p.pack", 7}, {"p.pack", 11}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
		struct text text;

		pack_make(entries, 2);
		text = file_text(bytes[i].file);
		text.data[bytes[i].at] ^= 1;
		write_text(bytes[i].file, &text);
		text_free(&text);
		assert_null(pack_open(directory, "p.idx"));
	}
	for (i = 0; i < 2; i++) {
		struct text text;
		const char *name = i == 0 ? "p.idx" : "p.pack";

		pack_make(entries, 2);
		text = file_text(name);
		while (text.len > 0) {
			text.len -= text.len > 60 ? 7 : 1;
			write_text(name, &text);
			assert_null(pack_open(directory, "p.idx"));
		}
		text_free(&text);
		unlink(name);
		assert_null(pack_open(directory, "p.idx"));
	}
}

static void
offsets_lead_nowhere_but_into_the_pack(void **state)
{
	static const struct entry entry = {BLOB, digits, 10, 0, 0};
	static const unsigned char offsets[][4] = {{0, 0, 0, 0}, {0, 0, 0, 11},
	    {0, 0, 1, 0}, {0x7f, 255, 255, 255}, {0x80, 0, 0, 0},
	    {255, 255, 255, 255}};
	struct text text;
	struct found found;
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
		pack_make(&entry, 1);
		text = file_text("p.idx");
		memcpy(text.data + text.len - 44, offsets[i], 4);
		write_text("p.idx", &text);
		text_free(&text);
		assert_string_equal(
		    read_entry(1, 100, true, &found, &err), "object.malformed");
	}
}

/* Every byte of a pack changed in turn: an error, or the same object again.
 * Types and distances have no sum in a pack, so the result may differ there. */
static void
no_changed_byte_of_a_stream_goes_unseen(void **state)
{
	static const struct entry entries[] = {{BLOB, digits, 10, 0, 0},
	    {OFS, "\12\4\x91\2\4", 5, 1, 0}, {REF, "\4\2\x90\2", 4, 2, 0}};
	static const char *const results[] = {digits, "2345", "23"};
	struct text text;
	size_t at, i;

	(void)state;
	pack_make(entries, 3);
	text = file_text("p.pack");
	for (at = 12; at < text.len - 20; at++) {
		text.data[at] ^= 0x55;
		write_text("p.pack", &text);
		text.data[at] ^= 0x55;
		for (i = 0; i < 3; i++) {
			struct found found;
			struct error err;
			const char *code =
			    read_entry(i + 1, 100, true, &found, &err);

			if (*code == '\0' &&
			    strcmp(found.bytes->data, results[i]) != 0)
				fail_msg("byte %zu, object %zu: %s", at, i + 1,
				    found.bytes->data);
			buffer_drop(found.bytes);
		}
	}
	text_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(deltas_are_undone_within_their_bounds),
	    cmocka_unit_test(sizes_are_those_of_the_entry),
	    cmocka_unit_test(
		a_limit_is_known_from_a_delta_before_its_base_is_read),
	    cmocka_unit_test(a_size_is_that_of_the_delta_however_it_is_packed),
	    cmocka_unit_test(bases_that_are_not_there_end_a_chain),
	    cmocka_unit_test(chains_are_as_long_as_gits_and_no_longer),
	    cmocka_unit_test(an_index_that_does_not_fit_its_pack_is_not_opened),
	    cmocka_unit_test(offsets_lead_nowhere_but_into_the_pack),
	    cmocka_unit_test(no_changed_byte_of_a_stream_goes_unseen),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
