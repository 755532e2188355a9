/* Reads statements, one after the other, each strictly. */
#include "checks/statement.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const char begin[] = "-----BEGIN SSH SIGNATURE-----";
static const char end[] = "-----END SSH SIGNATURE-----";

#define KIND_BYTES "abcdefghijklmnopqrstuvwxyz0123456789-"

/* Seconds of a count; more findings than this are nobody's. */
enum { COUNT_DIGITS = 9, DAY_LEN = 10, MOMENT_LEN = 20 };

/* A line without its line feed. */
struct line {
	const char *data;
	size_t len;
	bool ended; /* by a line feed, not by the end of the note */
};

static struct line
line_next(struct statements *at)
{
	const char *feed = at->len > 0 ? memchr(at->data, '\n', at->len) : NULL;
	struct line line = {at->data,
	    feed != NULL ? (size_t)(feed - at->data) : at->len, feed != NULL};
	size_t used = line.len + line.ended;

	at->data += used;
	at->len -= used;
	at->line++;
	return line;
}

static bool
line_is(const struct line *line, const char *text)
{
	return line->len == strlen(text) &&
	       memcmp(line->data, text, line->len) == 0;
}

static bool
two_digits(const char *text, int64_t limit, int64_t *number)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;
	*number = (text[0] - '0') * 10 + (text[1] - '0');
	return *number < limit;
}

bool
moment_parse(const char *text, int64_t *moment)
{
	char date[DAY_LEN + 1];
	int64_t hour, minute, second;
	long day;

	if (strlen(text) != MOMENT_LEN || text[10] != 'T' || text[13] != ':' ||
	    text[16] != ':' || text[19] != 'Z')
		return false;
	memcpy(date, text, DAY_LEN);
	date[DAY_LEN] = '\0';
	if (!day_parse(date, &day) || !two_digits(text + 11, 24, &hour) ||
	    !two_digits(text + 14, 60, &minute) ||
	    !two_digits(text + 17, 60, &second))
		return false;
	*moment = day * DAY_MILLISECONDS +
		  ((hour * 60 + minute) * 60 + second) * 1000;
	return true;
}

bool
statement_kind_valid(const char *kind)
{
	size_t len = strlen(kind);

	return len > 0 && len <= STATEMENT_KIND_LIMIT &&
	       strspn(kind, KIND_BYTES) == len;
}

static bool
kind_read(const char *value, struct statement *statement)
{
	statement->kind = value;
	return statement_kind_valid(value);
}

static bool
result_read(const char *value, struct statement *statement)
{
	statement->passed = strcmp(value, "pass") == 0;
	return statement->passed || strcmp(value, "fail") == 0;
}

static bool
tool_read(const char *value, struct statement *statement)
{
	statement->tool = value;
	return true;
}

static bool
subject_read(const char *value, struct statement *statement)
{
	return oid_parse(&statement->subject, value, strlen(value));
}

static bool
made_read(const char *value, struct statement *statement)
{
	return moment_parse(value, &statement->made);
}

/* For those who read the note; `result` is what decides. */
static bool
count_read(const char *value, struct statement *statement)
{
	size_t len = strlen(value);

	(void)statement;
	return len > 0 && len <= COUNT_DIGITS &&
	       strspn(value, "0123456789") == len;
}

static const struct key {
	const char *name;
	bool required;
	bool (*read)(const char *value, struct statement *);
} keys[] = {
    {"kind", true, kind_read},
    {"result", true, result_read},
    {"tool", false, tool_read},
    {"subject", true, subject_read},
    {"made", true, made_read},
    {"open_critical", false, count_read},
    {"open_high", false, count_read},
    {"open_medium", false, count_read},
    {"open_low", false, count_read},
};
enum { KEY_COUNT = sizeof keys / sizeof *keys };

static bool
is_plain(const struct line *line)
{
	uint32_t rune;

	for (size_t i = 0, n; i < line->len; i += n)
		if ((n = utf8_decode(line->data + i, line->len - i, &rune)) ==
			0 ||
		    rune_is_unsafe(rune))
			return false;
	return true;
}

/* What is wrong with a line `key: value`, or NULL. */
static const char *
pair_read(const struct line *line, struct arena *arena,
    struct statement *statement, bool seen[KEY_COUNT])
{
	const char *text, *value;
	size_t len;

	if (line->len > STATEMENT_LINE_LIMIT)
		return "a line that is too long";
	if (!is_plain(line))
		return "characters nobody sees";
	text = arena_bytes(arena, line->data, line->len);
	len = strcspn(text, ":");
	value = text + len + 2;
	if (text[len] == '\0' || text[len + 1] != ' ' || value[0] == '\0')
		return "a line that is no \"key: value\"";
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strlen(keys[i].name) != len ||
		    memcmp(keys[i].name, text, len) != 0)
			continue;
		if (seen[i])
			return arena_format(
			    arena, "\"%s\" twice", keys[i].name);
		seen[i] = true;
		return keys[i].read(value, statement)
			   ? NULL
			   : arena_format(
				 arena, "a wrong \"%s\"", keys[i].name);
	}
	return "an unknown key";
}

static const char *
missing_key(const bool seen[KEY_COUNT], struct arena *arena)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (keys[i].required && !seen[i])
			return arena_format(arena, "no \"%s\"", keys[i].name);
	return NULL;
}

/* The lines of a signature up to its last; a blank line breaks it off. */
static const char *
signature_read(
    struct statements *at, const char *from, struct statement *statement)
{
	while (at->len > 0 && at->data[0] != '\n') {
		struct line line = line_next(at);

		if (line_is(&line, begin))
			break;
		if (!line_is(&line, end))
			continue;
		statement->signature = from;
		statement->signature_len = (size_t)(at->data - from);
		return NULL;
	}
	return "a signature without its end";
}

static void
statement_read(
    struct statements *at, struct arena *arena, struct statement *statement)
{
	bool seen[KEY_COUNT] = {false};
	const char *fault;

	*statement = (struct statement){.tool = "", .data = at->data};
	statement->line = at->line;
	while (at->len > 0 && at->data[0] != '\n') {
		const char *from = at->data;
		struct line line = line_next(at);

		if (line_is(&line, begin)) {
			statement->data_len = (size_t)(from - statement->data);
			fault = signature_read(at, from, statement);
		} else {
			fault = pair_read(&line, arena, statement, seen);
		}
		if (statement->fault == NULL)
			statement->fault = fault;
		if (line_is(&line, begin))
			break;
	}
	if (statement->fault == NULL)
		statement->fault = missing_key(seen, arena);
}

bool
statement_next(
    struct statements *at, struct arena *arena, struct statement *statement)
{
	while (at->len > 0 && at->data[0] == '\n')
		line_next(at);
	if (at->len == 0)
		return false;
	statement_read(at, arena, statement);
	return true;
}
