/* Who wrote the last changes, and who may review them. */
#include "admin/lone_reviewer.h"

#include <string.h>

#include "admin/replay.h"
#include "git/commit.h"

enum { LAST = 100 }; /* changes that are looked at */

/* The author of a commit; what can not be parsed has none. */
static bool
author_of(struct repo *repo, const struct oid *id, const struct people *people,
    struct arena *arena, struct who *who)
{
	struct commit commit;
	struct error err;

	if (commit_read(repo, id, (size_t)default_limits.commit_size, arena,
		&commit, &err) == -1)
		return false;
	*who = who_by_address(people, commit.author.address);
	return true;
}

/* Is there one author of all these changes? */
static bool
sole_author(struct repo *repo, const struct replay *replay,
    const struct people *people, struct arena *arena, struct who *sole)
{
	size_t first = replay->count > LAST ? replay->count - LAST : 0;
	struct who who;

	for (size_t i = first; i < replay->count; i++) {
		if (!author_of(repo, &replay->changes[i].commit, people, arena,
			i == first ? sole : &who) ||
		    (i > first && !who_same(sole, &who)))
			return false;
	}
	return replay->count > 0;
}

static bool
is_alone(const struct policy *policy, const char *name, const struct who *who)
{
	for (size_t i = 0; i < policy->groups.count; i++) {
		const struct group *group = &policy->groups.list[i];

		if (strcmp(group->name, name) == 0)
			return !group->anybody &&
			       group->person_count + group->patterns.count ==
				   1 &&
			       group_has(group, who);
	}
	return false;
}

static void
warn(const struct policy *policy, const struct who *sole, size_t count,
    struct faults *faults)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct node *require =
		    map_get(policy->rules[i].node, "require");
		const struct node *review = map_get(require, "review");
		const struct node *by =
		    review != NULL ? map_get(review, "by") : NULL;

		if (by == NULL || by->kind != NODE_SCALAR ||
		    !is_alone(policy, by->text, sole))
			continue;
		warning_at(faults, by,
		    "the only member of \"%s\" wrote all of the last %zu "
		    "changes: nobody could review them",
		    by->text, count < LAST ? count : (size_t)LAST);
	}
}

static int
look(const struct policy *policy, struct repo *repo, struct replay *replay,
    struct faults *faults, struct error *err)
{
	char head[REF_NAME_LIMIT + 1];
	struct arena arena = {0};
	struct who sole;

	if (refs_head(repo_refs(repo), head, err) == -1)
		return -1;
	replay->ref = head;
	if (replay_collect(replay, INT64_MIN, err) == -1)
		return -1;
	if (sole_author(repo, replay, &policy->people, &arena, &sole))
		warn(policy, &sole, replay->count, faults);
	arena_free(&arena);
	return 0;
}

int
lone_reviewers_warn(const struct policy *policy, const char *path,
    struct faults *faults, struct error *err)
{
	struct layers limits = {.limits = default_limits};
	struct replay replay = {.repo = path, .layers = &limits};
	struct repo *repo = repo_open(path, err);
	int result = -1;

	if (repo != NULL)
		result = look(policy, repo, &replay, faults, err);
	replay_free(&replay);
	repo_close(repo);
	return result;
}
