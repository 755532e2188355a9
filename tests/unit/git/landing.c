/* Work that lands, in all the ways git has, and what is not that work. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "git/landing.h"

/*
 * The work is `topic`, three commits on `base`: the first adds `new` and
 * changes the beginning of `long`, the second changes both again and removes
 * `gone`, the third changes `new`.  `main` has changed the end of `long` and
 * `other` since.  Each branch named below is main, and one or more commits.
 */
static const char make[] =
    "git init -q -b base r && cd r &&"
    " git config user.name N && git config user.email e@x && say() {"
    "  git add -A && git commit -q --allow-empty -m \"$1\"; } &&"
    " seq 1 40 >long && echo 1 >other && echo 1 >gone && say base &&"
    " git checkout -q -b topic &&"
    " echo 1 >new && sed -i 's/^2$/two/' long && say 1 &&"
    " echo 2 >>new && sed -i 's/^3$/three/' long && rm gone && say 2 &&"
    " echo 3 >>new && say 3 &&"
    " git checkout -q -b main base &&"
    " sed -i 's/^39$/x/' long && echo 2 >>other && say main &&"
    " from() { git checkout -q -B $1 $2; } &&"
    " squash() { git merge -q --squash $1 >/dev/null && say squash; } &&"
    " from squash main && squash topic &&"
    " from part main && squash topic~1 &&"
    " from evil squash && echo 1 >evil && rm other && git add -A &&"
    " git commit -q --amend -m evil &&"
    " from lacking squash && echo 1 >gone && git add -A &&"
    " git commit -q --amend -m lacking &&"
    " from merge main && git merge -q --no-ff -m merge topic &&"
    " from rebased topic && git rebase -q main &&"
    " from rest part && git checkout -q rebased -- . && say rest &&"
    " from again squash && git revert --no-edit HEAD >/dev/null &&"
    " squash topic &&"
    " from some again~1 && squash topic~1 &&"
    " from back part && git revert --no-edit HEAD >/dev/null &&"
    " squash topic &&"
    " from nothing squash && say nothing &&"
    " from apart main && echo 2 >>other && say apart";

struct world {
	struct repo *repo;
	struct budget budget;
	struct arena arena;
	struct history *history;
	struct series series;
};

static void
world_begin(struct world *w)
{
	const struct tip main = {.id = scratch_object("r", "main")};
	struct oid topic = scratch_object("r", "topic");
	struct states states = {.tips = &main, .tip_count = 1};
	struct error err;

	*w = (struct world){.budget = budget_new(&default_limits)};
	w->repo = repo_open("r", &err);
	assert_non_null(w->repo);
	w->history = history_new(w->repo, &w->budget, &w->arena);
	assert_int_equal(series_begin(w->history, &states, &err), 0);
	assert_int_equal(
	    series_read(w->history, &topic, &w->arena, &w->series, &err), 0);
}

static void
world_end(struct world *w)
{
	history_free(w->history);
	arena_free(&w->arena);
	repo_close(w->repo);
}

static struct landing
landing_make(struct world *w, const char *commit)
{
	char name[64];
	struct landing l = {.repo = w->repo,
	    .history = w->history,
	    .budget = &w->budget,
	    .arena = &w->arena};
	struct error err;

	snprintf(name, sizeof name, "%s^", commit);
	l.onto = scratch_object("r", name);
	snprintf(name, sizeof name, "%s^{tree}", commit);
	l.tree = scratch_object("r", name);
	assert_int_equal(landing_begin(&l, &err), 0);
	return l;
}

static void
a_series_is_what_is_not_accepted(void **state)
{
	struct world w;
	struct oid base = scratch_object("r", "base");
	struct oid main = scratch_object("r", "main");
	struct oid second = scratch_object("r", "topic~1");

	(void)state;
	world_begin(&w);
	assert_int_equal(w.series.count, 3);
	assert_int_equal(w.series.chain_count, 3);
	assert_false(w.series.cut);
	assert_true(oid_equal(&w.series.commits[1], &second));
	assert_int_equal(w.series.met_count, 1);
	assert_true(series_has(&w.series, &base));
	assert_false(series_has(&w.series, &main));
	world_end(&w);
}

