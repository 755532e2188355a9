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

int
tree_next(const char *data, size_t size, size_t *offset,
    struct tree_entry *entry, struct error *err)
{
	const char *at = data + *offset, *end = data + size, *name, *nul;
	unsigned mode = 0;

	if (*offset >= size)
		return 0;
	for (name = at; name < end && *name >= '0' && *name <= '7'; name++) {
		if (name - at == MODE_DIGITS)
			return malformed(err, "a mode that is too long");
		mode = mode << 3 | (unsigned)(*name - '0');
	}
	if (name == at || name == end || *name++ != ' ')
		return malformed(err, "an entry without a mode");
	nul = memchr(name, '\0', (size_t)(end - name));
	if (nul == NULL || end - nul <= OID_BYTES)
		return malformed(err, "an entry that is cut off");
	entry->mode = canonical_mode(mode);
	if (entry->mode == MODE_NONE)
		return malformed(err, "an entry of unknown mode %o", mode);
	entry->name = name;
	entry->name_len = (size_t)(nul - name);
	memcpy(entry->id.bytes, nul + 1, OID_BYTES);
	*offset = (size_t)(nul + 1 + OID_BYTES - data);
	return 1;
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

/* Most names can not be one, and are told by their first byte. */
static bool
may_be_disguise(const char *name)
{
	unsigned char c = (unsigned char)*name;

	return c == '.' || (c | 32) == 'g' || c == 0xe2 || c == 0xef;
}

static const char *
name_fault(const struct tree_entry *entry)
{
	const char *name = entry->name, *end = name + entry->name_len;
	const char *at = name;

	if (entry->name_len == 0)
		return "an empty name";
	if (memchr(name, '/', entry->name_len) != NULL)
		return "a name with a slash";
	if ((entry->name_len == 1 && name[0] == '.') ||
	    (entry->name_len == 2 && memcmp(name, "..", 2) == 0))
		return "a name made of dots";
	do {
		if (may_be_disguise(at) && is_disguise(at, end))
			return "a name that can pass for .git";
		at = memchr(at, '\\', (size_t)(end - at));
	} while (at != NULL && ++at < end);
	return NULL;
}

/* Exactly the modes git writes today, and 100664, which it wrote once. */
static bool
mode_is_known(const char *text)
{
	static const char *const modes[] = {
	    "100644 ", "40000 ", "100755 ", "120000 ", "160000 ", "100664 "};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (strncmp(text, modes[i], strlen(modes[i])) == 0)
			return true;
	return false;
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
	struct tree_entry entry, previous = {0};
	const char *fault;
	size_t offset = 0, start;
	int more;

	for (;;) {
		start = offset;
		more = tree_next(data, size, &offset, &entry, err);
		if (more <= 0)
			return more;
		fault = name_fault(&entry);
		if (fault == NULL && !mode_is_known(data + start))
			fault = "a mode git does not write";
		if (fault == NULL && oid_is_zero(&entry.id))
			fault = "a null object name";
		if (fault == NULL && start > 0)
			fault = order_fault(prefixes, &previous, &entry);
		if (fault != NULL)
			return malformed(err, "%s: %.200s", fault, entry.name);
		previous = entry;
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
