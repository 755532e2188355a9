/* Groups as a policy writes them, flattened so that asking is cheap. */
#include "people/people.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP_LIMIT = 1000 }; /* flattening is quadratic in their number */

/* A group while the section is read. */
struct draft {
	const struct node *key, *node;
	struct group *group;
	size_t *inner; /* numbers of the groups it names */
	size_t inner_count;
	bool done;
};

struct drafts {
	struct draft *list;
	size_t count;
};

static const struct person *
person_find(const struct people *people, const char *name)
{
	for (size_t i = 0; i < people->count; i++)
		if (strcmp(people->list[i].name, name) == 0)
			return &people->list[i];
	return NULL;
}

static struct group *
group_find(const struct groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->count; i++)
		if (strcmp(groups->list[i].name, name) == 0)
			return &groups->list[i];
	return NULL;
}

static void
add_person(struct group *group, const struct person *person)
{
	for (size_t i = 0; i < group->person_count; i++)
		if (group->persons[i] == person)
			return;
	group->persons[group->person_count++] = person;
}

/* Everything of `from` into `into`, whose lists have room for it. */
static void
add_group(struct group *into, const struct group *from)
{
	into->anybody = into->anybody || from->anybody;
	for (size_t i = 0; i < from->person_count; i++)
		add_person(into, from->persons[i]);
	for (size_t i = 0; i < from->patterns.count; i++)
		into->patterns.list[into->patterns.count++] =
		    from->patterns.list[i];
}

static void
unknown_member(struct load *load, const struct groups *groups,
    const struct people *people, const struct node *node, const char *what)
{
	size_t count = 0;
	const char **words =
	    mem_array(groups->count + people->count, sizeof *words);
	const char *meant;

	for (size_t i = 0; i < groups->count; i++)
		words[count++] = groups->list[i].name;
	for (size_t i = 0; i < people->count; i++)
		words[count++] = people->list[i].name;
	meant = did_you_mean(node->text, words, count);
	if (meant != NULL)
		fault_at(load->faults, node,
		    "unknown %s \"%s\", did you mean \"%s\"?", what, node->text,
		    meant);
	else
		fault_at(load->faults, node,
		    "unknown %s \"%s\": define it under `groups` or `people`, "
		    "or write an address",
		    what, node->text);
	free(words);
}

static bool
address_pattern_check(struct load *load, const struct node *node)
{
	const char *text = node->text, *at = strchr(text, '@');
	const char *fault = glob_fault(text);

	if (text[0] == '!')
		fault = "a group takes nobody out again; list who belongs to "
			"it";
	else if (at == NULL || at == text || at[1] == '\0' ||
		 strchr(at + 1, '@') != NULL ||
		 strpbrk(text, " \t\n\r<>,") != NULL)
		fault = "write it as name@example.com or *@example.com";
	if (fault == NULL)
		return true;
	fault_at(load->faults, node, "\"%s\" is no address: %s", text, fault);
	return false;
}

/* One member that is no group.  The group's lists have room for it. */
static void
member_add(struct load *load, const struct groups *groups,
    const struct people *people, const struct node *node, const char *what,
    struct group *group)
{
	const struct person *person;

	if (strcmp(node->text, "*") == 0)
		group->anybody = true;
	else if ((person = person_find(people, node->text)) != NULL)
		add_person(group, person);
	else if (strchr(node->text, '@') == NULL)
		unknown_member(load, groups, people, node, what);
	else if (address_pattern_check(load, node))
		group->patterns.list[group->patterns.count++] =
		    arena_string(load->arena, node->text);
}

static void
group_make_room(
    struct arena *arena, struct group *group, size_t persons, size_t patterns)
{
	group->persons = arena_zero(arena, persons * sizeof *group->persons);
	group->patterns.list =
	    arena_zero(arena, patterns * sizeof *group->patterns.list);
}

static void
group_finish(struct group *group)
{
	if (group->patterns.count == 0)
		return;
	group->addresses = globs_new(GLOBS_FOLD);
	globs_add(
	    group->addresses, group->patterns.list, group->patterns.count);
}

