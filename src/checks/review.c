/*
 * `review`: enough people of a group, none of whom wrote it, read the change.
 * Trailers name them; reviews that were pushed are the matter of reviewed.h,
 * and count wherever a name does.
 */
#include "checks/reviewing.h"

#include <string.h>

#include "yaml/field.h"

static const char *const proof_choices[] = {[BY_CLAIM] = "claimed",
    [BY_PUSHER] = "pusher",
    [BY_CONTENT] = "content",
    [BY_SIGNATURE] = "signed",
    NULL};
static const char *const scope_choices[] = {
    [PER_CHANGE] = "change", [PER_COMMIT] = "commit", NULL};

static const struct review review_defaults = {
    .count = 1, .trailer = "Reviewed-by"};

#define REVIEW(member) offsetof(struct review, member)

static const struct field review_fields[] = {
    {.key = "count",
	.type = FIELD_NUMBER,
	.offset = REVIEW(count),
	.summary = "How many different people; 1 unless given.",
	.min = 1},
    {.key = "by",
	.type = FIELD_GROUP,
	.offset = REVIEW(by),
	.summary = "Who may review; anybody who did not write it."},
    {.key = "proof",
	.type = FIELD_CHOICE,
	.offset = REVIEW(proof),
	.summary = "How strong the evidence must be; claimed unless given.",
	.choices = proof_choices},
    {.key = "per",
	.type = FIELD_CHOICE,
	.offset = REVIEW(per),
	.summary = "Review each change or each commit; change unless given.",
	.choices = scope_choices},
    {.key = "trailer",
	.type = FIELD_TEXT,
	.offset = REVIEW(trailer),
	.summary = "The trailer that names a reviewer."},
    {.key = NULL},
};

static void
accept(const struct inquiry *inquiry, const struct tally *tally,
    struct findings *findings)
{
	enum proof proof = pusher_reviewed(inquiry->change, tally)
			       ? PROOF_PUSHER
			       : PROOF_CLAIMED;

	for (size_t i = 0; i < tally->reviewed.count; i++)
		witnesses_add(&findings->witnesses,
		    tally->reviewed.counted[i].proof,
		    who_name(&tally->reviewed.counted[i].who), findings->arena);
	if (tally_reviews_hold(inquiry, tally))
		return;
	for (size_t i = 0; i < tally->count; i++)
		witnesses_add(&findings->witnesses, proof,
		    who_name(&tally->counted[i]), findings->arena);
}

static int
review_member(struct inquiry *inquiry, struct member *member,
    bool mechanical_will_do, struct findings *findings, struct error *err)
{
	struct tally tally;
	int mechanical = 0;

	if (tally_make(inquiry, member, &tally, err) < 0)
		return -1;
	if (tally_holds(inquiry, &tally)) {
		accept(inquiry, &tally, findings);
		return 0;
	}
	if (mechanical_will_do)
		mechanical = member_mechanical(inquiry->change, member, err);
	if (mechanical == 0)
		review_report(inquiry, member->commit, &tally, findings);
	return mechanical == -1 ? -1 : 0;
}

static int
review_commits(struct inquiry *inquiry, size_t first, bool mechanical_will_do,
    struct findings *findings, struct error *err)
{
	const struct change *change = inquiry->change;

	for (size_t i = first; i < change->member_count; i++)
		if (review_member(inquiry, &change->members[i],
			mechanical_will_do, findings, err) < 0)
			return -1;
	return 0;
}

/*
 * Evidence on the change's own commit counts for all.  Without it, a mechanical
 * merge holds if the others do; if not, and it does name a reviewer, that is
 * what went wrong.
 */
static int
review_change(
    struct inquiry *inquiry, struct findings *findings, struct error *err)
{
	struct member *own = &inquiry->change->members[0];
	size_t found_before = findings->count;
	struct tally tally;
	int mechanical;

