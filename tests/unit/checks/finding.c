/* Findings and the evidence kept beside them. */
#include "checks/finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/code.h"

static void
a_finding_is_kept_with_what_it_was_given(void **state)
{
	struct findings findings = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		finding_add(&findings, "review.self", NULL, "1 review", "0");
	assert_int_equal(findings.count, 100);
	assert_string_equal(findings.list[99].code, "review.self");
	assert_string_equal(findings.list[99].need, "1 review");
	assert_string_equal(findings.list[99].found, "0");
	assert_null(findings.list[99].note);
	findings_free(&findings);
	assert_int_equal(findings.count, 0);
}

static void
the_weakest_proof_is_kept(void **state)
{
	struct arena arena = {0};
	struct witnesses witnesses = {0};

	(void)state;
	witnesses_add(&witnesses, PROOF_SIGNED, "ada", &arena);
	assert_int_equal(witnesses.proof, PROOF_SIGNED);
	witnesses_add(&witnesses, PROOF_CLAIMED, "ada", &arena);
	witnesses_add(&witnesses, PROOF_PUSHER, "bob", &arena);
	assert_int_equal(witnesses.proof, PROOF_CLAIMED);
	arena_free(&arena);
}

static void
a_reviewer_is_named_once_and_in_order(void **state)
{
	struct arena arena = {0};
	struct witnesses witnesses = {0}, all = {0};

	(void)state;
	witnesses_add(&witnesses, PROOF_CLAIMED, "carol", &arena);
	witnesses_add(&witnesses, PROOF_CLAIMED, "ada", &arena);
	witnesses_add(&witnesses, PROOF_CLAIMED, "carol", &arena);
	witnesses_add(&all, PROOF_SIGNED, "bob", &arena);
	witnesses_add(&all, PROOF_SIGNED, "ada", &arena);
	witnesses_join(&all, &witnesses, &arena);
	assert_int_equal(all.proof, PROOF_CLAIMED);
	assert_int_equal(all.count, 3);
	assert_string_equal(all.names[0], "ada");
	assert_string_equal(all.names[1], "bob");
	assert_string_equal(all.names[2], "carol");
	arena_free(&arena);
}

/* Whichever is met first: the list says the same of the same push. */
static void
no_push_names_reviewers_without_end(void **state)
{
	enum { MORE = REVIEWER_LIMIT + 50 };
	struct arena arena = {0};
	struct witnesses up = {0}, down = {0};

	(void)state;
	for (int i = 0; i < MORE; i++) {
		witnesses_add(&up, PROOF_CLAIMED,
		    arena_format(&arena, "r%03d", i), &arena);
		witnesses_add(&down, PROOF_CLAIMED,
		    arena_format(&arena, "r%03d", MORE - 1 - i), &arena);
	}
	assert_int_equal(up.count, REVIEWER_LIMIT);
	assert_int_equal(down.count, REVIEWER_LIMIT);
	for (int i = 0; i < REVIEWER_LIMIT; i++) {
		assert_string_equal(
		    up.names[i], arena_format(&arena, "r%03d", i));
		assert_string_equal(up.names[i], down.names[i]);
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_finding_is_kept_with_what_it_was_given),
	    cmocka_unit_test(the_weakest_proof_is_kept),
	    cmocka_unit_test(a_reviewer_is_named_once_and_in_order),
	    cmocka_unit_test(no_push_names_reviewers_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