/* The members of a list, or the one a scalar is; NULL after a fault. */
static const struct node *
members_of(struct load *load, const struct node *node, size_t *count)
{
	const struct node *members = node;

	*count = 1;
	if (node->kind == NODE_LIST) {
		members = node->items;
		*count = node->count;
	}
	if (node->kind == NODE_MAP || *count == 0) {
		fault_at(load->faults, node,
		    node->kind == NODE_MAP
			? "a group is a list of people, addresses and groups"
			: "this group is empty: nobody could ever belong to "
			  "it");
		return NULL;
	}
	for (size_t i = 0; i < *count; i++) {
		if (members[i].kind != NODE_SCALAR) {
			fault_at(load->faults, &members[i],
			    "a member of a group is a name or an address");
			return NULL;
		}
	}
	return members;
}

/*
 * Fill the group from its members, all of whose groups are finished; those
 * still in a circle are empty and a fault already.
 */
static void
group_fill(struct load *load, struct groups *groups,
    const struct people *people, const struct node *node, struct group *group)
{
	size_t count, persons = 0, patterns = 0;
	const struct node *members = members_of(load, node, &count);
	const struct group *inner;

	for (size_t i = 0; members != NULL && i < count; i++) {
		inner = group_find(groups, members[i].text);
		persons += inner != NULL ? inner->person_count : 1;
		patterns += inner != NULL ? inner->patterns.count : 1;
	}
	group_make_room(load->arena, group, persons, patterns);
	for (size_t i = 0; members != NULL && i < count; i++) {
		inner = group_find(groups, members[i].text);
		if (inner != NULL)
			add_group(group, inner);
		else
			member_add(load, groups, people, &members[i],
			    "person or group", group);
	}
	group_finish(group);
}

/* The groups that the list names, by their numbers. */
static void
draft_link(struct load *load, struct groups *groups, struct draft *draft)
{
	const struct node *node = draft->node;
	const struct group *inner;

	if (node->kind != NODE_LIST)
		return;
	draft->inner =
	    arena_zero(load->arena, node->count * sizeof *draft->inner);
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i].kind != NODE_SCALAR)
			continue;
		inner = group_find(groups, node->items[i].text);
		if (inner == NULL)
			continue;
		draft->inner[draft->inner_count] =
		    (size_t)(inner - groups->list);
		groups->used[draft->inner[draft->inner_count++]] = true;
	}
}

/* The first group it names that is not done, or the count if all are. */
static size_t
draft_waits_for(const struct drafts *drafts, const struct draft *draft)
{
	for (size_t i = 0; i < draft->inner_count; i++)
		if (!drafts->list[draft->inner[i]].done)
			return draft->inner[i];
	return drafts->count;
}

/* Nothing is ready: say which groups go round in a circle, and cut it. */
static void
circle_cut(struct load *load, struct drafts *drafts)
{
	bool *seen = mem_array(drafts->count, sizeof *seen);
	struct text path = {0};
	size_t at = 0, first;

	while (drafts->list[at].done)
		at++;
	while (!seen[at]) {
		seen[at] = true;
		at = draft_waits_for(drafts, &drafts->list[at]);
	}
	first = at;
	do {
		text_add_format(&path, "%s > ", drafts->list[at].group->name);
		at = draft_waits_for(drafts, &drafts->list[at]);
	} while (at != first);
	fault_at(load->faults, drafts->list[first].key,
	    "groups in a circle: %s%s", path.data,
	    drafts->list[first].group->name);
	drafts->list[first].done = true;
	text_free(&path);
	free(seen);
}

static bool
drafts_fill(struct load *load, struct drafts *drafts, struct groups *groups,
    const struct people *people)
{
	bool progress = false;

	for (size_t i = 0; i < drafts->count; i++) {
		struct draft *draft = &drafts->list[i];

		if (draft->done ||
		    draft_waits_for(drafts, draft) < drafts->count)
			continue;
		group_fill(load, groups, people, draft->node, draft->group);
		draft->done = progress = true;
	}
	return progress;
}

static void
drafts_settle(struct load *load, struct drafts *drafts, struct groups *groups,
    const struct people *people)
{
	size_t left;

	do {
		if (!drafts_fill(load, drafts, groups, people))
			circle_cut(load, drafts);
		left = 0;
		for (size_t i = 0; i < drafts->count; i++)
			left += !drafts->list[i].done;
	} while (left > 0);
}

