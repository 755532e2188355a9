/* Read the file of a policy test. */
#include "admin/scenario.h"

#include <string.h>

#include "git/ref_name.h"
#include "policy/policy.h"

const char *const expectation_names[] = {
    "accept", "observe", "warn", "refuse", NULL};
static const char *const update_names[] = {
    "update", "create", "rewrite", "delete", NULL};
static const char default_author[] = "Author <author@example.com>";

/* A path goes into a stream of lines. */
static void
path_check(struct load *load, const struct node *node, const char *path)
{
	if (path[0] == '"' || path[0] == '/' || strchr(path, '\n') != NULL)
		fault_at(load->faults, node,
		    "\"%s\" can not be the path of a file here", path);
}

/* The content of a file of so many lines. */
static const char *
lines_make(struct load *load, const struct node *node)
{
	const struct field number = {
	    .key = "lines", .type = FIELD_NUMBER, .min = 1, .max = 100000};
	struct text text = {0};
	int64_t count = 0;
	const char *made;

	field_load(load, &number, node, &count);
	text_add(&text, "");
	for (int64_t i = 1; i <= count; i++)
		text_add_format(&text, "line %lld\n", (long long)i);
	made = arena_string(load->arena, text.data);
	text_free(&text);
	return made;
}

static const char *
content_make(struct load *load, const struct node *node)
{
	if (node->kind == NODE_SCALAR)
		return arena_string(load->arena, node->text);
	fault_at(load->faults, node, "the content of a file is a text");
	return "";
}

static void
read_written(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const bool by_lines = strcmp(field->key, "lines") == 0;
	struct scene_commit *commit = member;
	struct written *list, *written;

	if (node->kind != NODE_MAP) {
		fault_at(
		    load->faults, node, "`%s` is a map from paths", field->key);
		return;
	}
	list = arena_zero(load->arena,
	    (commit->written_count + node->count + 1) * sizeof *list);
	if (commit->written_count > 0)
		memcpy(list, commit->written,
		    commit->written_count * sizeof *list);
	commit->written = list;
	for (size_t i = 0; i < node->count; i++) {
		written = &commit->written[commit->written_count++];
		written->path = arena_string(load->arena, node->keys[i].text);
		path_check(load, &node->keys[i], written->path);
		written->text = by_lines ? lines_make(load, &node->items[i])
					 : content_make(load, &node->items[i]);
	}
}

static void
read_paths(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const struct field texts = {.key = field->key, .type = FIELD_TEXTS};
	const struct node *items = node->kind == NODE_LIST ? node->items : node;
	struct texts *paths = member;

	field_load(load, &texts, node, paths);
	for (size_t i = 0; i < paths->count; i++)
		path_check(load, &items[i], paths->list[i]);
}

#define FILES(member) offsetof(struct scene_commit, member)

static const struct field files_fields[] = {
    {"added", FIELD_OWN, FILES(added), .summary = "files that are new",
	.item = FIELD_TEXTS, .read = read_paths},
    {"modified", FIELD_OWN, FILES(modified),
	.summary = "files that gain a line", .item = FIELD_TEXTS,
	.read = read_paths},
    {"deleted", FIELD_OWN, FILES(deleted), .summary = "files that go",
	.item = FIELD_TEXTS, .read = read_paths},
    {"content", FIELD_OWN, .summary = "files that become these texts",
	.form = FORM_MAP, .item = FIELD_TEXT, .read = read_written},
    {"lines", FIELD_OWN, .summary = "files that become so many lines",
	.form = FORM_MAP, .item = FIELD_NUMBER, .read = read_written},
    {0},
};

/* "NAME <ADDRESS>", as it is written into a commit. */
static void
read_identity(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const struct field text = {.key = field->key, .type = FIELD_TEXT};
	const char **identity = member;
	const char *open, *close;

	field_load(load, &text, node, identity);
	if (node->kind != NODE_SCALAR || *identity == NULL)
		return;
	open = strchr(*identity, '<');
	close = strchr(*identity, '>');
	if (open == NULL || close == NULL || close < open || close[1] != '\0' ||
	    strchr(open + 1, '<') != NULL || strchr(*identity, '\n') != NULL)
		fault_at(load->faults, node,
		    "expected NAME <ADDRESS>, found \"%s\"", node->text);
}

/* A message block of YAML may have no end of line, a commit's always has. */
static void
read_message(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const char **message = member;
	size_t len;

	if (node->kind != NODE_SCALAR) {
		fault_at(load->faults, node, "`%s` is a text", field->key);
		return;
	}
	len = strlen(node->text);
	*message = arena_format(load->arena, "%s%s", node->text,
	    len == 0 || node->text[len - 1] == '\n' ? "" : "\n");
}

