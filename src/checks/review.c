/* `review`: enough people of a group, none of whom wrote it, read the change.
 */
#include "checks/check.h"

#include <string.h>
#include <strings.h>

#include "yaml/field.h"

enum review_proof { BY_CLAIM, BY_PUSHER };
enum review_scope { PER_CHANGE, PER_COMMIT };

static const char *const proof_choices[] = {
    [BY_CLAIM] = "claimed", [BY_PUSHER] = "pusher", NULL};
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
	const char *need, *from; /* made for the first finding */
};

/* What one commit says about its review. */
struct tally {
	struct who *counted;
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

static int
tally_make(const struct inquiry *inquiry, struct member *member,
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

static bool
tally_holds(const struct inquiry *inquiry, const struct tally *tally)
{
	const struct review *settings = inquiry->settings;

	return !tally->unclear && (int64_t)tally->count >= settings->count &&
	       (settings->proof == BY_CLAIM || inquiry->change->local ||
		   pusher_reviewed(inquiry->change, tally));
}

static void
accept(const struct inquiry *inquiry, const struct tally *tally,
    struct findings *findings)
{
	enum proof proof = pusher_reviewed(inquiry->change, tally)
			       ? PROOF_PUSHER
			       : PROOF_CLAIMED;

	for (size_t i = 0; i < tally->count; i++)
		witnesses_add(&findings->witnesses, proof,
		    who_name(&tally->counted[i]), findings->arena);
}

/* Why a review does not count: the code that says it most exactly. */
struct diagnosis {
	const char *code, *found, *note;
};

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
				  : "the host does not say who is pushing"};
	return (struct diagnosis){"review.proof",
	    arena_format(
		change->arena, "a claim by %s", who_name(&tally->counted[0])),
	    arena_format(change->arena,
		change->pusher->proven
		    ? "%s pushes, and is none of the reviewers named"
		    : "%s is the account, which may be shared: nobody's proof",
		change->pusher->login)};
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
		    "one in the wrong place", near_miss_text(&miss, arena)};
	case NEAR_MISS_FOLDED:
	case NEAR_MISS_FORM:
		return (struct diagnosis){"review.ambiguous",
		    "one that names nobody clearly",
		    near_miss_text(&miss, arena)};
	case NEAR_MISS_EMPTY:
	case NEAR_MISS_SPELLING:
		return (struct diagnosis){
		    "review.missing", "0", near_miss_text(&miss, arena)};
	case NEAR_MISS_NONE:
		break;
	}
	return (struct diagnosis){"review.missing", "0", NULL};
}

static struct diagnosis
diagnose(const struct inquiry *inquiry, const struct commit *commit,
    const struct tally *tally)
{
	struct arena *arena = inquiry->change->arena;

	if (tally->unclear)
		return (struct diagnosis){"review.ambiguous",
		    "a message that can be read in two ways", tally->note};
	if ((int64_t)tally->count >= inquiry->settings->count)
		return unproven(inquiry, tally);
	if (tally->count > 0)
		return (struct diagnosis){"review.missing",
		    arena_format(arena, "%zu", tally->count), tally->note};
	if (tally->unknown != NULL)
		return (struct diagnosis){"review.unknown",
		    arena_format(arena, "a review by %s", tally->unknown),
		    tally->note};
	if (tally->self != NULL)
		return (struct diagnosis){"review.self",
		    arena_format(
			arena, "a review by %s, who wrote it", tally->self),
		    NULL};
	return unnamed(inquiry, commit);
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
	inquiry->need =
	    arena_format(inquiry->change->arena, "%lld review%s by %s%s",
		(long long)settings->count, settings->count == 1 ? "" : "s",
		settings->by != NULL ? settings->by->name : "somebody else",
		settings->proof == BY_PUSHER ? ", one of them pushing" : "");
	inquiry->from = reviewers_wanted(inquiry);
}

static const char *
hint_for(const struct inquiry *inquiry, const struct commit *commit,
    const char *code)
{
	const struct change *change = inquiry->change;

	if (strcmp(code, "review.proof") == 0)
		return "one of the reviewers named has to push it";
	if (strcmp(code, "pusher.unknown") == 0)
		return NULL;
	if (commit->is_tag)
		return arena_format(change->arena,
		    "once one of them has reviewed it, make the tag again with "
		    "a last paragraph \"%s: NAME <EMAIL>\"",
		    inquiry->settings->trailer);
	return arena_format(change->arena,
	    "once one of them has reviewed %s, name them and push again",
	    commit_short(change, commit));
}

static void
report(struct inquiry *inquiry, const struct commit *commit,
    const struct tally *tally, struct findings *findings)
{
	const struct change *change = inquiry->change;
	struct diagnosis why = diagnose(inquiry, commit, tally);
	struct finding *finding;

	need_make(inquiry);
	finding =
	    finding_add(findings, why.code, commit, inquiry->need, why.found);
	finding->from = inquiry->from;
	finding->note = why.note;
	if (tally->unclear && !commit->is_tag) {
		finding->commands = amend_commands(change, commit, "");
		return;
	}
	finding->hint = hint_for(inquiry, commit, why.code);
	if (tally->unclear || (int64_t)tally->count < inquiry->settings->count)
		finding->commands = amend_commands(change, commit,
		    arena_format(change->arena,
			"--trailer \"%s: NAME <EMAIL>\"",
			inquiry->settings->trailer));
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
	return tally->count > 0 || tally->self != NULL ||
	       tally->unknown != NULL || tally->unclear;
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
review_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct inquiry inquiry = {.settings = settings, .change = change};

	if (change_writers(change, &inquiry.writers, err) < 0)
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
