/* Reads the register of findings, every file of it or nothing. */
#include "checks/register.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "git/tree.h"

/* More findings than anybody follows up, and so more time than a push has. */
enum { REGISTER_LIMIT = 10000, ID_LIMIT = 64 };

static const char suffix[] = ".yml";

const char *const severity_names[] = {
    "critical", "high", "medium", "low", NULL};

const char *const status_names[] = {"open", "fixed", "accepted", NULL};

#define REGISTERED(member) offsetof(struct registered, member)

static const struct field registered_fields[] = {
    {"version", FIELD_NUMBER, REGISTERED(version),
	.summary = "The version of this format: 1.", .min = 1, .max = 1},
    {"id", FIELD_TEXT, REGISTERED(id),
	.summary = "Such as F-7; the file's name without .yml.",
	.required = true},
    {"title", FIELD_TEXT, REGISTERED(title), .summary = "What was found.",
	.required = true},
    {"severity", FIELD_CHOICE, REGISTERED(severity),
	.summary = "critical, high, medium or low.", .required = true,
	.choices = severity_names},
    {"found_on", FIELD_DATE, REGISTERED(found_on),
	.summary = "The day it was found.", .required = true},
    {"due", FIELD_DATE, REGISTERED(due),
	.summary = "The last day for it; else the policy's deadline counts."},
    {"status", FIELD_CHOICE, REGISTERED(status),
	.summary = "open, fixed or accepted.", .required = true,
	.choices = status_names},
    {"fixed_in", FIELD_TEXT, REGISTERED(fixed_in),
	.summary = "The commit or release that fixes it."},
    {"owner", FIELD_TEXT, REGISTERED(owner), .summary = "Who sees to it."},
    {"exception", FIELD_TEXT, REGISTERED(exception),
	.summary = "The exception under which it is accepted."},
    {0},
};

/* Where the reading is. */
struct reading {
	const struct register_setting *setting;
	struct repo *repo; /* where the register is */
	struct budget *budget;
	struct arena *arena;
	struct findings_register *into;
	size_t capacity; /* 0 in the first round, which only counts */
};

static bool
ends_with(const struct tree_entry *entry, const char *end)
{
	size_t len = strlen(end);

	return entry->name_len >= len &&
	       strncasecmp(entry->name + entry->name_len - len, end, len) == 0;
}

/* 1 it is a record, 0 it is something else, -1 it could pass for a record. */
static int
is_record(const struct tree_entry *entry, struct error *err)
{
	bool is_file =
	    entry->mode == MODE_FILE || entry->mode == MODE_EXECUTABLE;

	if (entry->mode == MODE_TREE)
		return error_set(err, "%.*s is a directory",
		    (int)entry->name_len, entry->name);
	if (!ends_with(entry, suffix) && !ends_with(entry, ".yaml"))
		return 0;
	if (!is_file || ends_with(entry, ".yaml") ||
	    memcmp(entry->name + entry->name_len - strlen(suffix), suffix,
		strlen(suffix)) != 0)
		return error_set(err, "%.*s is no file with a name in %s",
		    (int)entry->name_len, entry->name, suffix);
	return 1;
}

static void
record_check(const struct registered *record, const struct node *root,
    const char *name, struct faults *faults)
{
	size_t len = strlen(name) - strlen(suffix);

	if (strlen(record->id) != len || len > ID_LIMIT ||
	    memcmp(record->id, name, len) != 0)
		fault_at(faults, map_get(root, "id"),
		    "the id is the name of the file without %s, of at most %d "
		    "bytes",
		    suffix, ID_LIMIT);
	if (record->exception != NULL && record->status != FINDING_ACCEPTED)
		fault_at(faults, map_get(root, "exception"),
		    "only a finding that is accepted has an exception");
	if (record->due != 0 && record->due < record->found_on)
		fault_at(faults, map_get(root, "due"),
		    "it is due before it was found");
}

static int
record_parse(struct reading *r, const struct object *object, const char *name,
    struct registered *record, struct error *err)
{
	struct faults faults;
	struct document *document;
	struct load load = {.arena = r->arena, .faults = &faults};
	int result = 0;

