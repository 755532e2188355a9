/* More than one way to keep a rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "checks/requirement.h"

#define REVIEWED "s\n\nReviewed-by: Ada <ada@example.com>\n"

static void
one_way_is_enough(void **state)
{
	static const struct {
		const char *author, *message, *any, *codes;
	} rows[] = {
	    {"bob", REVIEWED, "[{review: {}}, {sign_off: true}]", ""},
	    {"bob", REVIEWED, "[{sign_off: true}, {review: {}}]", ""},
	    {"bob", REVIEWED,
		"[{sign_off: true, review: {}}, {author: maintainers}]",
		"sign-off.missing"},
	    {"bob", "s\n",
		"[{sign_off: true, review: {}}, {author: maintainers}]",
		"author.unknown"},
	    {"bob", "s\n", "[{review: {}}, {author: maintainers}]",
		"review.missing"},
	    {"ada", "s\n",
		"[{review: {}, author: outsiders}, "
		"{author: maintainers}]",
		""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, rows[i].author, rows[i].message);
		assert_int_equal(maker_settings(&maker, "any", rows[i].any), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
the_other_ways_are_told(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", "s\n");
	maker_settings(&maker, "any",
	    "[{review: {}}, {sign_off: true, author: maintainers}, "
	    "{pusher: maintainers, author: maintainers}]");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_string_equal(maker_codes(&maker), "review.missing");
	assert_string_equal(maker.findings.list[0].note,
	    "another way to keep this rule: sign_off and author, or pusher "
	    "and author");
	maker_free(&maker);
}

static void
evidence_counts_only_where_the_way_holds(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", REVIEWED);
	maker_settings(&maker, "any", "[{sign_off: true}, {review: {}}]");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.witnesses.proof, PROOF_CLAIMED);
	assert_int_equal(maker.findings.witnesses.count, 1);
	assert_string_equal(maker.findings.witnesses.names[0], "ada");
	maker_settings(&maker, "any",
	    "[{sign_off: true, review: {}}, {author: maintainers}]");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 1);
	assert_int_equal(maker.findings.witnesses.proof, PROOF_NONE);
	maker_free(&maker);
}

static void
a_way_that_can_not_be_tried_is_an_error(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", "s\n");
	maker.change.files = NULL;
	maker_settings(&maker, "any", "[{touches: tests}, {review: {}}]");
	assert_int_equal(maker_run(&maker, &err), -1);
	maker_free(&maker);
}

static void
it_is_asked_once_an_update_if_all_of_it_is(void **state)
{
	static const struct {
		const char *any;
		unsigned needs;
	} rows[] = {
	    {"[{pusher: maintainers}, {pusher: outsiders}]",
		CHANGE_UPDATE | CHANGE_SERVER},
	    {"[{pusher: maintainers}, {review: {}}]", CHANGE_SERVER},
	    {"[{touches: tests}, {pusher: maintainers}]",
		CHANGE_FILES | CHANGE_SERVER},
	    {"[{review: {}, pusher: maintainers}, {pusher: outsiders}]",
		CHANGE_BARE | CHANGE_SERVER},
	    {"[{review: {}}, {sign_off: true}]", 0},
	    {"[{review: {proof: pusher}}, {sign_off: true}]", CHANGE_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_int_equal(maker_settings(&maker, "any", rows[i].any), 0);
		assert_int_equal(
		    maker.check->needs_of(maker.settings), rows[i].needs);
		maker_free(&maker);
	}
}

static void
an_update_without_changes_is_asked_what_is_left(void **state)
{
	static const struct {
		const char *login, *any, *codes;
	} rows[] = {
	    {"bob",
		"[{review: {}, pusher: maintainers}, "
		"{sign_off: true, pusher: maintainers}]",
		"pusher.denied"},
	    {"ada",
		"[{review: {}, pusher: maintainers}, "
		"{sign_off: true, pusher: maintainers}]",
		""},
	    {"bob", "[{sign_off: true}, {pusher: maintainers}]", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", "s\n");
		maker.change.bare = true;
		maker.pusher =
		    (struct pusher){.login = rows[i].login, .proven = true};
		assert_int_equal(maker_settings(&maker, "any", rows[i].any), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
what_are_no_ways_is_a_fault(void **state)
{
	static const char *const faulty[] = {"[]", "{}", "review",
	    "[{review: {}}]", "[{review: {}}, {}]", "[{review: {}}, touches]",
	    "[{review: {}}, {reveiw: {}}]",
	    "[{review: {}}, {review: {count: 0}}]",
	    "[{review: {}}, {any: [{review: {}}, {sign_off: true}]}]"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "any", faulty[i]) > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_way_is_enough),
	    cmocka_unit_test(the_other_ways_are_told),
	    cmocka_unit_test(evidence_counts_only_where_the_way_holds),
	    cmocka_unit_test(a_way_that_can_not_be_tried_is_an_error),
	    cmocka_unit_test(it_is_asked_once_an_update_if_all_of_it_is),
	    cmocka_unit_test(an_update_without_changes_is_asked_what_is_left),
	    cmocka_unit_test(what_are_no_ways_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
