/* What a change says about itself: its trailers, its writers, how to mend it.
 */
#include "checks/change.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static int
who_order(const void *a, const void *b)
{
	return strcasecmp(who_name(a), who_name(b));
}

static void
writer_add(struct writers *writers, size_t *capacity, struct who who)
{
	writers->list = mem_grow(
	    writers->list, capacity, writers->count + 1, sizeof *writers->list);
	writers->list[writers->count++] = who;
}

static int
coauthors_add(const struct change *change, struct member *member,
    struct writers *writers, size_t *capacity, struct error *err)
{
	const struct trailers *trailers = member_trailers(change, member, err);
	const char *name, *address;

	if (trailers == NULL)
		return -1;
	for (size_t i = 0; i < trailers->count; i++) {
		if (!trailer_is(&trailers->list[i], "Co-authored-by") ||
		    !trailer_person(
			&trailers->list[i], change->arena, &name, &address))
			continue;
		writer_add(
		    writers, capacity, who_by_address(change->people, address));
	}
	return 0;
}

/* Move the sorted list to the arena, without those met before. */
static void
writers_settle(struct writers *writers, struct arena *arena)
{
	struct who *list;
	size_t kept = 0;

	if (writers->count > 1)
		qsort(writers->list, writers->count, sizeof *writers->list,
		    who_order);
	for (size_t i = 0; i < writers->count; i++)
		if (kept == 0 ||
		    !who_same(&writers->list[kept - 1], &writers->list[i]))
			writers->list[kept++] = writers->list[i];
	list = arena_zero(arena, kept * sizeof *list);
	if (kept > 0)
		memcpy(list, writers->list, kept * sizeof *list);
	free(writers->list);
	*writers = (struct writers){list, kept};
}

int
change_writers(
    const struct change *change, struct writers *writers, struct error *err)
{
	size_t capacity = 0;

	*writers = (struct writers){NULL, 0};
	for (size_t i = 0; i < change->member_count; i++) {
		struct member *member = &change->members[i];

		if (i > 0 || !change->mechanical)
			writer_add(writers, &capacity,
			    who_by_address(change->people,
				member->commit->author.address));
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

bool
writers_have(const struct writers *writers, const struct who *who)
{
	size_t low = 0, high = writers->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (who_order(&writers->list[middle], who) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < writers->count && who_order(&writers->list[low], who) == 0;
	     low++)
		if (who_same(&writers->list[low], who))
			return true;
	return false;
}

const char *
commit_short(const struct change *change, const struct commit *commit)
{
	enum { SHORT_DIGITS = 7 };
	char digits[OID_DIGITS + 1];

	return arena_bytes(
	    change->arena, oid_format(&commit->id, digits), SHORT_DIGITS);
}

/* A tag's name as a word that a shell takes as it is, or a stand-in. */
static const char *
tag_word(const struct change *change)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._/+@=#-";
	const char *name = change->ref;

	if (strncmp(name, "tags/", 5) == 0)
		name += 5;
	if (name[0] == '-' || name[0] == '#' ||
	    name[strspn(name, plain)] != '\0')
		return "TAG";
	return name;
}

const char *
amend_commands(const struct change *change, const struct commit *commit,
    const char *option)
{
	bool own = commit == change->members[0].commit;
	const char *word;

	if (commit->is_tag) {
		word = tag_word(change);
		return arena_format(change->arena,
		    "git tag -f -a %s %s^{}\ngit push origin tag %s", word,
		    word, word);
	}
	if (own && change->is_tip)
		return arena_format(change->arena,
		    "git commit --amend%s%s\ngit push",
		    *option != '\0' ? " " : "", option);
	word = commit->parent_count == 0 ? "--root"
					 : arena_format(change->arena, "%s^",
					       commit_short(change, commit));
	return arena_format(change->arena,
	    "git rebase -i%s %s\ngit commit --amend%s%s\n"
	    "git rebase --continue\ngit push",
	    own && commit->parent_count <= 1 ? "" : " --rebase-merges", word,
	    *option != '\0' ? " " : "", option);
}
