/* The report as Markdown, for people and for GitHub's reader of it. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "report/audit_form.h"

/* Entities for what could be a tag, wherever it is read; a backslash in front
 * of whatever else could be markup, a link or the end of a column. */
static void
plain_add(struct text *out, const char *bytes, size_t len)
{
	bool www = out->len >= 3 &&
		   strncasecmp(out->data + out->len - 3, "www", 3) == 0;
	char byte = len == 1 ? *bytes : 'a';

	if (strchr("<>&", byte) != NULL) {
		text_add(out, byte == '<'   ? "&lt;"
			      : byte == '>' ? "&gt;"
					    : "&amp;");
		return;
	}
	if (strchr("\\`*_[]|~#!", byte) != NULL || (byte == '.' && www) ||
	    (byte == ':' && bytes[1] == '/'))
		text_add_char(out, '\\');
	text_add_bytes(out, bytes, len);
}

static void
markdown_add(struct text *out, const char *string)
{
	size_t len = strlen(string);

	for (size_t i = 0; i < len;)
		i += visible_add(out, string + i, len - i, plain_add);
}

static void
begin(struct text *out, const char *title)
{
	text_add(out, "# ");
	markdown_add(out, title);
	text_add(out, "\n");
}

static void
heading(struct text *out, const char *title)
{
	text_add(out, "\n## ");
	markdown_add(out, title);
	text_add(out, "\n");
}

static void
paragraph(struct text *out, const char *string)
{
	text_add(out, "\n");
	markdown_add(out, string);
	text_add(out, "\n");
}

static void
header(struct text *out, const struct column *columns, size_t width)
{
	text_add(out, "\n|");
	for (size_t i = 0; i < width; i++) {
		text_add(out, " ");
		markdown_add(out, columns[i].title);
		text_add(out, " |");
	}
	text_add(out, "\n|");
	for (size_t i = 0; i < width; i++)
		text_add(out,
		    columns[i].kind == COLUMN_NUMBER ? " ---: |" : " --- |");
	text_add(out, "\n");
}

static void
table(struct text *out, const struct grid *grid)
{
	header(out, grid->columns, grid->width);
	for (size_t i = 0; i < grid->count; i++) {
		const struct cell *cell = &grid->cells[i];

		text_add(out, i % grid->width == 0 ? "| " : " ");
		markdown_add(out, cell->text);
		if (cell->small != NULL && *cell->small != '\0') {
			text_add(out, *cell->text != '\0' ? "<br>" : "");
			markdown_add(out, cell->small);
		}
		text_add(out, (i + 1) % grid->width == 0 ? " |\n" : " |");
	}
}

static void
tiles(struct text *out, const struct tile *list, size_t count)
{
	static const struct column columns[] = {
	    {"", COLUMN_TEXT}, {"Count", COLUMN_NUMBER}};

	header(out, columns, 2);
	for (size_t i = 0; i < count; i++) {
		text_add_format(out, "| %s | ", list[i].label);
		number_add(out, list[i].value);
		text_add(out, " |\n");
	}
}

static void
weeks(struct text *out, const struct figures *figures)
{
	static const struct column columns[] = {{"Week from", COLUMN_SHORT},
	    {"Accepted without exception", COLUMN_NUMBER},
	    {"Under exception", COLUMN_NUMBER}, {"Held", COLUMN_NUMBER},
	    {"Refused", COLUMN_NUMBER}, {"Errors", COLUMN_NUMBER}};
	char day[16];

	header(out, columns, 1 + WEEK_PARTS);
	for (size_t i = 0; i < figures->weeks; i++) {
		text_add_format(out, "| %s |",
		    day_format(figures->monday + (long)i * 7, day));
		for (size_t k = 0; k < WEEK_PARTS; k++) {
			text_add(out, " ");
			number_add(out, figures->week[i][week_parts[k]]);
			text_add(out, " |");
		}
		text_add(out, "\n");
	}
}

/* The table beside it says the same. */
static void
bars(struct text *out, const struct bar *list, size_t count)
{
	(void)out;
	(void)list;
	(void)count;
}

static void
end(struct text *out)
{
	(void)out;
}

const struct audit_form audit_markdown = {
    begin, heading, paragraph, tiles, table, weeks, bars, end};
