/*
 * The reviews on this server.  The refs are read once a push, and only if a
 * rule asks; what they point at is read once for each protected ref, when it is
 * not enough that an id is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "checks/review_ref.h"
#include "git/tag.h"
#include "judge/reviews.h"

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

/*
 * So many commits are followed of what one login reviewed, the newest first;
 * what one person leaves behind must not cost the pushes of all.
 */
enum { FOLLOWED = 5 * SERIES_LIMIT };

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

int
reviews_pass_over(struct judging *j, struct error *err)
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
tip_read(struct judging *j, struct review_ref *ref, struct error *err)
{
	struct review_work *work = ref->work;
	int peels = peel(j, ref, err);

	work->peeled = peels == 1;
	if (peels == 1)
		peels = series_date(j->history, &work->tip, &work->date, err);
	return peels == -1 ? reviews_pass_over(j, err) : 0;
}

static int
newest_first(const void *a, const void *b)
{
	const struct review_ref *x = a, *y = b;
	int64_t left = x->work->date, right = y->work->date;

	if (left != right)
		return left > right ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
tips_read(struct judging *j, struct reviews *reviews, struct error *err)
{
	struct review_refs *refs = &reviews->refs;

	for (size_t i = 0; i < refs->count; i++)
		if (tip_read(j, &refs->list[i], err) == -1)
			return -1;
	if (refs->count > 1)
		qsort(
		    refs->list, refs->count, sizeof *refs->list, newest_first);
	return 0;
}

static int
work_read(struct judging *j, struct review_work *work, struct error *err)
{
	work->readable = series_read(j->history, &work->tip, &j->verdict->arena,
			     &work->series, err) == 0;
	return work->readable ? 0 : reviews_pass_over(j, err);
}

/*
 * The newest of each login, as far as they are followed.  What withholds is
 * counted apart, lest it be left out for what does not.
 */
static int
works_read(struct judging *j, struct reviews *reviews, struct error *err)
{
	struct review_refs *refs = &reviews->refs;
	size_t *followed =
	    mem_array(2 * refs->login_count + 1, sizeof *followed);
	int result = 0;

	for (size_t i = 0; result == 0 && i < refs->count; i++) {
		struct review_ref *ref = &refs->list[i];
		size_t *theirs = &followed[2 * ref->owner + ref->blocks];

		ref->work->series = (struct series){.count = 0};
		ref->work->readable = false;
		ref->left_out = *theirs >= FOLLOWED;
		if (!ref->work->peeled || ref->left_out)
			continue;
		result = work_read(j, ref->work, err);
		*theirs += 1 + ref->work->series.count;
	}
	free(followed);
	return result;
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
	if (reviews->read && reviews->policy == s->policy &&
	    oid_equal(&reviews->old, &s->ref->old))
		return 0;
	reviews_forget(reviews);
	if (tips_read(s->judging, reviews, err) == -1 || begin(s, err) == -1 ||
	    works_read(s->judging, reviews, err) == -1)
		return -1;
	reviews->policy = s->policy;
	reviews->old = s->ref->old;
	return reviews->read = true, 0;
}

const struct review_refs *
reviews_list(struct subject *s, bool by_date, struct error *err)
{
	struct reviews *reviews = s->judging->reviews;

	if (list(s->judging, reviews, err) == -1 ||
	    (by_date && reviews->refs.count > 0 &&
		read_all(s, reviews, err) == -1))
		return NULL;
	return &reviews->refs;
}