#define COMMIT(member) offsetof(struct scene_commit, member)
#define COMMIT_FIELDS(at)                                                     \
	{"author", FIELD_OWN, (at) + COMMIT(author),                          \
	    .summary = "NAME <ADDRESS>", .read = read_identity},              \
	    {"committer", FIELD_OWN, (at) + COMMIT(committer),                \
		.summary = "the author unless given", .read = read_identity}, \
	    {"message", FIELD_OWN, (at) + COMMIT(message),                    \
		.summary = "the whole message", .read = read_message},        \
	    {"signed_by", FIELD_TEXT, (at) + COMMIT(signed_by),               \
		.summary = "the person who signed it"},                       \
	{                                                                     \
		"files", FIELD_TABLE, (at), .summary = "what it changes",     \
					    .fields = files_fields            \
	}

static const struct field commit_fields[] = {
    COMMIT_FIELDS(0),
    {"branch", FIELD_TEXT, COMMIT(branch),
	.summary = "a side branch that it is on"},
    {"merge", FIELD_TEXT, COMMIT(merge),
	.summary = "the side branch that it merges"},
    {0},
};

static bool
has_branch(const struct scenario *scenario, size_t before, const char *branch)
{
	for (size_t i = 0; i < before; i++)
		if (scenario->commits[i].branch != NULL &&
		    strcmp(scenario->commits[i].branch, branch) == 0)
			return true;
	return false;
}

static void
read_commits(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct scenario *scenario = member;

	(void)field;
	if (node->kind != NODE_LIST || node->count == 0) {
		fault_at(load->faults, node, "`commits` is a list of commits");
		return;
	}
	scenario->commits =
	    arena_zero(load->arena, node->count * sizeof *scenario->commits);
	scenario->commit_count = node->count;
	for (size_t i = 0; i < node->count; i++) {
		struct scene_commit *commit = &scenario->commits[i];

		fields_load(load, commit_fields, &node->items[i], commit);
		if (commit->merge != NULL &&
		    !has_branch(scenario, i, commit->merge))
			fault_at(load->faults, &node->items[i],
			    "no commit before this one is on a branch \"%s\"",
			    commit->merge);
	}
}

static void
read_branch(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const struct field text = {.key = field->key, .type = FIELD_TEXT};
	const char **ref = member, *fault;

	field_load(load, &text, node, ref);
	if (node->kind != NODE_SCALAR)
		return;
	*ref = ref_pattern_full(load->arena, node->text);
	if ((fault = ref_name_fault(*ref, strlen(*ref))) != NULL)
		fault_at(load->faults, node, "\"%s\": %s", node->text, fault);
}

#define SCENE(member) offsetof(struct scenario, member)

static const struct field scenario_fields[] = {
    {"name", FIELD_TEXT, SCENE(name), .summary = "what is tested, a sentence",
	.required = true},
    {"ref", FIELD_OWN, SCENE(ref), .summary = "what is pushed to; main",
	.read = read_branch},
    {"on", FIELD_OWN, SCENE(on),
	.summary = "the branch a tag or a new branch begins on; main",
	.read = read_branch},
    {"update", FIELD_CHOICE, SCENE(update),
	.summary = "what the push does to the ref", .choices = update_names},
    {"pusher", FIELD_TEXT, SCENE(pusher), .summary = "the login of the pusher"},
    COMMIT_FIELDS(SCENE(only)),
    {"lightweight", FIELD_BOOL, SCENE(lightweight),
	.summary = "a tag without a message"},
    {"commits", FIELD_OWN, .summary = "the commits, in order",
	.form = FORM_LIST, .item = FIELD_TABLE, .fields = commit_fields,
	.read = read_commits},
    {"present", FIELD_OWN, SCENE(present),
	.summary = "files that are there before", .item = FIELD_TEXTS,
	.read = read_paths},
    {"also", FIELD_TEXTS, SCENE(also),
	.summary = "branches that are at the new commit already"},
    {"evidence", FIELD_OWN, SCENE(premise),
	.summary = "statements about the new tip", .form = FORM_LIST,
	.item = FIELD_TABLE, .fields = premise_statement_fields,
	.read = premise_read_statements},
    {"findings", FIELD_OWN, SCENE(premise),
	.summary = "the register of findings", .form = FORM_LIST,
	.item = FIELD_TABLE, .fields = premise_finding_fields,
	.read = premise_read_findings},
    {"reviews", FIELD_OWN, SCENE(premise),
	.summary = "reviews of the new tip, or of the tag", .form = FORM_LIST,
	.item = FIELD_TABLE, .fields = premise_review_fields,
	.read = premise_read_reviews},
    {"exceptions", FIELD_OWN, SCENE(premise),
	.summary = "exceptions that the push names, or records of them",
	.form = FORM_SOME, .item = FIELD_TEXT,
	.fields = premise_exception_fields, .read = premise_read_exceptions},
    {"expect", FIELD_CHOICE, SCENE(expect), .summary = "the verdict",
	.required = true, .choices = expectation_names},
    {"rules", FIELD_TEXTS, SCENE(rules),
	.summary = "all rules that are broken"},
    {"codes", FIELD_TEXTS, SCENE(codes), .summary = "all codes found"},
    {0},
};

