/* What a change says about itself: its trailers, its writers, how to mend it.
 */
#include "checks/change.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "git/merge.h"

const struct trailers *
member_trailers(
    const struct change *change, struct member *member, struct error *err)
{
	const struct commit *commit = member->commit;

	if (!member->trailers_known) {
		if (trailers_parse(commit->message, commit->message_len,
			(size_t)change->budget->limits.trailers, change->arena,
			&member->trailers, err) < 0) {
			error_prefix(err, "%s", commit_short(change, commit));
			return NULL;
		}
		member->trailers_known = true;
	}
	return &member->trailers;
}

int
member_mechanical(
    const struct change *change, struct member *member, struct error *err)
{
	int answer = 0;

	if (member->merge == MERGE_UNKNOWN) {
		if (change->history != NULL)
			answer =
			    merge_is_mechanical(change->repo, change->history,
				member->commit, change->budget, err);
		if (answer == -1)
			return error_prefix(
			    err, "%s", commit_short(change, member->commit));
		member->merge = answer == 1 ? MERGE_MECHANICAL : MERGE_OWN;
	}
	return member->merge == MERGE_MECHANICAL;
}

static int
who_order(const struct who *a, const struct who *b)
{
	return strcasecmp(who_name(a), who_name(b));
}

/* By name, and of one name first those who wrote more than a merge. */
static int
hand_order(const void *a, const void *b)
{
	const struct hand *x = a, *y = b;
	int order = who_order(&x->who, &y->who);

	return order != 0 ? order : (x->merge != NULL) - (y->merge != NULL);
}

static void
writer_add(struct writers *writers, size_t *capacity, struct who who,
    struct member *merge)
{
	writers->list = mem_grow(
	    writers->list, capacity, writers->count + 1, sizeof *writers->list);
	writers->list[writers->count++] = (struct hand){who, merge};
}

/* Whoever is named so, also where it is no trailer. */
static int
coauthors_add(const struct change *change, struct member *member,
    struct writers *writers, size_t *capacity, struct error *err)
{
	const struct commit *commit = member->commit;
	struct trailers named;
	const char *name, *address;

	if (member_trailers(change, member, err) == NULL)
		return -1;
	named = trailers_anywhere(commit->message, commit->message_len,
	    "Co-authored-by", change->arena);
	for (size_t i = 0; i < named.count; i++)
		if (trailer_person(
			&named.list[i], change->arena, &name, &address))
			writer_add(writers, capacity,
			    who_by_address(change->people, address), NULL);
	return 0;
}

/* Move the sorted list to the arena, without those met before. */
static void
writers_settle(struct writers *writers, struct arena *arena)
{
	size_t kept = 0;

	if (writers->count > 1)
		qsort(writers->list, writers->count, sizeof *writers->list,
		    hand_order);
	for (size_t i = 0; i < writers->count; i++)
		if (kept == 0 || writers->list[kept - 1].merge != NULL ||
		    !who_same(
			&writers->list[kept - 1].who, &writers->list[i].who))
			writers->list[kept++] = writers->list[i];
	*writers = (struct writers){
	    arena_move(arena, writers->list, kept * sizeof *writers->list),
	    kept};
}

int
change_writers(
    const struct change *change, struct writers *writers, struct error *err)
{
	size_t capacity = 0;

	*writers = (struct writers){NULL, 0};
	for (size_t i = 0; i < change->member_count; i++) {
		struct member *member = &change->members[i];

		writer_add(writers, &capacity,
		    who_by_address(
			change->people, member->commit->author.address),
		    member->commit->parent_count > 1 ? member : NULL);
		if (coauthors_add(change, member, writers, &capacity, err) <
			0 ||
		    budget_time(change->budget, err) < 0) {
			free(writers->list);
			return -1;
		}
	}
	writers_settle(writers, change->arena);
	return 0;
}

int
writers_have(const struct change *change, const struct writers *writers,
    const struct who *who, struct error *err)
{
	size_t low = 0, high = writers->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (who_order(&writers->list[middle].who, who) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < writers->count; low++) {
		const struct hand *hand = &writers->list[low];
		int mechanical = 0;

		if (who_order(&hand->who, who) != 0)
			break;
		if (!who_same(&hand->who, who))
			continue;
		if (hand->merge != NULL)
			mechanical =
			    member_mechanical(change, hand->merge, err);
		if (mechanical != 1)
			return mechanical == 0 ? 1 : -1;
	}
	return 0;
}

