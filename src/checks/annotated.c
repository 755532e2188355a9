/* `annotated`: a tag is an object that says who made it, when and why. */
#include "checks/check.h"

#include "yaml/field.h"

struct annotated {
	bool wanted;
};

static const struct field annotated_value = {
    .key = "annotated",
    .type = FIELD_BOOL,
    .offset = offsetof(struct annotated, wanted),
    .summary = "The tag is an annotated one, of a commit.",
};

static int
annotated_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct finding *finding;

	(void)settings;
	(void)err;
	if (change->annotated)
		return 0;
	finding = finding_add(findings, "tag.lightweight",
	    change->members[0].commit, "an annotated tag of a commit",
	    change->is_tag ? "another" : "a branch");
	if (change->is_tag)
		finding->commands =
		    amend_commands(change, change->members[0].commit, "");
	return 0;
}

static void
annotated_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct annotated *annotated = settings;

	if (!annotated->wanted)
		fault_at(load->faults, node,
		    "\"annotated\": write true or leave it out");
}

const struct check annotated_check = {
    .name = "annotated",
    .summary = "a tag is annotated",
    .value = &annotated_value,
    .settings_size = sizeof(struct annotated),
    .needs = CHANGE_UPDATE,
    .validate = annotated_validate,
    .run = annotated_run,
};