bool
scenario_is_tag(const struct scenario *scenario)
{
	return starts_with(scenario->ref, "refs/tags/");
}

static void
scenario_load(
    struct load *load, const struct node *node, struct scenario *scenario)
{
	static const char *const own[] = {
	    "author", "committer", "message", "files", "signed_by"};

	scenario->line = node->line;
	scenario->ref = scenario->on = "refs/heads/main";
	fields_load(load, scenario_fields, node, scenario);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (map_get(node, own[i]) != NULL)
			scenario->has_only = true;
	if (scenario->has_only && scenario->commits != NULL &&
	    !scenario_is_tag(scenario))
		fault_at(load->faults, node,
		    "a push has either `commits`, or `author`, `message`, "
		    "`files` and `signed_by` of its one commit");
	if (scenario->lightweight && scenario->only.signed_by != NULL)
		fault_at(load->faults, map_get(node, "signed_by"),
		    "nothing of a lightweight tag can be signed");
	scenario->rules_given = map_get(node, "rules") != NULL;
	scenario->codes_given = map_get(node, "codes") != NULL;
}

static void
read_scenarios(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct scenarios *scenarios = member;

	(void)field;
	if (node->kind != NODE_LIST || node->count == 0) {
		fault_at(load->faults, node,
		    "`tests` must be a list of at least one test");
		return;
	}
	scenarios->list =
	    arena_zero(load->arena, node->count * sizeof *scenarios->list);
	scenarios->count = node->count;
	for (size_t i = 0; i < node->count; i++)
		scenario_load(load, &node->items[i], &scenarios->list[i]);
}

const struct field scenarios_fields[] = {
    {"policy", FIELD_TEXT, offsetof(struct scenarios, policy),
	.summary = "the policy's file, from here", .required = true},
    {"exceptions", FIELD_TEXT, offsetof(struct scenarios, exceptions),
	.summary = "the directory of exceptions, from here"},
    {"today", FIELD_DATE, offsetof(struct scenarios, today),
	.summary = "the day of all pushes; default: that of the test"},
    {"tests", FIELD_OWN, .summary = "pushes and verdicts", .required = true,
	.form = FORM_LIST, .item = FIELD_TABLE, .fields = scenario_fields,
	.read = read_scenarios},
    {0},
};

static void
commit_default(struct scene_commit *commit)
{
	if (commit->author == NULL)
		commit->author = default_author;
	if (commit->committer == NULL)
		commit->committer = commit->author;
	if (commit->message == NULL)
		commit->message = "Change something\n";
}

bool
scenarios_recognised(const char *data, size_t len)
{
	struct faults faults;
	struct document *document;
	const struct node *root;
	bool recognised = false;

	faults_init(&faults, "");
	if ((document = document_parse(data, len, &faults)) != NULL) {
		root = document_root(document);
		recognised = root->kind == NODE_MAP &&
			     (map_get(root, "tests") != NULL ||
				 map_get(root, "policy") != NULL) &&
			     map_get(root, "rules") == NULL &&
			     map_get(root, "protected") == NULL;
	}
	document_free(document);
	faults_free(&faults);
	return recognised;
}

void
scenarios_load(const char *data, size_t len, struct scenarios *scenarios,
    struct faults *faults)
{
	struct document *document = document_parse(data, len, faults);
	struct load load = {.arena = &scenarios->arena, .faults = faults};

	memset(scenarios, 0, sizeof *scenarios);
	if (document == NULL)
		return;
	fields_load(
	    &load, scenarios_fields, document_root(document), scenarios);
	document_free(document);
	faults_sort(faults);
	for (size_t i = 0; i < scenarios->count; i++) {
		struct scenario *scenario = &scenarios->list[i];

		commit_default(&scenario->only);
		for (size_t k = 0; k < scenario->commit_count; k++)
			commit_default(&scenario->commits[k]);
	}
}

void
scenarios_free(struct scenarios *scenarios)
{
	arena_free(&scenarios->arena);
}
