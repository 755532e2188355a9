/* The table of codes. */
#include "checks/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void
every_code_says_what_it_means_and_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < code_count; i++) {
		assert_non_null(strchr(codes[i].slug, '.'));
		assert_true(
		    codes[i].title != NULL && strlen(codes[i].title) < 52);
		assert_true(
		    codes[i].meaning != NULL && strlen(codes[i].meaning) > 20);
		assert_true(
		    codes[i].example != NULL && strlen(codes[i].example) > 10);
		assert_true(codes[i].fix != NULL && strlen(codes[i].fix) > 20);
		assert_true(codes[i].fix[0] != ' ');
	}
}

static void
every_code_fits_into_an_error_and_is_there_once(void **state)
{
	struct error err;

	(void)state;
	for (size_t i = 0; i < code_count; i++) {
		assert_true(strlen(codes[i].slug) < sizeof err.code);
		assert_ptr_equal(code_find(codes[i].slug), &codes[i]);
	}
}

static void
an_unknown_code_is_not_found(void **state)
{
	(void)state;
	assert_null(code_find(""));
	assert_null(code_find("review"));
	assert_null(code_find("review.missing "));
}

static bool
begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void
what_always_refuses_can_not_be_waived(void **state)
{
	static const char *const never[] = {
	    "input.", "ref.", "repo.", "policy.", "object.", "log."};

	(void)state;
	for (size_t i = 0; i < code_count; i++) {
		if (codes[i].class == CODE_ALWAYS)
			assert_false(codes[i].waivable);
		for (size_t n = 0; n < sizeof never / sizeof never[0]; n++)
			if (begins(codes[i].slug, never[n]))
				assert_false(codes[i].waivable);
	}
}

static void
only_built_in_findings_follow_the_layer(void **state)
{
	(void)state;
	for (size_t i = 0; i < code_count; i++) {
		const char *slug = codes[i].slug;
		bool built_in = begins(slug, "history.") ||
				(begins(slug, "tag.") &&
				    strcmp(slug, "tag.lightweight") != 0) ||
				strcmp(slug, "ref.name") == 0 ||
				strcmp(slug, "ref.namespace") == 0 ||
				strcmp(slug, "object.malformed") == 0;

		assert_int_equal(codes[i].class == CODE_LAYER, built_in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_says_what_it_means_and_what_to_do),
	    cmocka_unit_test(every_code_fits_into_an_error_and_is_there_once),
	    cmocka_unit_test(an_unknown_code_is_not_found),
	    cmocka_unit_test(what_always_refuses_can_not_be_waived),
	    cmocka_unit_test(only_built_in_findings_follow_the_layer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