	faults_init(&faults, name);
	document = document_parse(object->data, object->size, &faults);
	if (document != NULL)
		fields_load(
		    &load, registered_fields, document_root(document), record);
	if (faults.errors == 0)
		record_check(record, document_root(document), name, &faults);
	document_free(document);
	faults_sort(&faults);
	if (faults.errors > 0)
		result =
		    error_set(err, "%s:%u:%u: %s", name, faults.list[0].line,
			faults.list[0].column, faults.list[0].text);
	faults_free(&faults);
	return result;
}

static int
record_read(struct reading *r, const struct tree_entry *entry,
    struct registered *record, struct error *err)
{
	const char *name = arena_bytes(r->arena, entry->name, entry->name_len);
	int64_t deadline;
	struct object object;
	int result;

	if (object_read(r->repo, &entry->id, OBJECT_BLOB, YAML_FILE_LIMIT,
		&object, err) != 0)
		return error_prefix(err, "%s", name);
	result = record_parse(r, &object, name, record, err);
	object_release(&object);
	if (result != 0)
		return -1;
	record->path =
	    arena_format(r->arena, "%s/%s", r->setting->place.path, name);
	deadline = r->setting->deadlines[record->severity];
	if (record->due == 0 && deadline > 0)
		record->due =
		    record->found_on + (long)(deadline / DAY_MILLISECONDS);
	return 0;
}

static int
entry_take(struct reading *r, const struct tree_entry *entry, struct error *err)
{
	struct findings_register *into = r->into;
	int result = is_record(entry, err);

	if (result != 1)
		return result;
	if (into->count == REGISTER_LIMIT)
		return error_set(err, "more than %d findings", REGISTER_LIMIT);
	if (r->capacity > 0 &&
	    record_read(r, entry, &into->list[into->count], err) != 0)
		return -1;
	into->count++;
	return budget_time(r->budget, err);
}

static int
entries_take(
    struct reading *r, const struct object *directory, struct error *err)
{
	struct tree_entry entry;
	size_t offset = 0;
	int result;

	r->into->count = 0;
	while ((result = tree_next(directory->data, directory->size, &offset,
		    &entry, err)) == 1) {
		if (budget_entry(r->budget, err) != 0 ||
		    entry_take(r, &entry, err) != 0)
			return -1;
	}
	return result;
}

static int
directory_read(
    struct reading *r, const struct oid *directory, struct error *err)
{
	struct object object;
	int result;

	if (tree_open(r->repo, directory, r->budget, &object, err) != 0)
		return -1;
	result = entries_take(r, &object, err);
	if (result == 0 && r->into->count > 0) {
		r->capacity = r->into->count;
		r->into->list =
		    arena_zero(r->arena, r->capacity * sizeof *r->into->list);
		result = entries_take(r, &object, err);
	}
	object_release(&object);
	return result;
}

int
register_read(const struct register_setting *setting, struct repo *repo,
    struct budget *budget, struct arena *arena, struct findings_register *into,
    struct error *err)
{
	struct reading reading = {setting, NULL, budget, arena, into, 0};
	struct tree_found found;
	struct error fault;
	int result =
	    tree_place_find(&setting->place, repo, budget, &found, &fault);

	*into = (struct findings_register){NULL, 0};
	reading.repo = found.repo;
	if (result == 0)
		result = directory_read(&reading, &found.tree, &fault);
	tree_place_close(&found);
	if (result == 0)
		return 0;
	/* Whatever is wrong there, it is not the objects of this push. */
	return error_code(err,
	    strcmp(fault.code, "policy.unsafe") == 0 ? fault.code
						     : "internal.error",
	    "the register of findings: %s", fault.text);
}

int
register_try(const struct register_setting *setting, struct repo *repo,
    const struct oid *commit, struct budget *budget, struct arena *arena,
    struct error *err)
{
	struct findings_register ignored = {NULL, 0};
	struct reading reading = {setting, repo, budget, arena, &ignored, 0};
	struct oid directory;
	int result = tree_place_in(
	    &setting->place, repo, commit, budget, &directory, err);

	return result == 0 ? directory_read(&reading, &directory, err) : result;
}
