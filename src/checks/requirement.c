/* Read and ask the checks of a rule, or of one way to keep it. */
#include "checks/requirement.h"

#include <stdlib.h>
#include <string.h>

static void
unknown_check(struct load *load, const struct node *key)
{
	const char **words;
	size_t count = 0;

	while (checks[count] != NULL)
		count++;
	words = mem_array(count, sizeof *words);
	for (size_t i = 0; i < count; i++)
		words[i] = checks[i]->name;
	fault_unknown(load, key, "check", words, count,
	    "the manual refwarden.policy(5) lists them all");
	free(words);
}

static void
requirement_load(struct load *load, const struct check *check,
    const struct node *node, struct requirement *requirement)
{
	size_t errors = load->faults->errors;
	void *settings = arena_zero(load->arena, check->settings_size);

	if (check->defaults != NULL)
		memcpy(settings, check->defaults, check->settings_size);
	*requirement = (struct requirement){check, settings};
	if (check->fields != NULL &&
	    (node->kind == NODE_MAP || check->value == NULL))
		fields_load(load, check->fields, node, settings);
	else
		field_load(load, check->value, node, settings);
	if (check->validate != NULL && load->faults->errors == errors)
		check->validate(settings, node, load);
}

void
requirements_load(struct load *load, const struct node *node,
    const struct check *outer, struct requirements *requirements)
{
	const char *name = outer != NULL ? outer->name : "require";
	const struct check *check;

	if (node->kind != NODE_MAP || node->count == 0) {
		fault_at(load->faults, node,
		    outer != NULL
			? "an entry of `%s` is a map of at least one check"
			: "`%s` must be a map of at least one check",
		    name);
		return;
	}
	requirements->list =
	    arena_zero(load->arena, node->count * sizeof *requirements->list);
	for (size_t i = 0; i < node->count; i++) {
		check = check_find(node->keys[i].text);
		if (check == NULL)
			unknown_check(load, &node->keys[i]);
		else if (check == outer)
			fault_at(load->faults, &node->keys[i],
			    "`%s` within `%s`: put its entries into the list "
			    "around it",
			    name, name);
		else
			requirement_load(load, check, &node->items[i],
			    &requirements->list[requirements->count++]);
	}
}

void
requirements_free(struct requirements *requirements)
{
	for (size_t i = 0; i < requirements->count; i++) {
		struct requirement *r = &requirements->list[i];

		if (r->check->free != NULL)
			r->check->free(r->settings);
	}
}

unsigned
requirement_needs(const struct requirement *r)
{
	return r->check->needs_of != NULL ? r->check->needs_of(r->settings)
					  : r->check->needs;
}

unsigned
requirements_needs(const struct requirements *requirements)
{
	unsigned needs = 0;

	for (size_t i = 0; i < requirements->count; i++)
		needs |= requirement_needs(&requirements->list[i]);
	return needs;
}

int
requirements_run(const struct requirements *requirements,
    enum occasion occasion, const struct change *change,
    struct findings *findings, struct error *err)
{
	for (size_t i = 0; i < requirements->count; i++) {
		const struct requirement *r = &requirements->list[i];
		unsigned needs = requirement_needs(r);

		if (!(occasion &
			(needs & CHANGE_UPDATE ? WHOLE_UPDATE : EACH_CHANGE)) &&
		    !(change->bare && needs & CHANGE_BARE))
			continue;
		if ((needs & CHANGE_PUSHER) && change->local)
			continue;
		if (r->check->run(r->settings, change, findings, err) < 0)
			return -1;
	}
	return 0;
}
