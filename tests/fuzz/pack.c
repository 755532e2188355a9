/*
 * Packs and their indexes, both of them foreign: four bytes with the length of
 * the index, the index, the pack.
 */
#include "fuzz.h"

#include <string.h>

#include "git/pack.h"
#include "place.h"

enum { LIMIT = 1 << 20, IDS = 8 + 256 * 4, IDS_TRIED = 64 };

static void
object_try(
    const struct pack *pack, struct pack_reader *reader, const struct oid *id)
{
	const struct want want = {.id = id, .limit = LIMIT, .body = true};
	struct found found = {0};
	struct error err;
	uint64_t offset;

	if (!pack_find(pack, id, &offset) ||
	    pack_read(reader, pack, offset, &want, &found, &err) != 0)
		return;
	must_hold(found.size <= LIMIT);
	must_hold(found.bytes != NULL && found.bytes->size == found.size);
	must_hold(found.bytes->data[found.size] == '\0');
	buffer_drop(found.bytes);
}

static void
objects_try(const struct pack *pack, const uint8_t *index, size_t size)
{
	struct inflater *inflater = inflater_new();
	struct pack_reader *reader = pack_reader_new(inflater);
	struct oid id;

	for (size_t i = 0; i < IDS_TRIED; i++) {
		size_t at = IDS + i * sizeof id.bytes;

		if (size < at + sizeof id.bytes)
			break;
		memcpy(id.bytes, index + at, sizeof id.bytes);
		object_try(pack, reader, &id);
	}
	pack_reader_free(reader);
	inflater_free(inflater);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int dir = place_open(NULL);
	size_t index_size;
	struct pack *pack;

	if (size < 4)
		return 0;
	index_size = (size_t)data[2] << 8 | data[3];
	data += 4;
	size -= 4;
	if (index_size > size)
		return 0;
	file_write(dir, "x.idx", data, index_size);
	file_write(dir, "x.pack", data + index_size, size - index_size);
	pack = pack_open(dir, "x.idx");
	unlinkat(dir, "x.idx", 0);
	unlinkat(dir, "x.pack", 0);
	if (pack != NULL)
		objects_try(pack, data, index_size);
	pack_close(pack);
	return 0;
}
