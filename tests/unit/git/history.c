/*
 * Walks against a slow oracle: random histories with lying dates, and the
 * definitions of accepted states, changes and members applied literally to what
 * `git rev-list --parents` says.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "git/history.h"

enum { COMMITS = 60, PARENTS = 3, ROUNDS = 300 };

struct model {
	struct oid ids[COMMITS];
	int parents[COMMITS][PARENTS], parent_count[COMMITS];
};

static struct model model;
static struct repo *repo;
static unsigned seed = 20261122;

static unsigned
roll(unsigned bound)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % bound;
}

/* A history in which every third date is a lie. */
static void
write_history(void)
{
	FILE *out = fopen("history", "w");

	assert_non_null(out);
	for (int i = 0; i < COMMITS; i++) {
		unsigned date = roll(3) == 0 ? roll(2000000000)
					     : 1700000000u + 60u * (unsigned)i;

		fprintf(out, "commit refs/heads/c%d\nmark :%d\n", i, i + 1);
		fprintf(out, "committer A <a@example.com> %u +0000\n", date);
		fprintf(out, "data <<.\nc%d\n.\n", i);
		model.parent_count[i] = 0;
		for (unsigned p = 0; i > 0 && p < 1 + roll(5) / 3; p++) {
			unsigned back = 1 + roll(i < 6 ? (unsigned)i : 6);
			int parent = i - (int)back;
			bool known = false;

			for (int k = 0; k < model.parent_count[i]; k++)
				known |= model.parents[i][k] == parent;
			if (known || parent < 0)
				continue;
			fprintf(out, "%s :%d\n", p == 0 ? "from" : "merge",
			    parent + 1);
			model.parents[i][model.parent_count[i]++] = parent;
		}
		fprintf(out, "M 100644 inline f\ndata <<.\n%d\n.\n\n", i);
	}
	fclose(out);
}

static int
set_up(void **state)
{
	char name[32];

	scratch_enter(state);
	write_history();
	scratch_run("git init -q --bare r.git");
	scratch_run("git -C r.git fast-import --quiet <history");
	for (int i = 0; i < COMMITS; i++) {
		snprintf(name, sizeof name, "c%d", i);
		model.ids[i] = scratch_object("r.git", name);
	}
	repo = repo_open("r.git", &(struct error){0});
	assert_non_null(repo);
	return 0;
}

static int
tear_down(void **state)
{
	repo_close(repo);
	return scratch_leave(state);
}

static int
model_index(const struct oid *id)
{
	for (int i = 0; i < COMMITS; i++)
		if (oid_equal(&model.ids[i], id))
			return i;
	fail_msg("a commit that is not of this history");
	return -1;
}

static bool
model_reaches(int from, int to)
{
	if (from == to)
		return true;
	for (int k = 0; k < model.parent_count[from]; k++)
		if (model_reaches(model.parents[from][k], to))
			return true;
	return false;
}

static bool
model_on_chain(int from, int to)
{
	while (from != to && model.parent_count[from] > 0)
		from = model.parents[from][0];
	return from == to;
}

enum place { ELSEWHERE, ON_CHAIN, ACCEPTED };

/* Members of the change `at` but for itself, into `in`.  Below what is accepted
 * there may be states of the same branch that are not. */
static void
model_members(int at, const enum place *places, bool *in)
{
	if (places[at] == ON_CHAIN || in[at])
		return;
	in[at] = places[at] == ELSEWHERE;
	for (int k = 0; k < model.parent_count[at]; k++)
		if (k == 0 || places[at] == ELSEWHERE)
			model_members(model.parents[at][k], places, in);
}

struct asked {
	int tip, tips[3], tip_count, baseline, withheld[4], withheld_count;
	bool own;
	struct tip tip_ids[3];
	struct oid withheld_ids[4];
	struct states states;
};

static bool
model_is_state(const struct asked *asked, int commit)
{
	for (int i = 0; i < asked->tip_count; i++)
		if (model_on_chain(asked->tips[i], commit))
			return true;
	return asked->baseline >= 0 && model_reaches(asked->baseline, commit);
}

/* ... and accepted, for all who ask. */
static bool
model_is_accepted(const struct asked *asked, int commit)
{
	bool withheld = false;

	for (int i = 0; i < asked->withheld_count; i++)
		withheld |= asked->withheld[i] == commit;
	if (withheld && asked->own && model_on_chain(asked->tips[0], commit))
		return true;
	if (withheld && asked->baseline >= 0 &&
	    model_reaches(asked->baseline, commit))
		return true;
	return !withheld && model_is_state(asked, commit);
}

static struct asked
ask_something(void)
{
	struct asked asked = {.tip = (int)roll(COMMITS), .baseline = -1};

	asked.tip_count = 1 + (int)roll(3);
	for (int i = 0; i < asked.tip_count; i++)
		asked.tips[i] = (int)roll(COMMITS);
	if (roll(4) == 0)
		asked.baseline = (int)roll(COMMITS);
	return asked;
}

