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
	struct findings findings = {0};

	(void)state;
	findings_accepted(&findings, PROOF_SIGNED, "ada");
	assert_int_equal(findings.proof, PROOF_SIGNED);
	findings_accepted(&findings, PROOF_CLAIMED, "ada");
	findings_accepted(&findings, PROOF_PUSHER, "bob");
	assert_int_equal(findings.proof, PROOF_CLAIMED);
	findings_free(&findings);
}

static void
a_reviewer_is_named_once(void **state)
{
	struct findings findings = {0};

	(void)state;
	findings_accepted(&findings, PROOF_CLAIMED, "ada");
	findings_accepted(&findings, PROOF_CLAIMED, "bob");
	findings_accepted(&findings, PROOF_CLAIMED, "ada");
	assert_int_equal(findings.reviewer_count, 2);
	assert_string_equal(findings.reviewers[1], "bob");
	findings_free(&findings);
}

static void
no_push_names_reviewers_without_end(void **state)
{
	struct arena arena = {0};
	struct findings findings = {.arena = &arena};

	(void)state;
	for (int i = 0; i < REVIEWER_LIMIT + 50; i++)
		findings_accepted(
		    &findings, PROOF_CLAIMED, arena_format(&arena, "r%d", i));
	assert_int_equal(findings.reviewer_count, REVIEWER_LIMIT);
	findings_free(&findings);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_finding_is_kept_with_what_it_was_given),
	    cmocka_unit_test(the_weakest_proof_is_kept),
	    cmocka_unit_test(a_reviewer_is_named_once),
	    cmocka_unit_test(no_push_names_reviewers_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
