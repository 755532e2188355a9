/* `author`: everybody who is named as an author is of a group. */
#include "checks/check.h"

#include "yaml/field.h"

struct author {
	const struct group *group;
};

static const struct field author_value = {
    .key = "author",
    .type = FIELD_GROUP,
    .offset = offsetof(struct author, group),
    .summary = "The group that every author is of.",
};

static void
report(const struct group *group, const struct change *change,
    const struct commit *commit, bool is_member, struct findings *findings)
{
	const struct identity *author = &commit->author;
	bool nobody = author->name[0] == '\0' && author->address[0] == '\0';
	struct finding *finding = finding_add(findings, "author.unknown",
	    commit, arena_format(change->arena, "an author of %s", group->name),
	    nobody ? "nobody"
		   : arena_format(change->arena, "%s <%s>", author->name,
			 author->address));

	finding->from = group_members(group, change->arena);
	if (is_member)
		finding->note = "is of the group, but does not count today";
	finding->commands =
	    arena_format(change->arena, "git config user.email EMAIL\n%s",
		amend_commands(change, commit, "--no-edit --reset-author"));
}

static int
author_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct author *author = settings;

	for (size_t i = 0; i < change->member_count; i++) {
		const struct commit *commit = change->members[i].commit;
		struct who who =
		    who_by_address(change->people, commit->author.address);
		bool is_member = group_has(author->group, &who);

		if (budget_time(change->budget, err) < 0)
			return -1;
		if (!is_member || !who_counts(&who, change->today))
			report(
			    author->group, change, commit, is_member, findings);
	}
	return 0;
}

const struct check author_check = {
    .name = "author",
    .summary = "every author is of a group",
    .value = &author_value,
    .settings_size = sizeof(struct author),
    .run = author_run,
};
