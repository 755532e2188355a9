/* `pusher`: whoever pushes is of a group. */
#include "checks/pusher.h"

#include "checks/check.h"
#include "yaml/field.h"

struct pusher_rule {
	const struct group *group;
};

static const struct field pusher_value = {
    .key = "pusher",
    .type = FIELD_GROUP,
    .offset = offsetof(struct pusher_rule, group),
    .summary = "The group that whoever pushes is of.",
};

struct pusher_refusal
pusher_prove(const struct pusher *pusher, struct arena *arena)
{
	if (pusher == NULL || pusher->login == NULL)
		return (struct pusher_refusal){"pusher.unknown",
		    "a pusher nobody knows",
		    pusher != NULL && pusher->fault != NULL
			? pusher->fault
			: "the host does not say who is pushing"};
	if (!pusher->proven)
		return (struct pusher_refusal){"pusher.unknown",
		    "a pusher nobody knows",
		    arena_format(arena,
			"%s is the account, which may be shared",
			pusher->login)};
	return (struct pusher_refusal){NULL, NULL, NULL};
}

struct pusher_refusal
pusher_judge(const struct group *group, const struct change *change)
{
	struct pusher_refusal refusal =
	    pusher_prove(change->pusher, change->arena);
	struct who who;

	if (refusal.code != NULL)
		return refusal;
	who = who_by_login(change->people, change->pusher->login);
	if (!group_has(group, &who))
		return (struct pusher_refusal){
		    "pusher.denied", who_name(&who), NULL};
	if (!who_counts(&who, change->today))
		return (struct pusher_refusal){"pusher.denied", who_name(&who),
		    "is of the group, but does not count today"};
	return (struct pusher_refusal){NULL, NULL, NULL};
}

static int
pusher_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct pusher_rule *rule = settings;
	struct pusher_refusal refusal = pusher_judge(rule->group, change);
	struct finding *finding;

	(void)err;
	if (refusal.code == NULL)
		return 0;
	finding = finding_add(findings, refusal.code, change->members[0].commit,
	    arena_format(change->arena, "a push by %s", rule->group->name),
	    refusal.found);
	finding->from = group_members(rule->group, change->arena);
	finding->note = refusal.note;
	return 0;
}

const struct check pusher_check = {
    .name = "pusher",
    .summary = "whoever pushes is of a group",
    .value = &pusher_value,
    .settings_size = sizeof(struct pusher_rule),
    .needs = CHANGE_UPDATE | CHANGE_PUSHER,
    .run = pusher_run,
};
