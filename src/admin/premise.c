/* Read what a policy test says there is beside the commits. */
#include "admin/premise.h"

#include <string.h>

#include "base/clock.h"
#include "checks/register.h"
#include "checks/statement.h"
#include "people/people.h"
#include "waiver/exception.h"

/* More would leave the years that a date is written in. */
enum { DAYS_LIMIT = 10000 };

const char *const result_names[] = {"pass", "fail", NULL};
static const char *const about_names[] = {"commit", "tree", NULL};

/* "10d", or "-3d" for the other way. */
static void
read_days(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	const char *text = node->kind == NODE_SCALAR ? node->text : "";
	const char *number = text + (text[0] == '-');
	size_t len = strlen(number);
	int64_t amount;

	(void)field;
	if (len == 0 || number[len - 1] != 'd' ||
	    !duration_parse(number, &amount) ||
	    amount / DAY_MILLISECONDS > DAYS_LIMIT) {
		fault_at(load->faults, node,
		    "expected days such as 10d or -3d, of at most %dd",
		    DAYS_LIMIT);
		return;
	}
	*(long *)member = (long)(amount / DAY_MILLISECONDS);
	if (number != text)
		*(long *)member *= -1;
}

#define STATEMENT(member) offsetof(struct premise_statement, member)

const struct field premise_statement_fields[] = {
    {"kind", FIELD_TEXT, STATEMENT(kind), .summary = "what was done",
	.required = true},
    {"result", FIELD_CHOICE, STATEMENT(result), .summary = "pass unless given",
	.choices = result_names},
    {"by", FIELD_TEXT, STATEMENT(by), .summary = "the person who signed it",
	.required = true},
    {"age", FIELD_DURATION, STATEMENT(age), .summary = "made how long ago"},
    {"of", FIELD_CHOICE, STATEMENT(of), .summary = "what it is about",
	.choices = about_names},
    {0},
};

#define FINDING(member) offsetof(struct premise_finding, member)

const struct field premise_finding_fields[] = {
    {"id", FIELD_TEXT, FINDING(id), .summary = "such as F-7", .required = true},
    {"severity", FIELD_CHOICE, FINDING(severity), .summary = "how bad it is",
	.required = true, .choices = severity_names},
    {"status", FIELD_CHOICE, FINDING(status), .summary = "open unless given",
	.choices = status_names},
    {"found", FIELD_OWN, FINDING(found), .summary = "found how long ago",
	.read = read_days},
    {"due", FIELD_OWN, FINDING(due), .summary = "the last day, from today",
	.read = read_days},
    {"owner", FIELD_TEXT, FINDING(owner), .summary = "who sees to it"},
    {"exception", FIELD_TEXT, FINDING(exception),
	.summary = "under which it is accepted"},
    {0},
};

#define REVIEW(member) offsetof(struct premise_review, member)

const struct field premise_review_fields[] = {
    {"login", FIELD_TEXT, REVIEW(login), .summary = "whose review it is",
	.required = true},
    {"blocks", FIELD_BOOL, REVIEW(blocks), .summary = "it withholds"},
    {"signed_by", FIELD_TEXT, REVIEW(signed_by),
	.summary = "the person who signed it"},
    {0},
};

#define EXCEPTION(member) offsetof(struct premise_exception, member)

const struct field premise_exception_fields[] = {
    {"id", FIELD_TEXT, EXCEPTION(id), .summary = "such as EX-2026-014",
	.required = true},
    {"rules", FIELD_TEXTS, EXCEPTION(rules), .summary = "the rules waived",
	.required = true},
    {"refs", FIELD_TEXTS, EXCEPTION(refs),
	.summary = "what is pushed to unless given"},
    {"paths", FIELD_TEXTS, EXCEPTION(paths), .summary = "any unless given"},
    {"requested_by", FIELD_TEXT, EXCEPTION(requested_by),
	.summary = "a person or an address"},
    {"approved_by", FIELD_TEXT, EXCEPTION(approved_by),
	.summary = "a person or an address", .required = true},
    {"signed_by", FIELD_TEXT, EXCEPTION(signed_by),
	.summary = "the person who signed it; the approver unless given"},
    {"approved", FIELD_OWN, EXCEPTION(approved),
	.summary = "approved how long ago", .read = read_days},
    {"expires", FIELD_OWN, EXCEPTION(expires),
	.summary = "the last day, from today", .read = read_days},
    {0},
};

