/* Why a commit is not reviewed as a rule asks, and what would help. */
#include <string.h>

#include "checks/pusher.h"
#include "checks/reviewing.h"

static struct diagnosis
unproven(const struct inquiry *inquiry, const struct tally *tally)
{
	const struct change *change = inquiry->change;
	const char *fault =
	    change->pusher != NULL ? change->pusher->fault : NULL;

	if (!pusher_known(change))
		return (struct diagnosis){"pusher.unknown",
		    "a pusher nobody knows",
		    fault != NULL ? fault
				  : "the host does not say who is pushing",
		    NULL};
	return (struct diagnosis){"review.proof",
	    arena_format(
		change->arena, "a claim by %s", who_name(&tally->counted[0])),
	    arena_format(change->arena,
		change->pusher->proven
		    ? "%s pushes, and is none of the reviewers named"
		    : "%s is the account, which may be shared: nobody's proof",
		change->pusher->login),
	    "one of the reviewers named has to push it"};
}

/* Only people are named who do not count. */
static struct diagnosis
misnamed(const struct change *change, const struct tally *tally)
{
	if (tally->unknown != NULL)
		return (struct diagnosis){"review.unknown",
		    arena_format(
			change->arena, "a review by %s", tally->unknown),
		    tally->note, NULL};
	if (tally->self != NULL)
		return (struct diagnosis){"review.self",
		    arena_format(change->arena, "a review by %s, who wrote it",
			tally->self),
		    NULL, NULL};
	return (struct diagnosis){NULL, NULL, NULL, NULL};
}

/* A rule that asks for reviews that are pushed, and not for names. */
static struct diagnosis
unpushed(const struct inquiry *inquiry, const struct tally *tally)
{
	const struct change *change = inquiry->change;
	const struct pusher_refusal unknown =
	    pusher_prove(change->pusher, change->arena);
	struct diagnosis why;

	if (!change->local && unknown.code != NULL)
		return (struct diagnosis){
		    unknown.code, unknown.found, unknown.note, NULL};
	why = reviewed_diagnose(change, &tally->reviewed, inquiry->query.count);
	if (why.code == NULL && tally->count == 0)
		why = misnamed(change, tally);
	if (why.code != NULL)
		return why;
	if (tally->count > 0)
		return (struct diagnosis){"review.proof",
		    arena_format(change->arena, "a claim by %s",
			who_name(&tally->counted[0])),
		    "anybody can type a name; a review is pushed",
		    "the reviewer named pushes the review, then push again"};
	return (struct diagnosis){"review.missing", "0", NULL,
	    "one of them fetches it from a branch it was pushed to, reviews it "
	    "and pushes the review; then push again"};
}

static struct diagnosis
unnamed(const struct inquiry *inquiry, const struct commit *commit)
{
	struct arena *arena = inquiry->change->arena;
	struct near_miss miss = trailers_near_miss(commit->message,
	    commit->message_len, inquiry->settings->trailer, true, arena);

	switch (miss.kind) {
	case NEAR_MISS_SUBJECT:
	case NEAR_MISS_PARAGRAPH:
	case NEAR_MISS_MIXED:
	case NEAR_MISS_NO_BLANK:
	case NEAR_MISS_QUOTED:
		return (struct diagnosis){"review.misplaced",
		    "one in the wrong place", near_miss_text(&miss, arena),
		    NULL};
	case NEAR_MISS_FOLDED:
	case NEAR_MISS_FORM:
		return (struct diagnosis){"review.ambiguous",
		    "one that names nobody clearly",
		    near_miss_text(&miss, arena), NULL};
	case NEAR_MISS_EMPTY:
	case NEAR_MISS_SPELLING:
		return (struct diagnosis){
		    "review.missing", "0", near_miss_text(&miss, arena), NULL};
	case NEAR_MISS_NONE:
		break;
	}
	return (struct diagnosis){"review.missing", "0", NULL, NULL};
}

static struct diagnosis
diagnose(const struct inquiry *inquiry, const struct commit *commit,
    const struct tally *tally)
{
	const struct change *change = inquiry->change;
	struct diagnosis why;

	if (inquiry->settings->proof > BY_PUSHER)
		return unpushed(inquiry, tally);
	if (tally->unclear)
		return (struct diagnosis){"review.ambiguous",
		    "a message that can be read in two ways", tally->note,
		    NULL};
	if ((int64_t)tally->count >= inquiry->settings->count)
		return unproven(inquiry, tally);
	if (tally_everybody(tally) > 0)
		return (struct diagnosis){"review.missing",
		    arena_format(change->arena, "%zu", tally_everybody(tally)),
		    tally->note, NULL};
	why = misnamed(change, tally);
	return why.code != NULL ? why : unnamed(inquiry, commit);
}

