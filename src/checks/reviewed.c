/* Who has pushed a review of a commit, and why somebody's does not count. */
#include "checks/reviewed.h"

#include <string.h>

#include "checks/pusher.h"
#include "checks/review_ref.h"
#include "people/signature.h"

/* What git signs in (git-config(1), gpg.ssh). */
static const char name_space[] = "git";

/* Reviews of other content are looked for among so many, for the message. */
enum { STALE_LOOKED_AT = 50 };

static const struct review_refs *
refs_of(const struct change *change, bool by_date, struct error *err)
{
	static const struct review_refs none;

	return change->reviews == NULL
		   ? &none
		   : change->reviews->list(change->subject, by_date, err);
}

static int
cover(const struct review_query *query, const struct commit *commit,
    const struct review_ref *ref, enum coverage *coverage, struct error *err)
{
	const struct change *change = query->change;

	return change->reviews->covers(
	    change->subject, change, commit, ref, coverage, err);
}

/* Somebody whose review is asked for, whatever they did to this change? */
static bool
is_asked(const struct review_query *query, const struct who *who)
{
	return (query->by == NULL || group_has(query->by, who)) &&
	       (who->person == NULL || !who->person->robot) &&
	       who_counts(who, query->change->today);
}

/* The owners who are asked, by the number of their login. */
static bool *
asked_make(const struct review_query *query, const struct review_refs *refs)
{
	const struct change *change = query->change;
	bool *asked =
	    arena_zero(change->arena, (refs->login_count + 1) * sizeof *asked);

	for (size_t i = 0; i < refs->login_count; i++) {
		struct who who = who_by_login(change->people, refs->logins[i]);

		asked[i] = is_asked(query, &who);
	}
	return asked;
}

/* ---- signatures */

/*
 * A signed tag that was made for another ref, or that is published as a tag,
 * says something else than that this was reviewed.
 */
static int
is_for_this_ref(const struct change *change, const struct review_ref *ref,
    const struct tag *tag, struct error *err)
{
	static const char reviews[] = "reviews/";
	const char *name =
	    arena_format(change->arena, "refs/tags/%s", tag->name);
	struct ref published;

	if (strncmp(tag->name, reviews, sizeof reviews - 1) == 0)
		return strcmp(tag->name, ref->name + strlen("refs/")) == 0;
	if (ref_name_fault(name, strlen(name)) != NULL)
		return 0;
	if (refs_read(repo_refs(change->repo), name, &published, err) == -1)
		return -1;
	return published.kind != REF_DIRECT ||
	       !oid_equal(&published.id, &tag->id);
}

/* Has the owner of the ref signed it?  1, 0 with the reason, or -1. */
static int
is_signed(const struct change *change, const struct review_ref *ref,
    const struct who *who, const char **reason, struct error *err)
{
	struct group owner = {.persons = (const struct person *[]){who->person},
	    .person_count = 1};
	struct texts keys;
	struct tag tag;
	int good = change->reviews->tag(change->subject, ref, &tag, err);

	*reason = "the ref is no tag that is signed";
	if (good != 1 || tag.as_commit.signature == NULL)
		return good == -1 ? -1 : 0;
	*reason = "the tag was made for something else";
	if ((good = is_for_this_ref(change, ref, &tag, err)) != 1)
		return good;
	keys = who->person == NULL ? (struct texts){NULL, 0}
				   : group_keys(&owner, change->people,
					 change->today, change->arena);
	good = signature_verify(tag.as_commit.payload,
	    tag.as_commit.payload_len, tag.as_commit.signature,
	    strlen(tag.as_commit.signature), name_space, &keys, err);
	*reason = good == 0 ? arena_string(change->arena, err->text) : NULL;
	return good;
}

