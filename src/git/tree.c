/* Reading raw trees: leniently one entry at a time, strictly as a whole. */
#include "git/tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "git/headers.h"

/* The longest mode git ever wrote: "0100644" has a needless zero. */
enum { MODE_DIGITS = 7 };

int
tree_open(struct repo *repo, const struct oid *id, struct budget *budget,
    struct object *tree, struct error *err)
{
	/* 4b825dc642cb6eb9a060e54bf8d69288fbee4904 */
	static const struct oid empty = {
	    {0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5,
		0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49, 0x04}};

	if (budget_time(budget, err) != 0)
		return -1;
	*tree = (struct object){.type = OBJECT_TREE, .data = ""};
	if (oid_equal(id, &empty))
		return 0;
	return object_read(
	    repo, id, OBJECT_TREE, (size_t)budget->limits.tree_size, tree, err);
}

static enum tree_mode
canonical_mode(unsigned mode)
{
	switch (mode & 0170000) {
	case 0040000:
		return MODE_TREE;
	case 0100000:
		return mode & 0100 ? MODE_EXECUTABLE : MODE_FILE;
	case 0120000:
		return MODE_SYMLINK;
	case 0160000:
		return MODE_GITLINK;
	default:
		return MODE_NONE;
	}
}

/* The modes git writes today, and 100664, which it wrote once. */
static size_t
plain_mode(const char *text, size_t len, enum tree_mode *mode)
{
	static const struct {
		char text[8];
		enum tree_mode mode;
	} others[] = {
	    {"100755 ", MODE_EXECUTABLE},
	    {"120000 ", MODE_SYMLINK},
	    {"160000 ", MODE_GITLINK},
	    {"100664 ", MODE_FILE},
	};

	if (len < 7)
		return 0;
	if (memcmp(text, "40000 ", 6) == 0) {
		*mode = MODE_TREE;
		return 6;
	}
	if (memcmp(text, "100644 ", 7) == 0) {
		*mode = MODE_FILE;
		return 7;
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (memcmp(text, others[i].text, 7) == 0) {
			*mode = others[i].mode;
			return 7;
		}
	return 0;
}

/* Any other mode, as a number. */
static int
odd_mode(const char *text, size_t len, enum tree_mode *mode, size_t *mode_len,
    struct error *err)
{
	unsigned number = 0;
	size_t i;

	for (i = 0; i < len && text[i] >= '0' && text[i] <= '7'; i++) {
		if (i == MODE_DIGITS)
			return malformed(err, "a mode that is too long");
		number = number << 3 | (unsigned)(text[i] - '0');
	}
	if (i == 0 || i == len || text[i] != ' ')
		return malformed(err, "an entry without a mode");
	*mode_len = i + 1;
	*mode = canonical_mode(number);
	if (*mode == MODE_NONE)
		return malformed(err, "an entry of unknown mode %o", number);
	return 0;
}

/* As tree_next(); also tells a mode git does not write. */
static inline int
read_entry(const char *data, size_t size, size_t *offset,
    struct tree_entry *entry, bool *odd, struct error *err)
{
	const char *at = data + *offset, *end = data + size, *nul;
	size_t left = size - *offset, len;

	if (left == 0)
		return 0;
	len = plain_mode(at, left, &entry->mode);
	*odd = len == 0;
	if (*odd && odd_mode(at, left, &entry->mode, &len, err) != 0)
		return -1;
	entry->name = at + len;
	nul = memchr(entry->name, '\0', left - len);
	if (nul == NULL || end - nul <= OID_BYTES)
		return malformed(err, "an entry that is cut off");
	entry->name_len = (size_t)(nul - entry->name);
	memcpy(entry->id.bytes, nul + 1, OID_BYTES);
	*offset = (size_t)(nul + 1 + OID_BYTES - data);
	return 1;
}

int
tree_next(const char *data, size_t size, size_t *offset,
    struct tree_entry *entry, struct error *err)
{
	bool odd;

	return read_entry(data, size, offset, entry, &odd, err);
}

int
tree_order(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = memcmp(a->name, b->name, len);
	unsigned char x, y;

	if (order != 0)
		return order;
	x = a->name_len > len ? a->name[len] : a->mode == MODE_TREE ? '/' : 0;
	y = b->name_len > len ? b->name[len] : b->mode == MODE_TREE ? '/' : 0;
	if (x != y)
		return x < y ? -1 : 1;
	return (a->name_len > len) - (b->name_len > len);
}

/* Code points HFS+ leaves out when it compares names (Apple's TN1150). */
static bool
hfs_ignores(uint32_t rune)
{
	return (rune >= 0x200c && rune <= 0x200f) ||
	       (rune >= 0x202a && rune <= 0x202e) ||
	       (rune >= 0x206a && rune <= 0x206f) || rune == 0xfeff;
}

/*
 * The next character that counts, in lower case; 0 at the end, which bytes
 * that are not UTF-8 are too.
 */
static uint32_t
next_rune(const char **at, const char *end)
{
	uint32_t rune = 0;
	size_t len;

	while (*at < end) {
		if ((len = utf8_decode(*at, (size_t)(end - *at), &rune)) == 0)
			return 0;
		*at += len;
		if (!hfs_ignores(rune))
			return rune >= 'A' && rune <= 'Z' ? rune + 32 : rune;
	}
	return 0;
}

/* Would some file system take the name for `plain` (NTFS drops blanks and dots
 * at the end, and takes a colon for the beginning of a stream)? */
static bool
passes_for(const char *plain, const char *name, const char *end)
{
	uint32_t rune;

	for (; *plain != '\0'; plain++)
		if (next_rune(&name, end) != (unsigned char)*plain)
			return false;
	do {
		rune = next_rune(&name, end);
	} while (rune == '.' || rune == ' ');
	return rune == 0 || rune == ':' || rune == '\\';
}

static bool
is_disguise(const char *name, const char *end)
{
	return passes_for(".git", name, end) || passes_for("git~1", name, end);
}

static bool
may_be_disguise(const char *name)
{
	unsigned char c = (unsigned char)*name;

	return c == '.' || (c | 32) == 'g' || c == 0xe2 || c == 0xef;
}

/* Most names are told by their first byte and have no backslash. */
static bool
has_disguise(const char *name, const char *end)
{
	const char *at = name;

	do {
		if (may_be_disguise(at) && is_disguise(at, end))
			return true;
		at = memchr(at, '\\', (size_t)(end - at));
	} while (at != NULL && ++at < end);
	return false;
}

static const char *
name_fault(const struct tree_entry *entry)
{
	const char *name = entry->name;
	size_t len = entry->name_len;

	if (len == 0)
		return "an empty name";
	if (memchr(name, '/', len) != NULL)
		return "a name with a slash";
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return "a name made of dots";
	if (has_disguise(name, name + len))
		return "a name that can pass for .git";
	return NULL;
}

/*
 * Files that a directory further on may have the name of.  Git's order puts
 * `a` (a file), `a-b` and `a` (a directory) in this order, so looking at
 * neighbours is not enough; but every name between the two begins with `a`, so
 * it is enough to remember files whose name all names since begin with.
 */
struct prefixes {
	struct tree_entry *files;
	size_t count, capacity;
};

static bool
begins_with(const struct tree_entry *entry, const struct tree_entry *prefix)
{
	return entry->name_len >= prefix->name_len &&
	       memcmp(entry->name, prefix->name, prefix->name_len) == 0;
}

static void
remember(struct prefixes *prefixes, const struct tree_entry *file)
{
	prefixes->files = mem_grow(prefixes->files, &prefixes->capacity,
	    prefixes->count + 1, sizeof *prefixes->files);
	prefixes->files[prefixes->count++] = *file;
}

static const char *
order_fault(struct prefixes *prefixes, const struct tree_entry *previous,
    const struct tree_entry *entry)
{
	size_t *count = &prefixes->count;

	if (tree_order(previous, entry) >= 0)
		return "a name out of order, or twice";
	if (previous->mode != MODE_TREE && begins_with(entry, previous))
		remember(prefixes, previous);
	while (*count > 0 && !begins_with(entry, &prefixes->files[*count - 1]))
		--*count;
	if (*count > 0 &&
	    prefixes->files[*count - 1].name_len == entry->name_len)
		return "a name twice";
	return NULL;
}

static int
check_entries(
    const char *data, size_t size, struct prefixes *prefixes, struct error *err)
{
	struct tree_entry entries[2] = {{0}}, *entry;
	const char *fault;
	size_t offset = 0, count;
	bool odd;
	int more;

	for (count = 0;; count++) {
		entry = &entries[count % 2];
		more = read_entry(data, size, &offset, entry, &odd, err);
		if (more <= 0)
			return more;
		fault = odd ? "a mode git does not write" : name_fault(entry);
		if (fault == NULL && oid_is_zero(&entry->id))
			fault = "a null object name";
		if (fault == NULL && count > 0)
			fault = order_fault(
			    prefixes, &entries[(count + 1) % 2], entry);
		if (fault != NULL)
			return malformed(err, "%s: %.200s", fault, entry->name);
	}
}

int
tree_check(
    const struct oid *id, const char *data, size_t size, struct error *err)
{
	struct prefixes prefixes = {0};
	char hex[OID_DIGITS + 1];
	int result = check_entries(data, size, &prefixes, err);

	free(prefixes.files);
	if (result != 0)
		error_prefix(err, "tree %s", oid_format(id, hex));
	return result;
}

bool
tree_is_alike(const char *old, const char *new, size_t size)
{
	size_t entry = 0, at = 0, id = 0;
	struct oid new_id;
	const char *nul;

	while (
	    (at += bytes_equal_first(old + at, new + at, size - at)) < size) {
		/* Find the entry the difference is in. */
		for (; entry <= at; entry = id + OID_BYTES) {
			nul = memchr(old + entry, '\0', size - entry);
			if (nul == NULL)
				return false;
			id = (size_t)(nul + 1 - old);
		}
		if (at < id || entry > size)
			return false;
		memcpy(new_id.bytes, new + id, OID_BYTES);
		if (oid_is_zero(&new_id))
			return false;
		at = entry;
	}
	return true;
}
