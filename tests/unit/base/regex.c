/* Regular expressions: the whole text, and never past the limits. */
#include "base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
the_whole_text_or_some_part_of_it(void **state)
{
	static const struct {
		const char *pattern, *text;
		int match, search;
	} cases[] = {
	    {"ab", "ab", 1, 1},
	    {"ab", "abc", 0, 1},
	    {"ab", "xab", 0, 1},
	    {"a|ab", "ab", 1, 1},
	    {"a$", "a\n", 0, 1},
	    {"a", "a\n", 0, 1},
	    {"a.b", "a\nb", 0, 0},
	    {"a.b", "a\rb", 1, 1},
	    {"(?s)a.b", "a\nb", 1, 1},
	    {"(?m)^b$", "a\nb\nc", 0, 1},
	    {"x|y", "y", 1, 1},
	    {"..", "\xc3\xa4", 1, 1},
	    {".*\xff.*", "a\xff", 1, 1},
	    {"a?", "", 1, 1},
	    {"PROJ-[0-9]+", "PROJ-12", 1, 1},
	    {"PROJ-[0-9]+", "PROJ-12 and more", 0, 1},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct regex *regex = regex_new(cases[i].pattern, &err);
		size_t len = strlen(cases[i].text);

		assert_non_null(regex);
		assert_string_equal(regex_pattern(regex), cases[i].pattern);
		assert_int_equal(regex_match(regex, cases[i].text, len, &err),
		    cases[i].match);
		assert_int_equal(regex_search(regex, cases[i].text, len, &err),
		    cases[i].search);
		regex_free(regex);
	}
}

static void
a_nul_in_the_text_does_not_end_it(void **state)
{
	struct error err;
	struct regex *regex = regex_new("ab", &err);

	(void)state;
	assert_non_null(regex);
	assert_int_equal(regex_match(regex, "ab\0c", 4, &err), 0);
	assert_int_equal(regex_match(regex, NULL, 0, &err), 0);
	regex_free(regex);
}

static void
a_faulty_pattern_is_told_with_its_offset(void **state)
{
	static const struct {
		const char *pattern, *told;
	} cases[] = {
	    {"a(b", "at offset 3"},
	    {"a)b", "at offset 1"},
	    {"[", "at offset 1"},
	    {"(*UTF)a", "UTF"},
	    {"(*UCP)a", "UCP"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(regex_new(cases[i].pattern, &err));
		if (strstr(err.text, cases[i].told) == NULL)
			fail_msg("%s: %s", cases[i].pattern, err.text);
	}
}

static void
a_pattern_as_long_as_a_page_is_refused(void **state)
{
	char *pattern = malloc(10001);
	struct error err;

	(void)state;
	assert_non_null(pattern);
	memset(pattern, 'a', 10000);
	pattern[10000] = '\0';
	assert_null(regex_new(pattern, &err));
	free(pattern);
}

static void
a_limit_is_an_error_and_never_an_answer(void **state)
{
	static const char *const patterns[] = {
	    "(a+)+b", "(a|aa)+b", "(.*)*x", "(?:a?){40}a{40}b", "((a*)*)*b"};
	enum { LEN = 1 << 20 };
	char *text = malloc(LEN);
	struct error err;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', LEN);
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct regex *regex = regex_new(patterns[i], &err);

		assert_non_null(regex);
		assert_int_equal(regex_match(regex, text, LEN, &err), -1);
		assert_string_equal(err.code, "regex.limit");
		regex_free(regex);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_whole_text_or_some_part_of_it),
	    cmocka_unit_test(a_nul_in_the_text_does_not_end_it),
	    cmocka_unit_test(a_faulty_pattern_is_told_with_its_offset),
	    cmocka_unit_test(a_pattern_as_long_as_a_page_is_refused),
	    cmocka_unit_test(a_limit_is_an_error_and_never_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
