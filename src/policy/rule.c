/* Read rules: what each is about, when it applies and what it requires. */
#include "policy/rule.h"

#include <stdlib.h>
#include <string.h>

#include "policy/sets.h"

static const char *
clause_title(const struct policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->clause_count; i++)
		if (strcmp(policy->clauses[i].id, id) == 0)
			return policy->clauses[i].title;
	return NULL;
}

static void
read_require(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct rule *rule = member;

	(void)field;
	requirements_load(load, node, NULL, &rule->require);
}

static void
read_when(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	struct rule *rule = member;

	(void)field;
	fields_load(load, condition_fields, node, &rule->when);
	rule->has_when = node->kind == NODE_MAP && node->count > 0;
	if (map_get(node, "kinds") != NULL && map_get(node, "paths") == NULL)
		fault_at(load->faults, map_get(node, "kinds"),
		    "`kinds` narrows `paths`: add `paths`");
}

#define RULE(member) offsetof(struct rule, member)

const struct field rule_fields[] = {
    {"id", FIELD_TEXT, RULE(id), .summary = "the rule's name, [a-z0-9-]+",
	.required = true},
    {"clause", FIELD_TEXT, RULE(clause),
	.summary = "the clause of the written policy it enforces"},
    {"refs", FIELD_REFS, RULE(refs),
	.summary = "protected refs it applies to; default: all branches"},
    {"when", FIELD_OWN, .summary = "conditions, all must hold",
	.item = FIELD_TABLE, .fields = condition_fields, .read = read_when},
    {"require", FIELD_OWN, .summary = "checks, all must hold", .required = true,
	.item = FIELD_OWN, .read = read_require},
    {"mode", FIELD_CHOICE, RULE(mode),
	.summary = "what happens when it is broken", .choices = mode_names},
    {"waivable", FIELD_BOOL, RULE(waivable),
	.summary = "an exception may name it"},
    {"help", FIELD_TEXT, RULE(help), .summary = "a line shown to the pusher"},
    {0},
};

static void
id_check(struct load *load, const struct node *node, const struct rule *rules,
    size_t before, const char *id)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (strspn(id, bytes) != strlen(id))
		fault_at(load->faults, node,
		    "\"%s\" can not be a rule's id: use a-z, 0-9 and -", id);
	else if (strcmp(id, "history") == 0)
		fault_at(load->faults, node,
		    "\"history\" is taken: exceptions mean the built-in rules "
		    "of history by it");
	for (size_t i = 0; i < before; i++) {
		if (rules[i].id == NULL || strcmp(rules[i].id, id) != 0)
			continue;
		fault_at(load->faults, node,
		    "the rule of line %u has the id \"%s\" already",
		    rules[i].line, id);
		break;
	}
}

static void
clause_check(struct load *load, const struct node *node,
    const struct policy *policy, struct rule *rule)
{
	const char **words;

	rule->clause_title = clause_title(policy, rule->clause);
	if (rule->clause_title != NULL || policy->clause_count == 0)
		return;
	words = mem_array(policy->clause_count, sizeof *words);
	for (size_t i = 0; i < policy->clause_count; i++)
		words[i] = policy->clauses[i].id;
	fault_unknown(load, node, "clause", words, policy->clause_count,
	    "add it to `clauses`");
	free(words);
}

static void
rule_load(struct load *load, const struct node *node, struct policy *policy,
    struct rule *rule)
{
	fields_load(load, rule_fields, node, rule);
	if (rule->id != NULL)
		id_check(load, map_get(node, "id"), policy->rules,
		    policy->rule_count, rule->id);
	rule->name = rule->id;
	if (rule->clause != NULL)
		clause_check(load, map_get(node, "clause"), policy, rule);
	if (rule->help != NULL && strchr(rule->help, '\n') != NULL)
		fault_at(
		    load->faults, map_get(node, "help"), "`help` is one line");
}

void
rules_load(struct load *load, const struct node *node, struct policy *policy)
{
	if (node->kind != NODE_LIST || node->count == 0) {
		fault_at(load->faults, node,
		    "`rules` must be a list of at least one rule");
		return;
	}
	policy->rules =
	    arena_zero(load->arena, node->count * sizeof *policy->rules);
	for (; policy->rule_count < node->count; policy->rule_count++) {
		struct rule *rule = &policy->rules[policy->rule_count];

		rule->policy = policy;
		rule->node = &node->items[policy->rule_count];
		rule->line = rule->node->line;
		rule->mode = (enum mode)policy->mode;
		rule->waivable = policy->exceptions.waivable;
		rule_load(load, &node->items[policy->rule_count], policy, rule);
	}
}

