/* Escaping, cutting and wrapping of what a person reads. */
#include "report/prose.h"

#include <string.h>
#include <strings.h>

/* One character; returns how many bytes of `string` it was. */
static size_t
rune_add(struct text *text, const char *string, size_t len)
{
	uint32_t rune;
	size_t n = utf8_decode(string, len, &rune);

	if (n == 0 || rune_is_unsafe(rune))
		text_add_char(text, '?');
	else
		text_add_bytes(text, string, n);
	return n > 0 ? n : 1;
}

static size_t
safe_add_bytes(
    struct text *text, const char *string, size_t len, size_t columns)
{
	size_t cut = columns > 3 ? columns - 3 : 0, used = 0, keep = text->len;

	for (size_t i = 0; i < len; used++) {
		if (used == cut)
			keep = text->len;
		if (used == columns) {
			text->len = keep;
			text_add(text, "...");
			return cut + 3;
		}
		i += rune_add(text, string + i, len - i);
	}
	return used;
}

size_t
safe_add(struct text *text, const char *string, size_t columns)
{
	return safe_add_bytes(text, string, strlen(string), columns);
}

void
line_add(struct text *text, const char *frame, const char *string)
{
	text_add(text, frame);
	safe_add(text, string, PROSE_COLUMNS - strlen(frame));
	text_add_char(text, '\n');
}

/* git colours these words where a line begins, behind blanks too. */
static bool
is_signal(const char *word, size_t len)
{
	static const char *const signals[] = {
	    "hint", "warning", "error", "success"};

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (len >= strlen(signals[i]) &&
		    strncasecmp(word, signals[i], strlen(signals[i])) == 0)
			return true;
	return false;
}

/* Room for a word on this line or the next; false if there is no next. */
static bool
prose_break(
    struct text *text, size_t indent, size_t *column, size_t len, size_t *lines)
{
	if (*column == indent)
		return true;
	if (*column + 1 + len <= PROSE_COLUMNS) {
		text_add_char(text, ' ');
		++*column;
		return true;
	}
	if (--*lines == 0)
		return false;
	text_add_format(text, "\n%*s", (int)indent, "");
	*column = indent;
	return true;
}

void
prose_add(
    struct text *text, const char *frame, const char *string, size_t lines)
{
	size_t indent = strlen(frame), column = indent, room;
	struct text word = {0};

	text_add(text, frame);
	for (;;) {
		size_t len, columns, mark = lines;

		string += strspn(string, " \n");
		if ((len = strcspn(string, " \n")) == 0)
			break;
		/* The last line keeps room for the dots of a cut text. */
		room = PROSE_COLUMNS - indent - 4;
		word.len = 0;
		columns = safe_add_bytes(&word, string, len, room);
		if (!prose_break(text, indent, &column,
			columns + (lines == 1 ? 4 : 0), &lines)) {
			text_add(text, " ...");
			break;
		}
		if (lines < mark && is_signal(word.data, word.len)) {
			text_add(text, "| ");
			column += 2;
		}
		text_add_bytes(text, word.data, word.len);
		column += columns;
		string += len;
	}
	text_add_char(text, '\n');
	text_free(&word);
}
