/* Changes made by hand. */
#include "change.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    "ada", "carol", "dmitri", "robot", "gone", "bob", "eve"};
enum {
	NAME_COUNT = sizeof names / sizeof names[0],
	MAINTAINERS = 5,
	SET_CODE = 0,
	SET_TESTS = 1,
};

static const char *const code_patterns[] = {"src/**"};
static const char *const tests_patterns[] = {"tests/**"};

static struct texts
texts(struct maker *maker, const char *one, const char *other)
{
	struct texts list = {
	    arena_zero(&maker->arena, 2 * sizeof(char *)), other ? 2 : 1};

	list.list[0] = one;
	if (other != NULL)
		list.list[1] = other;
	return list;
}

static void
people_make(struct maker *maker)
{
	struct arena *arena = &maker->arena;

	maker->people.count = NAME_COUNT;
	maker->people.list =
	    arena_zero(arena, NAME_COUNT * sizeof *maker->people.list);
	for (size_t i = 0; i < NAME_COUNT; i++) {
		struct person *person = &maker->people.list[i];

		person->name = names[i];
		person->emails = texts(maker,
		    arena_format(arena, "%s@example.com", names[i]),
		    arena_format(arena, "%s@home.example", names[i]));
		person->logins = texts(maker, names[i], NULL);
		person->robot = strcmp(names[i], "robot") == 0;
		if (strcmp(names[i], "gone") == 0)
			person->until = 19999;
	}
}

static struct group
group_make(struct maker *maker, const char *name, size_t first, size_t end)
{
	struct group group = {.name = name, .person_count = end - first};

	group.persons =
	    arena_zero(&maker->arena, (end - first) * sizeof *group.persons);
	for (size_t i = first; i < end; i++)
		group.persons[i - first] = &maker->people.list[i];
	return group;
}

void
maker_init(struct maker *maker)
{
	memset(maker, 0, sizeof *maker);
	maker->budget = budget_new(&default_limits);
	people_make(maker);
	maker->maintainers = group_make(maker, "maintainers", 0, MAINTAINERS);
	maker->outsiders =
	    group_make(maker, "outsiders", MAINTAINERS, NAME_COUNT);
	maker->code = (struct pattern_set){"code", code_patterns, 1, SET_CODE};
	maker->tests =
	    (struct pattern_set){"tests", tests_patterns, 1, SET_TESTS};
	maker->diff.files = maker->files;
	maker->change = (struct change){
	    .members = maker->members,
	    .is_tip = true,
	    .files = &maker->diff,
	    .people = &maker->people,
	    .pusher = &maker->pusher,
	    .ref = "main",
	    .today = 20000,
	    .tip = &maker->commits[0].id,
	    .budget = &maker->budget,
	    .arena = &maker->arena,
	};
	maker->findings.arena = &maker->arena;
	faults_init(&maker->faults, "policy.yml");
}

static void
settings_drop(struct maker *maker)
{
	if (maker->settings != NULL && maker->check->free != NULL)
		maker->check->free(maker->settings);
	free(maker->settings);
	maker->settings = NULL;
	faults_free(&maker->faults);
	faults_init(&maker->faults, "policy.yml");
}

void
maker_free(struct maker *maker)
{
	settings_drop(maker);
	faults_free(&maker->faults);
	findings_free(&maker->findings);
	arena_free(&maker->arena);
}

struct commit *
maker_commit(struct maker *maker, const char *author, const char *message)
{
	size_t n = maker->change.member_count++;
	struct commit *commit = &maker->commits[n];

	if (n >= MAKER_ROOM)
		abort();
	memset(&commit->id, 0x41 + (int)n, sizeof commit->id);
	commit->author.name = author;
	commit->author.address =
	    arena_format(&maker->arena, "%s@example.com", author);
	commit->committer = commit->author;
	commit->parents = &commit->id;
	commit->parent_count = 1;
	commit->message = message;
	commit->message_len = strlen(message);
	maker->members[n].commit = commit;
	return commit;
}