static void
name_check(
    struct load *load, const struct people *people, const struct node *key)
{
	if (key->text[0] == '\0' || strpbrk(key->text, "@*?[]!,<>\n") != NULL)
		fault_at(load->faults, key,
		    "\"%s\" can not be a group's name: it must tell itself "
		    "from an address and a pattern (no @ * ? [ ] ! , < >)",
		    key->text);
	else if (person_find(people, key->text) != NULL)
		fault_at(load->faults, key,
		    "\"%s\" is a person already; give the group another name",
		    key->text);
}

static bool
section_check(struct load *load, const struct node *node)
{
	if (node->kind == NODE_MAP && node->count <= GROUP_LIMIT)
		return true;
	fault_at(load->faults, node,
	    node->kind == NODE_MAP
		? "more than 1000 groups"
		: "`groups` is a map from a group's name to its members");
	return false;
}

void
groups_load(struct load *load, const struct node *node,
    const struct people *people, struct groups *groups)
{
	struct drafts drafts;

	if (!section_check(load, node) || node->count == 0)
		return;
	groups->list =
	    arena_zero(load->arena, node->count * sizeof *groups->list);
	groups->used =
	    arena_zero(load->arena, node->count * sizeof *groups->used);
	groups->count = drafts.count = node->count;
	drafts.list =
	    arena_zero(load->arena, node->count * sizeof *drafts.list);
	for (size_t i = 0; i < node->count; i++) {
		name_check(load, people, &node->keys[i]);
		groups->list[i].name =
		    arena_string(load->arena, node->keys[i].text);
		drafts.list[i] = (struct draft){.key = &node->keys[i],
		    .node = &node->items[i],
		    .group = &groups->list[i]};
	}
	for (size_t i = 0; i < node->count; i++)
		draft_link(load, groups, &drafts.list[i]);
	drafts_settle(load, &drafts, groups, people);
}

static const char *
list_text(struct arena *arena, const struct node *node)
{
	struct text text = {0};
	const char *answer;

	for (size_t i = 0; i < node->count; i++)
		if (node->items[i].kind == NODE_SCALAR)
			text_add_format(&text, "%s%s", i > 0 ? ", " : "",
			    node->items[i].text);
	answer =
	    arena_bytes(arena, text.data != NULL ? text.data : "", text.len);
	text_free(&text);
	return answer;
}

static struct group *
group_unnamed(struct groups *groups, struct arena *arena, const char *name)
{
	struct group *group = arena_zero(arena, sizeof *group);

	group->name = name;
	groups->unnamed = mem_grow(groups->unnamed, &groups->unnamed_capacity,
	    groups->unnamed_count + 1, sizeof(*groups->unnamed));
	groups->unnamed[groups->unnamed_count++] = group;
	return group;
}

/* A scalar that is no group's name may be one person, address or "*". */
static const struct group *
group_of_one(struct load *load, struct groups *groups,
    const struct people *people, const struct node *node)
{
	struct group *group = group_unnamed(
	    groups, load->arena, arena_string(load->arena, node->text));

	group_make_room(load->arena, group, 1, 1);
	member_add(load, groups, people, node, "group", group);
	group_finish(group);
	return group;
}

const struct group *
groups_find(struct load *load, struct groups *groups,
    const struct people *people, const struct node *node)
{
	size_t before = load->faults->errors, count;
	const struct node *members;
	struct group *group;

	if (node->kind == NODE_SCALAR &&
	    (group = group_find(groups, node->text)) != NULL) {
		groups->used[group - groups->list] = true;
		return group;
	}
	if (node->kind == NODE_SCALAR) {
		const struct group *one =
		    group_of_one(load, groups, people, node);

		return load->faults->errors == before ? one : NULL;
	}
	if ((members = members_of(load, node, &count)) == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if ((group = group_find(groups, members[i].text)) != NULL)
			groups->used[group - groups->list] = true;
	group =
	    group_unnamed(groups, load->arena, list_text(load->arena, node));
	group_fill(load, groups, people, node, group);
	return load->faults->errors == before ? group : NULL;
}

void
groups_free(struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		globs_free(groups->list[i].addresses);
	for (size_t i = 0; i < groups->unnamed_count; i++)
		globs_free(groups->unnamed[i]->addresses);
	free(groups->unnamed);
}