/* What a review proves: signed only where that is asked for or can be told. */
static int
prove(const struct review_query *query, struct review_ref *ref,
    const struct who *who, struct reviewed *reviewed, struct error *err)
{
	const struct people *people = query->change->people;
	const char *reason = NULL;
	int good = ref->signed_by == people;

	if (!good)
		good = is_signed(query->change, ref, who, &reason, err);
	if (good == 1)
		ref->signed_by = people;
	if (query->least == PROOF_CONTENT)
		return good == 1 ? PROOF_SIGNED : PROOF_CONTENT;
	if (good == 0) {
		reviewed->unproven = who_name(who);
		reviewed->reason = reason;
	}
	return good == -1 ? -1 : good == 1 ? PROOF_SIGNED : PROOF_NONE;
}

/* ---- whose count */

static bool
counted_before(const struct reviewed *reviewed, const struct who *who)
{
	for (size_t i = 0; i < reviewed->count; i++)
		if (who_same(&reviewed->counted[i].who, who))
			return true;
	return false;
}

static bool
is_pusher(const struct change *change, const struct who *who)
{
	struct who pusher;

	if (change->local)
		return false;
	pusher = who_by_login(change->people, change->pusher->login);
	return who_same(&pusher, who);
}

/* Is it known to cover the commit by its id alone? */
static bool
is_exact(const struct review_query *query, const struct commit *commit,
    const struct review_ref *ref)
{
	return commit == query->change->members[0].commit &&
	       oid_equal(&ref->id, &commit->id);
}

/* The change, or the work it was made of?  1, 0 or -1. */
static int
has_written(const struct review_query *query, const struct commit *commit,
    const struct review_ref *ref, const struct who *who, struct error *err)
{
	const struct change *change = query->change;
	int wrote = writers_have(change, query->writers, who, err);

	if (wrote != 0 || is_exact(query, commit, ref))
		return wrote;
	return change->reviews->wrote(
	    change->subject, change, commit, ref, who, err);
}

/* A review covers the commit: does it count? */
static int
weigh(const struct review_query *query, const struct commit *commit,
    struct review_ref *ref, const struct who *who, struct reviewed *reviewed,
    struct error *err)
{
	int wrote, proof;

	if (is_pusher(query->change, who)) {
		reviewed->pushing = who_name(who);
		return 0;
	}
	if ((wrote = has_written(query, commit, ref, who, err)) != 0) {
		reviewed->self = who_name(who);
		return wrote == -1 ? -1 : 0;
	}
	if ((proof = prove(query, ref, who, reviewed, err)) == -1)
		return -1;
	if (proof != PROOF_NONE)
		reviewed->counted[reviewed->count++] =
		    (struct witness){*who, (enum proof)proof};
	return 0;
}

/* One review that may count.  With `exact`, only if it is of this commit. */
static int
look(const struct review_query *query, const struct commit *commit,
    const struct review_refs *refs, struct review_ref *ref, bool exact,
    struct reviewed *reviewed, struct error *err)
{
	struct who who =
	    who_by_login(query->change->people, refs->logins[ref->owner]);
	enum coverage coverage = COVERS;

	if (counted_before(reviewed, &who) ||
	    exact != is_exact(query, commit, ref))
		return 0;
	if (!exact && cover(query, commit, ref, &coverage, err) == -1)
		return -1;
	if (coverage == COVERS_NOT && ref->left_out)
		reviewed->left_out = who_name(&who);
	if (coverage == COVERS_AGAIN)
		reviewed->again = who_name(&who);
	if (coverage == COVERS_BESIDE)
		reviewed->beside = who_name(&who);
	return coverage == COVERS
		   ? weigh(query, commit, ref, &who, reviewed, err)
		   : 0;
}

/* All reviews, as far as they are needed: those of this commit first. */
static int
look_at_all(const struct review_query *query, const struct commit *commit,
    bool exact, struct reviewed *reviewed, struct error *err)
{
	const struct review_refs *refs = refs_of(query->change, !exact, err);
	bool *asked;

	if (refs == NULL)
		return -1;
	if (refs->count == 0 || reviewed->count >= query->count)
		return 0;
	asked = asked_make(query, refs);
	for (size_t i = 0; i < refs->count && reviewed->count < query->count;
	     i++) {
		struct review_ref *ref = &refs->list[i];

		if (ref->blocks)
			continue;
		if (!asked[ref->owner]) {
			if (oid_equal(&ref->id, &commit->id))
				reviewed->stranger = refs->logins[ref->owner];
		} else if (look(query, commit, refs, ref, exact, reviewed,
			       err) == -1)
			return -1;
	}
	return 0;
}

