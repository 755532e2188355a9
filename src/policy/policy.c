/* Read a policy file into one layer. */
#include "policy/policy.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "policy/rule.h"
#include "policy/sets.h"
#include "policy/settings.h"

const char *const layer_names[] = {"system", "repository", "tree"};

static const char *const version_names[] = {"1", NULL};
static const char *const ref_name_choices[] = {"strict", "git", NULL};

static const char *const default_namespaces[] = {
    "refs/heads/**", "refs/tags/**", "refs/reviews/**", "refs/notes/**"};
enum {
	NAMESPACE_COUNT = sizeof default_namespaces / sizeof *default_namespaces
};

/* A set of its own that every changed file is in. */
static const char *const all_paths[] = {"**"};

/* What is known while a file is read. */
struct loading {
	struct policy *policy;
	struct sets refs, paths;
};

static void
resolve(struct load *load, enum field_type type, const struct node *node,
    const void **out)
{
	struct loading *loading = load->context;
	struct policy *policy = loading->policy;

	if (type == FIELD_GROUP)
		*out =
		    groups_find(load, &policy->groups, &policy->people, node);
	else if (type == FIELD_PATHS)
		*out = sets_find(load, &loading->paths, node);
	else
		*out = sets_find(load, &loading->refs, node);
}

static void
read_pusher(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	(void)field;
	pusher_setting_load(load, node, member);
}

static void
read_ref_names(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	const struct field choice = {
	    field->key, FIELD_CHOICE, 0, .choices = ref_name_choices};
	bool *strict = member;
	int index = !*strict;

	field_load(load, &choice, node, &index);
	*strict = index == 0;
}

static void
read_baseline(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct policy *policy = member;
	const struct node *items = node->kind == NODE_LIST ? node->items : node;
	size_t count = node->kind == NODE_LIST ? node->count : 1;

	(void)field;
	policy->baseline =
	    arena_zero(load->arena, count * sizeof *policy->baseline);
	for (size_t i = 0; i < count; i++) {
		if (items[i].kind == NODE_SCALAR &&
		    oid_parse(&policy->baseline[policy->baseline_count],
			items[i].text, strlen(items[i].text)))
			policy->baseline_count++;
		else
			fault_at(load->faults, &items[i],
			    "expected the full id of a commit: 40 digits, "
			    "0-9 and a-f");
	}
}

/*
 * Sections that name groups and sets, or are named, are read in the order of
 * `sections` below, whatever their order in the file.
 */
static void
read_later(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	(void)load;
	(void)field;
	(void)node;
	(void)member;
}

#define POLICY(member) offsetof(struct policy, member)

const struct field policy_fields[] = {
    {"version", FIELD_CHOICE, POLICY(version),
	.summary = "the version of this language", .required = true,
	.choices = version_names},
    {"name", FIELD_TEXT, POLICY(name), .summary = "the policy's name"},
    {"document", FIELD_TEXT, POLICY(document),
	.summary = "where the written policy is"},
    {"contact", FIELD_TEXT, POLICY(contact), .summary = "whom to ask"},
    {"mode", FIELD_CHOICE, POLICY(mode), .summary = "default mode of rules",
	.choices = mode_names},
    {"clauses", FIELD_OWN, .summary = "the written policy, clause by clause",
	.form = FORM_MAP, .item = FIELD_TEXT, .fields = clause_fields,
	.read = read_later},
    {"people", FIELD_OWN, .summary = "people, their addresses and logins",
	.form = FORM_MAP, .item = FIELD_TEXTS, .fields = person_fields,
	.read = read_later},
    {"groups", FIELD_OWN, .summary = "groups of people and addresses",
	.form = FORM_MAP, .item = FIELD_TEXTS, .read = read_later},
    {"refs", FIELD_OWN, .summary = "named sets of refs", .form = FORM_MAP,
	.item = FIELD_TEXTS, .read = read_later},
    {"paths", FIELD_OWN, .summary = "named sets of paths", .form = FORM_MAP,
	.item = FIELD_TEXTS, .read = read_later},
    {"protected", FIELD_OWN, .summary = "refs that rules apply to",
	.required = true, .item = FIELD_REFS, .read = read_later},
    {"history", FIELD_TABLE, POLICY(history),
	.summary = "integrity of protected branches", .fields = history_fields},
    {"namespaces", FIELD_OWN, .summary = "refs that may be pushed at all",
	.item = FIELD_REFS, .read = read_later},
    {"ref_names", FIELD_OWN, POLICY(ref_names_strict),
	.summary = "strict or git", .item = FIELD_CHOICE,
	.choices = ref_name_choices, .read = read_ref_names},
    {"pusher", FIELD_OWN, POLICY(pusher),
	.summary = "where the pusher's name comes from", .item = FIELD_TEXT,
	.fields = pusher_fields, .read = read_pusher},
    {"rules", FIELD_OWN, .summary = "the rules", .required = true,
	.form = FORM_LIST, .item = FIELD_TABLE, .fields = rule_fields,
	.read = read_later},
    {"exceptions", FIELD_OWN, .summary = "where exceptions are, who approves",
	.item = FIELD_TABLE, .fields = exception_setting_fields,
	.read = read_later},
    {"evidence", FIELD_OWN, .summary = "where statements of machines are",
	.item = FIELD_TABLE, .fields = evidence_setting_fields,
	.read = read_later},
    {"findings", FIELD_TABLE, POLICY(findings),
	.summary = "where the register of findings is",
	.fields = register_setting_fields},
    {"log", FIELD_TABLE, POLICY(log), .summary = "where records go",
	.fields = log_fields},
    {"limits", FIELD_TABLE, POLICY(limits), .summary = "what one push may cost",
	.fields = limit_fields},
    {"baseline", FIELD_OWN, .summary = "commits taken as accepted",
	.form = FORM_SOME, .item = FIELD_TEXT, .read = read_baseline},
    {"repository_policy", FIELD_TEXT, POLICY(repository_policy),
	.summary = "path of the policy that a repository may bring"},
    {0},
};

