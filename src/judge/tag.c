/* A protected tag: made once, for an accepted state, under its own name. */
#include <string.h>

#include "git/object.h"
#include "git/tag.h"
#include "git/tree_path.h"
#include "judge/judging.h"

/* `at`: the commit it leads to, where that is known; or NULL. */
static bool
find(struct subject *s, const char *code, const char *need, const char *found,
    const struct oid *at, const char *commands)
{
	size_t which = s->ref->violation_count;
	struct finding *finding =
	    &violation_built_in(s->ref, s->policy, code, need, found)->finding;

	if (at != NULL)
		finding->commit = commit_named(s, at);
	finding->commands = commands;
	waive(s, NULL, NULL, which);
	return violation_refuses(&s->ref->violations[which]);
}

/* A protected tag stays: this makes another. */
static const char *
next_commands(struct subject *s)
{
	const char *word = tag_word(ref_shown(s->ref->update->ref));

	return arena_format(&s->judging->verdict->arena,
	    "git tag -a %s.1\ngit push origin %s.1", word, word);
}

/* A branch to land on. */
static const char *
some_branch(const struct subject *s)
{
	const struct branches *branches = &s->judging->branches[s->layer];

	return plain_word(
	    branches->count > 0 ? ref_shown(branches->list[0].branch) : "",
	    "BRANCH");
}

static bool
find_target(struct subject *s, const struct oid *commit)
{
	const char *word = tag_word(ref_shown(s->ref->update->ref));
	const char *branch = some_branch(s);
	char digits[OID_DIGITS + 1];

	return find(s, "tag.target", "a commit that a protected branch was at",
	    arena_format(&s->judging->verdict->arena, "%.7s",
		oid_format(commit, digits)),
	    commit,
	    arena_format(&s->judging->verdict->arena,
		"git push origin %s\ngit tag -f -a %s origin/%s\n"
		"git push origin %s",
		branch, word, branch, word));
}

static bool
find_move(struct subject *s)
{
	struct judging *j = s->judging;
	struct oid commit;
	struct error ignored;
	struct tag tag;
	int peels = tag_peel(j->input->repo, &s->ref->update->new,
	    (size_t)j->budget.limits.commit_size, &j->verdict->arena, &tag,
	    &commit, &ignored);

	return find(s, "tag.move", "to stay where it is", "a new value",
	    peels == 1 ? &commit : NULL, next_commands(s));
}

static void
find_name(struct subject *s, const char *name, const struct oid *commit)
{
	const char *word = tag_word(ref_shown(s->ref->update->ref));
	char digits[OID_DIGITS + 1];

	find(s, "tag.name", "a tag object of the same name",
	    arena_format(&s->judging->verdict->arena, "one named %s", name),
	    commit,
	    arena_format(&s->judging->verdict->arena,
		"git tag -a %s %.7s\ngit push origin %s", word,
		oid_format(commit, digits), word));
}

/* The branches of this push that are accepted, as far as this layer goes: those
 * it imports, or the others. */
static size_t
add_pushed_tips(struct subject *s, bool imported, struct tip *tips)
{
	struct verdict *verdict = s->judging->verdict;
	size_t count = 0;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct ref_verdict *ref = &verdict->refs[i];

		if (ref->outcome == OUTCOME_ACCEPT &&
		    ref_is_branch(ref->update->ref) &&
		    !oid_is_zero(&ref->update->new) &&
		    policy_protects(s->policy, ref->update->ref) &&
		    (ref->imported >> s->layer & 1) == imported)
			tips[count++] =
			    (struct tip){ref->update->ref, ref->update->new};
	}
	return count;
}

/* Is the target among what these tips bring?  1, 0 or -1. */
static int
is_brought(struct subject *s, const struct oid *commit, const struct tip *tips,
    size_t count, struct error *err)
{
	int answer = 0;

	for (size_t i = 0; i < count && answer == 0; i++)
		answer = history_descends(
		    s->judging->history, &tips[i].id, commit, err);
	return answer;
}

/* Is the target an accepted state?  1, 0 or -1; 2 if it comes with an import:
 * into a repository without protected branches come all tags. */
