/* Rules for a reader: what was written, and what it comes to. */
#include "admin/shown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void
scalar_add(struct text *out, const struct node *node)
{
	json_t *string;
	char *quoted;

	if (!node->quoted && strpbrk(node->text, ",[]{}") == NULL) {
		text_add(out, node->text);
		return;
	}
	string = json_string(node->text);
	quoted = json_dumps(string, JSON_ENCODE_ANY);
	text_add(out, quoted != NULL ? quoted : "?");
	free(quoted);
	json_decref(string);
}

/*
 * A node as it could stand on one line: `{count: 1, by: [ada, bob]}`.
 * A document is not deeper than YAML_DEPTH_LIMIT, and so is this.
 */
static void
node_add(struct text *out, const struct node *node)
{
	if (node->kind == NODE_SCALAR) {
		scalar_add(out, node);
		return;
	}
	text_add(out, node->kind == NODE_MAP ? "{" : "[");
	for (size_t i = 0; i < node->count; i++) {
		text_add(out, i > 0 ? ", " : "");
		if (node->kind == NODE_MAP) {
			scalar_add(out, &node->keys[i]);
			text_add(out, ": ");
		}
		node_add(out, &node->items[i]);
	}
	text_add(out, node->kind == NODE_MAP ? "}" : "]");
}

/* The same as JSON, all scalars as strings; the caller calls json_decref(). */
static json_t *
node_json(const struct node *node)
{
	json_t *json;

	if (node->kind == NODE_SCALAR)
		return json_string(node->text);
	json = node->kind == NODE_MAP ? json_object() : json_array();
	for (size_t i = 0; i < node->count; i++)
		if (node->kind == NODE_MAP)
			json_object_set_new(json, node->keys[i].text,
			    node_json(&node->items[i]));
		else
			json_array_append_new(json, node_json(&node->items[i]));
	return json;
}

static json_t *
require_json(const struct rule *rule)
{
	const struct node *node = map_get(rule->node, "require");
	json_t *list = json_array();

	for (size_t i = 0; i < rule->require.count; i++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:o}", "check",
			      rule->require.list[i].check->name, "summary",
			      rule->require.list[i].check->summary, "settings",
			      node_json(&node->items[i])));
	return list;
}

static void
pattern_add(struct text *out, const char *pattern)
{
	bool not = pattern[0] == '!';

	text_add(out, not ? "!" : "");
	text_add(out, ref_shown(pattern + not ));
}

static json_t *
refs_json(const struct rule *rule)
{
	json_t *list = json_array();

	for (size_t i = 0; rule->refs != NULL && i < rule->refs->count; i++) {
		struct text text = {0};

		pattern_add(&text, rule->refs->patterns[i]);
		json_array_append_new(list, json_string(text.data));
		text_free(&text);
	}
	return list;
}

/* Can any exception waive it? */
static bool
is_waivable(const struct rule *rule)
{
	return rule->waivable && rule->policy->exceptions.configured;
}

json_t *
rule_json(const struct rule *rule)
{
	const struct node *when = map_get(rule->node, "when");
	return json_pack("{s:s, s:s, s:s, s:i, s:s?, s:s?, s:s, s:o, s:o, s:o, "
			 "s:b, s:s?}",
	    "rule", rule->id, "layer", layer_names[rule->policy->layer], "file",
	    rule->policy->file, "line", (int)rule->line, "clause", rule->clause,
	    "clause_title", rule->clause_title, "mode", mode_names[rule->mode],
	    "refs", refs_json(rule), "when",
	    when != NULL ? node_json(when) : json_object(), "require",
	    require_json(rule), "waivable", is_waivable(rule), "help",
	    rule->help);
}

static void
print_refs(const struct rule *rule)
{
	const struct node *named = map_get(rule->node, "refs");
	struct text text = {0};

	if (rule->refs == NULL)
		text_add(&text, "all protected branches");
	else if (named->kind == NODE_SCALAR)
		text_add_format(&text, "%s: ", named->text);
	for (size_t i = 0; rule->refs != NULL && i < rule->refs->count; i++) {
		text_add(&text, i > 0 ? ", " : "");
		pattern_add(&text, rule->refs->patterns[i]);
	}
	printf("  %-10s%s\n", "refs", text.data);
	text_free(&text);
}

/* The pairs of a map, one a line behind `title`. */
static void
print_pairs(const char *title, const struct node *map, size_t i)
{
	struct text text = {0};

	text_add(&text, map->keys[i].text);
	text_add(&text, ": ");
	node_add(&text, &map->items[i]);
	printf("  %-10s%s\n", i == 0 ? title : "", text.data);
	text_free(&text);
}

static void
print_when(const struct rule *rule)
{
	const struct node *when = map_get(rule->node, "when");

	if (when == NULL || when->count == 0)
		printf("  %-10s%s\n", "when", "always");
	for (size_t i = 0; when != NULL && i < when->count; i++)
		print_pairs("when", when, i);
}

void
rule_print(const struct rule *rule, bool summaries)
{
	static const char *const effects[] = {[MODE_ENFORCE] = "refuses",
	    [MODE_WARN] = "tells the pusher and logs",
	    [MODE_OBSERVE] = "only logs"};
	const struct node *require = map_get(rule->node, "require");

	printf("%s\n\n", rule->name);
	printf("  where     %s:%u (%s)\n", rule->policy->file, rule->line,
	    layer_names[rule->policy->layer]);
	if (rule->clause != NULL)
		printf("  clause    %s%s%s\n", rule->clause,
		    rule->clause_title != NULL ? ": " : "",
		    rule->clause_title != NULL ? rule->clause_title : "");
	printf("  mode      %s: %s\n", mode_names[rule->mode],
	    effects[rule->mode]);
	print_refs(rule);
	print_when(rule);
	for (size_t i = 0; i < require->count; i++) {
		print_pairs("requires", require, i);
		if (summaries)
			printf("  %-10s  %s\n", "",
			    rule->require.list[i].check->summary);
	}
	printf("  waived    %s\n", is_waivable(rule) ? "by an exception that "
						       "names it"
						     : "never");
	if (rule->help != NULL)
		printf("  help      %s\n", rule->help);
}

void
json_show(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(json);
}
