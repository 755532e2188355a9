/* Loose objects, each a file of its own. */
#include "git/loose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file up to here is read, which is cheaper than mapping it. */
enum { READ_LIMIT = 8192 };

/* What most commits and trees fit in, so that they are inflated once. */
enum { WHOLE_LIMIT = 8192 };

/* "commit " and the digits of 2^64 - 1 and the NUL need 28. */
enum { HEADER_LIMIT = 32 };

/* The length of the header that `data` begins with, its NUL included; or 0. */
static size_t
header_parse(const char *data, size_t len, enum object_type *type, size_t *size)
{
	const char *end = memchr(data, '\0', len);
	const char *digit = end != NULL ? memchr(data, ' ', len) : NULL;

	if (digit == NULL || digit++ > end || digit == end ||
	    !object_type_parse(data, (size_t)(digit - data) - 1, type))
		return 0;
	if (digit[0] == '0' && digit + 1 != end)
		return 0;
	for (*size = 0; digit < end; digit++) {
		size_t value = (size_t)*digit - '0';

		if (*digit < '0' || *digit > '9' ||
		    *size > (SIZE_MAX / 2 - value) / 10)
			return 0;
		*size = *size * 10 + value;
	}
	return (size_t)(end - data) + 1;
}

/* Inflate all of a large object, whose header has been seen at its start. */
static int
content_read(struct inflater *inflater, const unsigned char *in, size_t in_size,
    const char *header, size_t header_len, const struct want *want,
    struct found *found, struct error *err)
{
	size_t used;
	struct buffer *whole =
	    buffer_new(found->type, header_len + found->size);

	if (!inflate_exact(
		inflater, in, in_size, whole->data, whole->size, &used) ||
	    used != in_size || memcmp(whole->data, header, header_len) != 0) {
		buffer_drop(whole);
		return want_malformed(want, "is damaged", err);
	}
	memmove(whole->data, whole->data + header_len, found->size + 1);
	whole->size = found->size;
	found->bytes = whole;
	return 0;
}

static int
loose_decode(struct inflater *inflater, const unsigned char *in, size_t in_size,
    const struct want *want, struct found *found, struct error *err)
{
	char start[WHOLE_LIMIT];
	size_t got = HEADER_LIMIT, used, header;
	enum inflated state = inflate_begin(
	    inflater, in, in_size, start, sizeof start, &got, &used);

	if (state == INFLATE_BAD)
		return want_malformed(want, "is damaged", err);
	if (state == INFLATE_PART)
		got = HEADER_LIMIT;
	header = header_parse(start, got < HEADER_LIMIT ? got : HEADER_LIMIT,
	    &found->type, &found->size);
	if (header == 0)
		return want_malformed(want, "has a damaged header", err);
	if (state == INFLATE_WHOLE &&
	    (used != in_size || got - header != found->size))
		return want_malformed(
		    want, "is not as long as its header says", err);
	if (want_check(want, found->type, found->size, err) != 0)
		return -1;
	if (!want->body)
		return 0;
	if (state == INFLATE_PART)
		return content_read(
		    inflater, in, in_size, start, header, want, found, err);
	found->bytes = buffer_new(found->type, found->size);
	memcpy(found->bytes->data, start + header, found->size);
	return 0;
}

static int
file_read(struct inflater *inflater, int fd, size_t size,
    const struct want *want, struct found *found, struct error *err)
{
	unsigned char data[READ_LIMIT];
	void *map;
	int result;

	if (size <= sizeof data) {
		if (read(fd, data, sizeof data) != (ssize_t)size)
			return want_malformed(want, "can not be read", err);
		return loose_decode(inflater, data, size, want, found, err);
	}
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return want_malformed(want, "can not be mapped", err);
	result = loose_decode(inflater, map, size, want, found, err);
	munmap(map, size);
	return result;
}

int
loose_read(struct inflater *inflater, int dir, const struct want *want,
    struct found *found, struct error *err)
{
	char digits[OID_DIGITS + 1], path[OID_DIGITS + 2];
	struct stat st;
	int fd, result;

	oid_format(want->id, digits);
	memcpy(path, digits, 2);
	path[2] = '/';
	memcpy(path + 3, digits + 2, OID_DIGITS - 1);
	fd = openat(dir, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return want_malformed(want, "can not be opened", err);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		result = want_malformed(want, "is in an empty file", err);
	else
		result = file_read(
		    inflater, fd, (size_t)st.st_size, want, found, err);
	close(fd);
	return result;
}
