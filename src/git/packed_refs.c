/* Reading packed-refs: the header, lines, and the search through them. */
#include "git/packed_refs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

void
packed_unload(struct packed *packed)
{
	if (packed->data != NULL)
		munmap((void *)(uintptr_t)packed->data, packed->size);
	memset(packed, 0, sizeof *packed);
}

static int
packed_malformed(struct error *err)
{
	return error_set(err, "packed-refs is damaged");
}

/* Look at the header line, which old versions of git did not write. */
static int
packed_begin(struct packed *packed, struct error *err)
{
	static const char header[] = "# pack-refs with:";
	static const char sorted[] = " sorted ";
	const char *end;
	size_t len;

	if (packed->data[packed->size - 1] != '\n')
		return packed_malformed(err);
	if (packed->data[0] != '#')
		return 0;
	end = memchr(packed->data, '\n', packed->size);
	len = (size_t)(end - packed->data);
	packed->body = len + 1;
	packed->sorted =
	    len >= sizeof header - 1 &&
	    memcmp(packed->data, header, sizeof header - 1) == 0 &&
	    memmem(packed->data, len, sorted, sizeof sorted - 1) != NULL;
	return 0;
}

int
packed_load(struct packed *packed, int dir, struct error *err)
{
	int result = 0;
	void *data = NULL;
	int fd = openat(dir, "packed-refs", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	memset(packed, 0, sizeof *packed);
	if (fd < 0 && errno == ENOENT) {
		packed->loaded = true;
		return 0;
	}
	if (fd < 0 || fstat(fd, &packed->stat) != 0)
		result = error_set(err, "packed-refs: %s", strerror(errno));
	else if (!S_ISREG(packed->stat.st_mode))
		result = packed_malformed(err);
	else if (packed->stat.st_size > 0) {
		packed->size = (size_t)packed->stat.st_size;
		data = mmap(NULL, packed->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data == MAP_FAILED)
			result =
			    error_set(err, "packed-refs: %s", strerror(errno));
		else {
			packed->data = data;
			result = packed_begin(packed, err);
		}
	}
	if (fd >= 0)
		close(fd);
	if (result != 0)
		packed_unload(packed);
	packed->loaded = result == 0;
	return result;
}

int
packed_refresh(struct packed *packed, int dir, struct error *err)
{
	const struct stat *old = &packed->stat;
	struct stat now;

	if (packed->loaded) {
		if (fstatat(dir, "packed-refs", &now, 0) != 0)
			memset(&now, 0, sizeof now);
		if (same_file(&now, old) && now.st_size == old->st_size &&
		    now.st_mtim.tv_sec == old->st_mtim.tv_sec &&
		    now.st_mtim.tv_nsec == old->st_mtim.tv_nsec)
			return 0;
	}
	packed_unload(packed);
	return packed_load(packed, dir, err);
}

struct packed_line {
	struct oid id;
	const char *name;
	size_t name_len;
	size_t next; /* offset of the line after it and its peeled line */
};

/* Read the line of a ref that begins at `offset` (before the end). */
static int
packed_line(const struct packed *packed, size_t offset,
    struct packed_line *line, struct error *err)
{
	const char *start = packed->data + offset;
	size_t left = packed->size - offset;
	const char *end = memchr(start, '\n', left);
	size_t len = end != NULL ? (size_t)(end - start) : 0;

	if (len <= OID_DIGITS + 1 || start[OID_DIGITS] != ' ' ||
	    !oid_parse(&line->id, start, OID_DIGITS))
		return packed_malformed(err);
	line->name = start + OID_DIGITS + 1;
	line->name_len = len - OID_DIGITS - 1;
	line->next = offset + len + 1;
	if (line->next < packed->size && packed->data[line->next] == '^') {
		struct oid peeled;

		if (packed->size - line->next < OID_DIGITS + 2 ||
		    packed->data[line->next + OID_DIGITS + 1] != '\n' ||
		    !oid_parse(
			&peeled, packed->data + line->next + 1, OID_DIGITS))
			return packed_malformed(err);
		line->next += OID_DIGITS + 2;
	}
	return 0;
}

/* The start of the line of a ref that `offset` lies in, not before `low`. */
static size_t
packed_line_start(const struct packed *packed, size_t low, size_t offset)
{
	while (offset > low && (packed->data[offset - 1] != '\n' ||
				   packed->data[offset] == '^'))
		offset--;
	return offset;
}

static int
name_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* Offset of the first line of a sorted file whose name is not below `name`. */
static int
packed_lower_bound(const struct packed *packed, const char *name,
    size_t *offset, struct error *err)
{
	size_t len = strlen(name);
	size_t low = packed->body, high = packed->size;

	while (low < high) {
		struct packed_line line;
		size_t middle =
		    packed_line_start(packed, low, low + (high - low) / 2);

		if (packed_line(packed, middle, &line, err) != 0)
			return -1;
		if (name_compare(line.name, line.name_len, name, len) < 0)
			low = line.next;
		else
			high = middle;
	}
	*offset = low;
	return 0;
}

int
packed_find(const struct packed *packed, const char *name, struct ref *ref,
    struct error *err)
{
	size_t len = strlen(name);
	size_t offset = packed->body;
	struct packed_line line;

	if (packed->sorted && packed_lower_bound(packed, name, &offset, err))
		return -1;
	for (; offset < packed->size; offset = line.next) {
		if (packed_line(packed, offset, &line, err) != 0)
			return -1;
		if (name_compare(line.name, line.name_len, name, len) == 0) {
			ref->kind = REF_DIRECT;
			ref->id = line.id;
			return 0;
		}
		if (packed->sorted)
			return 0;
	}
	return 0;
}

int
packed_each(const struct packed *packed, const char *prefix,
    int (*each)(
	void *context, const char *name, const struct oid *, struct error *),
    void *context, struct error *err)
{
	size_t prefix_len = strlen(prefix);
	size_t offset = packed->body;
	struct packed_line line;
	int result = 0;

	if (packed->sorted &&
	    packed_lower_bound(packed, prefix, &offset, err) != 0)
		return -1;
	for (; result == 0 && offset < packed->size; offset = line.next) {
		char *name;

		if (packed_line(packed, offset, &line, err) != 0)
			return -1;
		if (line.name_len < prefix_len ||
		    memcmp(line.name, prefix, prefix_len) != 0) {
			if (packed->sorted)
				return 0;
			continue;
		}
		if (ref_name_fault(line.name, line.name_len) != NULL)
			return packed_malformed(err);
		name = mem_bytes(line.name, line.name_len);
		result = each(context, name, &line.id, err);
		free(name);
	}
	return result;
}