	if (tally_make(inquiry, own, &tally, err) < 0)
		return -1;
	if (tally_holds(inquiry, &tally)) {
		accept(inquiry, &tally, findings);
		return 0;
	}
	mechanical = member_mechanical(inquiry->change, own, err);
	if (mechanical == -1 ||
	    (mechanical == 1 &&
		review_commits(inquiry, 1, true, findings, err) < 0))
		return -1;
	if (mechanical == 1 &&
	    (findings->count == found_before || !tally_names_somebody(&tally)))
		return 0;
	findings->count = found_before;
	review_report(inquiry, own->commit, &tally, findings);
	return 0;
}

/* Who wrote it must be clear before anybody can be said not to have. */
static void
report_unclear_writers(struct inquiry *inquiry, struct findings *findings)
{
	const struct change *change = inquiry->change;

	for (size_t i = 0; i < change->member_count; i++) {
		const struct commit *commit = change->members[i].commit;
		struct finding *finding;

		if (!coauthors_unclear(change, &change->members[i]))
			continue;
		need_make(inquiry);
		finding = finding_add(findings, "review.ambiguous", commit,
		    inquiry->need, "a co-author who is not named clearly");
		finding->note = "a \"Co-authored-by\" line here is no \"Name "
				"<address>\", or git reads it otherwise";
		finding->commands = amend_commands(change, commit, "");
	}
}

static int
report_withheld(
    struct inquiry *inquiry, struct findings *findings, struct error *err)
{
	struct block block;
	int blocked = reviewed_blocked(&inquiry->query, &block, err);

	if (blocked != 1)
		return blocked;
	need_make(inquiry);
	reviewed_withheld(inquiry->change, &block, inquiry->need, findings);
	return 0;
}

static int
review_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct inquiry inquiry = {.settings = settings, .change = change};
	const struct review *review = inquiry.settings;
	int unknown = 0;

	inquiry.query = (struct review_query){.change = change,
	    .writers = &inquiry.writers,
	    .by = review->by,
	    .count = (size_t)review->count,
	    .least =
		review->proof == BY_SIGNATURE ? PROOF_SIGNED : PROOF_CONTENT};
	if (change->local && review->proof > BY_PUSHER)
		unknown = reviewed_unknown(change, err);
	if (unknown != 0)
		return unknown == -1 ? -1 : 0;
	if (change_writers(change, &inquiry.writers, err) < 0 ||
	    report_withheld(&inquiry, findings, err) < 0)
		return -1;
	report_unclear_writers(&inquiry, findings);
	if (inquiry.settings->per == PER_COMMIT)
		return review_commits(&inquiry, 0, false, findings, err);
	return review_change(&inquiry, findings, err);
}

int
review_by(const struct group *group, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct review review = review_defaults;

	review.by = group;
	return review_run(&review, change, findings, err);
}

/* How many people could ever review; -1 where nobody can say. */
static int64_t
most_reviewers(const struct group *by)
{
	int64_t most = 0;

	if (by == NULL || by->anybody)
		return -1;
	for (size_t i = 0; i < by->patterns.count; i++, most++)
		if (strpbrk(by->patterns.list[i], "*?[\\") != NULL)
			return -1;
	for (size_t i = 0; i < by->person_count; i++)
		most += !by->persons[i]->robot;
	return most;
}

static void
review_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct review *review = settings;
	int64_t most = most_reviewers(review->by);

	if (most >= 0 && most < review->count && load->faults->errors == 0)
		warning_at(load->faults, node,
		    "%lld have to review, and \"%s\" has %lld who can: nothing "
		    "could ever pass",
		    (long long)review->count, review->by->name,
		    (long long)most);
	trailer_key_validate(review->trailer, "trailer", node, load);
	if (review->proof == BY_CONTENT &&
	    (review->by == NULL || review->by->anybody))
		warning_at(load->faults, node,
		    "anybody may review: a login that \"people\" does not list "
		    "can not be told from an author of the change");
}

static unsigned
review_needs(const void *settings)
{
	const struct review *review = settings;

	return review->proof > BY_CLAIM ? CHANGE_SERVER : 0;
}

const struct check review_check = {
    .name = "review",
    .summary = "enough people who did not write the change reviewed it",
    .fields = review_fields,
    .defaults = &review_defaults,
    .settings_size = sizeof(struct review),
    .validate = review_validate,
    .needs_of = review_needs,
    .run = review_run,
};
