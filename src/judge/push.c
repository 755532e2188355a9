/* Reading what receive-pack says was asked for: every byte is the client's. */
#include "judge/push.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "git/refs.h"

/* Two ids, two blanks, a ref name and a line feed. */
enum { LINE_LIMIT = 2 * OID_DIGITS + 2 + REF_NAME_LIMIT + 1 };

static int
input_read(int fd, size_t limit, struct text *text, struct error *err)
{
	int result = read_all(fd, limit, text);

	if (result == -1)
		return error_set(err, "standard input: %s", strerror(errno));
	if (result == 1)
		return error_code(err, "input.limit",
		    "more than %zu bytes of ref updates", limit);
	return 0;
}

/* The length of the run of hexadecimal digits a line begins with. */
static size_t
digits_length(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && memchr("0123456789abcdef", line[n], 16) != NULL)
		n++;
	return n;
}

static int
parse_line(const char *line, size_t len, struct push *push,
    struct ref_update *update, struct error *err)
{
	enum { REF_AT = 2 * OID_DIGITS + 2, SHA256_DIGITS = 64 };
	const char *fault;

	if (digits_length(line, len) == SHA256_DIGITS)
		return error_code(err, "repo.unsupported",
		    "object ids of 64 digits: SHA-256 repositories are not "
		    "supported");
	if (len <= REF_AT || line[OID_DIGITS] != ' ' ||
	    line[REF_AT - 1] != ' ' ||
	    !oid_parse(&update->old, line, OID_DIGITS) ||
	    !oid_parse(&update->new, line + OID_DIGITS + 1, OID_DIGITS))
		return error_code(err, "input.malformed", "not `old new ref`");
	if ((fault = ref_name_fault(line + REF_AT, len - REF_AT)) != NULL)
		return error_code(
		    err, "input.malformed", "ref name: %s", fault);
	if (oid_is_zero(&update->old) && oid_is_zero(&update->new))
		return error_code(
		    err, "input.malformed", "old and new are both zero");
	update->ref = arena_bytes(&push->arena, line + REF_AT, len - REF_AT);
	return 0;
}

static int
parse_all(
    const struct text *text, size_t limit, struct push *push, struct error *err)
{
	const char *line = text->data, *end = line + text->len, *stop;
	size_t capacity = 0;

	for (; line < end; line = stop + 1) {
		if (push->count == limit)
			return error_code(err, "input.limit",
			    "more than %zu refs in one push (limits: refs)",
			    limit);
		if ((stop = memchr(line, '\n', (size_t)(end - line))) == NULL)
			return error_code(err, "input.malformed",
			    "line %zu does not end", push->count + 1);
		push->updates = mem_grow(push->updates, &capacity,
		    push->count + 1, sizeof *push->updates);
		if (parse_line(line, (size_t)(stop - line), push,
			&push->updates[push->count], err) == -1)
			return error_prefix(err, "line %zu", push->count + 1);
		push->count++;
	}
	return 0;
}

static int
compare_refs(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
refuse_duplicates(const struct push *push, struct error *err)
{
	const char **names;
	int result = 0;

	names = mem_array(push->count, sizeof *names);
	for (size_t i = 0; i < push->count; i++)
		names[i] = push->updates[i].ref;
	qsort(names, push->count, sizeof *names, compare_refs);
	for (size_t i = 1; i < push->count && result == 0; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			result = error_code(err, "input.duplicate",
			    "%s is named twice", names[i]);
	free(names);
	return result;
}

int
push_read(int fd, size_t limit, struct push *push, struct error *err)
{
	struct text text = {0};
	int result;

	memset(push, 0, sizeof *push);
	result = input_read(fd, limit * LINE_LIMIT, &text, err);
	if (result == 0 && text.len == 0)
		result = error_code(err, "input.malformed", "no ref updates");
	if (result == 0)
		result = parse_all(&text, limit, push, err);
	if (result == 0)
		result = refuse_duplicates(push, err);
	text_free(&text);
	return result;
}

int
push_from_arguments(const char *ref, const char *old, const char *new,
    struct push *push, struct error *err)
{
	struct text line = {0};
	int result;

	memset(push, 0, sizeof *push);
	text_add_format(&line, "%s %s %s\n", old, new, ref);
	result = line.len > LINE_LIMIT ||
			 memchr(line.data, '\n', line.len - 1) != NULL
		     ? error_code(err, "input.malformed", "not a ref update")
		     : parse_all(&line, 1, push, err);
	text_free(&line);
	return result;
}

void
push_free(struct push *push)
{
	free(push->updates);
	arena_free(&push->arena);
	memset(push, 0, sizeof *push);
}

void
push_id_make(char id[PUSH_ID_SIZE])
{
	/* No 0 1 I O: the id is read aloud over the telephone. */
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	unsigned char random[PUSH_ID_SIZE - 2];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		for (size_t i = 0; i < sizeof random; i++)
			random[i] = (unsigned char)(clock_now() >> i);
	for (size_t i = 0, at = 0; i < sizeof random; i++) {
		if (i == sizeof random / 2)
			id[at++] = '-';
		id[at++] = letters[random[i] % (sizeof letters - 1)];
	}
	id[PUSH_ID_SIZE - 1] = '\0';
}
