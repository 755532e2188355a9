/*
 * `review`: enough people of a group, none of whom wrote it, read the change.
 * Trailers name them; reviews that were pushed are the matter of reviewed.h,
 * and count wherever a name does.
 */
#include "checks/check.h"

#include <string.h>
#include <strings.h>

#include "checks/pusher.h"
#include "checks/reviewed.h"
#include "yaml/field.h"

enum review_proof { BY_CLAIM, BY_PUSHER, BY_CONTENT, BY_SIGNATURE };
enum review_scope { PER_CHANGE, PER_COMMIT };

static const char *const proof_choices[] = {[BY_CLAIM] = "claimed",
    [BY_PUSHER] = "pusher",
    [BY_CONTENT] = "content",
    [BY_SIGNATURE] = "signed",
    NULL};
static const char *const scope_choices[] = {
    [PER_CHANGE] = "change", [PER_COMMIT] = "commit", NULL};

struct review {
	int64_t count;
	const struct group *by; /* NULL: anybody */
	int proof, per;
	const char *trailer;
};

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

/* Who looks at which change for which rule. */
struct inquiry {
	const struct review *settings;
	const struct change *change;
	struct writers writers;
	struct review_query query;
	const char *need, *from; /* made for the first finding */
};

/* What one commit says about its review, and others about the commit. */
struct tally {
	struct reviewed reviewed;
	struct who *counted; /* whom it names */
	size_t count;
	const char *self;    /* a reviewer who wrote the change */
	const char *unknown; /* one who is nobody the rule asks for */
	const char *note;    /* why the last one named does not count */
	bool unclear;        /* it can be read in two ways */
};

static bool
counted_before(const struct tally *tally, const struct who *who)
{
	for (size_t i = 0; i < tally->count; i++)
		if (who_same(&tally->counted[i], who))
			return true;
	return false;
}

/* The listed person this stranger might be, by name or local part. */
static const struct person *
namesake(const struct people *people, const char *name, const char *address)
{
	size_t local = strcspn(address, "@");

	for (size_t i = 0; i < people->count; i++) {
		const char *known = people->list[i].name;

		if (strcasecmp(known, name) == 0 ||
		    (strlen(known) == local &&
			strncasecmp(known, address, local) == 0))
			return &people->list[i];
	}
	return NULL;
}

static const char *
stranger_note(const struct inquiry *inquiry, const struct who *who,
    const char *name, const char *address)
{
	const struct change *change = inquiry->change;
	const struct group *by = inquiry->settings->by;
	const struct person *person;

	if (who->person == NULL &&
	    (person = namesake(change->people, name, address)) != NULL)
		return arena_format(change->arena,
		    "%s is known to the policy, but not with the address %s",
		    person->name, address);
	return arena_format(
	    change->arena, "%s <%s> is not one of %s", name, address, by->name);
}

static int
tally_person(const struct inquiry *inquiry, struct tally *tally,
    const char *name, const char *address, struct error *err)
{
	const struct change *change = inquiry->change;
	const struct group *by = inquiry->settings->by;
	struct who who = who_by_address(change->people, address);
	int wrote = writers_have(change, &inquiry->writers, &who, err);

	if (wrote == -1)
		return -1;
	if (wrote == 1) {
		tally->self = name;
		tally->note =
		    arena_format(change->arena, "%s wrote the change", name);
	} else if (who.person != NULL && who.person->robot) {
		tally->unknown = name;
		tally->note = arena_format(change->arena,
		    "%s is a robot, and robots do not review", name);
	} else if (by != NULL && !group_has(by, &who)) {
		tally->unknown = name;
		tally->note = stranger_note(inquiry, &who, name, address);
	} else if (!who_counts(&who, change->today)) {
		tally->unknown = name;
		tally->note = arena_format(
		    change->arena, "%s does not count today", who_name(&who));
	} else if (counted_before(tally, &who)) {
		tally->note = arena_format(change->arena,
		    "%s is named more than once", who_name(&who));
	} else {
		tally->counted[tally->count++] = who;
	}
	return 0;
}

/* A co-author whom only one of two readers sees could be the reviewer. */
static bool
coauthors_unclear(const struct change *change, const struct member *member)
{
	static const char key[] = "Co-authored-by";
	const struct commit *commit = member->commit;
	const char *name, *address;

	for (size_t i = 0; i < member->trailers.count; i++)
		if (trailer_is(&member->trailers.list[i], key) &&
		    !trailer_person(&member->trailers.list[i], change->arena,
			&name, &address))
			return true;
	return trailers_ambiguous(commit->message, commit->message_len, key);
}