const char *
commit_short(const struct change *change, const struct commit *commit)
{
	enum { SHORT_DIGITS = 7 };
	char digits[OID_DIGITS + 1];

	return arena_bytes(
	    change->arena, oid_format(&commit->id, digits), SHORT_DIGITS);
}

const char *
plain_word(const char *text, const char *stand_in)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._/+@=#-";

	return text[0] == '\0' || text[0] == '-' || text[0] == '#' ||
		       text[strspn(text, plain)] != '\0'
		   ? stand_in
		   : text;
}

const char *
tag_word(const char *ref)
{
	return plain_word(starts_with(ref, "tags/") ? ref + 5 : ref, "TAG");
}

/* Is it the commit that `git commit --amend` is about? */
static bool
is_last(const struct change *change, const struct commit *commit)
{
	return change->is_tip && commit == change->members[0].commit;
}

/* What a rebase that changes this commit begins at. */
static const char *
rebase_word(const struct change *change, const struct commit *commit)
{
	if (commit->parent_count == 0)
		return "--root";
	return arena_format(change->arena, "%s^", commit_short(change, commit));
}

/* A merge can not be fixed up, nor can an author; the rebase stops there. */
static const char *
stop_commands(const struct change *change, const struct commit *commit,
    const char *before, const char *option)
{
	return arena_format(change->arena,
	    "git -c sequence.editor='sed -i /%s/ab' rebase -ir %s\n"
	    "%sgit commit --amend%s%s\ngit rebase --continue\ngit push",
	    commit_short(change, commit), rebase_word(change, commit), before,
	    *option != '\0' ? " " : "", option);
}

/* A tag is made anew. */
static const char *
tag_commands(const struct change *change, const char *option)
{
	const char *word = tag_word(change->ref);

	return arena_format(change->arena,
	    "git tag -f %s %s %s^{}\ngit push origin tag %s", option, word,
	    word, word);
}

const char *
amend_commands(const struct change *change, const struct commit *commit,
    const char *option)
{
	if (commit->is_tag)
		return tag_commands(change, "-a");
	if (is_last(change, commit))
		return arena_format(change->arena,
		    "git commit --amend%s%s\ngit push",
		    *option != '\0' ? " " : "", option);
	if (commit->parent_count > 1 || strstr(option, "--no-edit") != NULL)
		return stop_commands(change, commit, "", option);
	return arena_format(change->arena,
	    "git commit --fixup=reword:%s%s%s\n"
	    "git -c sequence.editor=: rebase -ir --autosquash %s\ngit push",
	    commit_short(change, commit), *option != '\0' ? " \\\n  " : "",
	    option, rebase_word(change, commit));
}

const char *
step_commands(
    const struct change *change, const struct commit *commit, const char *step)
{
	const char *line = arena_format(change->arena, "%s\n", step);

	if (!is_last(change, commit))
		return stop_commands(change, commit, line, "--no-edit");
	return arena_format(
	    change->arena, "%sgit commit --amend --no-edit\ngit push", line);
}

const char *
add_commands(const struct change *change, const struct commit *commit)
{
	if (is_last(change, commit) || commit->parent_count > 1)
		return step_commands(change, commit, "git add FILE");
	return arena_format(change->arena,
	    "git add FILE\ngit commit --fixup=%s\n"
	    "git -c sequence.editor=: rebase -ir --autosquash %s\ngit push",
	    commit_short(change, commit), rebase_word(change, commit));
}

/* A rebase leaves no signature on what comes later, so it signs that too. */
const char *
sign_commands(const struct change *change, const struct commit *commit)
{
	if (commit->is_tag)
		return tag_commands(change, "-s");
	if (is_last(change, commit))
		return "git commit --amend --no-edit -S\ngit push";
	return arena_format(change->arena, "git rebase -fr -S %s\ngit push",
	    rebase_word(change, commit));
}
