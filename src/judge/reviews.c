/*
 * The reviews on this server, and what they cover.  The refs are read once a
 * push, and only if a rule asks; what they point at is read once for each
 * protected ref, when it is not enough that an id is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "checks/review_ref.h"
#include "checks/reviewed.h"
#include "git/landing.h"
#include "git/tag.h"
#include "judge/judging.h"

struct review_work {
	struct oid tip;
	struct series series;
	bool peeled, readable;
};

struct reviews {
	struct review_refs refs;
	size_t capacity, login_capacity;
	bool listed;
	struct arena *arena; /* of the names */

	/* What the series were read for. */
	const struct policy *policy;
	struct oid old;
	bool read;

	struct landing landing; /* of this member, the last that was asked */
	struct oid landed;
	bool begun;
};

struct reviews *
reviews_new(struct arena *arena)
{
	struct reviews *reviews = mem_zero(sizeof *reviews);

	reviews->arena = arena;
	return reviews;
}

void
reviews_forget(struct reviews *reviews)
{
	reviews->read = reviews->begun = false;
	for (size_t i = 0; i < reviews->refs.count; i++)
		reviews->refs.list[i].signed_by = NULL;
}

void
reviews_free(struct reviews *reviews)
{
	if (reviews == NULL)
		return;
	free(reviews->refs.list);
	free(reviews->refs.logins);
	free(reviews);
}

/* ---- the refs */

struct listing {
	struct judging *judging;
	struct reviews *reviews;
};

static size_t
owner_of(struct reviews *reviews, const char *login, size_t len)
{
	struct review_refs *refs = &reviews->refs;

	for (size_t i = refs->login_count; i-- > 0;)
		if (strncmp(refs->logins[i], login, len) == 0 &&
		    refs->logins[i][len] == '\0')
			return i;
	refs->logins = mem_grow(refs->logins, &reviews->login_capacity,
	    refs->login_count + 1, sizeof *refs->logins);
	refs->logins[refs->login_count] =
	    arena_bytes(reviews->arena, login, len);
	return refs->login_count++;
}

static int
take(void *context, const char *name, const struct oid *id, struct error *err)
{
	struct listing *listing = context;
	struct reviews *reviews = listing->reviews;
	struct review_refs *refs = &reviews->refs;
	const char *login;
	size_t len;

	if (!review_ref_owner(name, &login, &len))
		return 0;
	refs->list = mem_grow(refs->list, &reviews->capacity, refs->count + 1,
	    sizeof *refs->list);
	refs->list[refs->count++] =
	    (struct review_ref){.name = arena_string(reviews->arena, name),
		.owner = owner_of(reviews, login, len),
		.blocks = review_ref_blocks(name),
		.id = *id,
		.work = arena_zero(reviews->arena, sizeof *refs->list[0].work)};
	refs->block_count += review_ref_blocks(name);
	return budget_time(&listing->judging->budget, err);
}

static int
list(struct judging *j, struct reviews *reviews, struct error *err)
{
	struct listing listing = {j, reviews};

	if (reviews->listed)
		return 0;
	if (refs_each(repo_refs(j->input->repo), REVIEW_REFS, take, &listing,
		err) == -1)
		return -1;
	reviews->refs.unknown =
	    j->input->tracking != NULL && reviews->refs.count == 0;
	reviews->listed = true;
	return 0;
}

/* ---- what they point at */

/*
 * What anybody pushed to be reviewed can be missing, damaged or over a limit:
 * then it says nothing.  0; -1 for what is no fault of theirs.
 */
static int
pass_over(struct judging *j, struct error *err)
{
	struct error late;

	if (strncmp(err->code, "object.", 7) != 0)
		return -1;
	if (budget_time(&j->budget, &late) == -1) {
		*err = late;
		return -1;
	}
	return 0;
}

/* The commit that a ref is of.  1, 0 or -1. */
static int
peel(struct judging *j, struct review_ref *ref, struct error *err)
{
	struct arena scratch = {0};
	struct tag tag;
	int peels = tag_peel(j->input->repo, &ref->id,
	    (size_t)j->budget.limits.commit_size, &scratch, &tag,
	    &ref->work->tip, err);

	arena_free(&scratch);
	return peels;
}

