/* Do git and the strict reader show the same trailers? */
#include <string.h>
#include <strings.h>

#include "message/git_view.h"
#include "message/line.h"
#include "message/trailers.h"

struct comparison {
	const char *key;
	const struct trailers *ours;
	size_t next; /* of ours, to be compared */
	bool differs;
};

static void
comparison_skip(struct comparison *comparison)
{
	const struct trailers *ours = comparison->ours;

	while (comparison->next < ours->count &&
	       !trailer_is(&ours->list[comparison->next], comparison->key))
		comparison->next++;
}

/* An empty value shows an auditor nothing, and counts nowhere. */
static void
compare(void *context, const char *key, const char *value)
{
	struct comparison *comparison = context;
	const struct trailers *ours = comparison->ours;

	if (strcasecmp(key, comparison->key) != 0 || value[0] == '\0')
		return;
	comparison_skip(comparison);
	if (comparison->next == ours->count ||
	    strcmp(ours->list[comparison->next].value, value) != 0)
		comparison->differs = true;
	else
		comparison->next++;
}

static bool
begins_with(const struct line *line, const char *text)
{
	size_t n = strlen(text);

	return line->len >= n && memcmp(line->text, text, n) == 0;
}

/*
 * No line at which git cuts a message or that it leaves out, and a last
 * paragraph that is not the only one and all of whole trailers: then git finds
 * the same paragraph and sees as many trailers in it as lines.
 */
static bool
is_plain(const char *message, size_t len)
{
	struct line_reader reader = {message, message + len, 0};
	struct line line;

	if (memchr(message, '\0', len) != NULL)
		return false;
	while (line_next(&reader, &line))
		if (begins_with(&line, "---") || begins_with(&line, "#"))
			return false;
	if (paragraph_last(message, len, &reader) < 2)
		return false;
	while (line_next(&reader, &line))
		if (!line_is_trailer(&line) || begins_with(&line, "Conflicts:"))
			return false;
	return true;
}

static bool
mentions(const char *message, size_t len, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i + n <= len; i++)
		if ((message[i] | 32) == (*key | 32) &&
		    strncasecmp(message + i, key, n) == 0)
			return true;
	return false;
}

/* The list for `key` that git would show is not `ours`. */
static bool
differs(const char *message, size_t len, enum git_reading reading,
    const char *key, const struct trailers *ours, struct arena *arena)
{
	struct comparison comparison = {.key = key, .ours = ours};

	git_view(message, len, reading, arena, compare, &comparison);
	comparison_skip(&comparison);
	return comparison.differs || comparison.next < ours->count;
}

bool
trailers_ambiguous(const char *message, size_t len, const char *key)
{
	struct arena arena = {0};
	struct trailers ours;
	struct error err;
	bool ambiguous;

	if (is_plain(message, len) || !mentions(message, len, key))
		return false;
	ambiguous =
	    memchr(message, '\0', len) != NULL ||
	    trailers_parse(message, len, len, &arena, &ours, &err) != 0 ||
	    differs(message, len, GIT_LOG, key, &ours, &arena) ||
	    differs(message, len, GIT_INTERPRET, key, &ours, &arena);
	arena_free(&arena);
	return ambiguous;
}
