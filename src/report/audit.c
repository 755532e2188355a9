/* Where figures are kept while they are counted. */
#include "report/audit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* Where the name is, or would be. */
static size_t
position(const struct rows *rows, const char *name, bool *found)
{
	size_t low = 0, high = rows->count;

	*found = false;
	while (low < high && !*found) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(rows->list[middle]->name, name);

		*found = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

struct row *
rows_find(const struct rows *rows, const char *name)
{
	bool found;
	size_t at = position(rows, name, &found);

	return found ? rows->list[at] : NULL;
}

struct row *
rows_get(struct rows *rows, const char *name)
{
	bool found;
	size_t at = position(rows, name, &found);

	if (!found && rows->count >= ROW_LIMIT) {
		name = "(others)";
		at = position(rows, name, &found);
	}
	if (found)
		return rows->list[at];
	rows->list = mem_grow(
	    rows->list, &rows->capacity, rows->count + 1, sizeof(struct row *));
	memmove(rows->list + at + 1, rows->list + at,
	    (rows->count - at) * sizeof(struct row *));
	rows->count++;
	rows->list[at] = mem_zero(sizeof *rows->list[at]);
	rows->list[at]->name = mem_string(name);
	return rows->list[at];
}

/* The rows of a row have none themselves. */
static void
row_free(struct row *row)
{
	free(row->name);
	free(row->title);
	free(row->note);
	free(row->controls);
	free(row->approver);
	rows_free(&row->rules);
	rows_free(&row->modes);
	rows_free(&row->refs);
	free(row);
}

void
rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		row_free(rows->list[i]);
	free(rows->list);
	*rows = (struct rows){0};
}

struct ranked {
	struct row *row;
	int64_t count;
	size_t place;
};

static int
by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->place < y->place ? -1 : x->place > y->place;
}

struct row **
rows_by(const struct rows *rows, enum count count)
{
	struct ranked *ranked = mem_array(rows->count + 1, sizeof *ranked);
	struct row **list = mem_array(rows->count + 1, sizeof(struct row *));

	for (size_t i = 0; i < rows->count; i++)
		ranked[i] = (struct ranked){
		    rows->list[i], rows->list[i]->counts[count], i};
	qsort(ranked, rows->count, sizeof *ranked, by_rank);
	for (size_t i = 0; i < rows->count; i++)
		list[i] = ranked[i].row;
	free(ranked);
	return list;
}

int64_t
accepted_of(const int64_t counts[COUNTS])
{
	return counts[COUNT_ACCEPTED] + counts[COUNT_EXCEPTED];
}

void
figures_begin(struct figures *figures, long from, long to)
{
	*figures = (struct figures){
	    .from = from, .to = to, .version = "", .document = ""};
	figures->monday = day_monday(from);
	figures->weeks = (size_t)(day_monday(to) - figures->monday) / 7 + 1;
	figures->week = mem_array(figures->weeks, sizeof *figures->week);
}

int64_t *
figures_week(struct figures *figures, long day)
{
	return figures->week[(day - figures->monday) / 7];
}

void
figures_free(struct figures *figures)
{
	free(figures->week);
	for (size_t i = 0; i < figures->gap_count; i++) {
		free(figures->gaps[i].repo);
		free(figures->gaps[i].ref);
	}
	free(figures->gaps);
	rows_free(&figures->repos);
	rows_free(&figures->hosts);
	rows_free(&figures->users);
	rows_free(&figures->rules);
	rows_free(&figures->clauses);
	rows_free(&figures->codes);
	rows_free(&figures->exceptions);
	rows_free(&figures->policies);
}
