/* `evidence`: a machine has said, and signed, that the new tip passed. */
#include "checks/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "checks/statement.h"
#include "git/notes.h"
#include "git/tree_path.h"
#include "people/signature.h"
#include "yaml/field.h"

enum {
	STATEMENT_LIMIT = 1000, /* of the notes on one tip */
	SIGNATURE_LIMIT = 16,   /* tried for one rule: each is a process */
};

/* How far the clock of who made a statement may be ahead of ours. */
static const int64_t ahead_limit = 5 * 60 * 1000;

enum of { OF_COMMIT, OF_TREE };
static const char *const of_names[] = {"commit", "tree", NULL};

struct evidence {
	const char *kind;
	const struct group *by;
	int64_t max_age; /* milliseconds; 0: any */
	int of;          /* enum of */
};

#define EVIDENCE(member) offsetof(struct evidence, member)

static const struct field evidence_fields[] = {
    {.key = "kind",
	.type = FIELD_TEXT,
	.offset = EVIDENCE(kind),
	.summary = "What was done, such as sast.",
	.required = true},
    {.key = "by",
	.type = FIELD_GROUP,
	.offset = EVIDENCE(by),
	.summary = "The group of which somebody signed it.",
	.required = true},
    {.key = "max_age",
	.type = FIELD_DURATION,
	.offset = EVIDENCE(max_age),
	.summary = "How old it may be; any age unless given."},
    {.key = "of",
	.type = FIELD_CHOICE,
	.offset = EVIDENCE(of),
	.summary = "What it is about: the commit, or any with its tree.",
	.choices = of_names},
    {.key = NULL},
};

/* The statements that may count, and what there is beside them. */
struct inquiry {
	const struct evidence *evidence;
	const struct change *change;
	struct oid tree; /* of the new tip; for OF_TREE */
	struct statement *list;
	size_t count, capacity;
	size_t read; /* of any kind */
	size_t malformed, unsigned_, untrusted;
	struct statement first_malformed;
};

/* The tree of the notes ref as it is on this server; 1 if there is none. */
static int
notes_tree(const struct change *change, struct oid *tree, struct error *err)
{
	const char *name = change->evidence->ref;
	struct ref ref;

	if (refs_read(repo_refs(change->repo), name, &ref, err) != 0)
		return -1;
	switch (ref.kind) {
	case REF_ABSENT:
		return 1;
	case REF_SYMBOLIC:
		return error_set(err, "an alias of another ref");
	case REF_DIRECT:
		break;
	}
	return commit_tree(change->repo, &ref.id, change->budget, tree, err);
}

static bool
is_about(const struct inquiry *inquiry, const struct statement *statement)
{
	const struct change *change = inquiry->change;

	return strcmp(statement->kind, inquiry->evidence->kind) == 0 &&
	       (oid_equal(&statement->subject, change->tip) ||
		   (inquiry->evidence->of == OF_TREE &&
		       oid_equal(&statement->subject, &inquiry->tree)));
}

static void
statement_take(struct inquiry *inquiry, const struct statement *statement)
{
	if (statement->fault != NULL) {
		if (inquiry->malformed++ == 0)
			inquiry->first_malformed = *statement;
		return;
	}
	if (!is_about(inquiry, statement))
		return;
	if (statement->signature == NULL) {
		inquiry->unsigned_++;
		return;
	}
	inquiry->list = mem_grow(inquiry->list, &inquiry->capacity,
	    inquiry->count + 1, sizeof *inquiry->list);
	inquiry->list[inquiry->count++] = *statement;
}

static int
note_read(struct inquiry *inquiry, const struct oid *note, struct error *err)
{
	const struct change *change = inquiry->change;
	struct statement statement;
	struct statements at;
	struct object object;

	if (object_read(change->repo, note, OBJECT_BLOB,
		(size_t)change->budget->limits.blob_size, &object, err) != 0)
		return -1;
	at = (struct statements){
	    arena_bytes(change->arena, object.data, object.size), object.size,
	    0};
	object_release(&object);
	while (statement_next(&at, change->arena, &statement)) {
		if (++inquiry->read > STATEMENT_LIMIT)
			return error_set(
			    err, "more than %d statements", STATEMENT_LIMIT);
		statement_take(inquiry, &statement);
	}
	return 0;
}

static int
object_inquire(struct inquiry *inquiry, const struct oid *tree,
    const struct oid *object, struct error *err)
{
	const struct change *change = inquiry->change;
	struct oid note;
	int absent =
	    notes_find(change->repo, tree, object, change->budget, &note, err);

	return absent == 0   ? note_read(inquiry, &note, err)
	       : absent == 1 ? 0
			     : -1;
}

/* One way of `any` may be asked of a change that is not the tip's. */
static int
tip_tree(struct inquiry *inquiry, struct error *err)
{
	const struct change *change = inquiry->change;

	if (!change->is_tip && !change->is_tag)
		return commit_tree(change->repo, change->tip, change->budget,
		    &inquiry->tree, err);
	inquiry->tree = *change->new_tree;
	return 0;
}

static int
collect(struct inquiry *inquiry, struct error *err)
{
	const struct change *change = inquiry->change;
	struct oid tree;
	int absent = notes_tree(change, &tree, err);

	if (absent != 0)
		return absent == 1 ? 0 : -1;
	if ((inquiry->evidence->of == OF_TREE && tip_tree(inquiry, err) != 0) ||
	    object_inquire(inquiry, &tree, change->tip, err) != 0)
		return -1;
	return inquiry->evidence->of == OF_TREE
		   ? object_inquire(inquiry, &tree, &inquiry->tree, err)
		   : 0;
}