static void
load_people(struct load *load, const struct node *node, struct loading *loading)
{
	people_load(load, node, &loading->policy->people);
}

static void
load_groups(struct load *load, const struct node *node, struct loading *loading)
{
	struct policy *policy = loading->policy;

	groups_load(load, node, &policy->people, &policy->groups);
}

static void
load_refs(struct load *load, const struct node *node, struct loading *loading)
{
	sets_load(load, node, &loading->refs);
}

static void
load_paths(struct load *load, const struct node *node, struct loading *loading)
{
	sets_load(load, node, &loading->paths);
}

/* Does the pattern match whatever the name of a branch is? */
static bool
is_bare(const char *pattern)
{
	pattern += strlen("refs/");
	if (starts_with(pattern, "heads/"))
		pattern += strlen("heads/");
	return pattern[strspn(pattern, "*/")] == '\0';
}

static const struct pattern_set *
but_bare(struct load *load, struct sets *sets, const struct pattern_set *all)
{
	const char **patterns =
	    arena_zero(load->arena, all->count * sizeof *patterns);
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		if (!is_bare(all->patterns[i]))
			patterns[count++] = all->patterns[i];
	return count == all->count ? all
				   : sets_add(load, sets, patterns, count);
}

static void
load_protected(
    struct load *load, const struct node *node, struct loading *loading)
{
	const struct pattern_set *all = sets_find(load, &loading->refs, node);

	loading->policy->protected_refs = all;
	if (all != NULL)
		loading->policy->named_refs =
		    but_bare(load, &loading->refs, all);
}

static void
load_namespaces(
    struct load *load, const struct node *node, struct loading *loading)
{
	loading->policy->namespaces = sets_find(load, &loading->refs, node);
}

static void
load_clauses(
    struct load *load, const struct node *node, struct loading *loading)
{
	clauses_load(load, node, loading->policy);
}

static void
load_exceptions(
    struct load *load, const struct node *node, struct loading *loading)
{
	fields_load(
	    load, exception_setting_fields, node, &loading->policy->exceptions);
}

static void
load_evidence(
    struct load *load, const struct node *node, struct loading *loading)
{
	fields_load(
	    load, evidence_setting_fields, node, &loading->policy->evidence);
}

static void
load_rules(struct load *load, const struct node *node, struct loading *loading)
{
	rules_load(load, node, loading->policy);
}

static const struct section {
	const char *key;
	void (*load)(struct load *, const struct node *, struct loading *);
} sections[] = {
    {"people", load_people},
    {"groups", load_groups},
    {"refs", load_refs},
    {"paths", load_paths},
    {"protected", load_protected},
    {"namespaces", load_namespaces},
    {"clauses", load_clauses},
    {"exceptions", load_exceptions},
    {"evidence", load_evidence},
    {"rules", load_rules},
};
enum { SECTION_COUNT = sizeof sections / sizeof *sections };

static void
refuse_keys(struct load *load, const struct node *map, const char *const *keys)
{
	for (size_t i = 0; i < map->count; i++)
		for (size_t k = 0; keys[k] != NULL; k++)
			if (strcmp(map->keys[i].text, keys[k]) == 0)
				fault_at(load->faults, &map->keys[i],
				    "`%s` belongs to the policies on the "
				    "server; leave it out of the one in the "
				    "repository",
				    keys[k]);
}

