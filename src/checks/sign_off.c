/* `sign_off`: every commit is signed off by its author. */
#include "checks/check.h"

#include "yaml/field.h"

struct sign_off {
	bool wanted;
};

static const struct field sign_off_value = {
    .key = "sign_off",
    .type = FIELD_BOOL,
    .offset = offsetof(struct sign_off, wanted),
    .summary = "Every commit has a Signed-off-by of its author.",
};

static const char key[] = "Signed-off-by";

/* What stands where the author's sign-off should; NULL if that does. */
struct verdict {
	const char *code, *found, *note;
};

static struct verdict
absence(const struct change *change, const struct commit *commit)
{
	struct near_miss miss = trailers_near_miss(
	    commit->message, commit->message_len, key, true, change->arena);

	return (struct verdict){"sign-off.missing", "none",
	    miss.kind != NEAR_MISS_NONE ? near_miss_text(&miss, change->arena)
					: NULL};
}

static struct verdict
look(const struct change *change, const struct member *member)
{
	const struct commit *commit = member->commit;
	struct who author =
	    who_by_address(change->people, commit->author.address);
	const char *name, *address, *other = NULL;

	if (trailers_ambiguous(commit->message, commit->message_len, key))
		return (struct verdict){"sign-off.mismatch",
		    "a message that can be read in two ways",
		    "git reads other sign-offs here than refwarden does"};
	for (size_t i = 0; i < member->trailers.count; i++) {
		const struct trailer *trailer = &member->trailers.list[i];
		struct who who;

		if (!trailer_is(trailer, key) ||
		    !trailer_person(trailer, change->arena, &name, &address))
			continue;
		who = who_by_address(change->people, address);
		if (who_same(&who, &author))
			return (struct verdict){NULL, NULL, NULL};
		other = arena_format(
		    change->arena, "one by %s <%s>", name, address);
	}
	if (other != NULL)
		return (struct verdict){"sign-off.mismatch", other, NULL};
	return absence(change, commit);
}

static int
sign_off_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	(void)settings;
	for (size_t i = 0; i < change->member_count; i++) {
		struct member *member = &change->members[i];
		struct finding *finding;
		struct verdict verdict;

		if (member_trailers(change, member, err) == NULL ||
		    budget_time(change->budget, err) < 0)
			return -1;
		verdict = look(change, member);
		if (verdict.code == NULL)
			continue;
		finding = finding_add(findings, verdict.code, member->commit,
		    "a sign-off by the author of every commit", verdict.found);
		finding->note = verdict.note;
		finding->commands = amend_commands(
		    change, member->commit, "--no-edit --signoff");
	}
	return 0;
}

static void
sign_off_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct sign_off *sign_off = settings;

	if (!sign_off->wanted)
		fault_at(load->faults, node,
		    "\"sign_off\": write true or leave it out");
}

const struct check sign_off_check = {
    .name = "sign_off",
    .summary = "every commit is signed off by its author",
    .value = &sign_off_value,
    .settings_size = sizeof(struct sign_off),
    .validate = sign_off_validate,
    .run = sign_off_run,
};
