/* Counting the lines a change adds to a file, however they are moved about. */
#include "git/lines.h"

#include <sodium/crypto_shorthash.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/text.h"

/* As far as git looks for a NUL to tell a binary file. */
enum { BINARY_WINDOW = 8000 };

/* So few lines cost next to nothing even if all of them collide. */
enum { FEW_SLOTS = 256 };

/*
 * The lines of a file, with how often each occurs.  Whoever pushes chooses the
 * lines, so the hash of many is keyed: nobody can make them collide, and where
 * two do by chance, the lines themselves decide.
 */
struct line {
	uint64_t hash;
	const char *text;
	size_t len;
	int64_t count; /* 0: an empty slot, or all were met on the other side */
};

struct lines {
	struct line *slots; /* a power of two of them, at most half used */
	size_t mask;
	unsigned char key[crypto_shorthash_KEYBYTES];
};

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * The next line that is not blank, without its white space, to `line`, whose
 * text goes into `*room`.  False at the end.
 */
static bool
next_line(const char **at, const char *end, char **room, struct line *line)
{
	char *to = *room;

	for (; *at < end; ++*at) {
		if (!is_white(**at))
			*to++ = **at;
		else if (**at == '\n' && to != *room)
			break;
	}
	line->text = *room;
	line->len = (size_t)(to - *room);
	*room = to;
	return line->len > 0;
}

/* The slot of a line: its own, or the empty one where it belongs. */
static struct line *
find_slot(const struct lines *lines, struct line *line)
{
	struct line *slot;
	size_t i;

	crypto_shorthash((unsigned char *)&line->hash,
	    (const unsigned char *)line->text, line->len, lines->key);
	for (i = (size_t)line->hash;; i++) {
		slot = &lines->slots[i & lines->mask];
		if (slot->text == NULL ||
		    (slot->hash == line->hash && slot->len == line->len &&
			memcmp(slot->text, line->text, line->len) == 0))
			return slot;
	}
}

static size_t
count_feeds(const struct object *blob)
{
	size_t feeds = 0;

	for (size_t i = 0; i < blob->size; i++)
		feeds += blob->data[i] == '\n';
	return feeds;
}

static int
lines_begin(struct lines *lines, const struct object *blob, struct error *err)
{
	size_t slots = 16, wanted = 2 * (count_feeds(blob) + 1);

	while (slots < wanted)
		slots *= 2;
	memset(lines->key, 0, sizeof lines->key);
	if (slots > FEW_SLOTS && getrandom(lines->key, sizeof lines->key, 0) !=
				     (ssize_t)sizeof lines->key)
		return error_set(err, "no random numbers");
	lines->mask = slots - 1;
	lines->slots = mem_array(slots, sizeof *lines->slots);
	return 0;
}

static int
count_lines(const struct object *old, const struct object *new,
    struct line_count *count, struct error *err)
{
	struct lines lines;
	struct line line, *slot;
	const char *at = old->data;
	char *text, *room;

	if (lines_begin(&lines, old, err) != 0)
		return -1;
	room = text = mem_array(old->size + new->size, 1);
	while (next_line(&at, old->data + old->size, &room, &line)) {
		slot = find_slot(&lines, &line);
		line.count = slot->count + 1;
		*slot = line;
		count->deleted++;
	}
	at = new->data;
	while (next_line(&at, new->data + new->size, &room, &line)) {
		slot = find_slot(&lines, &line);
		if (slot->count > 0) {
			slot->count--;
			count->deleted--;
		} else {
			count->added++;
		}
	}
	free(text);
	free(lines.slots);
	return 0;
}

/*
 * Leave out the lines both files begin and end with: they cancel out, and are
 * nearly all of most files.
 */
static void
trim(struct object *old, struct object *new)
{
	size_t len = old->size < new->size ? old->size : new->size;
	size_t equal = bytes_equal_first(old->data, new->data, len), lines;
	const char *feed = memrchr(new->data, '\n', equal), *end;

	lines = feed != NULL ? (size_t)(feed + 1 - new->data) : 0;
	old->data += lines;
	old->size -= lines;
	new->data += lines;
	new->size -= lines;
	end = new->data + new->size;
	equal = bytes_equal_last(old->data + old->size, end, len - lines);
	feed = memchr(end - equal, '\n', equal);
	lines = feed != NULL ? (size_t)(end - feed - 1) : 0;
	old->size -= lines;
	new->size -= lines;
}

bool
bytes_are_binary(const char *data, size_t len)
{
	if (len > BINARY_WINDOW)
		len = BINARY_WINDOW;
	return memchr(data, '\0', len) != NULL;
}

static int
open_blob(struct repo *repo, const struct oid *id, const struct limits *limits,
    struct object *blob, struct error *err)
{
	*blob = (struct object){.data = ""};
	if (oid_is_zero(id))
		return 0;
	if (object_read(repo, id, OBJECT_BLOB, (size_t)limits->blob_size, blob,
		err) == 0)
		return 0;
	if (strcmp(err->code, "object.limit") == 0)
		return error_prefix(err, "over limits: blob_size");
	return -1;
}

int
lines_added(struct repo *repo, const struct oid *old_blob,
    const struct oid *new_blob, const struct limits *limits,
    struct line_count *count, struct error *err)
{
	struct object old = {0}, new = {0}, old_part, new_part;
	int result = -1;

	*count = (struct line_count){0};
	if (open_blob(repo, old_blob, limits, &old, err) != 0)
		return -1;
	if (open_blob(repo, new_blob, limits, &new, err) != 0)
		goto out;
	old_part = old;
	new_part = new;
	result = 0;
	count->binary = bytes_are_binary(old.data, old.size) ||
			bytes_are_binary(new.data, new.size);
	if (!count->binary) {
		trim(&old_part, &new_part);
		result = count_lines(&old_part, &new_part, count, err);
	}
	object_release(&new);
out:
	object_release(&old);
	return result;
}
