/* `refwarden audit timeline`: decisions of each day or week. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/command.h"
#include "admin/tally.h"
#include "base/clock.h"

static const char *options_fault(const struct audit *);

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit timeline [OPTION...] [REPO | DIR | FILE...]\n"
	"\n"
	"Count the decisions of each day (or week, from Monday on).\n"
	"\n"
	"  --by day|week\n"
	"  --since DAY, --until DAY   2026-11-22, or 90d or 12w before today\n"
	"  --ref PATTERN --user USER --repo NAME\n"
	"  --json   a list of objects\n"
	"  --plain  columns between tabs, no heading\n",
    .options = "surUpbjP",
    .fault = options_fault,
};

enum { ACCEPTED, REFUSED, ERRORS, ALL, FIGURES };
enum { CHART = 40, /* columns */ ROWS_LIMIT = 4000 };

struct timeline {
	struct tally tally;
	long first, last; /* days */
	int step;         /* days of a row */
	char known[16];   /* the day that was parsed last... */
	long number;      /* ...and its number */
};

static bool
find_day(struct timeline *timeline, const struct entry *entry)
{
	char day[16];

	if (strlen(entry->time) < 10)
		return false;
	snprintf(day, sizeof day, "%.10s", entry->time);
	if (strcmp(day, timeline->known) == 0)
		return true;
	if (!day_parse(day, &timeline->number))
		return false;
	memcpy(timeline->known, day, sizeof day);
	if (timeline->step == 7)
		timeline->number = day_monday(timeline->number);
	return true;
}

static void
count(struct timeline *timeline, const struct entry *entry)
{
	struct tally_row *row;
	char day[16];

	if (entry->event != EVENT_DECISION || entry->check ||
	    !find_day(timeline, entry))
		return;
	if (timeline->tally.count == 0 || timeline->number < timeline->first)
		timeline->first = timeline->number;
	if (timeline->tally.count == 0 || timeline->number > timeline->last)
		timeline->last = timeline->number;
	row = tally_at(&timeline->tally, day_format(timeline->number, day));
	row->figures[ALL]++;
	if (entry_landed(entry))
		row->figures[ACCEPTED]++;
	else if (strcmp(entry->verdict, "refuse") == 0)
		row->figures[REFUSED]++;
	else if (strcmp(entry->verdict, "error") == 0)
		row->figures[ERRORS]++;
}

static void
print_bar(const struct tally_row *row, int64_t most)
{
	static const char marks[] = {'+', 'x', '!'};

	for (int i = ACCEPTED; i <= ERRORS; i++) {
		int64_t n = most <= CHART
				? row->figures[i]
				: (row->figures[i] * CHART + most - 1) / most;

		for (; n > 0; n--)
			putchar(marks[i]);
	}
	putchar('\n');
}

static void
print_row(const struct audit *audit, const struct tally_row *row, int64_t most)
{
	const int64_t *figures = row->figures;

	printf("%s", row->name);
	for (int i = ACCEPTED; i <= ERRORS; i++)
		printf(audit->plain ? "\t%" PRId64 : "  %8" PRId64, figures[i]);
	if (audit->plain) {
		putchar('\n');
		return;
	}
	fputs("  ", stdout);
	print_bar(row, most);
}

static json_t *
row_json(const struct timeline *timeline, const struct tally_row *row)
{
	return json_pack("{s:s, s:I, s:I, s:I}",
	    timeline->step == 7 ? "week" : "day", row->name, "accepted",
	    (json_int_t)row->figures[ACCEPTED], "refused",
	    (json_int_t)row->figures[REFUSED], "errors",
	    (json_int_t)row->figures[ERRORS]);
}

/* Days without a decision too, unless clocks were years off. */
static void
print(const struct audit *audit, struct timeline *timeline)
{
	json_t *list = json_array();
	int64_t most = 0;
	char day[16];

	if ((timeline->last - timeline->first) / timeline->step < ROWS_LIMIT)
		for (long i = timeline->first;
		     i <= timeline->last && timeline->tally.count > 0;
		     i += timeline->step)
			tally_at(&timeline->tally, day_format(i, day));
	/* No row has this figure, so they are sorted by their day. */
	tally_sort(&timeline->tally, FIGURES);
	for (size_t i = 0; i < timeline->tally.count; i++)
		if (timeline->tally.rows[i].figures[ALL] > most)
			most = timeline->tally.rows[i].figures[ALL];
	if (!audit->json && !audit->plain)
		printf("%-10s  accepted   refused    errors  + accepted, x "
		       "refused, ! errors\n",
		    timeline->step == 7 ? "WEEK" : "DAY");
	for (size_t i = 0; i < timeline->tally.count; i++)
		if (audit->json)
			json_array_append_new(
			    list, row_json(timeline, &timeline->tally.rows[i]));
		else
			print_row(audit, &timeline->tally.rows[i], most);
	if (audit->json)
		print_json(list);
	else
		json_decref(list);
}

static const char *
options_fault(const struct audit *audit)
{
	bool good = audit->by == NULL || strcmp(audit->by, "day") == 0 ||
		    strcmp(audit->by, "week") == 0;

	return good ? NULL : "--by day or week";
}

int
audit_timeline_command(int argc, char **argv)
{
	struct timeline timeline = {.step = 1};
	struct audit audit;
	struct line line;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	if (audit.by != NULL && strcmp(audit.by, "week") == 0)
		timeline.step = 7;
	while (audit_next(&audit, &line))
		count(&timeline, &line.entry);
	print(&audit, &timeline);
	tally_free(&timeline.tally);
	return audit_close(&audit, EXIT_YES);
}