/* ---- reviews of other content */

/* Is it a review of what this was before it was changed again? */
static int
is_stale(const struct review_query *query, const struct commit *commit,
    const struct review_ref *ref, struct departure *departure,
    struct error *err)
{
	const struct change *change = query->change;
	enum coverage coverage;
	struct who author;

	if (cover(query, commit, ref, &coverage, err) == -1 ||
	    (coverage == COVERS_NOT &&
		change->reviews->departs(change->subject, change, commit, ref,
		    departure, err) == -1))
		return -1;
	if (coverage != COVERS_NOT || departure->count == 0 ||
	    !departure->related || departure->author == NULL)
		return 0;
	author = who_by_address(change->people, departure->author);
	return writers_have(change, query->writers, &author, err);
}

static int
stale_find(const struct review_query *query, const struct commit *commit,
    struct reviewed *reviewed, struct error *err)
{
	const struct review_refs *refs = refs_of(query->change, true, err);
	size_t looked_at = 0;
	bool *asked;
	int stale = 0;

	if (refs == NULL)
		return -1;
	asked = asked_make(query, refs);
	for (size_t i = 0;
	     i < refs->count && stale == 0 && looked_at < STALE_LOOKED_AT;
	     i++) {
		const struct review_ref *ref = &refs->list[i];

		if (ref->blocks || !asked[ref->owner])
			continue;
		looked_at++;
		stale = is_stale(query, commit, ref, &reviewed->departure, err);
		if (stale == 1)
			reviewed->stale = refs->logins[ref->owner];
	}
	return stale == -1 ? -1 : 0;
}

int
reviewed_find(const struct review_query *query, const struct commit *commit,
    struct reviewed *reviewed, struct error *err)
{
	const struct change *change = query->change;
	const struct review_refs *refs = refs_of(change, false, err);

	*reviewed = (struct reviewed){.count = 0};
	if (refs == NULL)
		return -1;
	reviewed->counted = arena_zero(
	    change->arena, (refs->login_count + 1) * sizeof *reviewed->counted);
	/* Whoever pushes might be the one who reviewed. */
	if (!change->local &&
	    pusher_prove(change->pusher, change->arena).code != NULL)
		return 0;
	if (look_at_all(query, commit, true, reviewed, err) == -1 ||
	    look_at_all(query, commit, false, reviewed, err) == -1)
		return -1;
	if (reviewed->count >= query->count || !change->thorough ||
	    commit->is_tag)
		return 0;
	return stale_find(query, commit, reviewed, err);
}

/* ---- reviews that withhold */

static int
blocks(const struct review_query *query, struct block *block, struct error *err)
{
	const struct change *change = query->change;
	enum coverage coverage = COVERS_NOT;

	for (size_t i = 0; i < change->member_count && coverage == COVERS_NOT;
	     i++)
		if (cover(query, change->members[i].commit, block->ref,
			&coverage, err) == -1)
			return -1;
	block->untold = coverage == COVERS_UNTOLD;
	return coverage != COVERS_NOT;
}

int
reviewed_blocked(
    const struct review_query *query, struct block *block, struct error *err)
{
	const struct review_refs *refs = refs_of(query->change, false, err);
	int blocked = 0;

	if (refs != NULL && refs->block_count > 0)
		refs = refs_of(query->change, true, err);
	if (refs == NULL)
		return -1;
	for (size_t i = 0; i < refs->count && blocked == 0; i++) {
		const struct review_ref *ref = &refs->list[i];
		struct who who;

		if (!ref->blocks)
			continue;
		*block = (struct block){ref, refs->logins[ref->owner], false};
		who = who_by_login(query->change->people, block->login);
		if (is_asked(query, &who))
			blocked = blocks(query, block, err);
	}
	return blocked;
}

int
reviewed_unknown(const struct change *change, struct error *err)
{
	const struct review_refs *refs = refs_of(change, false, err);

	return refs == NULL ? -1 : refs->unknown;
}
