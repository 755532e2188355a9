/* Who reviewed a commit: whom its trailers name, and who has pushed a review.
 */
#include <string.h>
#include <strings.h>

#include "checks/reviewing.h"

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

bool
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

bool
pusher_known(const struct change *change)
{
	return change->pusher != NULL && change->pusher->login != NULL;
}

bool
pusher_reviewed(const struct change *change, const struct tally *tally)
{
	struct who who;

	if (change->local || !pusher_known(change) || !change->pusher->proven)
		return false;
	who = who_by_login(change->people, change->pusher->login);
	return counted_before(tally, &who);
}

size_t
tally_everybody(const struct tally *tally)
{
	size_t count = tally->count;

	for (size_t i = 0; i < tally->reviewed.count; i++)
		count +=
		    !counted_before(tally, &tally->reviewed.counted[i].who);
	return count;
}

bool
tally_reviews_hold(const struct inquiry *inquiry, const struct tally *tally)
{
	return (int64_t)tally->reviewed.count >= inquiry->settings->count;
}

static bool
names_hold(const struct inquiry *inquiry, const struct tally *tally)
{
	const struct review *settings = inquiry->settings;

	return !tally->unclear && settings->proof <= BY_PUSHER &&
	       (int64_t)tally_everybody(tally) >= settings->count &&
	       (settings->proof == BY_CLAIM || inquiry->change->local ||
		   tally->reviewed.count > 0 ||
		   pusher_reviewed(inquiry->change, tally));
}

bool
tally_holds(const struct inquiry *inquiry, const struct tally *tally)
{
	return tally_reviews_hold(inquiry, tally) || names_hold(inquiry, tally);
}

int
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

bool
tally_names_somebody(const struct tally *tally)
{
	const struct reviewed *reviewed = &tally->reviewed;

	return tally->count > 0 || tally->self != NULL ||
	       tally->unknown != NULL || tally->unclear ||
	       reviewed->count > 0 || reviewed->stale != NULL ||
	       reviewed->again != NULL;
}
