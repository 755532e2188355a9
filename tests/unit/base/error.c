/* Errors: a code, a line, and context put in front of it. */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
an_error_has_a_code_and_always_gives_minus_one(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set(&err, "no %s", "luck"), -1);
	assert_string_equal(err.code, "internal.error");
	assert_string_equal(err.text, "no luck");
	assert_int_equal(error_code(&err, "object.limit", "%d", 7), -1);
	assert_string_equal(err.code, "object.limit");
	assert_string_equal(err.text, "7");
}

static void
context_comes_in_front_and_the_code_stays(void **state)
{
	struct error err;

	(void)state;
	error_code(&err, "regex.limit", "too slow");
	assert_int_equal(error_prefix(&err, "rule %s", "x"), -1);
	assert_int_equal(error_prefix(&err, "policy"), -1);
	assert_string_equal(err.text, "policy: rule x: too slow");
	assert_string_equal(err.code, "regex.limit");
}

static void
what_is_too_long_is_cut_and_nothing_else(void **state)
{
	char words[1000];
	struct error err;

	(void)state;
	memset(words, 'x', sizeof words);
	words[sizeof words - 1] = '\0';
	error_code(&err, words, "%s", words);
	assert_int_equal(strlen(err.code), sizeof err.code - 1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	error_prefix(&err, "context");
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_memory_equal(err.text, "context: xxx", 12);
	error_prefix(&err, "%s", words);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_error_has_a_code_and_always_gives_minus_one),
	    cmocka_unit_test(context_comes_in_front_and_the_code_stays),
	    cmocka_unit_test(what_is_too_long_is_cut_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