/* Can there be a protected ref below the directory that the pattern names? */
static bool
protects_below(const struct policy *policy, const char *pattern)
{
	size_t len = strcspn(pattern, GLOB_BYTES);

	while (len > 0 && pattern[len - 1] != '/')
		len--;
	return globs_below(policy->refs,
		   globs_step(
		       policy->refs, globs_start(policy->refs), pattern, len),
		   policy->protected_refs->number) != GLOBS_NEVER;
}

/* Can a protected ref be among the rule's?  In doubt it can. */
static bool
can_apply(const struct policy *policy, const struct pattern_set *refs)
{
	if (refs == NULL)
		return protects_below(policy, "refs/heads/");
	for (size_t i = 0; i < refs->count; i++) {
		const char *pattern = refs->patterns[i];

		if (pattern[0] != '!' &&
		    (pattern_is_glob(pattern)
			    ? protects_below(policy, pattern)
			    : policy_protects(policy, pattern)))
			return true;
	}
	return false;
}

/* Is it about tags alone, which have no content, and about content? */
static bool
asks_tags_for_content(const struct rule *rule)
{
	for (size_t i = 0; rule->refs != NULL && i < rule->refs->count; i++)
		if (!starts_with(rule->refs->patterns[i], "refs/tags/") &&
		    rule->refs->patterns[i][0] != '!')
			return false;
	return rule->refs != NULL &&
	       (rule->when.paths != NULL || rule->when.lines > 0 ||
		   rule->when.files > 0);
}

void
rules_warn(
    struct load *load, const struct node *node, const struct policy *policy)
{
	const struct rule *rule;

	for (size_t i = 0; i < policy->rule_count; i++) {
		rule = &policy->rules[i];
		if (!can_apply(policy, rule->refs))
			warning_at(load->faults, &node->items[i],
			    "no protected ref can be among those of this "
			    "rule: it never applies");
		else if (asks_tags_for_content(rule))
			warning_at(load->faults, &node->items[i],
			    "a tag changes no files, as `when` asks: this "
			    "rule never applies");
	}
}

void
rules_check_places(
    struct load *load, const struct node *node, const struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		unsigned needs = requirements_needs(&policy->rules[i].require);

		if ((needs & CHANGE_EVIDENCE) && !policy->evidence.configured)
			fault_at(load->faults, &node->items[i],
			    "where is the evidence? add `evidence` at the top "
			    "of the policy");
		if ((needs & CHANGE_FINDINGS) && !policy->findings.configured)
			fault_at(load->faults, &node->items[i],
			    "where is the register? add `findings` at the top "
			    "of the policy");
	}
}

bool
rules_need_all_files(const struct policy *policy)
{
	unsigned needs = 0;

	for (size_t i = 0; i < policy->rule_count; i++)
		needs |= requirements_needs(&policy->rules[i].require) |
			 condition_needs(&policy->rules[i].when);
	return needs & CHANGE_ALL_FILES;
}

static bool
is_cited(const struct policy *policy, const char *clause)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].clause != NULL &&
		    strcmp(policy->rules[i].clause, clause) == 0)
			return true;
	return false;
}

void
clauses_warn(
    struct load *load, const struct node *node, const struct policy *policy)
{
	for (size_t i = 0; i < policy->clause_count; i++)
		if (policy->clauses[i].manual[0] == '\0' &&
		    !is_cited(policy, policy->clauses[i].id))
			warning_at(load->faults, &node->keys[i],
			    "no rule cites the clause \"%s\": cite it, or say "
			    "with `manual` how it is met",
			    policy->clauses[i].id);
}

void
rules_free(struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		requirements_free(&policy->rules[i].require);
}

const struct field clause_fields[] = {
    {"title", FIELD_TEXT, offsetof(struct clause, title),
	.summary = "the clause in a line", .required = true},
    {"controls", FIELD_TEXTS, offsetof(struct clause, controls),
	.summary = "controls of standards it answers"},
    {"manual", FIELD_TEXT, offsetof(struct clause, manual),
	.summary = "how it is met where no rule can check it"},
    {0},
};

void
clauses_load(struct load *load, const struct node *node, struct policy *policy)
{
	struct clause *clause;

	if (node->kind != NODE_MAP) {
		fault_at(load->faults, node,
		    "`clauses` is a map from a clause's id to its text");
		return;
	}
	policy->clauses =
	    arena_zero(load->arena, node->count * sizeof *policy->clauses);
	policy->clause_count = node->count;
	for (size_t i = 0; i < node->count; i++) {
		clause = &policy->clauses[i];
		clause->id = arena_string(load->arena, node->keys[i].text);
		clause->title = clause->manual = "";
		if (node->items[i].kind == NODE_MAP)
			fields_load(
			    load, clause_fields, &node->items[i], clause);
		else
			field_load(
			    load, &clause_fields[0], &node->items[i], clause);
	}
}
