/* Packs: finding an object in an index, and undoing its deltas. */
#include "git/pack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "git/cache.h"

enum {
	PACK_HEADER = 12, /* "PACK", version, number of objects */
	INDEX_HEADER = 8, /* its magic, version */
	FANOUT = 256 * 4,
	/* Of each object: its name, the sum of its entry, its offset. */
	INDEX_ROW = OID_BYTES + 4 + 4,
};

/* git itself writes no chain longer than 4095. */
enum { CHAIN_LIMIT = 4096 };

/* git makes no deltas of anything above core.bigFileThreshold, 512 MiB. */
static const size_t base_limit = (size_t)512 << 20;

/* More was measured to be slower: it no longer fits the processor's caches. */
static const size_t base_cache_bytes = (size_t)2 << 20;

struct map {
	const unsigned char *data;
	size_t size;
};

struct pack {
	struct map index, file;
	uint32_t count, large_count;
	const unsigned char *names, *offsets, *large_offsets;
};

/* One delta between what is wanted and its base. */
struct link {
	uint64_t offset;           /* of the entry */
	const unsigned char *data; /* its zlib stream */
	size_t left;               /* bytes from there to the pack's end */
	size_t size;               /* of the delta, inflated */
};

struct scratch {
	char *data;
	size_t capacity;
};

struct pack_reader {
	struct inflater *inflater;
	struct cache *bases;
	struct link *links;
	size_t link_capacity;
	struct scratch top, delta; /* the last delta of a chain, and the rest */
};

static uint32_t
read32(const unsigned char *data)
{
	return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 |
	       (uint32_t)data[2] << 8 | data[3];
}

static bool
map_open(int dir, const char *name, struct map *map)
{
	struct stat st;
	void *data = MAP_FAILED;
	int fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		data = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return false;
	map->data = data;
	map->size = (size_t)st.st_size;
	return true;
}

static void
map_close(struct map *map)
{
	if (map->data != NULL)
		munmap((void *)(uintptr_t)map->data, map->size);
}

static bool
index_check(struct pack *pack)
{
	static const unsigned char magic[INDEX_HEADER] = {
	    0xff, 't', 'O', 'c', 0, 0, 0, 2};
	const size_t fixed = INDEX_HEADER + FANOUT + 2 * OID_BYTES;
	const unsigned char *fanout = pack->index.data + INDEX_HEADER;
	size_t i, rows, large;

	if (pack->index.size < fixed ||
	    memcmp(pack->index.data, magic, sizeof magic) != 0)
		return false;
	for (i = 4; i < FANOUT; i += 4)
		if (read32(fanout + i) < read32(fanout + i - 4))
			return false;
	pack->count = read32(fanout + FANOUT - 4);
	rows = (pack->index.size - fixed) / INDEX_ROW;
	if (pack->count > rows)
		return false;
	large = pack->index.size - fixed - (size_t)pack->count * INDEX_ROW;
	if (large % 8 != 0 || large / 8 > pack->count)
		return false;
	pack->large_count = (uint32_t)(large / 8);
	pack->names = fanout + FANOUT;
	pack->offsets = pack->names + (size_t)pack->count * (OID_BYTES + 4);
	pack->large_offsets = pack->offsets + (size_t)pack->count * 4;
	return true;
}

/* Does the pack say of itself what its index says of it? */
static bool
file_check(const struct pack *pack)
{
	static const unsigned char magic[8] = {'P', 'A', 'C', 'K', 0, 0, 0, 2};
	const unsigned char *data = pack->file.data;

	return pack->file.size >= PACK_HEADER + OID_BYTES &&
	       memcmp(data, magic, sizeof magic) == 0 &&
	       read32(data + sizeof magic) == pack->count &&
	       memcmp(data + pack->file.size - OID_BYTES,
		   pack->index.data + pack->index.size - 2 * OID_BYTES,
		   OID_BYTES) == 0;
}

struct pack *
pack_open(int dir, const char *name)
{
	struct pack *pack = mem_zero(sizeof *pack);
	size_t stem = strlen(name) - strlen("idx");
	char *file = mem_bytes(name, stem + strlen("pack"));
	bool good;

	memcpy(file + stem, "pack", sizeof "pack");
	good = map_open(dir, name, &pack->index) && index_check(pack) &&
	       map_open(dir, file, &pack->file) && file_check(pack);
	free(file);
	if (good)
		return pack;
	pack_close(pack);
	return NULL;
}