void
maker_merge(struct maker *maker, size_t commit, bool mechanical)
{
	maker->commits[commit].parent_count = 2;
	maker->members[commit].merge =
	    mechanical ? MERGE_MECHANICAL : MERGE_OWN;
}

struct file *
maker_file(struct maker *maker, const char *path, enum tree_mode old,
    unsigned char old_id, enum tree_mode new, unsigned char new_id)
{
	size_t n = maker->diff.count++;
	struct file *file = &maker->files[n];

	if (n >= MAKER_FILES)
		abort();
	file->path = path;
	file->old_mode = old;
	file->new_mode = new;
	if (old != MODE_NONE)
		memset(&file->old_id, old_id, sizeof file->old_id);
	if (new != MODE_NONE)
		memset(&file->new_id, new_id, sizeof file->new_id);
	if (strncmp(path, "src/", 4) == 0)
		maker->sets[n] = 1u << SET_CODE;
	if (strncmp(path, "tests/", 6) == 0)
		maker->sets[n] = 1u << SET_TESTS;
	file->sets = &maker->sets[n];
	return file;
}

static void
resolve(struct load *load, enum field_type type, const struct node *node,
    const void **out)
{
	struct maker *maker = load->context;
	const char *name = node->kind == NODE_SCALAR ? node->text : "";

	if (type == FIELD_GROUP && strcmp(name, "maintainers") == 0)
		*out = &maker->maintainers;
	else if (type == FIELD_GROUP && strcmp(name, "outsiders") == 0)
		*out = &maker->outsiders;
	else if (type == FIELD_PATHS && strcmp(name, "code") == 0)
		*out = &maker->code;
	else if (type == FIELD_PATHS && strcmp(name, "tests") == 0)
		*out = &maker->tests;
	else
		fault_at(load->faults, node, "unknown name \"%s\"", name);
}

static struct load
load_make(struct maker *maker)
{
	return (struct load){.arena = &maker->arena,
	    .faults = &maker->faults,
	    .resolve = resolve,
	    .context = maker};
}

size_t
maker_settings(struct maker *maker, const char *name, const char *yaml)
{
	struct load load = load_make(maker);
	char *text = arena_format(&maker->arena, "%s: %s\n", name, yaml);
	struct document *document;
	const struct node *node;

	settings_drop(maker);
	maker->check = check_find(name);
	document = document_parse(text, strlen(text), &maker->faults);
	if (maker->check == NULL || document == NULL)
		abort();
	node = map_get(document_root(document), name);
	maker->settings = mem_zero(maker->check->settings_size);
	if (maker->check->defaults != NULL)
		memcpy(maker->settings, maker->check->defaults,
		    maker->check->settings_size);
	if (maker->check->fields != NULL &&
	    (node->kind == NODE_MAP || maker->check->value == NULL))
		fields_load(&load, maker->check->fields, node, maker->settings);
	else
		field_load(&load, maker->check->value, node, maker->settings);
	if (maker->faults.errors == 0 && maker->check->validate != NULL)
		maker->check->validate(maker->settings, node, &load);
	document_free(document);
	return maker->faults.errors;
}

size_t
maker_condition(
    struct maker *maker, const char *yaml, struct condition *condition)
{
	struct load load = load_make(maker);
	struct document *document;

	settings_drop(maker);
	*condition = (struct condition){.kinds = 0};
	document = document_parse(yaml, strlen(yaml), &maker->faults);
	if (document == NULL)
		abort();
	fields_load(
	    &load, condition_fields, document_root(document), condition);
	document_free(document);
	return maker->faults.errors;
}

int
maker_run(struct maker *maker, struct error *err)
{
	findings_free(&maker->findings);
	return maker->check->run(
	    maker->settings, &maker->change, &maker->findings, err);
}

const char *
maker_codes(struct maker *maker)
{
	const char *codes = "";

	for (size_t i = 0; i < maker->findings.count; i++)
		codes = arena_format(&maker->arena, "%s%s%s", codes,
		    i > 0 ? " " : "", maker->findings.list[i].code);
	return codes;
}