/* Those of the group who did not write it, as far as they have names. */
static const char *
reviewers_wanted(const struct inquiry *inquiry)
{
	enum { NAMES_SHOWN = 8 };
	const struct change *change = inquiry->change;
	const struct group *by = inquiry->settings->by;
	const char *names = NULL;
	size_t shown = 0;
	struct error err;

	if (by == NULL || by->anybody)
		return "anybody who did not write it";
	if (by->addresses != NULL)
		return group_members(by, change->arena);
	for (size_t i = 0; i < by->person_count && shown < NAMES_SHOWN; i++) {
		struct who who = {.person = by->persons[i]};

		if (who.person->robot || !who_counts(&who, change->today) ||
		    writers_have(change, &inquiry->writers, &who, &err) != 0)
			continue;
		names = names == NULL ? who_name(&who)
				      : arena_format(change->arena, "%s, %s",
					    names, who_name(&who));
		shown++;
	}
	if (shown == NAMES_SHOWN && by->person_count > NAMES_SHOWN)
		return arena_format(change->arena, "%s, ...", names);
	return names != NULL ? names : group_members(by, change->arena);
}

void
need_make(struct inquiry *inquiry)
{
	const struct review *settings = inquiry->settings;

	if (inquiry->need != NULL)
		return;
	inquiry->need = arena_format(inquiry->change->arena,
	    "%lld %sreview%s by %s%s", (long long)settings->count,
	    settings->proof == BY_CONTENT     ? "pushed "
	    : settings->proof == BY_SIGNATURE ? "signed "
					      : "",
	    settings->count == 1 ? "" : "s",
	    settings->by != NULL ? settings->by->name : "somebody else",
	    settings->proof == BY_PUSHER ? ", one of them pushing" : "");
	inquiry->from = reviewers_wanted(inquiry);
}

/* What names somebody the right way. */
static void
mend_names(const struct inquiry *inquiry, const struct commit *commit,
    const struct tally *tally, struct finding *finding)
{
	const struct change *change = inquiry->change;
	const char *trailer = inquiry->settings->trailer;

	if (tally->unclear && !commit->is_tag) {
		finding->commands = amend_commands(change, commit, "");
		return;
	}
	if (!tally->unclear && tally->count > 0 &&
	    (int64_t)tally->count >= inquiry->settings->count)
		return;
	finding->commands = amend_commands(change, commit,
	    arena_format(
		change->arena, "--trailer \"%s: NAME <EMAIL>\"", trailer));
	if (finding->hint != NULL)
		return;
	finding->hint =
	    commit->is_tag
		? arena_format(change->arena,
		      "once one of them has reviewed it, make the tag again "
		      "with a last paragraph \"%s: NAME <EMAIL>\"",
		      trailer)
		: arena_format(change->arena,
		      "once one of them has reviewed %s, name them and push "
		      "again",
		      commit_short(change, commit));
}

/* The same for every file that is not as it was reviewed. */
static void
report_files(
    const struct departure *departure, size_t which, struct findings *findings)
{
	size_t count = departure->count < DEPARTURES_SHOWN ? departure->count
							   : DEPARTURES_SHOWN;

	for (size_t i = 0; i < count; i++) {
		struct finding finding = findings->list[which];

		finding.path = departure->paths[i];
		if (i == 0)
			findings->list[which] = finding;
		else
			*finding_add(findings, "", NULL, "", "") = finding;
	}
}

void
review_report(struct inquiry *inquiry, const struct commit *commit,
    const struct tally *tally, struct findings *findings)
{
	const struct review *settings = inquiry->settings;
	struct diagnosis why = diagnose(inquiry, commit, tally);
	size_t which = findings->count;
	struct finding *finding;

	need_make(inquiry);
	finding =
	    finding_add(findings, why.code, commit, inquiry->need, why.found);
	finding->from = inquiry->from;
	finding->note = why.note;
	finding->hint = why.hint;
	if (strcmp(why.code, "pusher.unknown") == 0)
		return;
	if (settings->proof <= BY_PUSHER)
		mend_names(inquiry, commit, tally, finding);
	else
		finding->commands = reviewed_commands(
		    inquiry->change, commit, inquiry->query.least);
	if (strcmp(why.code, "review.stale") == 0)
		report_files(&tally->reviewed.departure, which, findings);
}