/* Newest first; of one moment, what failed first. */
static int
statement_order(const void *left, const void *right)
{
	const struct statement *a = left, *b = right;

	if (a->made != b->made)
		return a->made > b->made ? -1 : 1;
	return (int)a->passed - (int)b->passed;
}

/* The newest statement that one of the group has signed; 1 if there is none. */
static int
choose(
    struct inquiry *inquiry, const struct statement **chosen, struct error *err)
{
	const struct change *change = inquiry->change;
	const struct texts keys = group_keys(inquiry->evidence->by,
	    change->people, change->today, change->arena);
	struct error reason;

	if (inquiry->count > 1)
		qsort(inquiry->list, inquiry->count, sizeof *inquiry->list,
		    statement_order);
	for (size_t i = 0; i < inquiry->count; i++) {
		const struct statement *s = &inquiry->list[i];
		int good;

		if (i == SIGNATURE_LIMIT)
			return error_set(err,
			    "more than %d statements that nobody trusted has "
			    "signed",
			    SIGNATURE_LIMIT);
		good = signature_verify(s->data, s->data_len, s->signature,
		    s->signature_len, STATEMENT_NAME_SPACE, &keys, &reason);
		if (good == -1)
			return error_set(err, "%s", reason.text);
		*chosen = s;
		if (good == 1)
			return 0;
		inquiry->untrusted++;
		if (budget_time(change->budget, err) != 0)
			return -1;
	}
	return 1;
}

static const char *
part_add(struct arena *arena, const char *text, size_t count, const char *what)
{
	return count == 0 ? text
			  : arena_format(arena, "%s%s%zu %s",
				text != NULL ? text : "not counted: ",
				text != NULL ? ", " : "", count, what);
}

/* What lies beside the statements that count, so that nobody wonders. */
static const char *
note_text(const struct inquiry *inquiry)
{
	const struct statement *malformed = &inquiry->first_malformed;
	struct arena *arena = inquiry->change->arena;
	const char *text = NULL;

	text = part_add(arena, text, inquiry->unsigned_, "not signed");
	text = part_add(arena, text, inquiry->untrusted,
	    arena_format(
		arena, "not signed by %s", inquiry->evidence->by->name));
	if (inquiry->malformed > 0)
		text = part_add(arena, text, inquiry->malformed,
		    arena_format(arena, "malformed (%s, at line %zu)",
			malformed->fault, malformed->line + 1));
	return text;
}

static void
report(const struct inquiry *inquiry, const char *code, const char *found,
    struct findings *findings)
{
	const struct evidence *evidence = inquiry->evidence;
	const struct change *change = inquiry->change;
	struct finding *finding =
	    finding_add(findings, code, change->members[0].commit,
		arena_format(change->arena, "a passing %s signed by %s",
		    evidence->kind, evidence->by->name),
		found);

	finding->from = group_members(evidence->by, change->arena);
	finding->note = note_text(inquiry);
}

static void
judge(const struct inquiry *inquiry, const struct statement *statement,
    struct findings *findings)
{
	struct arena *arena = inquiry->change->arena;
	int64_t age = clock_now() - statement->made;
	char made[25];

	clock_format(statement->made, made);
	if (!statement->passed)
		report(inquiry, "evidence.failed",
		    arena_format(arena, "one of %.10s that failed%s%s", made,
			statement->tool[0] != '\0' ? ", by " : "",
			statement->tool),
		    findings);
	else if (age < -ahead_limit)
		report(inquiry, "evidence.stale",
		    arena_format(arena, "one made in the future, %.16s", made),
		    findings);
	else if (inquiry->evidence->max_age > 0 &&
		 age > inquiry->evidence->max_age)
		report(inquiry, "evidence.stale",
		    arena_format(arena, "one made %.16s, too long ago", made),
		    findings);
}

static int
inquire(struct inquiry *inquiry, struct findings *findings, struct error *err)
{
	const struct statement *statement = NULL;
	int none;

	if (collect(inquiry, err) != 0 ||
	    (none = choose(inquiry, &statement, err)) == -1)
		return -1;
	if (none == 0)
		judge(inquiry, statement, findings);
	else if (inquiry->unsigned_ + inquiry->untrusted == 0)
		report(inquiry, "evidence.missing", "none", findings);
	else
		report(inquiry, "evidence.signer", "none that they have signed",
		    findings);
	return 0;
}

static int
evidence_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct inquiry inquiry = {.evidence = settings, .change = change};
	struct error fault;
	int result;

	if (change->evidence == NULL || !change->evidence->configured)
		return error_set(err, "no place of evidence");
	result = inquire(&inquiry, findings, &fault);
	free(inquiry.list);
	/* Whatever is wrong there, it is not the objects of this push. */
	return result == 0 ? 0
			   : error_set(err, "evidence in %s: %s",
				 change->evidence->ref, fault.text);
}

static void
evidence_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct evidence *evidence = settings;
	const struct node *age = map_get(node, "max_age");

	if (!statement_kind_valid(evidence->kind))
		fault_at(load->faults, map_get(node, "kind"),
		    "\"%s\" can not be a kind: use a-z, 0-9 and -",
		    evidence->kind);
	if (age != NULL && evidence->max_age == 0)
		fault_at(load->faults, age, "`max_age` must be more than 0");
}

const struct check evidence_check = {
    .name = "evidence",
    .summary = "a machine has signed that the new tip passed",
    .fields = evidence_fields,
    .settings_size = sizeof(struct evidence),
    .needs = CHANGE_UPDATE | CHANGE_PUSHER | CHANGE_EVIDENCE,
    .validate = evidence_validate,
    .run = evidence_run,
};
