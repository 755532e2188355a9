/* Push options: a few words are ours, the others' are none of our business. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge/push.h"

enum { OPTIONS = 6 };

static const struct row {
	const char *count; /* GIT_PUSH_OPTION_COUNT */
	const char *options[OPTIONS];
	const char *code; /* NULL: understood */
	bool check, json;
	const char *exceptions; /* joined by blanks */
} rows[] = {
    {.count = NULL},
    {.count = NULL, .options = {"refwarden.check"}}, /* not announced */
    {.count = "0", .options = {"refwarden.check"}},
    {.count = "1", .options = {"refwarden.check"}, .check = true},
    {.count = "2",
	.options = {"refwarden.json", "refwarden.check"},
	.check = true,
	.json = true},
    {.count = "3",
	.options = {"exception=EX-1", "ci.skip", "exception=EX-2"},
	.exceptions = "EX-1 EX-2"},
    {.count = "1", .options = {"exception="}, .exceptions = ""},
    {.count = "1",
	.options = {"exception=../../etc/passwd"},
	.exceptions = "../../etc/passwd"},
    {.count = "4", .options = {"", "ci.variable=A=B", "Exception=EX-1", "-"}},
    {.count = "1", .options = {"refwarden"}},
    {.count = "1", .options = {"refwarden."}, .code = "input.malformed"},
    {.count = "1", .options = {"refwarden.chek"}, .code = "input.malformed"},
    {.count = "1",
	.options = {"refwarden.check=false"},
	.code = "input.malformed"},
    {.count = "1", .options = {"refwarden.check\n"}, .code = "input.malformed"},
    {.count = "2",
	.options = {"refwarden.check", "refwarden.force"},
	.code = "input.malformed"},
    {.count = "2", .options = {"a"}, .code = "input.malformed"},
    {.count = "", .code = "input.limit"},
    {.count = "-1", .code = "input.limit"},
    {.count = "1x", .options = {"a"}, .code = "input.limit"},
    {.count = "257", .code = "input.limit"},
    {.count = "99999999999999999999", .code = "input.limit"},
};

static void
set_environment(const struct row *row)
{
	char name[64];

	unsetenv("GIT_PUSH_OPTION_COUNT");
	if (row->count != NULL)
		setenv("GIT_PUSH_OPTION_COUNT", row->count, 1);
	for (int i = 0; i < OPTIONS; i++) {
		snprintf(name, sizeof name, "GIT_PUSH_OPTION_%d", i);
		unsetenv(name);
		if (row->options[i] != NULL)
			setenv(name, row->options[i], 1);
	}
}

static void
compare_exceptions(const struct row *row, const struct push_options *options)
{
	char joined[128] = "";
	size_t used = 0;

	for (size_t i = 0; i < options->exception_count; i++)
		used += (size_t)snprintf(joined + used, sizeof joined - used,
		    "%s%s", i > 0 ? " " : "", options->exceptions[i]);
	assert_string_equal(
	    joined, row->exceptions != NULL ? row->exceptions : "");
	assert_int_equal(options->exception_count > 0, row->exceptions != NULL);
}

static void
options_are_ours_others_or_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct push_options options;
		struct arena arena = {0};
		struct error err = {0};
		int result;

		set_environment(row);
		result = push_options_read(&arena, &options, &err);
		if (result != (row->code == NULL ? 0 : -1) ||
		    (row->code != NULL && strcmp(err.code, row->code) != 0))
			fail_msg("row %zu: %d, %s", i, result, err.code);
		if (row->code == NULL) {
			assert_int_equal(options.check, row->check);
			assert_int_equal(options.json, row->json);
			compare_exceptions(row, &options);
		}
		arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_are_ours_others_or_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
