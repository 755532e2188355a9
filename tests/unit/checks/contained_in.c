/* What has landed elsewhere, and what a tag is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

static int answer;

static int
reaches(
    struct subject *subject, const struct pattern_set *refs, struct error *err)
{
	assert_null(subject);
	assert_string_equal(refs->name, "staging");
	return answer < 0 ? error_set(err, "lost") : answer;
}

static void
another_branch_has_the_tip(void **state)
{
	static const struct pattern_set staging = {.name = "staging"};
	static const struct {
		int answer, result;
		const char *codes;
	} rows[] = {{1, 0, ""}, {0, 0, "contained.missing"}, {-1, -1, ""}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct check *check = check_find("contained_in");
		const struct pattern_set *settings = &staging;
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "ada", "s\n");
		maker.change.reaches = reaches;
		answer = rows[i].answer;
		assert_int_equal(
		    check->run(&settings, &maker.change, &maker.findings, &err),
		    rows[i].result);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
without_branches_it_can_not_be_told(void **state)
{
	const struct pattern_set *none = NULL;
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "ada", "s\n");
	assert_int_equal(check_find("contained_in")
			     ->run(&none, &maker.change, &maker.findings, &err),
	    -1);
	maker_free(&maker);
}

static void
a_tag_is_annotated(void **state)
{
	static const struct {
		bool is_tag, annotated;
		const char *codes;
	} rows[] = {{true, true, ""}, {true, false, "tag.lightweight"},
	    {false, false, "tag.lightweight"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "ada", "s\n");
		maker.change.is_tag = rows[i].is_tag;
		maker.change.annotated = rows[i].annotated;
		maker.change.ref = "tags/v1";
		assert_int_equal(
		    maker_settings(&maker, "annotated", "true"), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		assert_true(maker_settings(&maker, "annotated", "false") > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_branch_has_the_tip),
	    cmocka_unit_test(without_branches_it_can_not_be_told),
	    cmocka_unit_test(a_tag_is_annotated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