static bool
is_list(struct load *load, const struct field *field, const struct node *node)
{
	if (node->kind == NODE_LIST && node->count > 0)
		return true;
	fault_at(
	    load->faults, node, "`%s` is a list of at least one", field->key);
	return false;
}

void
premise_read_statements(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct premise *premise = member;

	if (!is_list(load, field, node))
		return;
	premise->statement_count = node->count;
	premise->statements =
	    arena_zero(load->arena, node->count * sizeof *premise->statements);
	for (size_t i = 0; i < node->count; i++) {
		struct premise_statement *statement = &premise->statements[i];

		fields_load(
		    load, premise_statement_fields, &node->items[i], statement);
		if (statement->kind != NULL &&
		    !statement_kind_valid(statement->kind))
			fault_at(load->faults, map_get(&node->items[i], "kind"),
			    "\"%s\" can not be a kind: use a-z, 0-9 and -",
			    statement->kind);
		if (statement->age / DAY_MILLISECONDS > DAYS_LIMIT)
			fault_at(load->faults, map_get(&node->items[i], "age"),
			    "expected at most %dd", DAYS_LIMIT);
	}
}

/* It is the name of a file. */
static void
finding_check(struct load *load, const struct node *node,
    const struct premise_finding *finding)
{
	static const char bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	if (finding->id != NULL &&
	    strspn(finding->id, bytes) != strlen(finding->id))
		fault_at(load->faults, map_get(node, "id"),
		    "\"%s\" is not an id such as F-7", finding->id);
}

void
premise_read_findings(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct premise *premise = member;

	if (!is_list(load, field, node))
		return;
	premise->finding_count = node->count;
	premise->findings =
	    arena_zero(load->arena, node->count * sizeof *premise->findings);
	for (size_t i = 0; i < node->count; i++) {
		struct premise_finding *finding = &premise->findings[i];

		fields_load(
		    load, premise_finding_fields, &node->items[i], finding);
		finding_check(load, &node->items[i], finding);
		finding->due_given = map_get(&node->items[i], "due") != NULL;
	}
}

/* The name of a record that the test brings. */
static const char *
record_read(struct load *load, const struct node *node, struct premise *premise)
{
	struct premise_exception *exception =
	    &premise->exceptions[premise->exception_count++];

	fields_load(load, premise_exception_fields, node, exception);
	if (exception->id != NULL && !exception_id_valid(exception->id))
		fault_at(load->faults, map_get(node, "id"),
		    "\"%s\" is not an id such as EX-2026-014", exception->id);
	return exception->id;
}

void
premise_read_reviews(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct premise *premise = member;

	if (!is_list(load, field, node))
		return;
	premise->review_count = node->count;
	premise->reviews =
	    arena_zero(load->arena, node->count * sizeof *premise->reviews);
	for (size_t i = 0; i < node->count; i++) {
		struct premise_review *review = &premise->reviews[i];
		const char *fault = NULL;

		fields_load(
		    load, premise_review_fields, &node->items[i], review);
		if (review->login != NULL)
			fault = login_fault(review->login);
		if (fault != NULL)
			fault_at(load->faults,
			    map_get(&node->items[i], "login"), "%s", fault);
	}
}

void
premise_read_exceptions(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const struct node *items = node->kind == NODE_LIST ? node->items : node;
	size_t count = node->kind == NODE_LIST ? node->count : 1;
	struct premise *premise = member;
	const char **names = arena_zero(load->arena, count * sizeof *names);

	if (node->kind != NODE_SCALAR && !is_list(load, field, node))
		return;
	premise->exceptions =
	    arena_zero(load->arena, count * sizeof *premise->exceptions);
	for (size_t i = 0; i < count; i++) {
		const struct field name = {
		    .key = field->key, .type = FIELD_TEXT};

		if (items[i].kind == NODE_MAP)
			names[i] = record_read(load, &items[i], premise);
		else
			field_load(load, &name, &items[i], &names[i]);
	}
	premise->named = (struct texts){names, count};
}
