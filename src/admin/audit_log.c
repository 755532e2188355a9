/* `refwarden audit log`: decisions, one a line. */
#include <stdio.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/color.h"
#include "admin/command.h"

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit log [OPTION...] [REPO | DIR | FILE...]\n"
	"\n"
	"List decisions, one a line.  With --rule or --code also what was\n"
	"found without refusing.\n"
	"\n"
	"  --since DAY, --until DAY   2026-11-22, or 90d or 12w before today\n"
	"  --ref PATTERN --user USER --repo NAME --id PUSH\n"
	"  --verdict accept|refuse|error --rule RULE --code CODE\n"
	"  --json   the records as they are\n"
	"  --plain  columns between tabs, no heading\n",
    .options = "surUpivRcjP",
    .streams = true,
};

struct column {
	const char *heading;
	size_t width;
};

static const struct column columns[] = {{"TIME", 24}, {"PUSH", 9},
    {"VERDICT", 7}, {"USER", 12}, {"REPOSITORY", 16}, {"REF", 24},
    {"FOUND", 0}};
enum { VERDICT = 2, COLUMN_COUNT = sizeof columns / sizeof *columns };

static bool
is_listed(const struct audit *audit, const struct entry *entry)
{
	if (entry->event == EVENT_DECISION)
		return true;
	/* What refused is in the decision. */
	return entry->event == EVENT_VIOLATION &&
	       (audit->rule != NULL || audit->code != NULL) &&
	       (strcmp(entry->mode, "enforce") != 0 ||
		   entry->exception[0] != '\0');
}

static const char *
verdict_of(const struct entry *entry)
{
	if (entry->event == EVENT_VIOLATION)
		return entry->exception[0] != '\0' ? "waived" : entry->mode;
	if (entry->check)
		return "check";
	if (strcmp(entry->verdict, "accept") == 0 &&
	    strcmp(entry->push, "accept") != 0)
		return "held";
	return entry->verdict;
}

static const char *
verdict_color(const char *verdict)
{
	if (strcmp(verdict, "refuse") == 0 || strcmp(verdict, "error") == 0)
		return color(stdout, COLOR_RED);
	if (strcmp(verdict, "accept") == 0)
		return color(stdout, COLOR_GREEN);
	return color(stdout, COLOR_YELLOW);
}

static void
print_row(const struct audit *audit, const struct entry *entry)
{
	const char *cells[] = {entry->time, entry->id, verdict_of(entry),
	    entry->user, entry->repo, entry->ref};

	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		const char *cell = cells[i][0] != '\0' ? cells[i] : "-";
		bool colored = i == VERDICT && !audit->plain;

		fputs(colored ? verdict_color(cell) : "", stdout);
		print_safe(cell, audit->plain ? 0 : columns[i].width);
		fputs(colored ? color(stdout, COLOR_END) : "", stdout);
		fputs(audit->plain ? "\t" : "  ", stdout);
	}
	if (entry->event == EVENT_VIOLATION)
		print_safe(entry->code, 0);
	else
		print_list(&entry->codes);
	putchar('\n');
}

static void
print_heading(const struct audit *audit)
{
	if (audit->plain || audit->json)
		return;
	for (int i = 0; i < COLUMN_COUNT - 1; i++)
		printf("%-*s  ", (int)columns[i].width, columns[i].heading);
	puts(columns[COLUMN_COUNT - 1].heading);
}

int
audit_log_command(int argc, char **argv)
{
	struct audit audit;
	struct line line;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	print_heading(&audit);
	while (audit_next(&audit, &line)) {
		if (!is_listed(&audit, &line.entry))
			continue;
		if (audit.json)
			print_record(&line);
		else
			print_row(&audit, &line.entry);
	}
	return audit_close(&audit, EXIT_YES);
}
