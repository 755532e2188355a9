/* Statements in a note: what is read, what is refused, what ends one. */
#include "checks/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ID   "0123456789abcdef0123456789abcdef01234567"
#define SAST "kind: sast\n"
#define PASS "result: pass\n"
#define OF   "subject: " ID "\n"
#define MADE "made: 2026-11-22T03:26:55Z\n"
#define HEAD SAST PASS OF MADE
#define SIGNATURE                         \
	"-----BEGIN SSH SIGNATURE-----\n" \
	"U1NIU0lH\n"                      \
	"-----END SSH SIGNATURE-----\n"

/* "KIND RESULT SIGNED", or the fault, of every statement, one a line. */
static const char *
told(const char *note, size_t len, struct arena *arena)
{
	struct statements at = {note, len, 0};
	struct statement s;
	const char *text = "";

	while (statement_next(&at, arena, &s))
		text = s.fault != NULL
			   ? arena_format(arena, "%s%s\n", text, s.fault)
			   : arena_format(arena, "%s%s %s %s\n", text, s.kind,
				 s.passed ? "pass" : "fail",
				 s.signature != NULL ? "signed" : "unsigned");
	return text;
}

struct row {
	const char *note, *told;
};

static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena arena = {0};

		assert_string_equal(
		    told(rows[i].note, strlen(rows[i].note), &arena),
		    rows[i].told);
		arena_free(&arena);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
a_statement_ends_with_its_signature_or_a_blank_line(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"\n\n", ""},
	    {HEAD SIGNATURE, "sast pass signed\n"},
	    {"\n\n" HEAD SIGNATURE "\n\n", "sast pass signed\n"},
	    {HEAD SIGNATURE "\n" HEAD SIGNATURE,
		"sast pass signed\nsast pass signed\n"},
	    {HEAD SIGNATURE HEAD SIGNATURE,
		"sast pass signed\nsast pass signed\n"},
	    {HEAD, "sast pass unsigned\n"},
	    {HEAD "\n" SIGNATURE, "sast pass unsigned\nno \"kind\"\n"},
	    {HEAD "-----BEGIN SSH SIGNATURE-----\nU1NI\n",
		"a signature without its end\n"},
	    {HEAD "-----BEGIN SSH SIGNATURE-----\nU1NI\n\n" HEAD SIGNATURE,
		"a signature without its end\nsast pass signed\n"},
	    {"garbage\n\n" HEAD SIGNATURE,
		"a line that is no \"key: value\"\nsast pass signed\n"},
	};

	(void)state;
	TABLE(rows);
}

static void
every_key_is_read_once_and_no_other(void **state)
{
	static const struct row rows[] = {
	    {MADE OF PASS SAST, "sast pass unsigned\n"},
	    {SAST "result: fail\n" OF MADE, "sast fail unsigned\n"},
	    {HEAD "tool: semgrep 1.90\nopen_critical: 0\nopen_high: 12\n"
		  "open_medium: 3\nopen_low: 999999999\n",
		"sast pass unsigned\n"},
	    {PASS OF MADE, "no \"kind\"\n"},
	    {SAST OF MADE, "no \"result\"\n"},
	    {SAST PASS MADE, "no \"subject\"\n"},
	    {SAST PASS OF, "no \"made\"\n"},
	    {HEAD PASS, "\"result\" twice\n"},
	    {SAST "result: fail\n" OF MADE PASS, "\"result\" twice\n"},
	    {HEAD "by: ci\n", "an unknown key\n"},
	    {HEAD "Kind: sast\n", "an unknown key\n"},
	    {HEAD "tool:\n", "a line that is no \"key: value\"\n"},
	    {HEAD "tool: \n", "a line that is no \"key: value\"\n"},
	    {HEAD "tool:x\n", "a line that is no \"key: value\"\n"},
	    {HEAD " tool: x\n", "an unknown key\n"},
	    {HEAD "tool: x\r\n", "characters nobody sees\n"},
	    {HEAD "tool: \xe2\x80\xae x\n", "characters nobody sees\n"},
	    {HEAD "tool: \xff\n", "characters nobody sees\n"},
	    {"kind: SAST\n" PASS OF MADE, "a wrong \"kind\"\n"},
	    {SAST "result: passed\n" OF MADE, "a wrong \"result\"\n"},
	    {SAST "result: pass \n" OF MADE, "a wrong \"result\"\n"},
	    {SAST PASS MADE "subject: 0123456\n", "a wrong \"subject\"\n"},
	    {HEAD "open_critical: -1\n", "a wrong \"open_critical\"\n"},
	    {HEAD "open_critical: none\n", "a wrong \"open_critical\"\n"},
	    {HEAD "open_high: 9999999999\n", "a wrong \"open_high\"\n"},
	    {"# remark\n" HEAD, "a line that is no \"key: value\"\n"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_nul_byte_is_no_end(void **state)
{
	static const char note[] = SAST "result: pass\0\n" OF MADE;
	struct arena arena = {0};

	(void)state;
	assert_string_equal(
	    told(note, sizeof note - 1, &arena), "characters nobody sees\n");
	arena_free(&arena);
}

static void
a_long_line_is_refused(void **state)
{
	struct arena arena = {0};
	char note[600];

	(void)state;
	snprintf(note, sizeof note, "%stool: %0*d\n", HEAD, 250, 1);
	assert_string_equal(
	    told(note, strlen(note), &arena), "a line that is too long\n");
	arena_free(&arena);
}

static void
what_is_signed_are_the_lines_above_the_signature(void **state)
{
	static const char note[] = "\n" HEAD SIGNATURE "\n";
	struct statements at = {note, sizeof note - 1, 0};
	struct arena arena = {0};
	struct statement s;

	(void)state;
	assert_true(statement_next(&at, &arena, &s));
	assert_null(s.fault);
	assert_int_equal(s.line, 1);
	assert_int_equal(s.data_len, strlen(HEAD));
	assert_memory_equal(s.data, HEAD, strlen(HEAD));
	assert_int_equal(s.signature_len, strlen(SIGNATURE));
	assert_memory_equal(s.signature, SIGNATURE, strlen(SIGNATURE));
	assert_false(statement_next(&at, &arena, &s));
	arena_free(&arena);
}

static void
a_moment_has_one_form(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: refused */
	} rows[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"2026-11-22T03:26:55Z", 1795318015},
	    {"2024-02-29T23:59:59Z", 1709251199},
	    {"2023-02-29T00:00:00Z", -1},
	    {"2026-11-22T24:00:00Z", -1},
	    {"2026-11-22T03:60:00Z", -1},
	    {"2026-11-22T03:26:60Z", -1},
	    {"2026-11-22T03:26:55", -1},
	    {"2026-11-22 03:26:55Z", -1},
	    {"2026-11-22T03:26:55.1Z", -1},
	    {"2026-11-22T03:26:55+00:00", -1},
	    {"2026-11-22T+3:26:55Z", -1},
	    {"2026-11-22", -1},
	    {"", -1},
	};
	int64_t moment;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool valid = moment_parse(rows[i].text, &moment);

		assert_int_equal(valid, rows[i].seconds != -1);
		if (valid)
			assert_int_equal(moment, rows[i].seconds * 1000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_statement_ends_with_its_signature_or_a_blank_line),
	    cmocka_unit_test(every_key_is_read_once_and_no_other),
	    cmocka_unit_test(a_nul_byte_is_no_end),
	    cmocka_unit_test(a_long_line_is_refused),
	    cmocka_unit_test(what_is_signed_are_the_lines_above_the_signature),
	    cmocka_unit_test(a_moment_has_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
