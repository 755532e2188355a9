/* Who is in a group. */
#include "people/people.h"

#include <string.h>
#include <strings.h>

enum { SHOWN_LIMIT = 8 }; /* names in a message */

bool
group_has(const struct group *group, const struct who *who)
{
	const struct person *person = who->person;

	if (person == NULL && who->address == NULL && who->login == NULL)
		return false;
	if (group->anybody)
		return true;
	for (size_t i = 0; person != NULL && i < group->person_count; i++)
		if (group->persons[i] == person)
			return true;
	if (group->addresses == NULL)
		return false;
	for (size_t i = 0; person != NULL && i < person->emails.count; i++)
		if (globs_match(group->addresses, 0, person->emails.list[i]))
			return true;
	return person == NULL && who->address != NULL &&
	       globs_match(group->addresses, 0, who->address);
}

/* Whoever the pattern is about, are they in the group? */
static bool
group_has_pattern(
    const struct group *group, const char *pattern, const struct people *people)
{
	struct who who;

	for (size_t i = 0; i < group->patterns.count; i++)
		if (strcasecmp(group->patterns.list[i], pattern) == 0)
			return true;
	if (strpbrk(pattern, "*?[\\") != NULL)
		return false;
	who = who_by_address(people, pattern);
	return group_has(group, &who);
}

bool
group_within(const struct group *inner, const struct group *outer,
    const struct people *people)
{
	if (inner->anybody || outer->anybody)
		return outer->anybody;
	for (size_t i = 0; i < inner->person_count; i++)
		if (!group_has(
			outer, &(struct who){.person = inner->persons[i]}))
			return false;
	for (size_t i = 0; i < inner->patterns.count; i++)
		if (!group_has_pattern(outer, inner->patterns.list[i], people))
			return false;
	return true;
}

struct texts
group_keys(const struct group *group, const struct people *people, long today,
    struct arena *arena)
{
	struct texts keys = {NULL, 0};
	size_t room = 0;

	for (size_t i = 0; i < people->count; i++)
		room += people->list[i].keys.count;
	keys.list = arena_zero(arena, room * sizeof *keys.list);
	for (size_t i = 0; i < people->count; i++) {
		const struct person *person = &people->list[i];
		struct who who = {.person = person};

		if (!group_has(group, &who) || !who_counts(&who, today))
			continue;
		for (size_t k = 0; k < person->keys.count; k++)
			keys.list[keys.count++] = person->keys.list[k];
	}
	return keys;
}

static void
show(struct text *text, size_t *shown, const char *name)
{
	if (++*shown <= SHOWN_LIMIT)
		text_add_format(text, "%s%s", text->len > 0 ? ", " : "", name);
}

const char *
group_members(const struct group *group, struct arena *arena)
{
	struct text text = {0};
	size_t shown = 0;
	const char *answer;

	if (group->anybody)
		return "anybody";
	for (size_t i = 0; i < group->person_count; i++)
		show(&text, &shown, group->persons[i]->name);
	for (size_t i = 0; i < group->patterns.count; i++)
		show(&text, &shown, group->patterns.list[i]);
	if (shown > SHOWN_LIMIT)
		text_add_format(&text, " and %zu more", shown - SHOWN_LIMIT);
	answer =
	    arena_bytes(arena, text.data != NULL ? text.data : "", text.len);
	text_free(&text);
	return answer;
}
