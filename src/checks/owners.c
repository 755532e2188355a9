/* `owners`: paths that only change with a review by those who own them. */
#include "checks/owners.h"

extern const struct check owners_check;

const struct owners *
requirement_owners(const struct requirement *requirement)
{
	return requirement->check == &owners_check ? requirement->settings
						   : NULL;
}

static void
owners_read(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	struct owners *owners = member;
	const void *set = NULL, *group = NULL;

	if (node->kind != NODE_MAP || node->count == 0) {
		fault_at(load->faults, node,
		    "`%s` is a map from at least one set of paths to a group",
		    field->key);
		return;
	}
	owners->list =
	    arena_zero(load->arena, node->count * sizeof *owners->list);
	owners->count = node->count;
	for (size_t i = 0; i < node->count; i++) {
		load->resolve(load, FIELD_PATHS, &node->keys[i], &set);
		load->resolve(load, FIELD_GROUP, &node->items[i], &group);
		owners->list[i] = (struct owned){set, group};
	}
}

static const struct field owners_value = {
    .key = "owners",
    .type = FIELD_OWN,
    .summary = "A map from sets of paths to the groups that own them.",
    .read = owners_read,
    .form = FORM_MAP,
    .item = FIELD_GROUP,
};

static bool
is_touched(const struct owned *owned, const struct change *change)
{
	for (size_t i = 0; i < change->files->count; i++)
		if (file_in(&change->files->files[i], owned->set))
			return true;
	return false;
}

/* What is wrong with the review is wrong for every path owned. */
static void
report(const struct owned *owned, const struct change *change,
    const struct finding *review, struct findings *findings)
{
	const char *need = arena_format(change->arena,
	    "a review by %s, who own %s", owned->group->name, owned->set->name);

	for (size_t i = 0; i < change->files->count; i++) {
		const struct file *file = &change->files->files[i];
		struct finding *finding;

		if (!file_in(file, owned->set))
			continue;
		finding = finding_add(findings, "", NULL, "", "");
		*finding = *review;
		finding->code = "owners.missing";
		finding->need = need;
		finding->path = file->path;
		if (!change->thorough)
			return;
	}
}

static int
owned_run(const struct owned *owned, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct findings review = {.arena = findings->arena};
	int result;

	if (!is_touched(owned, change))
		return 0;
	result = review_by(owned->group, change, &review, err);
	if (result == 0 && review.count > 0)
		report(owned, change, &review.list[0], findings);
	else if (result == 0)
		witnesses_join(
		    &findings->witnesses, &review.witnesses, findings->arena);
	findings_free(&review);
	return result;
}

static int
owners_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct owners *owners = settings;

	if (change->files == NULL)
		return error_set(err, "no list of changed files to look at");
	for (size_t i = 0; i < owners->count; i++)
		if (owned_run(&owners->list[i], change, findings, err) < 0)
			return -1;
	return 0;
}

const struct check owners_check = {
    .name = "owners",
    .summary = "what changes in a set of paths is reviewed by its owners",
    .value = &owners_value,
    .settings_size = sizeof(struct owners),
    .needs = CHANGE_FILES,
    .run = owners_run,
};
