/* Reading an exception record. */
#include "waiver/exception.h"

#include <string.h>

#include "base/glob.h"
#include "base/oid.h"

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGIT "0123456789"

#define EXCEPTION(member) offsetof(struct exception, member)

static const struct field scope_fields[] = {
    {"repositories", FIELD_TEXTS, EXCEPTION(repositories),
	.summary = "Names as in the records, or patterns of them.",
	.required = true},
    {"refs", FIELD_TEXTS, EXCEPTION(refs),
	.summary = "Patterns of branches, or of tags as tags/...",
	.required = true},
    {"paths", FIELD_TEXTS, EXCEPTION(paths),
	.summary = "Patterns; every path at fault must lie here."},
    {"commits", FIELD_TEXTS, EXCEPTION(commits),
	.summary = "Full ids; exactly these commits."},
    {0},
};

const struct field exception_fields[] = {
    {"version", FIELD_NUMBER, EXCEPTION(version),
	.summary = "The version of this format: 1.", .required = true, .min = 1,
	.max = 1},
    {"id", FIELD_TEXT, EXCEPTION(id),
	.summary = "Such as EX-2026-014; the file's name without .yml.",
	.required = true},
    {"rules", FIELD_TEXTS, EXCEPTION(rules),
	.summary = "Ids of the rules waived, or history; no patterns.",
	.required = true},
    {"applies_to", FIELD_TABLE, 0, .summary = "What the exception is for.",
	.required = true, .fields = scope_fields},
    {"reason", FIELD_TEXT, EXCEPTION(reason),
	.summary = "Why the rule can not be kept.", .required = true},
    {"risk", FIELD_TEXT, EXCEPTION(risk),
	.summary = "What may go wrong because of it."},
    {"mitigation", FIELD_TEXT, EXCEPTION(mitigation),
	.summary = "What makes that less likely."},
    {"ticket", FIELD_TEXT, EXCEPTION(ticket),
	.summary = "Where it is discussed."},
    {"follow_up", FIELD_TEXT, EXCEPTION(follow_up),
	.summary = "What will be done afterwards."},
    {"requested_by", FIELD_TEXT, EXCEPTION(requested_by),
	.summary = "The address of whoever asks for it.", .required = true},
    {"approved_by", FIELD_TEXT, EXCEPTION(approved_by),
	.summary = "The address of the approver, who is somebody else.",
	.required = true},
    {"approved_on", FIELD_DATE, EXCEPTION(approved_on),
	.summary = "The first day.", .required = true},
    {"expires", FIELD_DATE, EXCEPTION(expires),
	.summary = "The last day, in UTC.", .required = true},
    {"signed_off_by", FIELD_TEXT, EXCEPTION(signed_off_by),
	.summary = "Name <address> of the approver, where proof is sign-off."},
    {"max_uses", FIELD_NUMBER, EXCEPTION(max_uses),
	.summary = "How many pushes may use it.", .min = 1},
    {"revoked_on", FIELD_DATE, EXCEPTION(revoked_on),
	.summary = "The day from which it is no longer valid."},
    {"review_by", FIELD_DATE, EXCEPTION(review_by),
	.summary = "After an emergency: when it has to be reviewed."},
    {0},
};

bool
exception_id_valid(const char *id)
{
	size_t prefix = strspn(id, UPPER DIGIT);
	const char *number = id + prefix + 1;

	return id[0] >= 'A' && id[0] <= 'Z' && id[prefix] == '-' &&
	       number[0] != '\0' &&
	       number[strspn(number, UPPER DIGIT "-")] == '\0' &&
	       strlen(id) <= EXCEPTION_ID_LIMIT;
}

static const char *
rule_fault(const char *text)
{
	return text[strspn(text, LOWER DIGIT "-")] == '\0'
		   ? NULL
		   : "is not the id of a rule";
}

static const char *
pattern_fault(const char *text)
{
	return glob_fault(text[0] == '!' ? text + 1 : text);
}

static const char *
commit_fault(const char *text)
{
	struct oid id;

	return oid_parse(&id, text, strlen(text))
		   ? NULL
		   : "is not the full id of a commit";
}

/* A form that could name another person than it seems would hide that
 * somebody approves their own request. */
static const char *
address_fault(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && at != text && at[1] != '\0' &&
		       strchr(at + 1, '@') == NULL &&
		       strpbrk(text, " \t\n<>,") == NULL
		   ? NULL
		   : "is not an address such as name@example.com";
}

static void
texts_check(struct faults *faults, const struct node *node,
    const struct texts *texts, const char *(*fault)(const char *))
{
	const char *why;

	for (size_t i = 0; i < texts->count; i++)
		if ((why = fault(texts->list[i])) != NULL)
			fault_at(
			    faults, node, "\"%s\" %s", texts->list[i], why);
}

static void
text_check(struct faults *faults, const struct node *node, const char *text,
    const char *(*fault)(const char *))
{
	texts_check(faults, node, &(struct texts){&text, 1}, fault);
}

/* What the tables can not express; all required keys are there. */
static void
record_check(const struct exception *exception, const struct node *root,
    struct faults *faults)
{
	const struct node *scope = map_get(root, "applies_to");

	if (!exception_id_valid(exception->id))
		fault_at(faults, map_get(root, "id"),
		    "\"%s\" is not an id such as EX-2026-014", exception->id);
	texts_check(
	    faults, map_get(root, "rules"), &exception->rules, rule_fault);
	texts_check(faults, map_get(scope, "repositories"),
	    &exception->repositories, pattern_fault);
	texts_check(
	    faults, map_get(scope, "refs"), &exception->refs, pattern_fault);
	texts_check(
	    faults, map_get(scope, "paths"), &exception->paths, pattern_fault);
	texts_check(faults, map_get(scope, "commits"), &exception->commits,
	    commit_fault);
	text_check(faults, map_get(root, "requested_by"),
	    exception->requested_by, address_fault);
	text_check(faults, map_get(root, "approved_by"), exception->approved_by,
	    address_fault);
	if (exception->expires < exception->approved_on)
		fault_at(faults, map_get(root, "expires"),
		    "the last day is before the day of approval");
}

int
exception_parse(const char *data, size_t len, struct arena *arena,
    struct exception *exception, struct faults *faults)
{
	struct document *document = document_parse(data, len, faults);
	struct load load = {.arena = arena, .faults = faults};

	*exception = (struct exception){0};
	if (document == NULL)
		return -1;
	fields_load(
	    &load, exception_fields, document_root(document), exception);
	if (faults->errors == 0)
		record_check(exception, document_root(document), faults);
	document_free(document);
	return faults->errors == 0 ? 0 : -1;
}
