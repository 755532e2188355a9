/* `refwarden audit report`: what an auditor is told of a period. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/audit_figures.h"
#include "admin/command.h"
#include "admin/in_force.h"
#include "base/clock.h"
#include "base/version.h"

static const char *options_fault(const struct audit *);

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit report --from DAY [--to DAY]\n"
	"                              [--format md|html | --json]\n"
	"                              [--policy FILE] [REPO | DIR | FILE...]\n"
	"\n"
	"Report what was observed and enforced from DAY to DAY (today), as\n"
	"Markdown or as one HTML file.  FILE says what clauses there are.\n"
	"\n"
	"  --from DAY, --to DAY   2026-11-22, or 90d or 12w before today\n"
	"  --format md|html\n"
	"  --policy FILE\n"
	"  --json   the figures, one object\n",
    .options = "Ftoyj",
    .all = true,
    .fault = options_fault,
};

enum { DAYS_LIMIT = 36525 }; /* a hundred years of weeks are kept */

/* The last day is today where none is named; a first one there must be. */
static bool
read_period(const struct audit *audit, long *from, long *to)
{
	if (!day_parse(audit->until, to))
		*to = clock_today();
	return day_parse(audit->since, from);
}

static const char *
options_fault(const struct audit *audit)
{
	const char *format = audit->format;
	long from, to;

	if (!read_period(audit, &from, &to))
		return "--from which day?";
	if (from > to)
		return "--from is after --to";
	if (to - from > DAYS_LIMIT)
		return "that is more than a hundred years";
	if (format != NULL && strcmp(format, "md") != 0 &&
	    strcmp(format, "html") != 0)
		return "--format md or html";
	return NULL;
}

static void
count_all(
    struct figures *figures, struct audit *audit, const struct policy *policy)
{
	long from, to;

	read_period(audit, &from, &to);
	figures_begin(figures, from, to);
	/* The figures see to the days: they tell how many records have none. */
	audit->since[0] = audit->until[0] = '\0';
	figures->made = clock_now();
	figures->version = VERSION;
	if (policy != NULL)
		figures_take_policy(figures, policy, audit->policy);
	figures_count(figures, audit, policy);
	if (policy != NULL) {
		figures_name_policy(figures, policy);
		figures_take_register(figures, policy);
	}
}

static bool
can_be_read_again(const char *path)
{
	struct stat status;

	return strcmp(path, "-") != 0 && stat(path, &status) == 0 &&
	       (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

/* Gaps need the records once more, so not what comes from a pipe. */
static void
take_gaps(struct figures *figures, const struct audit *audit)
{
	char name[] = "gaps", quiet[] = "--json", end[] = "--", **argv;
	bool again = true;

	argv = mem_array(audit->source_count + 4, sizeof *argv);
	argv[0] = name;
	argv[1] = quiet;
	argv[2] = end;
	for (size_t i = 0; i < audit->source_count; i++) {
		argv[i + 3] = audit->sources[i];
		again = again && can_be_read_again(audit->sources[i]);
	}
	if (again)
		figures_take_gaps(figures, (int)audit->source_count + 3, argv);
	free(argv);
}

static void
print(const struct figures *figures, const struct audit *audit)
{
	bool html = audit->format != NULL && strcmp(audit->format, "html") == 0;
	struct text text = {0};

	if (audit->json) {
		print_json(figures_json(figures));
		return;
	}
	audit_write(figures, html ? AUDIT_HTML : AUDIT_MARKDOWN, &text);
	fwrite(text.data, 1, text.len, stdout);
	text_free(&text);
}

static int
report(struct audit *audit, const struct policy *policy)
{
	struct figures figures = {0};
	int status = audit_sources(audit);

	if (status != -1)
		return status;
	count_all(&figures, audit, policy);
	take_gaps(&figures, audit);
	if (!audit->failed)
		print(&figures, audit);
	figures_free(&figures);
	return EXIT_YES;
}

int
audit_report_command(int argc, char **argv)
{
	struct layers layers = {0};
	struct audit audit;
	struct error err;
	int status = audit_options(&audit, &command, argc, argv);

	if (status == -1 && audit.policy != NULL &&
	    layers_load_file(audit.policy, &layers, NULL, &err) == -1) {
		audit_tell("%s", err.text);
		status = error_status(&err);
	}
	if (status == -1)
		status = report(&audit, layers.list[0]);
	status = audit_close(&audit, status);
	layers_free(&layers);
	return status;
}
