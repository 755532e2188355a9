/* `findings`: nothing is open, or overdue, in the register that may not be. */
#include "checks/check.h"

#include <string.h>

#include "checks/register.h"
#include "yaml/field.h"

struct limits_of_findings {
	unsigned open, overdue; /* a bit a severity */
};

static void
severity_read(struct load *load, const struct node *node, unsigned *set)
{
	for (unsigned i = 0; node->kind == NODE_SCALAR && i < SEVERITIES; i++) {
		if (strcmp(severity_names[i], node->text) != 0)
			continue;
		if (*set & 1u << i)
			fault_at(load->faults, node, "\"%s\" is given twice",
			    node->text);
		*set |= 1u << i;
		return;
	}
	if (node->kind == NODE_SCALAR)
		fault_unknown(load, node, "severity", severity_names,
		    SEVERITIES, "it is critical, high, medium or low");
	else
		fault_at(load->faults, node, "a severity is one word");
}

static void
severities_read(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	unsigned set = 0;

	if (node->kind == NODE_MAP ||
	    (node->kind == NODE_LIST && node->count == 0)) {
		fault_at(load->faults, node,
		    "`%s` is a list of at least one severity", field->key);
		return;
	}
	if (node->kind == NODE_SCALAR)
		severity_read(load, node, &set);
	for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
		severity_read(load, &node->items[i], &set);
	*(unsigned *)member = set;
}

#define LIMITS(member) offsetof(struct limits_of_findings, member)

static const struct field findings_fields[] = {
    {.key = "open",
	.type = FIELD_OWN,
	.offset = LIMITS(open),
	.summary = "Severities of which no finding may be open.",
	.form = FORM_SOME,
	.item = FIELD_CHOICE,
	.choices = severity_names,
	.read = severities_read},
    {.key = "overdue",
	.type = FIELD_OWN,
	.offset = LIMITS(overdue),
	.summary = "Severities of which no finding may be past its day.",
	.form = FORM_SOME,
	.item = FIELD_CHOICE,
	.choices = severity_names,
	.read = severities_read},
    {.key = NULL},
};

/* "critical or high" */
static const char *
severities_text(unsigned set, struct arena *arena)
{
	const char *text = "";

	for (unsigned i = 0; i < SEVERITIES; i++)
		if (set & 1u << i)
			text = arena_format(arena, "%s%s%s", text,
			    text[0] != '\0' ? " or " : "", severity_names[i]);
	return text;
}

static const char *
found_text(const struct registered *record, struct arena *arena)
{
	char day[16];

	return arena_format(arena, "%s, %s, %s%s: %s", record->id,
	    severity_names[record->severity],
	    record->due == 0 ? "without a last day" : "due ",
	    record->due == 0 ? "" : day_format(record->due, day),
	    record->title);
}

static void
report(const struct registered *record, const char *code, const char *need,
    const struct change *change, struct findings *findings)
{
	struct arena *arena = change->arena;
	struct finding *finding =
	    finding_add(findings, code, NULL, need, found_text(record, arena));

	finding->path = record->path;
	finding->from = record->owner;
	if (record->status != FINDING_ACCEPTED)
		return;
	finding->exception = record->exception;
	finding->note =
	    record->exception != NULL
		? arena_format(arena, "%s is accepted under exception %s",
		      record->id, record->exception)
		: arena_format(arena,
		      "%s is accepted, which needs an exception that names it",
		      record->id);
}

static void
judge(const struct limits_of_findings *limits, const struct registered *record,
    const struct change *change, struct findings *findings)
{
	struct arena *arena = change->arena;
	unsigned severity = 1u << record->severity;

	if (record->status == FINDING_FIXED)
		return;
	if (limits->open & severity)
		report(record, "findings.open",
		    arena_format(arena, "no open %s finding",
			severities_text(limits->open, arena)),
		    change, findings);
	else if ((limits->overdue & severity) &&
		 (record->due == 0 || record->due < change->today))
		report(record, "findings.overdue",
		    arena_format(arena, "no overdue %s finding",
			severities_text(limits->overdue, arena)),
		    change, findings);
}

static int
findings_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct findings_register all = {NULL, 0};

	if (change->findings == NULL || !change->findings->configured)
		return error_set(err, "no register of findings");
	if (register_read(change->findings, change->repo, change->budget,
		change->arena, &all, err) != 0)
		return -1;
	for (size_t i = 0; i < all.count; i++)
		judge(settings, &all.list[i], change, findings);
	return 0;
}

static void
findings_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct limits_of_findings *limits = settings;

	if (limits->open == 0 && limits->overdue == 0)
		fault_at(load->faults, node,
		    "\"findings\" asks for nothing: give it open or overdue");
}

const struct check findings_check = {
    .name = "findings",
    .summary = "no finding is open, or overdue, that may not be",
    .fields = findings_fields,
    .settings_size = sizeof(struct limits_of_findings),
    .needs = CHANGE_UPDATE | CHANGE_PUSHER | CHANGE_FINDINGS,
    .validate = findings_validate,
    .run = findings_run,
};