static void
ask_withheld(struct asked *asked)
{
	asked->own = roll(2) == 0;
	asked->withheld_count = 1 + (int)roll(4);
	for (int i = 0; i < asked->withheld_count; i++)
		asked->withheld[i] = (int)roll(COMMITS);
}

static void
ask_ids(struct asked *asked)
{
	for (int i = 0; i < asked->tip_count; i++)
		asked->tip_ids[i] =
		    (struct tip){NULL, model.ids[asked->tips[i]]};
	asked->states = (struct states){
	    .tips = asked->tip_ids, .tip_count = (size_t)asked->tip_count};
	for (int i = 0; i < asked->withheld_count; i++)
		asked->withheld_ids[i] = model.ids[asked->withheld[i]];
	asked->states.withheld = asked->withheld_ids;
	asked->states.withheld_count = (size_t)asked->withheld_count;
	asked->states.own = asked->own;
	if (asked->baseline >= 0) {
		asked->states.baseline = &model.ids[asked->baseline];
		asked->states.baseline_count = 1;
	}
}

struct walking {
	struct history *history;
	struct budget budget;
	struct arena arena;
};

static void
walk_begin(struct walking *w)
{
	memset(w, 0, sizeof *w);
	w->budget = budget_new(&default_limits);
	w->history = history_new(repo, &w->budget, &w->arena);
}

static void
walk_end(struct walking *w)
{
	history_free(w->history);
	arena_free(&w->arena);
}

static void
ancestry_is_what_the_parents_say(void **state)
{
	struct walking w;
	struct error err;

	(void)state;
	walk_begin(&w);
	for (int a = 0; a < COMMITS; a++)
		for (int b = 0; b < COMMITS; b++)
			assert_int_equal(model_reaches(a, b),
			    history_descends(
				w.history, &model.ids[a], &model.ids[b], &err));
	walk_end(&w);
}

static void
states_are_first_parent_chains_and_all_before_the_baseline(void **state)
{
	struct walking w;
	struct error err;

	(void)state;
	walk_begin(&w);
	for (int round = 0; round < ROUNDS; round++) {
		struct asked asked = ask_something();

		ask_ids(&asked);
		assert_int_equal(model_is_state(&asked, asked.tip),
		    history_is_state(
			w.history, &asked.states, &model.ids[asked.tip], &err));
	}
	walk_end(&w);
}

/* Every member the definition asks for is listed; with `exact`, no other. */
static void
assert_members(
    const struct gained *change, const enum place *places, bool exact)
{
	int at = model_index(&change->commit->id);
	bool wanted[COMMITS] = {false}, got[COMMITS] = {false};

	for (int k = 1; k < model.parent_count[at]; k++)
		model_members(model.parents[at][k], places, wanted);
	for (size_t i = 0; i < change->other_count; i++) {
		int member = model_index(&change->others[i]->id);

		assert_false(got[member]);
		got[member] = true;
	}
	for (int i = 0; i < COMMITS; i++) {
		assert_true(got[i] || !wanted[i]);
		if (exact)
			assert_true(wanted[i] || !got[i]);
	}
}

static void
assert_gain(const struct asked *asked, const struct gain *gain, bool exact)
{
	enum place places[COMMITS];
	size_t given = gain->count;
	int wanted = 0;

	for (int i = 0; i < COMMITS; i++) {
		places[i] = model_is_accepted(asked, i)     ? ACCEPTED
			    : model_on_chain(asked->tip, i) ? ON_CHAIN
							    : ELSEWHERE;
		wanted += places[i] == ON_CHAIN;
	}
	if (exact)
		assert_int_equal(gain->count, wanted);
	else
		assert_true(gain->count >= (size_t)wanted);
	for (int at = asked->tip; given > 0; at = model.parents[at][0]) {
		if (exact && places[at] == ACCEPTED)
			continue;
		assert_true(oid_equal(
		    &gain->changes[--given].commit->id, &model.ids[at]));
		assert_members(&gain->changes[given], places, exact);
	}
}

static void
an_exact_gain_is_the_definition_and_a_fast_one_never_less(void **state)
{
	struct walking w;
	struct error err;
	struct gain gain;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		unsigned began = seed;
		struct asked asked = ask_something();

		ask_ids(&asked);
		walk_begin(&w);
		if (history_gain(w.history, &model.ids[asked.tip],
			&asked.states, HISTORY_EXACT, &gain, &err) == -1)
			fail_msg("seed %u: %s", began, err.text);
		assert_gain(&asked, &gain, true);
		if (history_gain(w.history, &model.ids[asked.tip],
			&asked.states, HISTORY_FAST, &gain, &err) == -1)
			fail_msg("seed %u: %s", began, err.text);
		assert_gain(&asked, &gain, false);
		walk_end(&w);
	}
}