void
pack_close(struct pack *pack)
{
	if (pack == NULL)
		return;
	map_close(&pack->index);
	map_close(&pack->file);
	free(pack);
}

/* The offset in a row of the index; 0, where no entry can be, if it is bad. */
static uint64_t
row_offset(const struct pack *pack, uint32_t row)
{
	uint32_t offset = read32(pack->offsets + (size_t)row * 4);
	const unsigned char *large;

	if (offset < UINT32_C(0x80000000))
		return offset;
	offset &= UINT32_C(0x7fffffff);
	if (offset >= pack->large_count)
		return 0;
	large = pack->large_offsets + (size_t)offset * 8;
	return (uint64_t)read32(large) << 32 | read32(large + 4);
}

bool
pack_find(const struct pack *pack, const struct oid *id, uint64_t *offset)
{
	const unsigned char *fanout =
	    pack->index.data + INDEX_HEADER + (size_t)id->bytes[0] * 4;
	uint32_t low = id->bytes[0] > 0 ? read32(fanout - 4) : 0;
	uint32_t high = read32(fanout);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = memcmp(id->bytes,
		    pack->names + (size_t)middle * OID_BYTES, OID_BYTES);

		if (order == 0) {
			*offset = row_offset(pack, middle);
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

enum { ENTRY_OFS_DELTA = 6, ENTRY_REF_DELTA = 7 };

struct entry {
	int type; /* an object type or one of the two above */
	size_t size;
	uint64_t base;             /* of a delta: offset of its base's entry */
	const unsigned char *data; /* its zlib stream */
	size_t left;               /* bytes from there to the pack's end */
};

struct cursor {
	const unsigned char *at, *end;
};

/* The distance back to a base: big-endian groups of seven, each but the last
 * one less than it is. */
static bool
distance_read(struct cursor *cursor, uint64_t *distance)
{
	unsigned char c = 0x80;

	for (*distance = 0; (c & 0x80) != 0;) {
		if (cursor->at == cursor->end || *distance >> 56 != 0)
			return false;
		c = *cursor->at++;
		*distance = *distance << 7 | (c & 0x7f);
		if ((c & 0x80) != 0)
			++*distance;
	}
	return true;
}

/* Little-endian groups of seven, below the `shift` bits `*value` has. */
static bool
size_read(struct cursor *cursor, size_t *value, unsigned shift)
{
	unsigned char c = 0x80;

	for (; (c & 0x80) != 0; shift += 7) {
		if (cursor->at == cursor->end || shift > 56)
			return false;
		c = *cursor->at++;
		*value |= (size_t)(c & 0x7f) << shift;
	}
	return true;
}

static bool
entry_base(const struct pack *pack, uint64_t offset, struct cursor *cursor,
    struct entry *entry)
{
	uint64_t distance;
	struct oid id;

	if (entry->type == ENTRY_OFS_DELTA) {
		if (!distance_read(cursor, &distance) || distance == 0 ||
		    distance > offset)
			return false;
		entry->base = offset - distance;
		return true;
	}
	if (cursor->end - cursor->at < OID_BYTES)
		return false;
	memcpy(id.bytes, cursor->at, OID_BYTES);
	cursor->at += OID_BYTES;
	return pack_find(pack, &id, &entry->base);
}

static bool
entry_is_delta(const struct entry *entry)
{
	return entry->type == ENTRY_OFS_DELTA || entry->type == ENTRY_REF_DELTA;
}

static bool
entry_read(const struct pack *pack, uint64_t offset, struct entry *entry)
{
	struct cursor cursor = {
	    .end = pack->file.data + pack->file.size - OID_BYTES};
	unsigned char c;

	if (offset < PACK_HEADER || offset >= pack->file.size - OID_BYTES)
		return false;
	cursor.at = pack->file.data + offset;
	c = *cursor.at++;
	entry->type = c >> 4 & 7;
	entry->size = c & 15;
	if ((c & 0x80) != 0 && !size_read(&cursor, &entry->size, 4))
		return false;
	if (entry->type == 0 || entry->type == 5)
		return false;
	if (entry_is_delta(entry) && !entry_base(pack, offset, &cursor, entry))
		return false;
	entry->data = cursor.at;
	entry->left = (size_t)(cursor.end - cursor.at);
	return true;
}

struct pack_reader *
pack_reader_new(struct inflater *inflater)
{
	struct pack_reader *reader = mem_zero(sizeof *reader);

	reader->inflater = inflater;
	reader->bases = cache_new(base_cache_bytes);
	return reader;
}

void
pack_reader_free(struct pack_reader *reader)
{
	if (reader == NULL)
		return;
	cache_free(reader->bases);
	free(reader->links);
	free(reader->top.data);
	free(reader->delta.data);
	free(reader);
}

static struct oid
base_key(const struct pack *pack, uint64_t offset)
{
	const void *place = pack;
	struct oid key = {{0}};

	memcpy(key.bytes, &offset, sizeof offset);
	memcpy(key.bytes + sizeof offset, &place, sizeof place);
	return key;
}

static bool
scratch_inflate(struct pack_reader *reader, struct scratch *scratch,
    const unsigned char *data, size_t left, size_t size)
{
	if (size > base_limit)
		return false;
	/* One byte more: an empty delta has a place too. */
	scratch->data =
	    mem_grow(scratch->data, &scratch->capacity, size + 1, 1);
	return inflate_exact(
	    reader->inflater, data, left, scratch->data, size, NULL);
}

/* The sizes a delta begins with: of its base and of its result. */
static bool
delta_sizes(struct cursor *delta, size_t *base, size_t *result)
{
	*base = *result = 0;
	return size_read(delta, base, 0) && size_read(delta, result, 0);
}

/* A copy instruction: a bit for each byte of an offset and a size. */
static bool
copy_read(
    struct cursor *delta, unsigned char bits, size_t *offset, size_t *size)
{
	unsigned i;

	*offset = *size = 0;
	for (i = 0; i < 7; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		if (delta->at == delta->end)
			return false;
		if (i < 4)
			*offset |= (size_t)*delta->at++ << 8 * i;
		else
			*size |= (size_t)*delta->at++ << 8 * (i - 4);
	}
	if (*size == 0)
		*size = 0x10000;
	return true;
}

static bool
delta_instructions(
    struct cursor *delta, const struct buffer *base, struct buffer *result)
{
	size_t done = 0;

	while (delta->at < delta->end) {
		unsigned char c = *delta->at++;
		const char *from;
		size_t offset, size = c;

		if ((c & 0x80) != 0) {
			if (!copy_read(delta, c, &offset, &size) ||
			    offset > base->size || size > base->size - offset)
				return false;
			from = base->data + offset;
		} else {
			if (c == 0 || size > (size_t)(delta->end - delta->at))
				return false;
			from = (const char *)delta->at;
			delta->at += size;
		}
		if (size > result->size - done)
			return false;
		memcpy(result->data + done, from, size);
		done += size;
	}
	return done == result->size;
}

/* NULL if the delta is damaged or not one of this base. */
static struct buffer *
delta_apply(const struct buffer *base, const char *data, size_t size)
{
	struct cursor delta = {
	    (const unsigned char *)data, (const unsigned char *)data + size};
	size_t base_size, result_size;
	struct buffer *result;

	if (!delta_sizes(&delta, &base_size, &result_size) ||
	    base_size != base->size || result_size > base_limit)
		return NULL;
	result = buffer_new(base->type, result_size);
	if (delta_instructions(&delta, base, result))
		return result;
	buffer_drop(result);
	return NULL;
}

static int
damaged(const struct want *want, struct error *err)
{
	return want_malformed(want, "is damaged in its pack", err);
}

/*
 * The sizes a delta begins with, which is inflated to reader->top.  All of it:
 * whoever made the stream can have its beginning look like anything until then.
 */
static bool
top_sizes(struct pack_reader *reader, const struct entry *entry, size_t *base,
    size_t *result)
{
	struct cursor delta;

	if (!scratch_inflate(
		reader, &reader->top, entry->data, entry->left, entry->size))
		return false;
	delta.at = (const unsigned char *)reader->top.data;
	delta.end = delta.at + entry->size;
	return delta_sizes(&delta, base, result);
}

/*
 * Inflate the delta that makes what is wanted, and see to its size before any
 * of its bases is read.
 */
static int
top_read(struct pack_reader *reader, const struct entry *entry,
    const struct want *want, struct error *err)
{
	size_t base, result;

	/* No sensible delta is larger than what it makes. */
	if (want_check(want, want->type, entry->size, err) != 0)
		return -1;
	if (!top_sizes(reader, entry, &base, &result))
		return damaged(want, err);
	return want_check(want, want->type, result, err);
}

/*
 * Go from the entry at `offset` to a base we have or can inflate, and leave
 * the `*links` deltas on the way in the reader, the last one applied first.
 */
static struct buffer *
chain_read(struct pack_reader *reader, const struct pack *pack, uint64_t offset,
    size_t *links, const struct want *want, struct error *err)
{
	struct entry entry;
	struct buffer *base;

	for (*links = 0;; ++*links, offset = entry.base) {
		struct oid key = base_key(pack, offset);

		if ((base = cache_find(reader->bases, &key)) != NULL)
			return buffer_share(base);
		if (*links > CHAIN_LIMIT || !entry_read(pack, offset, &entry)) {
			damaged(want, err);
			return NULL;
		}
		if (!entry_is_delta(&entry))
			break;
		if (*links == 0 && top_read(reader, &entry, want, err) != 0)
			return NULL;
		reader->links = mem_grow(reader->links, &reader->link_capacity,
		    *links + 1, sizeof *reader->links);
		reader->links[*links] =
		    (struct link){offset, entry.data, entry.left, entry.size};
	}
	if (want_check(want, (enum object_type)entry.type,
		*links == 0 ? entry.size : 0, err) != 0)
		return NULL;
	if (*links > 0 && entry.size > base_limit) {
		damaged(want, err);
		return NULL;
	}
	base = buffer_new((enum object_type)entry.type, entry.size);
	if (inflate_exact(reader->inflater, entry.data, entry.left, base->data,
		base->size, NULL)) {
		struct oid key = base_key(pack, offset);

		if (*links > 0 || base->type != OBJECT_COMMIT)
			cache_add(reader->bases, &key, base);
		return base;
	}
	damaged(want, err);
	buffer_drop(base);
	return NULL;
}

/* The delta of a link, inflated: the last one was when the chain was read. */
static const char *
link_delta(struct pack_reader *reader, size_t number)
{
	const struct link *link = &reader->links[number];

	if (number == 0)
		return reader->top.data;
	return scratch_inflate(
		   reader, &reader->delta, link->data, link->left, link->size)
		   ? reader->delta.data
		   : NULL;
}

/* Apply the deltas in the reader to `base`, which is dropped. */
static struct buffer *
chain_apply(struct pack_reader *reader, const struct pack *pack,
    struct buffer *base, size_t links)
{
	while (base != NULL && links-- > 0) {
		const struct link *link = &reader->links[links];
		struct oid key = base_key(pack, link->offset);
		const char *delta = link_delta(reader, links);
		struct buffer *result =
		    delta != NULL ? delta_apply(base, delta, link->size) : NULL;

		buffer_drop(base);
		base = result;
		if (result != NULL)
			cache_add(reader->bases, &key, result);
	}
	return base;
}

static int
body_read(struct pack_reader *reader, const struct pack *pack, uint64_t offset,
    const struct want *want, struct found *found, struct error *err)
{
	size_t links;
	struct buffer *bytes =
	    chain_read(reader, pack, offset, &links, want, err);

	if (bytes == NULL)
		return -1;
	if (want_check(want, bytes->type, 0, err) == 0) {
		bytes = chain_apply(reader, pack, bytes, links);
		if (bytes == NULL)
			return damaged(want, err);
		if (want_check(want, bytes->type, bytes->size, err) == 0) {
			found->type = bytes->type;
			found->size = bytes->size;
			found->bytes = bytes;
			return 0;
		}
	}
	buffer_drop(bytes);
	return -1;
}

/* The type is the one of the base at the end of the chain. */
static int
header_read(struct pack_reader *reader, const struct pack *pack,
    uint64_t offset, const struct want *want, struct found *found,
    struct error *err)
{
	struct entry entry;
	unsigned links;
	size_t base;

	for (links = 0; links <= CHAIN_LIMIT; links++, offset = entry.base) {
		if (!entry_read(pack, offset, &entry))
			break;
		if (links == 0)
			found->size = entry.size;
		if (!entry_is_delta(&entry)) {
			found->type = (enum object_type)entry.type;
			return want_check(want, found->type, found->size, err);
		}
		if (links == 0 &&
		    !top_sizes(reader, &entry, &base, &found->size))
			break;
	}
	return damaged(want, err);
}

int
pack_read(struct pack_reader *reader, const struct pack *pack, uint64_t offset,
    const struct want *want, struct found *found, struct error *err)
{
	return (want->body ? body_read : header_read)(
	    reader, pack, offset, want, found, err);
}
