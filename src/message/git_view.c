/* git's own reading of trailers, step by step as its documentation has it. */
#include "message/git_view.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static const char scissors[] =
    "# ------------------------ >8 ------------------------\n";

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *
next_line(const char *line)
{
	const char *lf = strchr(line, '\n');

	return lf != NULL ? lf + 1 : line + strlen(line);
}

/* The line before the one that begins at `at`; NULL if there is none. */
static const char *
previous_line(const char *text, const char *at)
{
	if (at == text)
		return NULL;
	for (at--; at > text && at[-1] != '\n';)
		at--;
	return at;
}

static bool
is_blank(const char *line)
{
	while (*line != '\n' && is_space(*line))
		line++;
	return *line == '\n' || *line == '\0';
}

/* Where the key ends; blanks may stand before the colon.  0 if there is none.
 */
static size_t
separator(const char *line)
{
	bool blank = false;

	for (size_t i = 0; line[i] != '\0'; i++) {
		char c = line[i];

		if (c == ':')
			return i;
		if (c == ' ' || c == '\t')
			blank = true;
		else if (blank ||
			 !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-'))
			return 0;
		if (blank && i == 0)
			return 0;
	}
	return 0;
}

/* A line of three dashes begins a patch. */
static const char *
find_divider(const char *text)
{
	while (
	    *text != '\0' && !(starts_with(text, "---") && is_space(text[3])))
		text = next_line(text);
	return text;
}

static const char *
find_scissors(const char *text, const char *end)
{
	for (; text < end; text = next_line(text))
		if (starts_with(text, scissors))
			return text;
	return end;
}

/* Comments, blank lines and a list of conflicts at the end are left out. */
static const char *
find_end(const char *text, const char *end)
{
	const char *cut = find_scissors(text, end), *tail = NULL, *line;
	bool conflicts = false;

	for (line = text; line < cut; line = next_line(line)) {
		if (*line == '#' || *line == '\n') {
			if (tail == NULL && line > text)
				tail = line;
		} else if (starts_with(line, "Conflicts:\n")) {
			conflicts = true;
			if (tail == NULL && line > text)
				tail = line;
		} else if (!(conflicts && *line == '\t') && tail != NULL) {
			tail = NULL;
			conflicts = false;
		}
	}
	return tail != NULL ? tail : cut;
}

static const char *
find_title_end(const char *text, const char *end)
{
	while (text < end && (*text == '#' || !is_blank(text)))
		text = next_line(text);
	return text;
}

/* What a block of lines is made of, counted from its end. */
struct census {
	bool generated; /* a line that git itself writes */
	size_t trailers, others, indented;
};

static void
census_line(struct census *census, const char *line)
{
	bool generated = starts_with(line, "Signed-off-by: ") ||
			 starts_with(line, "(cherry picked from commit ");

	if (generated || separator(line) > 0) {
		census->generated |= generated;
		census->trailers++;
		census->indented = 0;
	} else if (is_space(*line)) {
		census->indented++;
	} else {
		census->others += 1 + census->indented;
		census->indented = 0;
	}
}

static bool
census_holds(const struct census *census)
{
	size_t others = census->others + census->indented;

	return (census->generated && census->trailers * 3 >= others) ||
	       (census->trailers > 0 && others == 0);
}

static const char *
find_start(const char *text, const char *end)
{
	const char *title_end = find_title_end(text, end);
	const char *line = previous_line(text, end);
	struct census census = {0};
	bool only_blank = true;

	for (; line != NULL && line >= title_end;
	     line = previous_line(text, line)) {
		if (*line == '#') {
			census.others += census.indented;
			census.indented = 0;
		} else if (!is_blank(line)) {
			only_blank = false;
			census_line(&census, line);
		} else if (!only_blank) {
			return census_holds(&census) ? next_line(line) : end;
		}
	}
	return end;
}

static void
trim(struct text *text, const char *data, size_t len)
{
	while (len > 0 && is_space(data[len - 1]))
		len--;
	for (; len > 0 && is_space(*data); len--)
		data++;
	text->len = 0;
	text_add_bytes(text, data, len);
}

/* Trimmed, and every line feed with the blanks after it made one blank. */
static char *
unfold(const char *data, size_t len, struct arena *arena)
{
	struct text whole = {0}, flat = {0};
	char *value;

	trim(&whole, data, len);
	for (size_t i = 0; i < whole.len; i++) {
		char c = whole.data[i];

		while (c == '\n' && i + 1 < whole.len &&
		       is_space(whole.data[i + 1]))
			i++;
		text_add_char(&flat, c == '\n' ? ' ' : c);
	}
	trim(&whole, flat.data, flat.len);
	value = arena_bytes(arena, whole.data, whole.len);
	text_free(&whole);
	text_free(&flat);
	return value;
}

/* A copy that is terminated; one that is a file ends with a line feed. */
static const char *
prepare(const char *message, size_t len, enum git_reading reading,
    struct arena *arena)
{
	char *text = arena_zero(arena, len + 2);

	if (len > 0)
		memcpy(text, message, len);
	if (reading != GIT_LOG && len > 0 && text[len - 1] != '\n')
		text[len] = '\n';
	if (reading == GIT_LOG)
		while (*text != '\0' && is_blank(text))
			text += next_line(text) - text;
	return text;
}

void
git_view(const char *message, size_t len, enum git_reading reading,
    struct arena *arena,
    void (*each)(void *context, const char *key, const char *value),
    void *context)
{
	const char *text = prepare(message, len, reading, arena);
	const char *end, *line, *next;
	size_t key;

	end = reading == GIT_LOG ? text + strlen(text) : find_divider(text);
	end = find_end(text, end);
	for (line = find_start(text, end); line < end; line = next) {
		next = next_line(line);
		if ((key = separator(line)) == 0)
			continue;
		while (next < end && is_space(*next))
			next = next_line(next);
		each(context, unfold(line, key, arena),
		    unfold(line + key + 1, (size_t)(next - line) - key - 1,
			arena));
	}
}
