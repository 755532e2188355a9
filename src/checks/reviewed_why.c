/* Why reviews that were pushed are not enough, and what would help. */
#include "checks/reviewed.h"

#include <string.h>

static const char ask_again[] =
    "whoever reviewed it looks at it as it is now, and pushes that";

static struct diagnosis
stale(const struct change *change, const struct reviewed *reviewed)
{
	size_t count = reviewed->departure.count;

	return (struct diagnosis){"review.stale",
	    arena_format(change->arena, "a review by %s of other content",
		reviewed->stale),
	    arena_format(change->arena,
		"%zu file%s not as merging what %s reviewed would leave %s",
		count, count == 1 ? " is" : "s are", reviewed->stale,
		count == 1 ? "it" : "them"),
	    ask_again};
}

static struct diagnosis
not_counted(const struct change *change, const struct reviewed *reviewed)
{
	struct arena *arena = change->arena;

	if (reviewed->unproven != NULL)
		return (struct diagnosis){"review.proof",
		    arena_format(arena, "a review by %s that is not signed",
			reviewed->unproven),
		    reviewed->reason, "the reviewer signs it, and pushes that"};
	if (reviewed->pushing != NULL)
		return (struct diagnosis){"review.proof",
		    arena_format(
			arena, "a review by %s, who pushes", reviewed->pushing),
		    "reviewer and pusher are two people",
		    "somebody else pushes it, or reviews it too"};
	if (reviewed->self != NULL)
		return (struct diagnosis){"review.self",
		    arena_format(
			arena, "a review by %s, who wrote it", reviewed->self),
		    NULL, "somebody else reviews it, and pushes that"};
	if (reviewed->stranger != NULL)
		return (struct diagnosis){"review.unknown",
		    arena_format(arena, "a review by %s", reviewed->stranger),
		    arena_format(arena,
			"the login %s is of nobody the rule asks for",
			reviewed->stranger),
		    "one of those asked for reviews it, and pushes that"};
	if (reviewed->left_out != NULL)
		return (struct diagnosis){"review.missing",
		    arena_format(arena, "%zu", reviewed->count),
		    arena_format(arena,
			"%s has too many reviews: the oldest were not looked "
			"at",
			reviewed->left_out),
		    "whoever reviewed it deletes the refs of reviews that have "
		    "landed; or reviews this very commit"};
	return (struct diagnosis){NULL, NULL, NULL, NULL};
}

struct diagnosis
reviewed_diagnose(
    const struct change *change, const struct reviewed *reviewed, size_t wanted)
{
	struct diagnosis why;

	if (reviewed->again != NULL)
		return (struct diagnosis){"review.stale",
		    arena_format(change->arena,
			"a review by %s that has served", reviewed->again),
		    "this has landed here before, and was taken back since",
		    "rebase it, and have it reviewed as it is then"};
	if (reviewed->beside != NULL)
		return (struct diagnosis){"review.stale",
		    arena_format(change->arena,
			"a review by %s of other commits", reviewed->beside),
		    "what is merged is not what was reviewed, though the "
		    "content is",
		    "merge the commit that was reviewed"};
	if (reviewed->stale != NULL)
		return stale(change, reviewed);
	why = not_counted(change, reviewed);
	if (why.code == NULL && reviewed->count > 0 && reviewed->count < wanted)
		return (struct diagnosis){"review.missing",
		    arena_format(change->arena, "%zu", reviewed->count), NULL,
		    "more of them review it, and push that"};
	return why;
}

const char *
reviewed_commands(
    const struct change *change, const struct commit *commit, enum proof proof)
{
	static const char ref[] = "reviews/LOGIN/TOPIC";
	char hex[OID_DIGITS + 1];
	/* A review of the tip is one of all that comes with it. */
	const char *word = arena_format(change->arena, "%.10s",
	    oid_format(commit->is_tag ? &commit->id : change->tip, hex));

	if (proof == PROOF_SIGNED)
		return arena_format(change->arena,
		    "git fetch origin\n"
		    "git -c gpg.format=ssh tag -s -m Reviewed %s %s\n"
		    "git push origin refs/tags/%s:refs/%s",
		    ref, word, ref, ref);
	return arena_format(change->arena,
	    "git fetch origin\ngit push origin %s:refs/%s", word, ref);
}

static const char untold[] =
    "whether it is of this can not be told: of what both change some file is "
    "too large to be merged, or their histories can not be compared";

void
reviewed_withheld(const struct change *change, const struct block *block,
    const char *need, struct findings *findings)
{
	const char *name = block->ref->name;
	struct arena *arena = change->arena;
	struct who who = who_by_login(change->people, block->login);
	struct finding *finding = finding_add(findings, "review.missing",
	    change->members[0].commit, need,
	    arena_format(arena, "%s withholding %s", who_name(&who),
		block->untold ? "what may be it" : "it"));

	finding->from = who_name(&who);
	finding->note = arena_format(arena, "withheld by %s%s%s", name,
	    block->untold ? "; " : "", block->untold ? untold : "");
	finding->hint = arena_format(arena,
	    "once that is settled, %s deletes the ref%s", block->login,
	    block->untold ? ", or an administrator does" : "");
	finding->commands =
	    arena_format(arena, "git push origin :%s", plain_word(name, "REF"));
}