static void
what_is_withheld_is_gained_below_what_is_accepted(void **state)
{
	struct walking w;
	struct error err;
	struct gain gain;
	size_t below = 0;

	(void)state;
	for (int round = 0; round < 4 * ROUNDS; round++) {
		unsigned began = seed;
		struct asked asked = ask_something();

		ask_withheld(&asked);
		ask_ids(&asked);
		walk_begin(&w);
		if (history_gain(w.history, &model.ids[asked.tip],
			&asked.states, HISTORY_EXACT, &gain, &err) == -1)
			fail_msg("seed %u: %s", began, err.text);
		assert_gain(&asked, &gain, true);
		below += gain.count > 0 && gain.meets_state &&
			 model_reaches(model_index(&gain.met),
			     model_index(&gain.changes[0].commit->id));
		walk_end(&w);
	}
	assert_true(below > ROUNDS / 4);
}

/* The number of best common ancestors; the last of them into `*best`. */
static int
model_bases(int a, int b, int *best)
{
	int count = 0;

	for (int i = 0; i < COMMITS; i++) {
		bool better = false;

		if (!model_reaches(a, i) || !model_reaches(b, i))
			continue;
		for (int k = 0; k < COMMITS && !better; k++)
			better = k != i && model_reaches(a, k) &&
				 model_reaches(b, k) && model_reaches(k, i);
		if (better)
			continue;
		*best = i;
		count++;
	}
	return count;
}

static void
a_merge_base_is_the_one_best_common_ancestor(void **state)
{
	int unsure = 0, sure = 0;
	struct walking w;
	struct error err;

	(void)state;
	walk_begin(&w);
	for (int a = 0; a < COMMITS; a++)
		for (int b = 0; b < COMMITS; b++) {
			int best = -1, count = model_bases(a, b, &best);
			struct oid base;
			int answer = history_merge_base(w.history,
			    &model.ids[a], &model.ids[b], &base, &err);

			assert_true(answer >= 0);
			if (answer == 1) {
				assert_int_equal(count, 1);
				assert_true(oid_equal(&base, &model.ids[best]));
				sure++;
			} else if (count == 1) {
				unsure++;
			}
		}
	walk_end(&w);
	print_message("%d bases found, %d lost to lies\n", sure, unsure);
	assert_true(unsure * 10 < sure);
}

static void
git_finds_the_same_merge_base(void **state)
{
	int found = 0;
	struct walking w;
	struct error err;

	(void)state;
	walk_begin(&w);
	for (int a = COMMITS - 10; a < COMMITS; a++) {
		int b = (int)roll(COMMITS);
		char hex[OID_DIGITS + 1];
		struct oid base;
		struct text git = scratch_output(
		    "git -C r.git merge-base --all c%d c%d || :", a, b);

		if (history_merge_base(w.history, &model.ids[a], &model.ids[b],
			&base, &err) == 1) {
			assert_int_equal(git.len, OID_DIGITS + 1);
			assert_memory_equal(
			    git.data, oid_format(&base, hex), OID_DIGITS);
			found++;
		}
		text_free(&git);
	}
	walk_end(&w);
	assert_true(found > 0);
}

static void
a_missing_commit_is_an_error_not_an_end(void **state)
{
	struct oid missing = model.ids[0];
	struct tip tip = {.id = model.ids[0]};
	struct states states = {.tips = &tip, .tip_count = 1};
	struct walking w;
	struct error err;
	struct gain gain;
	struct oid found;

	(void)state;
	missing.bytes[0] ^= 1;
	walk_begin(&w);
	assert_int_equal(-1, history_gain(w.history, &missing, &states,
				 HISTORY_FAST, &gain, &err));
	assert_string_equal("object.missing", err.code);
	assert_int_equal(
	    -1, history_descends(w.history, &missing, &model.ids[0], &err));
	tip.id = missing;
	assert_int_equal(
	    -1, history_is_state(w.history, &states, &model.ids[0], &err));
	assert_int_equal(-1, history_merge_base(w.history, &model.ids[0],
				 &missing, &found, &err));
	walk_end(&w);
}

static void
more_commits_than_the_policy_allows_are_refused(void **state)
{
	struct states none = {0};
	struct walking w;
	struct error err;
	struct gain gain;

	(void)state;
	walk_begin(&w);
	w.budget.limits.commits = 3;
	assert_int_equal(-1, history_gain(w.history, &model.ids[COMMITS - 1],
				 &none, HISTORY_FAST, &gain, &err));
	assert_string_equal("object.limit", err.code);
	walk_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ancestry_is_what_the_parents_say),
	    cmocka_unit_test(
		states_are_first_parent_chains_and_all_before_the_baseline),
	    cmocka_unit_test(
		an_exact_gain_is_the_definition_and_a_fast_one_never_less),
	    cmocka_unit_test(what_is_withheld_is_gained_below_what_is_accepted),
	    cmocka_unit_test(a_merge_base_is_the_one_best_common_ancestor),
	    cmocka_unit_test(git_finds_the_same_merge_base),
	    cmocka_unit_test(a_missing_commit_is_an_error_not_an_end),
	    cmocka_unit_test(more_commits_than_the_policy_allows_are_refused),
	};

	print_message("seed %u\n", seed);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