static int
work_read(struct judging *j, struct review_ref *ref, struct error *err)
{
	struct review_work *work = ref->work;
	int readable = work->peeled ? 1 : peel(j, ref, err);

	work->readable = false;
	if (readable == 1) {
		work->peeled = true;
		readable = series_read(j->history, &work->tip,
			       &j->verdict->arena, &work->series, err) == 0
			       ? 1
			       : -1;
	}
	work->readable = readable == 1;
	return readable == -1 ? pass_over(j, err) : 0;
}

static int
newest_first(const void *a, const void *b)
{
	const struct review_ref *x = a, *y = b;
	int64_t left = x->work->series.date, right = y->work->series.date;

	if (left != right)
		return left > right ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Where work that is not accepted begins: at the states of the ref, or of all
 * branches if it is a new one. */
static int
begin(struct subject *s, struct error *err)
{
	struct judging *j = s->judging;
	struct states states = {.baseline = s->policy->baseline,
	    .baseline_count = s->policy->baseline_count};
	struct tip own = {s->ref->update->ref, s->ref->old}, *tips = &own;

	states.tip_count = 1;
	if (oid_is_zero(&own.id) &&
	    protected_tips(s, &tips, &states.tip_count, err) == -1)
		return -1;
	states.tips = tips;
	return series_begin(j->history, &states, err);
}

static int
read_all(struct subject *s, struct reviews *reviews, struct error *err)
{
	struct review_refs *refs = &reviews->refs;

	if (reviews->read && reviews->policy == s->policy &&
	    oid_equal(&reviews->old, &s->ref->old))
		return 0;
	reviews_forget(reviews);
	if (begin(s, err) == -1)
		return -1;
	for (size_t i = 0; i < refs->count; i++) {
		refs->list[i].work->series = (struct series){.count = 0};
		if (work_read(s->judging, &refs->list[i], err) == -1)
			return -1;
	}
	if (refs->count > 1)
		qsort(
		    refs->list, refs->count, sizeof *refs->list, newest_first);
	reviews->policy = s->policy;
	reviews->old = s->ref->old;
	return reviews->read = true, 0;
}

static const struct review_refs *
reviews_list(struct subject *s, bool by_date, struct error *err)
{
	struct reviews *reviews = s->judging->reviews;

	if (list(s->judging, reviews, err) == -1 ||
	    (by_date && reviews->refs.count > 0 &&
		read_all(s, reviews, err) == -1))
		return NULL;
	return &reviews->refs;
}

/* ---- what they cover */

/* What a member lands on: for the change's own commit the state before. */
static struct landing
landing_make(
    struct subject *s, const struct change *change, const struct commit *commit)
{
	struct judging *j = s->judging;
	bool own = commit == change->members[0].commit;

	return (struct landing){.repo = j->input->repo,
	    .history = j->history,
	    .budget = &j->budget,
	    .arena = &j->verdict->arena,
	    .onto = own && s->whole ? s->ref->old : commit->parents[0],
	    .tree = commit->tree};
}

/* The landing that a member may be.  1; 0 if it follows nothing; -1. */
static int
landing_of(struct subject *s, const struct change *change,
    const struct commit *commit, struct error *err)
{
	struct reviews *reviews = s->judging->reviews;

	if (commit->parent_count == 0)
		return 0;
	if (reviews->begun && oid_equal(&reviews->landed, &commit->id))
		return 1;
	reviews->landing = landing_make(s, change, commit);
	reviews->landed = commit->id;
	reviews->begun = landing_begin(&reviews->landing, err) == 0;
	return reviews->begun ? 1 : -1;
}

/*
 * A member that comes by a merge is covered; but had its work landed on this
 * branch before, and was taken back, then merging it brings it back.
 */
static int
member_served(struct subject *s, const struct change *change,
    const struct commit *commit, struct series *series, enum coverage *coverage,
    struct error *err)
{
	const struct commit *own = change->members[0].commit;
	struct landing landing;
	size_t which = 0;
	int again;

	if (commit == own || *coverage != COVERS || own->parent_count == 0 ||
	    series->chain_count == 0)
		return 0;
	landing = landing_make(s, change, own);
	while (which + 1 < series->chain_count &&
	       !oid_equal(&series->commits[which], &commit->id))
		which++;
	again = landing_again(&landing, series, which, err);
	if (again == 1)
		*coverage = COVERS_AGAIN;
	return again == -1 ? -1 : 0;
}

static int
landing_covers(const struct landing *landing, struct series *series,
    enum coverage *coverage, struct error *err)
{
	size_t which;
	int answer = landing_possible(landing, series, err);

	if (answer == 1)
		answer = landing_find(landing, series, &which, err);
	if (answer != 1)
		return answer;
	if ((answer = landing_again(landing, series, which, err)) != -1)
		*coverage = answer == 1 ? COVERS_AGAIN : COVERS;
	return answer == -1 ? -1 : 0;
}

/* 1, or 0 if it is none that can be read. */
static int
reviews_tag(struct subject *s, const struct review_ref *ref, struct tag *tag,
    struct error *err)
{
	struct judging *j = s->judging;
	struct object object;
	int result = object_read(j->input->repo, &ref->id, OBJECT_TAG,
	    (size_t)j->budget.limits.commit_size, &object, err);

	if (result == 0) {
		result = tag_parse(&ref->id, object.data, object.size,
		    &j->verdict->arena, tag, err);
		object_release(&object);
	}
	return result == 0 ? 1 : pass_over(j, err);
}

/* A tag is covered by a review of that very tag; a signed one names it. */
static int
tag_covers(struct subject *s, const struct commit *tag,
    const struct review_ref *ref, enum coverage *coverage, struct error *err)
{
	struct tag review;
	int answer = reviews_tag(s, ref, &review, err);

	if (answer == 1 && oid_equal(&review.target, &tag->id))
		*coverage = COVERS;
	return answer == -1 ? -1 : 0;
}

/*
 * A landing that is a merge has to merge what was reviewed.  One that names
 * something else as its parent makes git, and us, believe that this has landed:
 * of work that stands on it only the rest would, from then on.
 */
static void
parents_check(const struct landing *landing, const struct commit *commit,
    const struct series *series, enum coverage *coverage)
{
	for (size_t i = 0; i < commit->parent_count; i++)
		if (*coverage == COVERS &&
		    !oid_equal(&commit->parents[i], &landing->onto) &&
		    !series_has(series, &commit->parents[i]))
			*coverage = COVERS_BESIDE;
}

static int
commit_covers(struct subject *s, const struct change *change,
    const struct commit *commit, struct review_work *work,
    enum coverage *coverage, struct error *err)
{
	int answer = 0;

	if (!work->readable)
		return 0;
	if (oid_equal(&work->tip, &commit->id) ||
	    series_brings(&work->series, &commit->id))
		*coverage = COVERS;
	else if ((answer = landing_of(s, change, commit, err)) == 1) {
		answer = landing_covers(&s->judging->reviews->landing,
		    &work->series, coverage, err);
		parents_check(&s->judging->reviews->landing, commit,
		    &work->series, coverage);
	}
	return answer == -1 ? -1
			    : member_served(s, change, commit, &work->series,
				  coverage, err);
}

static int
reviews_cover(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    enum coverage *coverage, struct error *err)
{
	int answer = 0;

	*coverage = COVERS_NOT;
	if (!commit->is_tag)
		answer =
		    commit_covers(s, change, commit, ref->work, coverage, err);
	else if (oid_equal(&ref->id, &commit->id))
		*coverage = COVERS;
	else
		answer = tag_covers(s, commit, ref, coverage, err);
	if (answer == -1)
		*coverage = COVERS_NOT;
	return answer == -1 ? pass_over(s->judging, err) : 0;
}

/* ---- who wrote them */

/* Did they write it, and with more than a merge?  1, 0 or -1. */
static int
is_by(struct subject *s, const struct oid *id, const struct who *who,
    struct arena *arena, struct error *err)
{
	struct judging *j = s->judging;
	struct commit commit;
	struct member member = {.commit = &commit};
	struct change alone = {.member_count = 1};
	struct writers writers;

	if (commit_read(j->input->repo, id,
		(size_t)j->budget.limits.commit_size, arena, &commit,
		err) == -1)
		return -1;
	change_begin(s, &alone);
	alone.arena = arena;
	alone.members = &member;
	if (change_writers(&alone, &writers, err) == -1)
		return -1;
	return writers_have(&alone, &writers, who, err);
}

/* The same of any of these commits.  1, 0 or -1. */
static int
any_is_by(struct subject *s, const struct oid *commits, size_t count,
    const struct who *who, struct error *err)
{
	struct arena arena = {0};
	int answer = 0;

	for (size_t i = 0; answer == 0 && i < count; i++) {
		arena_clear(&arena);
		answer = is_by(s, &commits[i], who, &arena, err);
	}
	arena_free(&arena);
	return answer;
}

/* Of what a landing brings: of the whole series only where that is so. */
static int
landed_is_by(struct subject *s, const struct landing *landing,
    const struct series *series, const struct who *who, struct error *err)
{
	size_t which, end;
	int answer = landing_find(landing, series, &which, err);

	if (answer == 1)
		answer = any_is_by(s, series->commits + which,
		    series->count - which, who, err);
	if (answer != 1)
		return answer;
	if (landing_end(landing, series, which, &end, err) == -1)
		return -1;
	answer = any_is_by(s, series->commits + which, end - which, who, err);
	if (answer != 0)
		return answer;
	return any_is_by(s, series->commits + series->chain_count,
	    series->count - series->chain_count, who, err);
}

/* A squash or a rebase need not name those who wrote what was reviewed. */
static int
reviews_wrote(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    const struct who *who, struct error *err)
{
	const struct series *series = &ref->work->series;
	int answer;

	if (commit->is_tag || !ref->work->readable ||
	    series_has(series, &commit->id))
		return 0;
	answer = landing_of(s, change, commit, err);
	if (answer == 1)
		answer = landed_is_by(
		    s, &s->judging->reviews->landing, series, who, err);
	/* What can not be read may be theirs. */
	if (answer == -1 && pass_over(s->judging, err) == 0)
		return 1;
	return answer;
}

/* ---- where it departs from them */

static bool
has_member(const struct gained *change, const struct oid *id)
{
	for (size_t i = 0; i < change->other_count; i++)
		if (oid_equal(&change->others[i]->id, id))
			return true;
	return oid_equal(&change->commit->id, id);
}

/* Does the push bring it? */
static bool
is_gained(const struct subject *s, const struct oid *id)
{
	for (const struct range *range = s->ranges; range != NULL;
	     range = range->next)
		for (size_t i = 0; i < range->gain.count; i++)
			if (has_member(&range->gain.changes[i], id))
				return true;
	return false;
}

static int
reviews_depart(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    struct departure *departure, struct error *err)
{
	struct judging *j = s->judging;
	struct review_work *work = ref->work;
	const struct landing *landing = &j->reviews->landing;
	struct commit tip;
	int answer = 0;

	*departure = (struct departure){.count = 0};
	if (!work->readable || work->series.count == 0)
		return 0;
	if ((answer = landing_of(s, change, commit, err)) == 0)
		return 0;
	if (answer == 1)
		answer = landing_again(landing, &work->series, 0, err);
	if (answer == 0)
		answer = landing_departs(landing, &work->tip, departure->paths,
		    DEPARTURES_SHOWN, &departure->count, &departure->related,
		    err);
	if (answer == 0)
		answer = commit_read(j->input->repo, &work->tip,
		    (size_t)j->budget.limits.commit_size, &j->verdict->arena,
		    &tip, err);
	if (answer == 0)
		departure->author = tip.author.address;
	/* What was reviewed came with it, and the work went on. */
	departure->related = departure->related || is_gained(s, &work->tip);
	return answer == -1 ? pass_over(j, err) : 0;
}

const struct review_source reviews_source = {
    .list = reviews_list,
    .covers = reviews_cover,
    .wrote = reviews_wrote,
    .departs = reviews_depart,
    .tag = reviews_tag,
};
