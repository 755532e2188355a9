/* Read sets of patterns and put those that are used into the machines. */
#include "policy/sets.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { NOT_USED = -1 };

#define NAME_BYTES \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

/* A single word is the name of a set; anything else is a pattern. */
static bool
is_name(const char *text)
{
	return text[0] != '\0' && strspn(text, NAME_BYTES) == strlen(text);
}

bool
pattern_is_glob(const char *pattern)
{
	return strpbrk(pattern, GLOB_BYTES) != NULL;
}

static bool
has_component(const char *pattern, const char *component)
{
	size_t len = strlen(component);
	const char *end;

	for (;; pattern = end + 1) {
		end = strchrnul(pattern, '/');
		if ((size_t)(end - pattern) == len &&
		    strncmp(pattern, component, len) == 0)
			return true;
		if (*end == '\0')
			return false;
	}
}

const char *
path_pattern_fault(const char *pattern)
{
	size_t len = strlen(pattern);

	if (len == 0)
		return "it is empty";
	if (pattern[0] == '/')
		return "paths begin at the top of the repository; leave out "
		       "the first slash";
	if (pattern[len - 1] == '/')
		return "files match, not directories; for everything below "
		       "one write dir/**";
	if (has_component(pattern, "") || has_component(pattern, ".") ||
	    has_component(pattern, ".."))
		return "no path has an empty component, \".\" or \"..\"";
	return glob_fault(pattern);
}

static const char *
pattern_load(
    struct load *load, const struct sets *sets, const struct node *node)
{
	const char *bare, *fault;

	if (node->kind != NODE_SCALAR) {
		fault_at(
		    load->faults, node, "a %s pattern is a text", sets->what);
		return "";
	}
	bare = node->text + (node->text[0] == '!');
	if ((fault = sets->fault(load->arena, bare)) != NULL)
		fault_at(load->faults, node, "%s pattern \"%s\": %s",
		    sets->what, node->text, fault);
	return sets->full(load->arena, node->text);
}

static const char *
words_text(struct arena *arena, const char *const *words, size_t count)
{
	struct text text = {0};
	const char *answer;

	for (size_t i = 0; i < count; i++)
		text_add_format(&text, "%s%s", i > 0 ? ", " : "", words[i]);
	answer =
	    arena_bytes(arena, text.data != NULL ? text.data : "", text.len);
	text_free(&text);
	return answer;
}

static const char *
items_text(struct arena *arena, const struct node *items, size_t count)
{
	const char **words = mem_array(count, sizeof *words);
	const char *answer;

	for (size_t i = 0; i < count; i++)
		words[i] = items[i].kind == NODE_SCALAR ? items[i].text : "?";
	answer = words_text(arena, words, count);
	free(words);
	return answer;
}

/* Fill `set` from a list of patterns or one; it stays empty after a fault. */
static void
set_load(struct load *load, const struct sets *sets, const struct node *node,
    struct pattern_set *set)
{
	const struct node *items = node->kind == NODE_LIST ? node->items : node;
	size_t count = node->kind == NODE_LIST ? node->count : 1;
	size_t errors = load->faults->errors;
	const char **patterns;
	bool takes = false;

	*set = (struct pattern_set){.name = "", .number = NOT_USED};
	if (node->kind == NODE_MAP || count == 0) {
		fault_at(load->faults, node,
		    "expected a list of at least one %s pattern", sets->what);
		return;
	}
	patterns = arena_zero(load->arena, count * sizeof *patterns);
	for (size_t i = 0; i < count; i++) {
		patterns[i] = pattern_load(load, sets, &items[i]);
		takes = takes || patterns[i][0] != '!';
	}
	if (!takes)
		fault_at(load->faults, node,
		    "every pattern begins with `!`: nothing can match");
	if (load->faults->errors > errors)
		return;
	set->name = items_text(load->arena, items, count);
	set->patterns = patterns;
	set->count = count;
}

void
sets_load(struct load *load, const struct node *node, struct sets *sets)
{
	struct pattern_set *set;

	if (node->kind != NODE_MAP) {
		fault_at(load->faults, node,
		    "expected a map from a name to a list of %s patterns",
		    sets->what);
		return;
	}
	sets->section = node;
	sets->list = arena_zero(load->arena, node->count * sizeof *sets->list);
	sets->used = arena_zero(load->arena, node->count * sizeof *sets->used);
	sets->count = node->count;
	for (size_t i = 0; i < node->count; i++) {
		set = &sets->list[i];
		if (!is_name(node->keys[i].text))
			fault_at(load->faults, &node->keys[i],
			    "\"%s\" can not be the name of a set: use "
			    "letters, digits, - and _",
			    node->keys[i].text);
		set_load(load, sets, &node->items[i], set);
		set->name = arena_string(load->arena, node->keys[i].text);
	}
}

/* Into the machines, once.  A set with a fault has nothing to put there. */
static const struct pattern_set *
set_use(struct sets *sets, struct pattern_set *set)
{
	if (set->number != NOT_USED || set->count == 0)
		return set;
	set->number = globs_add(sets->machine, set->patterns, set->count);
	sets->used_count++;
	if (sets->second != NULL)
		globs_add(sets->second, set->patterns, set->count);
	return set;
}

static void
unknown_set(struct load *load, const struct sets *sets, const struct node *node)
{
	const char **words = mem_array(sets->count, sizeof *words);

	for (size_t i = 0; i < sets->count; i++)
		words[i] = sets->list[i].name;
	fault_unknown(load, node,
	    arena_format(load->arena, "%s set", sets->what), words, sets->count,
	    arena_format(load->arena,
		"define it under `%ss`, or write a list of patterns: [%s]",
		sets->what, node->text));
	free(words);
}

static const struct pattern_set *
set_named(struct load *load, struct sets *sets, const struct node *node)
{
	for (size_t i = 0; i < sets->count; i++) {
		if (strcmp(sets->list[i].name, node->text) != 0)
			continue;
		sets->used[i] = true;
		return set_use(sets, &sets->list[i]);
	}
	unknown_set(load, sets, node);
	return NULL;
}

/* `[code]` is a file or branch called code: was the set of that name meant? */
static void
warn_of_names(
    struct load *load, const struct sets *sets, const struct node *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < sets->count; k++)
			if (list->items[i].kind == NODE_SCALAR &&
			    strcmp(list->items[i].text, sets->list[k].name) ==
				0)
				warning_at(load->faults, &list->items[i],
				    "\"%s\" in a list is a pattern; the set "
				    "of that name is written alone, without a "
				    "list",
				    list->items[i].text);
}

const struct pattern_set *
sets_find(struct load *load, struct sets *sets, const struct node *node)
{
	struct pattern_set *set;

	if (node->kind == NODE_SCALAR && is_name(node->text))
		return set_named(load, sets, node);
	if (node->kind == NODE_LIST)
		warn_of_names(load, sets, node);
	set = arena_zero(load->arena, sizeof *set);
	set_load(load, sets, node, set);
	return set_use(sets, set);
}

const struct pattern_set *
sets_add(struct load *load, struct sets *sets, const char *const *patterns,
    size_t count)
{
	struct pattern_set *set = arena_zero(load->arena, sizeof *set);

	*set = (struct pattern_set){words_text(load->arena, patterns, count),
	    patterns, count, NOT_USED};
	return set_use(sets, set);
}

void
sets_warn_unused(struct load *load, const struct sets *sets)
{
	for (size_t i = 0; i < sets->count; i++)
		if (!sets->used[i])
			warning_at(load->faults, &sets->section->keys[i],
			    "nothing uses the %s set \"%s\"", sets->what,
			    sets->list[i].name);
}
