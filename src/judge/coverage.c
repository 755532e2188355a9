/* What the reviews on this server cover, who wrote that, and what differs. */
#include "judge/reviews.h"

#include "git/merge.h"
#include "git/tag.h"

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
		answer = landing_find(landing, series, &which, NULL, err);
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
	return result == 0 ? 1 : reviews_pass_over(j, err);
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

/* A member that is not the work itself: is it its landing?  1; 0, with the
 * doubt there is about that; -1. */
static int
withheld_lands(const struct landing *landing, const struct review_work *work,
    enum doubt *doubt, struct error *err)
{
	const struct series *series = &work->series;
	int answer = work->readable;
	size_t which;

	*doubt = DOUBT_NONE;
	if (landing->changed == NULL)
		return 0;
	if (answer == 1 && !series->cut)
		answer = landing_possible(landing, series, err);
	if (answer == 1)
		answer = landing_find(landing, series, &which, doubt, err);
	if (!work->readable || series->cut)
		doubt_raise(doubt, DOUBT_BASELESS);
	return answer;
}

/*
 * Does it withhold the member?  Where that can not be told it does if some path
 * becomes what it is in the work, lest an odd ref withhold all there is.
 */
static int
withheld_covers(struct subject *s, const struct change *change,
    const struct commit *commit, struct review_work *work,
    enum coverage *coverage, struct error *err)
{
	const struct landing *landing = &s->judging->reviews->landing;
	enum doubt doubt;
	int answer;

	if (!work->peeled)
		return 0;
	if (oid_equal(&work->tip, &commit->id) ||
	    series_brings(&work->series, &commit->id)) {
		*coverage = COVERS;
		return 0;
	}
	if ((answer = landing_of(s, change, commit, err)) != 1)
		return answer;
	answer = withheld_lands(landing, work, &doubt, err);
	if (answer == -1) {
		if (reviews_pass_over(s->judging, err) == -1)
			return -1;
		doubt = DOUBT_BASELESS;
	}
	if (answer == 1 || doubt == DOUBT_UNREAD)
		*coverage = answer == 1 ? COVERS : COVERS_UNTOLD;
	if (answer == 1 || doubt != DOUBT_BASELESS)
		return 0;
	answer = landing_resembles(landing, &work->tip, err);
	if (answer == 1)
		*coverage = COVERS_UNTOLD;
	return answer == -1 ? reviews_pass_over(s->judging, err) : 0;
}

static int
reviews_cover(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    enum coverage *coverage, struct error *err)
{
	int answer = 0;

	*coverage = COVERS_NOT;
	if (ref->blocks && !commit->is_tag)
		return withheld_covers(
		    s, change, commit, ref->work, coverage, err);
	if (!commit->is_tag)
		answer =
		    commit_covers(s, change, commit, ref->work, coverage, err);
	else if (oid_equal(&ref->id, &commit->id))
		*coverage = COVERS;
	else
		answer = tag_covers(s, commit, ref, coverage, err);
	if (answer == -1)
		*coverage = COVERS_NOT;
	return answer == -1 ? reviews_pass_over(s->judging, err) : 0;
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
	enum doubt doubt;
	int answer = landing_find(landing, series, &which, &doubt, err);

	/* What can not be told may be theirs. */
	if (answer == 0 && doubt != DOUBT_NONE)
		return 1;
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
	if (answer == -1 && reviews_pass_over(s->judging, err) == 0)
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
	return answer == -1 ? reviews_pass_over(j, err) : 0;
}

const struct review_source reviews_source = {
    .list = reviews_list,
    .covers = reviews_cover,
    .wrote = reviews_wrote,
    .departs = reviews_depart,
    .tag = reviews_tag,
};
