/* `contained_in`: what lands here has landed somewhere else before. */
#include "checks/check.h"

#include "yaml/field.h"

struct contained_in {
	const struct pattern_set *refs;
};

static const struct field contained_in_value = {
    .key = "contained_in",
    .type = FIELD_REFS,
    .offset = offsetof(struct contained_in, refs),
    .summary = "The branches of which one has the new tip.",
};

static int
contained_in_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct contained_in *rule = settings;
	int answer;

	if (change->reaches == NULL)
		return error_set(err, "no branches to look for the tip in");
	answer = change->reaches(change->subject, rule->refs, err);
	if (answer == 0)
		finding_add(findings, "contained.missing",
		    change->members[0].commit,
		    arena_format(change->arena, "a commit that %s already has",
			rule->refs->name),
		    "one it does not have");
	return answer < 0 ? -1 : 0;
}

const struct check contained_in_check = {
    .name = "contained_in",
    .summary = "another branch, such as staging, has the new tip already",
    .value = &contained_in_value,
    .settings_size = sizeof(struct contained_in),
    .needs = CHANGE_UPDATE,
    .run = contained_in_run,
};
