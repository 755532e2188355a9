/* What a message looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

struct row {
	const char *message, *settings, *codes;
};

static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", rows[i].message);
		assert_int_equal(
		    maker_settings(&maker, "message", rows[i].settings), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		if (strcmp(maker_codes(&maker), rows[i].codes) != 0)
			print_message("row %zu: %s\n", i, rows[i].message);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
the_whole_message_matches(void **state)
{
	static const struct row rows[] = {
	    {"fix: it\n", "{matches: \"[a-z]+: .*\"}", ""},
	    {"fix: it", "{matches: \"[a-z]+: .*\"}", ""},
	    {"fixed it\n", "{matches: \"[a-z]+: .*\"}", "message.mismatch"},
	    {"not fix: it\n", "{matches: \"[a-z]+: .*\"}", "message.mismatch"},
	    {"fix: it\n\nbody\n", "{matches: '[a-z]+: [^\\n]*(\\n.*)*'}", ""},
	    {"", "{matches: \".+\"}", "message.mismatch"},
	};

	(void)state;
	TABLE(rows);
}

static void
no_part_is_forbidden(void **state)
{
	static const struct row rows[] = {
	    {"fix: it\n", "{forbids: \"WIP|fixup!\"}", ""},
	    {"fixup! it\n", "{forbids: \"WIP|fixup!\"}", "message.forbidden"},
	    {"fix: it\n\nstill WIP\n", "{forbids: \"WIP|fixup!\"}",
		"message.forbidden"},
	};

	(void)state;
	TABLE(rows);
}

static void
lengths_are_counted_in_characters(void **state)
{
	static const struct row rows[] = {
	    {"12345\n", "{subject_max: 5}", ""},
	    {"123456\n", "{subject_max: 5}", "message.length"},
	    {"\n\n123456\n", "{subject_max: 5}", "message.length"},
	    {"123\n456\n", "{subject_max: 6}", "message.length"},
	    {"123\n456\n", "{subject_max: 7}", ""},
	    {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\n", "{subject_max: 5}",
		""},
	    {"12345\r\n\r\n123 56\r\n", "{subject_max: 5, body_width: 6}", ""},
	    {"12345 789\n\n12345\n", "{body_width: 5}", ""},
	    {"1\n\n123 56\n123 56\n", "{body_width: 5}", "message.length"},
	    {"1\n\nhttps://example.com/\n", "{body_width: 5}", ""},
	    {"123456\n\n123 56\n", "{subject_max: 5, body_width: 5}",
		"message.length message.length"},
	    {"", "{subject_max: 5}", ""},
	};

	(void)state;
	TABLE(rows);
}

static void
every_commit_is_read_but_a_mechanical_merge(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", "a long merge subject\n");
	maker_commit(&maker, "bob", "a long subject\n");
	maker_commit(&maker, "bob", "short\n");
	maker_settings(&maker, "message", "{subject_max: 5}");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 2);
	maker_merge(&maker, 0, false);
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 2);
	maker_merge(&maker, 0, true);
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 1);
	assert_ptr_equal(maker.findings.list[0].commit, &maker.commits[1]);
	maker_merge(&maker, 1, true);
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 0);
	maker_free(&maker);
}

static void
a_pattern_over_its_limit_is_an_error(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\n");
	assert_int_equal(
	    maker_settings(&maker, "message", "{matches: \"(a|aa)+[bd]\"}"), 0);
	assert_int_equal(maker_run(&maker, &err), -1);
	assert_string_equal(err.code, "regex.limit");
	maker_free(&maker);
}

static void
a_rule_that_asks_for_nothing_is_a_fault(void **state)
{
	static const char *const faulty[] = {
	    "{}", "{subject_max: 0}", "{matches: \"(\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "message", faulty[i]) > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_whole_message_matches),
	    cmocka_unit_test(no_part_is_forbidden),
	    cmocka_unit_test(lengths_are_counted_in_characters),
	    cmocka_unit_test(every_commit_is_read_but_a_mechanical_merge),
	    cmocka_unit_test(a_pattern_over_its_limit_is_an_error),
	    cmocka_unit_test(a_rule_that_asks_for_nothing_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
