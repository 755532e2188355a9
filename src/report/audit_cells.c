/* Cells and sentences, on their way into a form. */
#include "report/audit_cells.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	LIST_LIMIT = 5,   /* names in a cell */
	CELL_LIMIT = 160, /* characters of a name */
};

void
grid_begin(struct report *report, const struct column *columns, size_t width)
{
	report->grid = (struct grid){.columns = columns, .width = width};
}

void
grid_end(struct report *report)
{
	struct grid *grid = &report->grid;

	report->form->table(report->out, grid);
	for (size_t i = 0; i < grid->count; i++) {
		free(grid->cells[i].text);
		free(grid->cells[i].small);
	}
	free(grid->cells);
	*grid = (struct grid){0};
}

void
cell(struct report *report, const char *string)
{
	struct grid *grid = &report->grid;

	grid->cells = mem_grow(
	    grid->cells, &grid->capacity, grid->count + 1, sizeof *grid->cells);
	grid->cells[grid->count++] =
	    (struct cell){.text = text_cut(string, CELL_LIMIT)};
}

/* The second text of the last cell. */
void
small(struct report *report, const char *string)
{
	struct cell *last = &report->grid.cells[report->grid.count - 1];

	free(last->small);
	last->small = string != NULL ? mem_string(string) : NULL;
}

void
cell_number(struct report *report, int64_t number)
{
	struct text text = {0};

	number_add(&text, number);
	cell(report, text.data);
	text_free(&text);
}

void
cell_day(struct report *report, long day)
{
	char date[16];

	cell(report, day != 0 ? day_format(day, date) : DASH);
}

/* The first names, and how many more there are. */
void
cell_names(struct report *report, const struct rows *rows)
{
	struct text text = {0};

	text_add(&text, rows->count == 0 ? DASH : "");
	for (size_t i = 0; i < rows->count && i < LIST_LIMIT; i++)
		text_add_format(
		    &text, "%s%s", i > 0 ? ", " : "", rows->list[i]->name);
	if (rows->count > LIST_LIMIT)
		text_add_format(
		    &text, " and %zu more", rows->count - LIST_LIMIT);
	cell(report, text.data);
	text_free(&text);
}

void
say(struct report *report, const char *format, ...)
{
	char *string = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&string, format, args);
	va_end(args);
	if (n >= 0)
		report->form->paragraph(report->out, string);
	free(string);
}

void
heading(struct report *report, const char *title)
{
	report->form->heading(report->out, title);
}
