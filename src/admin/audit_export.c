/* `refwarden audit export`: records in the forms of other programs. */
#include <stdio.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/command.h"
#include "admin/export.h"

static const char *options_fault(const struct audit *);

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit export --as FORM [OPTION...] [REPO | DIR |\n"
	"                              FILE...]\n"
	"\n"
	"Write all records in another form: jsonl, csv, ecs (Elastic Common\n"
	"Schema), ocsf (Open Cybersecurity Schema Framework) or cef (Common\n"
	"Event Format).  Decisions that were taken back are left out.\n"
	"\n"
	"  --as jsonl|csv|ecs|ocsf|cef\n"
	"  --since DAY, --until DAY   2026-11-22, or 90d or 12w before today\n"
	"  --ref PATTERN --user USER --repo NAME --id PUSH\n"
	"  --verdict accept|refuse|error --rule RULE --code CODE\n"
	"  --plain  of csv, no heading\n",
    .options = "asurUpivRcP",
    .fault = options_fault,
    .streams = true,
};

static const struct form {
	const char *name;
	void (*heading)(void);
	void (*record)(const struct line *);
} forms[] = {
    {"jsonl", NULL, print_record},
    {"csv", csv_heading, csv_record},
    {"ecs", NULL, ecs_record},
    {"ocsf", NULL, ocsf_record},
    {"cef", NULL, cef_record},
};

static const struct form *
form_find(const char *name)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (name != NULL && strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

static const char *
options_fault(const struct audit *audit)
{
	return form_find(audit->as) == NULL
		   ? "--as jsonl, csv, ecs, ocsf or cef"
		   : NULL;
}

int
audit_export_command(int argc, char **argv)
{
	const struct form *form;
	struct audit audit;
	struct line line;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1 || (form = form_find(audit.as)) == NULL)
		return audit_close(&audit, status);
	if (form->heading != NULL && !audit.plain)
		form->heading();
	while (audit_next(&audit, &line))
		form->record(&line);
	return audit_close(&audit, EXIT_YES);
}
