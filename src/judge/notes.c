/* The ref that evidence is kept on: who pushes it, and that nothing is lost. */
#include <string.h>
#include <strings.h>

#include "checks/pusher.h"
#include "judge/judging.h"

static void
find(struct subject *s, const char *code, const char *need, const char *found)
{
	violation_built_in(s->ref, s->policy, code, need, found);
}

static void
judge_pusher(struct subject *s)
{
	const struct group *pushers = s->policy->evidence.pushers;
	struct arena *arena = &s->judging->verdict->arena;
	struct change push = {0};
	struct pusher_refusal refusal;
	struct finding finding = {0};

	change_begin(s, &push);
	if (push.local)
		return;
	refusal = pusher_judge(pushers, &push);
	if (refusal.code == NULL)
		return;
	finding.code = refusal.code;
	finding.need = arena_format(arena, "a push by %s", pushers->name);
	finding.found = refusal.found;
	finding.from = group_members(pushers, arena);
	finding.note = refusal.note;
	violation_add(s->ref, s->policy, NULL, &finding);
}

/* The new value is a commit, and the old one is part of its history. */
static int
judge_history(struct subject *s, struct error *err)
{
	struct history *history = s->judging->history;
	const struct oid *new = &s->ref->update->new;
	struct oid tree;
	int descends = 1;

	if (history_tree(history, new, &tree, err) == -1)
		return -1;
	if (!oid_is_zero(&s->ref->old))
		descends = history_descends(history, new, &s->ref->old, err);
	if (descends == 0) {
		s->ref->kind = UPDATE_REWRITE;
		find(s, "history.rewrite", "a fast-forward", "a rewrite");
	}
	return descends == -1 ? -1 : 0;
}

void
notes_judge(struct subject *s)
{
	const struct evidence_setting *evidence = &s->policy->evidence;
	const char *name = s->ref->update->ref;
	struct error err;

	if (!evidence->configured || strcasecmp(evidence->ref, name) != 0)
		return;
	if (strcmp(evidence->ref, name) != 0) {
		violation_built_in(s->ref, NULL, "ref.case",
		    "a name unlike those of protected refs",
		    "one that differs by case alone");
		return;
	}
	if (s->ref->kind == UPDATE_NOOP)
		return;
	judge_pusher(s);
	if (s->ref->kind == UPDATE_DELETE)
		find(s, "history.delete", "to stay", "a deletion");
	else if (judge_history(s, &err) == -1)
		violation_from_error(s->judging, s->ref, s->policy, &err);
}