/* What only those may say who own the server. */
static void
refuse_in_tree(struct load *load, const struct node *root)
{
	static const char *const keys[] = {"pusher", "log", "limits",
	    "namespaces", "ref_names", "baseline", "repository_policy", NULL};
	static const char *const places[] = {"directory", "repository", NULL};
	static const char *const registers[] = {"exceptions", "findings"};
	const struct node *node;

	refuse_keys(load, root, keys);
	for (size_t i = 0; i < 2; i++)
		if ((node = map_get(root, registers[i])) != NULL &&
		    node->kind == NODE_MAP)
			refuse_keys(load, node, places);
}

static void
warn_unused(
    struct load *load, const struct node *root, const struct loading *loading)
{
	const struct groups *groups = &loading->policy->groups;
	const struct node *node = map_get(root, "groups");

	for (size_t i = 0; i < groups->count; i++)
		if (!groups->used[i])
			warning_at(load->faults, &node->keys[i],
			    "nothing uses the group \"%s\"",
			    groups->list[i].name);
	sets_warn_unused(load, &loading->refs);
	sets_warn_unused(load, &loading->paths);
}

static void
load_root(struct load *load, const struct node *root, struct loading *loading)
{
	struct policy *policy = loading->policy;
	const struct node *node;

	fields_load(load, policy_fields, root, policy);
	if (root->kind != NODE_MAP)
		return;
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if ((node = map_get(root, sections[i].key)) != NULL)
			sections[i].load(load, node, loading);
	if (rules_need_all_files(policy))
		sets_add(load, &loading->paths, all_paths, 1);
	if (policy->namespaces == NULL)
		policy->namespaces = sets_add(
		    load, &loading->refs, default_namespaces, NAMESPACE_COUNT);
	settings_check(load, root, policy);
	rules_check_places(load, map_get(root, "rules"), policy);
	if (policy->layer == LAYER_TREE)
		refuse_in_tree(load, root);
	if (load->faults->errors > 0)
		return; /* what seems missing may only be misspelt elsewhere */
	settings_check_sign_off(load, map_get(root, "exceptions"), policy);
	if (!load->faults->advice)
		return;
	warn_unused(load, root, loading);
	rules_warn(load, map_get(root, "rules"), policy);
	clauses_warn(load, map_get(root, "clauses"), policy);
}

static struct policy *
policy_new(enum layer_kind layer, const char *file)
{
	struct policy *policy = mem_zero(sizeof *policy);

	policy->layer = layer;
	policy->file = arena_string(&policy->arena, file);
	policy->refs = globs_new(GLOBS_EXACT);
	policy->refs_folded = globs_new(GLOBS_FOLD);
	policy->paths = globs_new(GLOBS_EXACT);
	settings_default(policy);
	return policy;
}

static const char *
path_fault(struct arena *arena, const char *pattern)
{
	(void)arena;
	return path_pattern_fault(pattern);
}

static const char *
path_full(struct arena *arena, const char *pattern)
{
	return arena_string(arena, pattern);
}

struct policy *
policy_load(
    const char *data, size_t len, enum layer_kind layer, struct faults *faults)
{
	struct document *document = document_parse(data, len, faults);
	struct policy *policy;
	struct loading loading = {.policy = NULL};
	struct load load = {
	    .faults = faults, .resolve = resolve, .context = &loading};

	if (document == NULL)
		return NULL;
	policy = policy_new(layer, faults->file);
	policy->source = document;
	crypto_hash_sha256(
	    policy->hash, (const unsigned char *)data, (unsigned long long)len);
	load.arena = &policy->arena;
	loading.policy = policy;
	loading.refs = (struct sets){.what = "ref",
	    .fault = ref_pattern_fault,
	    .full = ref_pattern_full,
	    .machine = policy->refs,
	    .second = policy->refs_folded};
	loading.paths = (struct sets){.what = "path",
	    .fault = path_fault,
	    .full = path_full,
	    .machine = policy->paths};
	load_root(&load, document_root(document), &loading);
	policy->path_sets = loading.paths.used_count;
	faults_sort(faults);
	if (faults->errors == 0)
		return policy;
	policy_free(policy);
	return NULL;
}

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	rules_free(policy);
	groups_free(&policy->groups);
	globs_free(policy->refs);
	globs_free(policy->refs_folded);
	globs_free(policy->paths);
	document_free(policy->source);
	arena_free(&policy->arena);
	free(policy);
}

int
policy_first_fault(const struct faults *faults, struct error *err)
{
	const struct fault *fault = NULL;

	for (size_t i = 0; i < faults->count && fault == NULL; i++)
		if (!faults->list[i].warning)
			fault = &faults->list[i];
	if (fault == NULL)
		return error_code(
		    err, "policy.invalid", "%s: invalid policy", faults->file);
	if (faults->errors == 1)
		return error_code(err, "policy.invalid", "%s:%u:%u: %s",
		    faults->file, fault->line, fault->column, fault->text);
	return error_code(err, "policy.invalid", "%s:%u:%u: %s (and %zu more)",
	    faults->file, fault->line, fault->column, fault->text,
	    faults->errors - 1);
}