static int
is_accepted(struct subject *s, const struct oid *commit, struct error *err)
{
	struct verdict *verdict = s->judging->verdict;
	struct states states = {.baseline = s->policy->baseline,
	    .baseline_count = s->policy->baseline_count};
	struct tip *tips, *known;
	size_t known_count, imports;
	int answer;

	if (protected_tips(s, &known, &known_count, err) == -1 ||
	    marks_know(s->judging, err) == -1)
		return -1;
	tips = arena_zero(
	    &verdict->arena, (known_count + verdict->count + 1) * sizeof *tips);
	imports = add_pushed_tips(s, true, tips);
	if (imports > 0 && known_count == 0)
		return 2;
	states.tip_count = add_pushed_tips(s, false, tips);
	for (size_t i = 0; i < known_count; i++)
		tips[states.tip_count++] = known[i];
	states.tips = tips;
	answer = history_is_state(s->judging->history, &states, commit, err);
	if (answer != 0)
		return answer;
	imports = add_pushed_tips(s, true, tips);
	answer = is_brought(s, commit, tips, imports, err);
	return answer == 1 ? 2 : answer;
}

/* The tag as a change: its message where a branch has a commit's. */
static int
judge_rules(struct subject *s, const struct tag *tag, const struct oid *commit,
    struct error *err)
{
	static const struct tree_diff nothing;
	struct commit as_commit = tag->as_commit;
	struct member member = {.commit = NULL};
	struct change change = {0};
	struct oid tree;

	if (oid_is_zero(&tag->id)) {
		memset(&as_commit, 0, sizeof as_commit);
		as_commit.author.name = as_commit.author.address = "";
		as_commit.committer = as_commit.author;
		as_commit.message = "";
		as_commit.id = *commit;
		as_commit.is_tag = true;
	}
	if (commit_tree(s->judging->input->repo, commit, &s->judging->budget,
		&tree, err) == -1)
		return -1;
	member.commit =
	    memcpy(arena_zero(&s->judging->verdict->arena, sizeof as_commit),
		&as_commit, sizeof as_commit);
	change_begin(s, &change);
	change.members = &member;
	change.member_count = 1;
	change.is_tag = change.is_tip = change.thorough = true;
	change.annotated =
	    !oid_is_zero(&tag->id) && tag->target_type == OBJECT_COMMIT;
	change.old_tree = change.new_tree = &tree;
	change.files = &nothing;
	rules_judge_change(s, &change);
	return 0;
}

static int
judge_new(struct subject *s, struct error *err)
{
	struct judging *j = s->judging;
	struct tag tag;
	struct oid commit;
	int accepted, peels;

	peels = tag_peel(j->input->repo, &s->ref->update->new,
	    (size_t)j->budget.limits.commit_size, &j->verdict->arena, &tag,
	    &commit, err);
	if (peels == -1)
		return -1;
	if (peels == 0) {
		violation_unjudged(s->ref, s->policy, "tag.target", "a commit",
		    "something else");
		return 0;
	}
	s->tip = commit;
	if ((accepted = is_accepted(s, &commit, err)) == -1)
		return -1;
	if (accepted == 2) {
		s->ref->imported |= 1u << s->layer;
		return 0;
	}
	if (accepted == 0 && find_target(s, &commit))
		return 0;
	if (!oid_is_zero(&tag.id) &&
	    strcmp(tag.name, s->ref->update->ref + strlen("refs/tags/")) != 0)
		find_name(s, tag.name, &commit);
	return judge_rules(s, &tag, &commit, err);
}

void
tag_judge(struct subject *s)
{
	struct error err;
	bool go_on = false;

	switch (s->ref->kind) {
	case UPDATE_DELETE:
		find(s, "tag.delete", "to stay", "a deletion", NULL,
		    next_commands(s));
		break;
	case UPDATE_NOOP:
		break;
	case UPDATE_FORWARD:
	case UPDATE_REWRITE:
		go_on = !find_move(s);
		break;
	case UPDATE_CREATE:
		go_on = true;
		break;
	}
	if (go_on && judge_new(s, &err) == -1)
		violation_from_error(s->judging, s->ref, s->policy, &err);
}
