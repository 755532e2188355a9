/* From the bytes of a commit to what they say. */
#include "git/commit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "git/headers.h"
#include "git/object.h"

static int
compare_oids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

static bool
has_duplicate(const struct oid *oids, size_t count)
{
	bool found = false;
	struct oid *sorted;

	if (count < 2)
		return false;
	sorted = mem_array(count, sizeof *sorted);
	memcpy(sorted, oids, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare_oids);
	for (size_t i = 1; i < count && !found; i++)
		found = oid_equal(&sorted[i - 1], &sorted[i]);
	free(sorted);
	return found;
}

static size_t
count_parents(struct headers headers)
{
	struct header header;
	struct error ignored;
	size_t count = 0;

	while (headers_follow(&headers, "parent") &&
	       headers_next(&headers, &header, &ignored) == 1)
		count++;
	return count;
}

static int
read_parents(struct headers *headers, struct arena *arena,
    struct commit *commit, struct error *err)
{
	size_t count = count_parents(*headers);
	struct oid *parents = arena_zero(arena, count * sizeof *parents);
	struct header header;

	for (size_t i = 0; i < count; i++)
		if (headers_next(headers, &header, err) != 1 ||
		    header_oid(&header, &parents[i], err) != 0)
			return -1;
	if (has_duplicate(parents, count))
		return malformed(err, "the same parent twice");
	commit->parents = parents;
	commit->parent_count = count;
	return 0;
}

static int
read_identity(struct headers *headers, const char *key, struct arena *arena,
    struct identity *who, struct error *err)
{
	struct header header;

	if (headers_expect(headers, key, &header, err) != 0)
		return -1;
	return header_identity(&header, arena, who, err);
}

static int
check_encoding(const struct header *header, bool *seen, struct error *err)
{
	const char *value = header->value;
	size_t len = header->value_len;

	if (*seen)
		return malformed(err, "two encoding lines");
	*seen = true;
	if ((len == 5 && strncasecmp(value, "utf-8", len) == 0) ||
	    (len == 4 && strncasecmp(value, "utf8", len) == 0))
		return 0;
	return malformed(err, "an encoding that is not UTF-8");
}

/* The signature, and what it signs: all of the commit but this header. */
static int
take_signature(const struct header *header, const char *data, const char *end,
    struct arena *arena, struct commit *commit, struct error *err)
{
	const char *after = header->value + header->value_len + 1;
	size_t before_len = (size_t)(header->key - data);
	size_t after_len = (size_t)(end - after);
	char *payload;

	/* git leaves every header that begins so out of what is signed. */
	if (!header_is(header, "gpgsig"))
		return malformed(err, "an unknown kind of signature");
	if (commit->signature != NULL)
		return malformed(err, "two gpgsig lines");
	payload = arena_zero(arena, before_len + after_len + 1);
	memcpy(payload, data, before_len);
	memcpy(payload + before_len, after, after_len);
	commit->signature = header_unfold(header, arena);
	commit->payload = payload;
	commit->payload_len = before_len + after_len;
	return 0;
}

static int
read_others(struct headers *headers, const char *data, struct arena *arena,
    struct commit *commit, struct error *err)
{
	static const char *const first[] = {
	    "tree", "parent", "author", "committer"};
	struct header header;
	bool encoding = false;
	int more;

	while ((more = headers_next(headers, &header, err)) == 1) {
		for (size_t i = 0; i < sizeof first / sizeof *first; i++)
			if (header_is(&header, first[i]))
				return malformed(err,
				    "%s again after the committer line",
				    first[i]);
		if (header_is(&header, "encoding") &&
		    check_encoding(&header, &encoding, err) != 0)
			return -1;
		if (header.key_len >= 6 &&
		    memcmp(header.key, "gpgsig", 6) == 0 &&
		    take_signature(
			&header, data, headers->end, arena, commit, err) != 0)
			return -1;
	}
	return more;
}

static int
read_commit(const char *data, size_t size, struct arena *arena,
    struct commit *commit, struct error *err)
{
	struct headers headers;
	struct header header;

	if (headers_begin(&headers, data, size, err) != 0 ||
	    headers_expect(&headers, "tree", &header, err) != 0 ||
	    header_oid(&header, &commit->tree, err) != 0 ||
	    read_parents(&headers, arena, commit, err) != 0 ||
	    read_identity(&headers, "author", arena, &commit->author, err) !=
		0 ||
	    read_identity(
		&headers, "committer", arena, &commit->committer, err) != 0 ||
	    read_others(&headers, data, arena, commit, err) != 0)
		return -1;
	commit->message_len = (size_t)(headers.end - headers.at);
	commit->message = arena_bytes(arena, headers.at, commit->message_len);
	return 0;
}

int
commit_parse(const struct oid *id, const char *data, size_t size,
    struct arena *arena, struct commit *commit, struct error *err)
{
	*commit = (struct commit){.id = *id};
	if (read_commit(data, size, arena, commit, err) == 0)
		return 0;
	return error_commit(err, id);
}

/* A line "key oid" at `*at`: passes it. */
static bool
skim_oid(const char **at, const char *end, const char *key, struct oid *oid)
{
	size_t len = strlen(key);

	if ((size_t)(end - *at) < len + OID_DIGITS + 1 ||
	    memcmp(*at, key, len) != 0 ||
	    !oid_parse(oid, *at + len, OID_DIGITS) ||
	    (*at)[len + OID_DIGITS] != '\n')
		return false;
	*at += len + OID_DIGITS + 1;
	return true;
}

static int64_t
skim_date(const char *line, const char *end)
{
	const char *p = memrchr(line, '>', (size_t)(end - line));
	int64_t date = 0;

	if (p == NULL)
		return 0;
	for (p++; p < end && *p == ' '; p++)
		;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(date, 10, &date) ||
		    __builtin_add_overflow(date, *p - '0', &date))
			return 0;
	return date;
}

/* The committer's date, from the headers at `at`. */
static int64_t
find_date(const char *at, const char *end)
{
	static const char key[] = "committer ";
	const char *feed;

	while (at < end && *at != '\n') {
		feed = memchr(at, '\n', (size_t)(end - at));
		if (feed == NULL)
			feed = end;
		if ((size_t)(feed - at) > sizeof key - 1 &&
		    memcmp(at, key, sizeof key - 1) == 0)
			return skim_date(at, feed);
		at = feed < end ? feed + 1 : end;
	}
	return 0;
}

int
commit_read(struct repo *repo, const struct oid *id, size_t limit,
    struct arena *arena, struct commit *commit, struct error *err)
{
	struct object object;
	int result;

	if (object_read(repo, id, OBJECT_COMMIT, limit, &object, err) == -1)
		return -1;
	result = commit_parse(id, object.data, object.size, arena, commit, err);
	object_release(&object);
	return result;
}

int
commit_skim(const struct oid *id, const char *data, size_t size,
    struct oid *tree, struct oid *parents, size_t room, int64_t *date,
    struct error *err)
{
	const char *at = data, *end = data + size;
	struct oid parent;
	int count = 0;

	if (!skim_oid(&at, end, "tree ", tree)) {
		malformed(err, "no tree line");
		return error_commit(err, id);
	}
	while (skim_oid(&at, end, "parent ", &parent)) {
		if ((size_t)count < room)
			parents[count] = parent;
		count++;
	}
	*date = find_date(at, end);
	return count;
}