static void
work_lands_whole_or_in_parts_and_once(void **state)
{
	enum { NONE = -1 };
	static const struct {
		const char *commit;
		int which; /* of the work: 0 is its tip */
		int again;
	} rows[] = {
	    {"squash", 0, 0},
	    {"merge", 0, 0},
	    {"part", 1, 0},
	    {"rebased~2", 2, 0},
	    {"rebased~1", 1, 0},
	    {"rebased", 0, 0},
	    {"rest", 0, 0},
	    {"evil", NONE, 0},
	    {"lacking", NONE, 0},
	    {"again", 0, 1},
	    {"some", 1, 1},
	    {"back", 0, 1},
	    {"again~1", NONE, 0},
	    {"nothing", NONE, 0},
	    {"apart", NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err;
		struct landing l;
		struct world w;
		size_t which = 99;
		int found;

		world_begin(&w);
		l = landing_make(&w, rows[i].commit);
		found = landing_find(&l, &w.series, &which, NULL, &err);
		if (found != (rows[i].which != NONE))
			print_message("%s\n", rows[i].commit);
		assert_int_equal(found, rows[i].which != NONE);
		if (found == 1) {
			assert_int_equal(which, rows[i].which);
			assert_int_equal(
			    landing_possible(&l, &w.series, &err), 1);
			/* Asked twice, by what it knows from the first time. */
			for (int k = 0; k < 2; k++)
				assert_int_equal(
				    landing_again(&l, &w.series, which, &err),
				    rows[i].again);
		}
		world_end(&w);
	}
}

static void
what_the_work_does_not_touch_is_seen_quickly(void **state)
{
	struct error err;
	struct landing l;
	struct world w;

	(void)state;
	world_begin(&w);
	l = landing_make(&w, "apart");
	assert_string_equal(l.changed, "other");
	assert_int_equal(landing_possible(&l, &w.series, &err), 0);
	l = landing_make(&w, "nothing");
	assert_null(l.changed);
	assert_int_equal(landing_possible(&l, &w.series, &err), 0);
	world_end(&w);
}

static void
many_looks_end_when_the_time_is_up(void **state)
{
	enum { SMALL = 64 }; /* looks at the clock of a few small merges */
	struct error err;
	struct landing l;
	struct world w;
	size_t which;
	int found = 0;

	(void)state;
	world_begin(&w);
	l = landing_make(&w, "lacking");
	w.budget.deadline = (struct deadline){.at = 1, .looks = 1};
	for (int i = 0; i < SMALL && found == 0; i++)
		found = landing_find(&l, &w.series, &which, NULL, &err);
	assert_int_equal(found, -1);
	assert_string_equal(err.code, "object.limit");
	world_end(&w);
}

static void
files_that_depart_are_listed(void **state)
{
	static const struct {
		const char *commit, *paths;
		bool related;
	} rows[] = {
	    {"squash", "", true},
	    {"evil", "evil other", true},
	    {"lacking", "gone", true},
	    {"apart", "gone long new other", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *paths[8];
		size_t count;
		bool related;
		struct text said = {0};
		struct error err;
		struct landing l;
		struct world w;

		world_begin(&w);
		l = landing_make(&w, rows[i].commit);
		assert_int_equal(landing_departs(&l, &w.series.commits[0],
				     paths, 8, &count, &related, &err),
		    0);
		text_add(&said, "");
		for (size_t k = 0; k < count; k++)
			text_add_format(
			    &said, "%s%s", k > 0 ? " " : "", paths[k]);
		assert_string_equal(said.data, rows[i].paths);
		assert_int_equal(related, rows[i].related);
		text_free(&said);
		world_end(&w);
	}
}

static int
set_up(void **state)
{
	scratch_enter(state);
	scratch_run("%s", make);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_series_is_what_is_not_accepted),
	    cmocka_unit_test(work_lands_whole_or_in_parts_and_once),
	    cmocka_unit_test(what_the_work_does_not_touch_is_seen_quickly),
	    cmocka_unit_test(many_looks_end_when_the_time_is_up),
	    cmocka_unit_test(files_that_depart_are_listed),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