/* Whom the trailers of a commit name. */
static int
tally_names(const struct inquiry *inquiry, struct member *member,
    struct tally *tally, struct error *err)
{
	const struct change *change = inquiry->change;
	const struct commit *commit = member->commit;
	const char *key = inquiry->settings->trailer, *name, *address;
	const struct trailers *trailers = member_trailers(change, member, err);

	*tally = (struct tally){.count = 0};
	if (trailers == NULL || budget_time(change->budget, err) < 0)
		return -1;
	tally->counted =
	    arena_zero(change->arena, trailers->count * sizeof(struct who));
	for (size_t i = 0; i < trailers->count; i++) {
		const struct trailer *trailer = &trailers->list[i];

		if (!trailer_is(trailer, key))
			continue;
		if (trailer_person(trailer, change->arena, &name, &address) &&
		    tally_person(inquiry, tally, name, address, err) == -1)
			return -1;
	}
	if (trailers_ambiguous(commit->message, commit->message_len, key)) {
		tally->unclear = true;
		tally->note = arena_format(change->arena,
		    "git reads other \"%s\" lines here than refwarden does",
		    key);
	}
	return 0;
}

static bool
pusher_known(const struct change *change)
{
	return change->pusher != NULL && change->pusher->login != NULL;
}

/* Is the authenticated pusher one of those counted? */
static bool
pusher_reviewed(const struct change *change, const struct tally *tally)
{
	struct who who;

	if (change->local || !pusher_known(change) || !change->pusher->proven)
		return false;
	who = who_by_login(change->people, change->pusher->login);
	return counted_before(tally, &who);
}

/* All who are named, or have pushed a review, each once. */
static size_t
everybody(const struct tally *tally)
{
	size_t count = tally->count;

	for (size_t i = 0; i < tally->reviewed.count; i++)
		count +=
		    !counted_before(tally, &tally->reviewed.counted[i].who);
	return count;
}

static bool
reviews_hold(const struct inquiry *inquiry, const struct tally *tally)
{
	return (int64_t)tally->reviewed.count >= inquiry->settings->count;
}

static bool
names_hold(const struct inquiry *inquiry, const struct tally *tally)
{
	const struct review *settings = inquiry->settings;

	return !tally->unclear && settings->proof <= BY_PUSHER &&
	       (int64_t)everybody(tally) >= settings->count &&
	       (settings->proof == BY_CLAIM || inquiry->change->local ||
		   tally->reviewed.count > 0 ||
		   pusher_reviewed(inquiry->change, tally));
}

static bool
tally_holds(const struct inquiry *inquiry, const struct tally *tally)
{
	return reviews_hold(inquiry, tally) || names_hold(inquiry, tally);
}

static int
tally_make(const struct inquiry *inquiry, struct member *member,
    struct tally *tally, struct error *err)
{
	if (tally_names(inquiry, member, tally, err) == -1)
		return -1;
	if (names_hold(inquiry, tally))
		return 0;
	return reviewed_find(
	    &inquiry->query, member->commit, &tally->reviewed, err);
}

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
	if (reviews_hold(inquiry, tally))
		return;
	for (size_t i = 0; i < tally->count; i++)
		witnesses_add(&findings->witnesses, proof,
		    who_name(&tally->counted[i]), findings->arena);
}

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
	if (everybody(tally) > 0)
		return (struct diagnosis){"review.missing",
		    arena_format(change->arena, "%zu", everybody(tally)),
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

static void
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

static void
report(struct inquiry *inquiry, const struct commit *commit,
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
		report(inquiry, member->commit, &tally, findings);
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

static bool
tally_names_somebody(const struct tally *tally)
{
	const struct reviewed *reviewed = &tally->reviewed;

	return tally->count > 0 || tally->self != NULL ||
	       tally->unknown != NULL || tally->unclear ||
	       reviewed->count > 0 || reviewed->stale != NULL ||
	       reviewed->again != NULL;
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
	report(inquiry, own->commit, &tally, findings);
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
	const struct review_ref *ref;
	const char *login;
	int blocked = reviewed_blocked(&inquiry->query, &ref, &login, err);

	if (blocked != 1)
		return blocked;
	need_make(inquiry);
	reviewed_withheld(inquiry->change, ref, login, inquiry->need, findings);
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

static void
review_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct review *review = settings;

	trailer_key_validate(review->trailer, "trailer", node, load);
}

const struct check review_check = {
    .name = "review",
    .summary = "enough people who did not write the change reviewed it",
    .fields = review_fields,
    .defaults = &review_defaults,
    .settings_size = sizeof(struct review),
    .validate = review_validate,
    .run = review_run,
};
