/* Telling a developer why a line that looks like a trailer does not count. */
#include <string.h>
#include <strings.h>

#include "message/line.h"
#include "message/trailers.h"

/* Longer keys are not searched for misspelt ones. */
enum { SPELLING_LIMIT = 64, SPELLING_DISTANCE = 2 };

/* Where a line stands, as far as the message was read. */
struct place {
	struct line_reader after; /* the lines that follow */
	size_t paragraph, last;   /* this one's number, and the last one's */
	bool begins;              /* the first line of its paragraph */
	bool valid;               /* trailers of the last paragraph count */
};

static size_t
smallest(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Characters to insert, delete or replace; `word` is shorter than the row. */
static size_t
edit_distance(const char *word, size_t len, const char *key)
{
	size_t row[SPELLING_LIMIT + SPELLING_DISTANCE + 1];

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; key[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];
			bool same = lower(word[j - 1]) == lower(key[i - 1]);

			row[j] = smallest(
			    above + 1, row[j - 1] + 1, diagonal + !same);
			diagonal = above;
		}
	}
	return row[len];
}

static bool
is_misspelt(const char *word, size_t len, const char *key)
{
	size_t n = strlen(key), allowed = n / 4;

	if (allowed > SPELLING_DISTANCE)
		allowed = SPELLING_DISTANCE;
	return n <= SPELLING_LIMIT && len <= n + SPELLING_DISTANCE &&
	       edit_distance(word, len, key) <= allowed;
}

/* How the text before the first colon is related to the key. */
enum likeness { LIKE_NONE, LIKE_SPELLING, LIKE_EXACT };

static enum likeness
likeness(const struct line *line, const char *key)
{
	const char *colon =
	    line->len > 0 ? memchr(line->text, ':', line->len) : NULL;
	size_t len = colon != NULL ? (size_t)(colon - line->text) : 0;

	if (len == strlen(key) && strncasecmp(line->text, key, len) == 0)
		return LIKE_EXACT;
	while (len > 0 && char_is_blank(line->text[len - 1]))
		len--;
	return len > 0 && is_misspelt(line->text, len, key) ? LIKE_SPELLING
							    : LIKE_NONE;
}

static struct line
unquoted(struct line line)
{
	while (line.len > 0 && (char_is_blank(*line.text) ||
				   *line.text == '>' || *line.text == '#')) {
		line.text++;
		line.len--;
	}
	return line;
}

/* Would a blank line above these lines make them trailers? */
static bool
only_trailers_follow(struct line_reader after)
{
	struct line line;

	while (line_next(&after, &line) && !line_is_blank(&line))
		if (!line_is_trailer(&line) && !line_continues(&line))
			return false;
	return true;
}

static enum near_miss_kind
misplaced(const struct place *place)
{
	if (place->paragraph == 1 && place->begins)
		return NEAR_MISS_SUBJECT;
	if (place->paragraph < place->last)
		return NEAR_MISS_PARAGRAPH;
	return !place->begins && only_trailers_follow(place->after)
		   ? NEAR_MISS_NO_BLANK
		   : NEAR_MISS_MIXED;
}

/* A line of trailers that count: is its value one that does? */
static enum near_miss_kind
unfit(const struct line *line, const struct place *place, const char *key,
    bool person, struct arena *arena)
{
	struct line_reader after = place->after;
	size_t skip = strlen(key) + 1;
	struct line next, value = {line->text + skip, line->len - skip, 0};
	struct trailer trailer = {.key = key};
	const char *name, *address;

	if (line_next(&after, &next) && line_continues(&next) &&
	    !line_is_blank(&next))
		return person ? NEAR_MISS_FOLDED : NEAR_MISS_NONE;
	value = line_trimmed(value);
	if (value.len == 0)
		return NEAR_MISS_EMPTY;
	trailer.value = arena_bytes(arena, value.text, value.len);
	return person && !trailer_person(&trailer, arena, &name, &address)
		   ? NEAR_MISS_FORM
		   : NEAR_MISS_NONE;
}

static enum near_miss_kind
line_miss(const struct line *line, const struct place *place, const char *key,
    bool person, struct arena *arena)
{
	struct line bare = unquoted(*line);
	enum likeness like = likeness(&bare, key);

	if (like == LIKE_NONE)
		return NEAR_MISS_NONE;
	if (bare.text != line->text)
		return NEAR_MISS_QUOTED;
	if (like == LIKE_SPELLING)
		return NEAR_MISS_SPELLING;
	if (place->paragraph == place->last && place->valid)
		return unfit(line, place, key, person, arena);
	return misplaced(place);
}

struct near_miss
trailers_near_miss(const char *message, size_t len, const char *key,
    bool person, struct arena *arena)
{
	struct line_reader last;
	struct place place = {.after = {message, message + len, 0}};
	struct near_miss miss = {0};
	struct line line;
	bool blank = true;

	place.last = paragraph_last(message, len, &last);
	place.valid = place.last > 1 && lines_are_trailers(last);
	while (miss.kind == NEAR_MISS_NONE && line_next(&place.after, &line)) {
		place.begins = blank && !line_is_blank(&line);
		place.paragraph += place.begins;
		blank = line_is_blank(&line);
		miss.kind = line_miss(&line, &place, key, person, arena);
		miss.line = line.number;
	}
	if (miss.kind == NEAR_MISS_NONE)
		return (struct near_miss){0};
	miss.text = arena_bytes(arena, line.text, line.len);
	return miss;
}

const char *
near_miss_text(const struct near_miss *miss, struct arena *arena)
{
	static const char *const reasons[] = {
	    [NEAR_MISS_NONE] = "counts",
	    [NEAR_MISS_SUBJECT] =
		"stands in the subject; trailers are the last paragraph, after "
		"a blank line",
	    [NEAR_MISS_PARAGRAPH] =
		"stands in the middle of the message; only the last paragraph "
		"holds trailers",
	    [NEAR_MISS_MIXED] =
		"shares its paragraph with lines that are no trailers",
	    [NEAR_MISS_NO_BLANK] =
		"has no blank line between it and the text above",
	    [NEAR_MISS_QUOTED] =
		"is quoted or indented; a trailer begins the line",
	    [NEAR_MISS_EMPTY] = "says nothing after the colon",
	    [NEAR_MISS_SPELLING] =
		"is misspelt, or has a blank before the colon",
	    [NEAR_MISS_FOLDED] =
		"goes on in a second line; a person stands on one line",
	    [NEAR_MISS_FORM] = "does not have the form Name <address>",
	};

	return arena_format(
	    arena, "line %u %s", miss->line, reasons[miss->kind]);
}
