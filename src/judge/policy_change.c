/* The policy in the tree, as a push would leave it behind. */
#include <string.h>

#include "judge/judging.h"
#include "policy/in_tree.h"

/* What the pusher wrote, and so is told: each fault on a line. */
static void
tell(struct judging *j, struct ref_verdict *ref, const struct faults *faults,
    const struct error *err)
{
	struct arena *arena = &j->verdict->arena;
	struct violation *violation =
	    violation_built_in(ref, NULL, "policy.invalid",
		"a policy without errors", arena_string(arena, err->text));
	struct text lines = {0};

	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->list[i];

		if (fault->warning)
			continue;
		text_add_format(
		    &lines, "%s%s", lines.len > 0 ? "\n" : "", faults->file);
		if (fault->line > 0)
			text_add_format(
			    &lines, ":%u:%u", fault->line, fault->column);
		text_add_format(&lines, ": %s", fault->text);
	}
	violation->finding.faults =
	    arena_string(arena, lines.data != NULL ? lines.data : err->text);
	violation->finding.hint = "mend the file, and push again";
	violation->finding.commands =
	    arena_format(arena, "refwarden policy check --in-tree %s",
		plain_word(faults->file, "FILE"));
	text_free(&lines);
}

void
policy_change_judge(struct judging *j, struct ref_verdict *ref)
{
	const struct layers *layers = j->input->layers;
	struct policy *policy;
	struct faults faults;
	struct error err;

	if (layers->tree_branch == NULL ||
	    strcmp(layers->tree_branch, ref->update->ref) != 0 ||
	    ref->kind == UPDATE_DELETE || ref->kind == UPDATE_NOOP)
		return;
	faults_init(&faults, layers->repository_policy);
	if (in_tree_load(j->input->repo, &ref->update->new,
		layers->repository_policy, &j->budget, &faults, &policy,
		&err) == 0)
		policy_free(policy);
	else if (strcmp(err.code, "policy.invalid") == 0)
		tell(j, ref, &faults, &err);
	else
		violation_from_error(j, ref, NULL, &err);
	faults_free(&faults);
}
