/* The protected branches of a layer, as they are on this server. */
#include <stdlib.h>
#include <string.h>

#include "judge/judging.h"

bool
ref_is_branch(const char *ref)
{
	return starts_with(ref, "refs/heads/");
}

bool
ref_is_tag(const char *ref)
{
	return starts_with(ref, "refs/tags/");
}

/* Branches of a set of the policy. */
struct collecting {
	struct judging *judging;
	const struct policy *policy;
	const struct pattern_set *set;
	struct branches *branches;
};

static int
collect(
    void *context, const char *name, const struct oid *id, struct error *err)
{
	struct collecting *c = context;
	struct branches *branches = c->branches;
	const char *tracking = c->judging->input->tracking;

	if (tracking != NULL)
		name = arena_format(&c->judging->verdict->arena,
		    "refs/heads/%s", name + strlen(tracking));
	if (!ref_is_branch(name) ||
	    !globs_match(c->policy->refs, c->set->number, name))
		return 0;
	branches->list = mem_grow(branches->list, &branches->capacity,
	    branches->count + 1, sizeof *branches->list);
	branches->list[branches->count++] =
	    (struct tip){arena_string(&c->judging->verdict->arena, name), *id};
	return budget_time(&c->judging->budget, err);
}

/* What every name a pattern matches begins with. */
static const char *
literal_prefix(struct arena *arena, const char *pattern)
{
	return arena_bytes(arena, pattern, strcspn(pattern, "*?[\\"));
}

/* Is the prefix covered by that of an earlier pattern, or a shorter one?  Of
 * those that are not none begins another, so no branch is met twice. */
static bool
is_covered(const struct pattern_set *set, size_t which, struct arena *arena)
{
	const char *own = literal_prefix(arena, set->patterns[which]);

	for (size_t i = 0; i < set->count; i++) {
		const char *other = literal_prefix(arena, set->patterns[i]);
		size_t len = strlen(other);

		if (i == which || set->patterns[i][0] == '!' ||
		    strncmp(own, other, len) != 0)
			continue;
		if (len < strlen(own) || i < which)
			return true;
	}
	return false;
}

static int
collect_all(struct collecting *context, struct error *err)
{
	const struct pattern_set *set = context->set;
	struct judging *j = context->judging;
	struct arena *arena = &j->verdict->arena;
	struct refs *refs = repo_refs(j->input->repo);

	if (j->input->tracking != NULL)
		return refs_each(
		    refs, j->input->tracking, collect, context, err);
	for (size_t i = 0; i < set->count; i++)
		if (set->patterns[i][0] != '!' && !is_covered(set, i, arena) &&
		    refs_each(refs, literal_prefix(arena, set->patterns[i]),
			collect, context, err) == -1)
			return -1;
	return 0;
}

const struct branches *
branches_of(struct judging *j, size_t layer, struct error *err)
{
	struct branches *branches = &j->branches[layer];
	const struct policy *policy = j->input->layers->list[layer];
	struct collecting context = {
	    j, policy, policy->protected_refs, branches};

	if (j->input->past == NULL && !branches->known &&
	    collect_all(&context, err) == -1)
		return NULL;
	branches->known = true;
	return branches;
}

int
branches_reach(
    struct subject *s, const struct pattern_set *set, struct error *err)
{
	struct branches branches = {.count = 0};
	struct collecting context = {s->judging, s->policy, set, &branches};
	int answer = collect_all(&context, err);

	for (size_t i = 0; answer == 0 && i < branches.count; i++)
		answer = history_descends(
		    s->judging->history, &branches.list[i].id, &s->tip, err);
	free(branches.list);
	return answer;
}
