/* Who reviewed a change, and why somebody did not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

#define BY_ADA            "Reviewed-by: Ada <ada@example.com>\n"
#define BY_CAROL          "Reviewed-by: Carol <carol@example.com>\n"
#define BY_BOB            "Reviewed-by: Bob Smith <bob@example.com>\n"
#define BY_EVE            "Reviewed-by: Eve <eve@example.com>\n"
#define MESSAGE(trailers) "subject\n\nbody\n\n" trailers

struct row {
	const char *message, *settings, *codes;
};

/* Bob's commit with each message, under each rule. */
static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", rows[i].message);
		assert_int_equal(
		    maker_settings(&maker, "review", rows[i].settings), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		if (strcmp(maker_codes(&maker), rows[i].codes) != 0)
			print_message("row %zu: %s\n", i, rows[i].message);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		if (rows[i].codes[0] == '\0')
			assert_int_equal(
			    maker.findings.witnesses.proof, PROOF_CLAIMED);
		maker_free(&maker);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
a_review_by_another_of_the_group_counts(void **state)
{
	static const struct row rows[] = {
	    {MESSAGE(BY_ADA), "{by: maintainers}", ""},
	    {MESSAGE(BY_ADA BY_ADA), "{by: maintainers}", ""},
	    {MESSAGE(BY_BOB BY_EVE BY_ADA), "{by: maintainers}", ""},
	    {MESSAGE(BY_EVE), "{count: 1}", ""},
	    {MESSAGE("reviewed-BY: x <ADA@EXAMPLE.com>\n"), "{by: maintainers}",
		""},
	    {MESSAGE("Verified-by: Ada <ada@example.com>\n"),
		"{by: maintainers, trailer: Verified-by}", ""},
	    {MESSAGE(BY_ADA BY_CAROL), "{by: maintainers, count: 2}", ""},
	};

	(void)state;
	TABLE(rows);
}

static void
nobody_reviews_their_own_work(void **state)
{
	static const struct row rows[] = {
	    {MESSAGE(BY_BOB), "{by: maintainers}", "review.self"},
	    {MESSAGE(BY_BOB), "{count: 1}", "review.self"},
	    {MESSAGE("Reviewed-by: B <bob@home.example>\n"), "{count: 1}",
		"review.self"},
	    {MESSAGE("Reviewed-by: B <BOB@example.COM>\n"), "{count: 1}",
		"review.self"},
	    {MESSAGE(BY_ADA "Co-authored-by: A <ada@home.example>\n"),
		"{by: maintainers}", "review.self"},
	    {MESSAGE("co-Authored-By: A <ada@home.example>\n\n" BY_ADA),
		"{by: maintainers}", "review.self"},
	    {MESSAGE("Text\nCo-authored-by: A "
		     "<ada@home.example>\r\nText\n\n" BY_ADA),
		"{by: maintainers}", "review.self"},
	    {MESSAGE("Co-authored-by: C <carol@example.com>\n\n"
		     "> Co-authored-by: A <ada@home.example>\n\n" BY_ADA),
		"{by: maintainers}", ""},
	};

	(void)state;
	TABLE(rows);
}

static void
a_person_counts_once(void **state)
{
	static const struct row rows[] = {
	    {MESSAGE(BY_ADA "Reviewed-by: A <ada@home.example>\n"),
		"{by: maintainers, count: 2}", "review.missing"},
	    {MESSAGE("Reviewed-by: X <x@x.example>\n"
		     "Reviewed-by: X <X@X.example>\n"),
		"{count: 2}", "review.missing"},
	};

	(void)state;
	TABLE(rows);
}

static void
who_is_not_asked_for_is_unknown(void **state)
{
	static const struct row rows[] = {
	    {MESSAGE(BY_EVE), "{by: maintainers}", "review.unknown"},
	    {MESSAGE(BY_EVE BY_BOB), "{by: maintainers}", "review.unknown"},
	    {MESSAGE("Reviewed-by: Ada <ada@elsewhere.example>\n"),
		"{by: maintainers}", "review.unknown"},
	    {MESSAGE("Reviewed-by: R <robot@example.com>\n"),
		"{by: maintainers}", "review.unknown"},
	    {MESSAGE("Reviewed-by: R <robot@example.com>\n"), "{count: 1}",
		"review.unknown"},
	    {MESSAGE("Reviewed-by: G <gone@example.com>\n"),
		"{by: maintainers}", "review.unknown"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_reviewer_out_of_place_does_not_count(void **state)
{
	static const struct row rows[] = {
	    {"subject\n", "{by: maintainers}", "review.missing"},
	    {"", "{by: maintainers}", "review.missing"},
	    {BY_ADA, "{by: maintainers}", "review.misplaced"},
	    {"subject\n\n" BY_ADA "\nbody\n", "{by: maintainers}",
		"review.misplaced"},
	    {MESSAGE("Reviewd-by: Ada <ada@example.com>\n"),
		"{by: maintainers}", "review.missing"},
	    {MESSAGE("Reviewed-by: Ada\n"), "{by: maintainers}",
		"review.ambiguous"},
	    {MESSAGE("Reviewed-by: Ada\n <ada@example.com>\n"),
		"{by: maintainers}", "review.ambiguous"},
	};

	(void)state;
	TABLE(rows);
}

static void
what_git_reads_otherwise_does_not_count(void **state)
{
	static const struct row rows[] = {
	    {"subject\n\nbody\n---\nmore\n\n" BY_ADA, "{by: maintainers}",
		"review.ambiguous"},
	    {"subject\n\nprose\nSigned-off-by: B <bob@example.com>\n" BY_ADA,
		"{by: maintainers}", "review.ambiguous"},
	};

	(void)state;
	TABLE(rows);
}

static void
an_unclear_co_author_is_refused(void **state)
{
	static const struct row rows[] = {
	    {MESSAGE(BY_CAROL "Co-authored-by: Ada\n"), "{by: maintainers}",
		"review.ambiguous"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_finding_says_who_could_review_and_how_to_go_on(void **state)
{
	struct maker maker;
	struct finding *finding;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "ada", MESSAGE(BY_ADA));
	maker_settings(&maker, "review", "{by: maintainers, count: 2}");
	assert_int_equal(maker_run(&maker, &err), 0);
	finding = &maker.findings.list[0];
	assert_string_equal(finding->need, "2 reviews by maintainers");
	assert_string_equal(finding->found, "a review by Ada, who wrote it");
	assert_string_equal(finding->from, "carol, dmitri");
	assert_string_equal(finding->commands,
	    "git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	    "git push");
	maker.change.is_tip = false;
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_string_equal(maker.findings.list[0].commands,
	    "git commit --fixup=reword:4141414 \\\n"
	    "  --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	    "git -c sequence.editor=: rebase -ir --autosquash 4141414^\n"
	    "git push");
	maker_free(&maker);
}

static void
a_namesake_with_another_address_is_pointed_out(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob",
	    MESSAGE("Reviewed-by: Ada Lovelace <ada@elsewhere.example>\n"));
	maker_settings(&maker, "review", "{by: maintainers}");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_string_equal(maker.findings.list[0].note,
	    "ada is known to the policy, but not with the address "
	    "ada@elsewhere.example");
	maker_free(&maker);
}

/* A merge by dmitri of two commits of bob's. */
static void
merge_make(struct maker *maker, const char *merge, const char *one,
    const char *two, bool mechanical)
{
	maker_init(maker);
	maker_commit(maker, "dmitri", merge);
	maker_commit(maker, "bob", one);
	maker_commit(maker, "bob", two);
	maker_merge(maker, 0, mechanical);
}

static void
a_merge_is_judged_by_its_own_evidence_or_by_its_commits(void **state)
{
	static const struct {
		const char *merge, *one, *two;
		bool mechanical;
		const char *settings, *codes;
	} rows[] = {
	    {MESSAGE(BY_ADA), "one", "two", true, "{by: maintainers}", ""},
	    {MESSAGE(BY_ADA), "one", "two", false, "{by: maintainers}", ""},
	    {"merge", MESSAGE(BY_ADA), MESSAGE(BY_CAROL), true,
		"{by: maintainers}", ""},
	    {"merge", MESSAGE(BY_ADA), MESSAGE(BY_CAROL), false,
		"{by: maintainers}", "review.missing"},
	    {"merge", MESSAGE(BY_ADA), "two", true, "{by: maintainers}",
		"review.missing"},
	    {"merge", "one", "two", true, "{by: maintainers}",
		"review.missing review.missing"},
	    {MESSAGE(BY_ADA), "one", MESSAGE(BY_ADA), true,
		"{by: maintainers, per: commit}", "review.missing"},
	    {MESSAGE(BY_ADA), MESSAGE(BY_ADA), MESSAGE(BY_ADA), true,
		"{by: maintainers, per: commit}", ""},
	    {MESSAGE(BY_BOB), "one", "two", false, "{count: 1}", "review.self"},
	    {MESSAGE("Reviewed-by: D <dmitri@example.com>\n"), "one", "two",
		true, "{by: maintainers}", ""},
	    {MESSAGE("Reviewed-by: D <dmitri@example.com>\n"), "one", "two",
		false, "{by: maintainers}", "review.self"},
	    {MESSAGE(BY_ADA), "one",
		MESSAGE("Co-authored-by: A <ada@example.com>\n"), false,
		"{by: maintainers}", "review.self"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		merge_make(&maker, rows[i].merge, rows[i].one, rows[i].two,
		    rows[i].mechanical);
		maker_settings(&maker, "review", rows[i].settings);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

/* The second of three commits is itself a merge, by carol. */
static void
a_mechanical_merge_inside_a_change_needs_no_evidence(void **state)
{
	static const struct {
		bool inner_mechanical;
		const char *two, *settings, *codes;
	} rows[] = {
	    {true, MESSAGE(BY_ADA), "{by: maintainers}", ""},
	    {false, MESSAGE(BY_ADA), "{by: maintainers}", "review.missing"},
	    {true, MESSAGE(BY_CAROL), "{by: maintainers}", ""},
	    {false, MESSAGE(BY_CAROL), "{by: maintainers}",
		"review.missing review.self"},
	    {true, MESSAGE(BY_ADA), "{by: maintainers, per: commit}",
		"review.missing review.missing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "dmitri", "merge");
		maker_commit(&maker, "carol", "merge");
		maker_commit(&maker, "bob", rows[i].two);
		maker_merge(&maker, 0, true);
		maker_merge(&maker, 1, rows[i].inner_mechanical);
		maker_settings(&maker, "review", rows[i].settings);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

/* Without the history nothing can be made again. */
static void
a_merge_of_which_nothing_is_known_is_not_mechanical(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "dmitri", "merge")->parent_count = 2;
	maker_commit(&maker, "bob", MESSAGE(BY_ADA));
	maker_settings(&maker, "review", "{by: maintainers}");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_string_equal(maker_codes(&maker), "review.missing");
	maker_free(&maker);
}

/* Who wrote part of it stays a writer, whatever else they merged. */
static void
making_a_merge_does_not_undo_writing(void **state)
{
	static const struct {
		const char *author, *codes;
	} rows[] = {{"bob", ""}, {"dmitri", "review.self"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		merge_make(&maker,
		    MESSAGE("Reviewed-by: D <dmitri@example.com>\n"), "one",
		    "two", true);
		maker.commits[2].author.address = arena_format(
		    &maker.arena, "%s@home.example", rows[i].author);
		maker_settings(&maker, "review", "{by: maintainers}");
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
the_pusher_proves_a_review_by_being_the_reviewer(void **state)
{
	static const struct {
		struct pusher pusher;
		bool local;
		const char *settings, *codes;
		enum proof proof;
	} rows[] = {
	    {{.login = "ada", .proven = true}, false, "pusher", "",
		PROOF_PUSHER},
	    {{.login = "ada", .proven = true}, false, "claimed", "",
		PROOF_PUSHER},
	    {{.login = "bob", .proven = true}, false, "claimed", "",
		PROOF_CLAIMED},
	    {{.login = "bob", .proven = true}, false, "pusher", "review.proof",
		PROOF_NONE},
	    {{.login = "carol", .proven = true}, false, "pusher",
		"review.proof", PROOF_NONE},
	    {{.login = "ada", .proven = false}, false, "pusher", "review.proof",
		PROOF_NONE},
	    {{.login = "ada", .proven = false}, false, "claimed", "",
		PROOF_CLAIMED},
	    {{.login = NULL}, false, "pusher", "pusher.unknown", PROOF_NONE},
	    {{.login = NULL, .fault = "the name is empty"}, false, "pusher",
		"pusher.unknown", PROOF_NONE},
	    {{.login = NULL}, true, "pusher", "", PROOF_CLAIMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;
		char settings[80];

		maker_init(&maker);
		maker_commit(&maker, "bob", MESSAGE(BY_ADA));
		maker.pusher = rows[i].pusher;
		maker.change.local = rows[i].local;
		snprintf(settings, sizeof settings,
		    "{by: maintainers, proof: %s}", rows[i].settings);
		maker_settings(&maker, "review", settings);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		assert_int_equal(maker.findings.witnesses.proof, rows[i].proof);
		maker_free(&maker);
	}
}

static void
the_record_names_who_was_counted(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", MESSAGE(BY_ADA BY_BOB BY_CAROL));
	maker_settings(&maker, "review", "{by: maintainers}");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.witnesses.count, 2);
	assert_string_equal(maker.findings.witnesses.names[0], "ada");
	assert_string_equal(maker.findings.witnesses.names[1], "carol");
	maker_free(&maker);
}

static void
too_many_trailers_are_an_error_and_no_review(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", MESSAGE(BY_ADA BY_CAROL));
	maker.budget.limits.trailers = 1;
	maker_settings(&maker, "review", "{by: maintainers}");
	assert_int_equal(maker_run(&maker, &err), -1);
	assert_string_equal(err.code, "object.limit");
	maker_free(&maker);
}

static void
what_can_not_be_is_refused_by_the_policy(void **state)
{
	static const char *const faulty[] = {
	    "{count: 0}",
	    "{proof: none}",
	    "{per: push}",
	    "{trailer: \"Reviewed by\"}",
	    "{trailer: \"\"}",
	    "{from: maintainers}",
	    "{by: nobody}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "review", faulty[i]) > 0);
		maker_free(&maker);
	}
}

static void
a_tag_is_mended_as_a_tag(void **state)
{
	static const struct {
		const char *ref, *commands;
	} rows[] = {
	    {"tags/v1.2", "git tag -f -a v1.2 v1.2^{}\n"
			  "git push origin tag v1.2"},
	    {"tags/$(reboot)", "git tag -f -a TAG TAG^{}\n"
			       "git push origin tag TAG"},
	    {"tags/-d", "git tag -f -a TAG TAG^{}\n"
			"git push origin tag TAG"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", "v1.2\n")->is_tag = true;
		maker.change.is_tag = true;
		maker.change.ref = rows[i].ref;
		maker_settings(&maker, "review", "{by: maintainers}");
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(
		    maker.findings.list[0].commands, rows[i].commands);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_review_by_another_of_the_group_counts),
	    cmocka_unit_test(nobody_reviews_their_own_work),
	    cmocka_unit_test(a_person_counts_once),
	    cmocka_unit_test(who_is_not_asked_for_is_unknown),
	    cmocka_unit_test(a_reviewer_out_of_place_does_not_count),
	    cmocka_unit_test(what_git_reads_otherwise_does_not_count),
	    cmocka_unit_test(an_unclear_co_author_is_refused),
	    cmocka_unit_test(a_finding_says_who_could_review_and_how_to_go_on),
	    cmocka_unit_test(a_namesake_with_another_address_is_pointed_out),
	    cmocka_unit_test(
		a_merge_is_judged_by_its_own_evidence_or_by_its_commits),
	    cmocka_unit_test(
		a_mechanical_merge_inside_a_change_needs_no_evidence),
	    cmocka_unit_test(
		a_merge_of_which_nothing_is_known_is_not_mechanical),
	    cmocka_unit_test(making_a_merge_does_not_undo_writing),
	    cmocka_unit_test(the_pusher_proves_a_review_by_being_the_reviewer),
	    cmocka_unit_test(the_record_names_who_was_counted),
	    cmocka_unit_test(too_many_trailers_are_an_error_and_no_review),
	    cmocka_unit_test(what_can_not_be_is_refused_by_the_policy),
	    cmocka_unit_test(a_tag_is_mended_as_a_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
