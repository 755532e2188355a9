/*
 * A delta, in a pack that is sound but for it: so that the sums of zlib do not
 * keep mutations away from the instructions.
 */
#include "fuzz.h"

#include <string.h>

#include <zlib.h>

#include "git/pack.h"
#include "place.h"

enum {
	BASE_SIZE = 512,
	LIMIT = 1 << 20,
	ROOM = 32 * 1024,
	OFS_DELTA = 6,
	SUM = 20
};

struct bytes {
	uint8_t data[ROOM];
	size_t len;
};

static void
add(struct bytes *bytes, const void *data, size_t len)
{
	must_hold(len <= sizeof bytes->data - bytes->len);
	memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

static void
add32(struct bytes *bytes, uint32_t value)
{
	const uint8_t data[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	    (uint8_t)(value >> 8), (uint8_t)value};

	add(bytes, data, sizeof data);
}

/* Type and size of an entry, in three bytes. */
static void
add_header(struct bytes *pack, unsigned type, size_t size)
{
	const uint8_t header[] = {(uint8_t)(0x80 | type << 4 | (size & 15)),
	    (uint8_t)(0x80 | (size >> 4 & 0x7f)), (uint8_t)(size >> 11)};

	add(pack, header, sizeof header);
}

static void
add_stream(struct bytes *pack, const uint8_t *data, size_t size)
{
	uLongf len = sizeof pack->data - pack->len;

	must_hold(
	    compress2(pack->data + pack->len, &len, data, size, 1) == Z_OK);
	pack->len += len;
}

/* Returns where the entry of the delta is. */
static size_t
pack_make(struct bytes *pack, const uint8_t *delta, size_t size)
{
	uint8_t base[BASE_SIZE], distance[2];
	size_t first, second;

	for (size_t i = 0; i < BASE_SIZE; i++)
		base[i] = (uint8_t)(i * 7 + i / 256);
	add(pack, "PACK\0\0\0\2\0\0\0\2", 12);
	first = pack->len;
	add_header(pack, OBJECT_BLOB, BASE_SIZE);
	add_stream(pack, base, BASE_SIZE);
	second = pack->len;
	add_header(pack, OFS_DELTA, size);
	distance[0] = (uint8_t)(0x80 | ((second - first) / 128 - 1));
	distance[1] = (uint8_t)((second - first) % 128);
	add(pack, distance, sizeof distance);
	add_stream(pack, delta, size);
	add(pack, "01234567890123456789", SUM);
	return second;
}

/* The index of one object, which has the id of zeros. */
static void
index_make(struct bytes *index, size_t offset)
{
	static const uint8_t id[SUM];

	add(index, "\377tOc\0\0\0\2", 8);
	for (size_t i = 0; i < 256; i++)
		add32(index, 2);
	add(index, id, sizeof id);
	add(index, "\1aaaaaaaaaaaaaaaaaaa", SUM);
	add32(index, 0);
	add32(index, 0);
	add32(index, (uint32_t)offset);
	add32(index, 12);
	add(index, "01234567890123456789", SUM);
	add(index, id, SUM);
}

static void
object_try(const struct pack *pack)
{
	const struct oid id = {{0}};
	const struct want want = {.id = &id, .limit = LIMIT, .body = true};
	struct inflater *inflater = inflater_new();
	struct pack_reader *reader = pack_reader_new(inflater);
	struct found found = {0};
	struct error err;
	uint64_t offset;

	must_hold(pack_find(pack, &id, &offset));
	if (pack_read(reader, pack, offset, &want, &found, &err) == 0) {
		must_hold(found.type == OBJECT_BLOB && found.size <= LIMIT);
		must_hold(found.bytes->size == found.size);
		buffer_drop(found.bytes);
	}
	pack_reader_free(reader);
	inflater_free(inflater);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bytes pack_file, index_file;
	int dir = place_open(NULL);
	struct pack *pack;

	if (size > ROOM / 4)
		return 0;
	pack_file.len = index_file.len = 0;
	index_make(&index_file, pack_make(&pack_file, data, size));
	file_write(dir, "x.idx", index_file.data, index_file.len);
	file_write(dir, "x.pack", pack_file.data, pack_file.len);
	pack = pack_open(dir, "x.idx");
	unlinkat(dir, "x.idx", 0);
	unlinkat(dir, "x.pack", 0);
	must_hold(pack != NULL);
	object_try(pack);
	pack_close(pack);
	return 0;
}
