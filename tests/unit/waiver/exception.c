/* Exception records: what is one, and what is wrong with the others. */
#include "waiver/exception.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"

static const char record[] =
    "version: 1\n"
    "id: EX-2026-014\n"
    "rules: [tests-with-code, history]\n"
    "applies_to:\n"
    "  repositories: [\"platform/*\"]\n"
    "  refs: [main, tags/v1]\n"
    "  paths: [\"src/legacy/**\"]\n"
    "  commits: [0123456789abcdef0123456789abcdef01234567]\n"
    "reason: The supplier ships no tests.\n"
    "risk: Low.\n"
    "requested_by: bob@example.com\n"
    "approved_by: cto@example.com\n"
    "approved_on: 2026-10-15\n"
    "expires: 2026-11-15\n"
    "revoked_on: 2026-10-20\n"
    "max_uses: 3\n";

/* The record with `from` replaced by `to`. */
static void
edit(struct text *out, const char *from, const char *to)
{
	const char *at = strstr(record, from);

	assert_non_null(at);
	text_add_bytes(out, record, (size_t)(at - record));
	text_add(out, to);
	text_add(out, at + strlen(from));
}

static void
every_key_is_read(void **state)
{
	struct arena arena = {0};
	struct exception exception;
	struct faults faults;
	char day[16];

	(void)state;
	faults_init(&faults, "EX-2026-014.yml");
	assert_int_equal(exception_parse(record, strlen(record), &arena,
			     &exception, &faults),
	    0);
	assert_string_equal(exception.id, "EX-2026-014");
	assert_int_equal(exception.rules.count, 2);
	assert_string_equal(exception.rules.list[1], "history");
	assert_string_equal(exception.repositories.list[0], "platform/*");
	assert_string_equal(exception.refs.list[1], "tags/v1");
	assert_string_equal(exception.paths.list[0], "src/legacy/**");
	assert_int_equal(exception.commits.count, 1);
	assert_string_equal(exception.risk, "Low.");
	assert_string_equal(exception.requested_by, "bob@example.com");
	assert_string_equal(exception.approved_by, "cto@example.com");
	assert_string_equal(
	    day_format(exception.approved_on, day), "2026-10-15");
	assert_string_equal(day_format(exception.expires, day), "2026-11-15");
	assert_string_equal(
	    day_format(exception.revoked_on, day), "2026-10-20");
	assert_int_equal(exception.max_uses, 3);
	assert_int_equal(exception.review_by, 0);
	assert_null(exception.signed_off_by);
	faults_free(&faults);
	arena_free(&arena);
}

static void
every_fault_is_told_with_its_line(void **state)
{
	static const struct {
		const char *from, *to;
		unsigned line;
	} cases[] = {
	    {"version: 1", "version: 2", 1},
	    {"version: 1\n", "", 1},
	    {"id: EX-2026-014", "id: ex-2026-014", 2},
	    {"id: EX-2026-014", "id: ../EX-2026-014", 2},
	    {"id: EX-2026-014\n", "", 1},
	    {"rules: [tests-with-code, history]", "rules: []", 3},
	    {"rules: [tests-with-code, history]", "rules: [\"*\"]", 3},
	    {"rules: [tests-with-code, history]\n", "", 1},
	    {"  repositories: [\"platform/*\"]\n", "", 5},
	    {"  refs: [main, tags/v1]\n", "", 5},
	    {"refs: [main, tags/v1]", "refs: [\"main[\"]", 6},
	    {"paths: [\"src/legacy/**\"]", "paths: [\"a[\"]", 7},
	    {"paths: [\"src/legacy/**\"]", "paths: []", 7},
	    {"paths: [\"src/legacy/**\"]", "path: [a]", 7},
	    {"[0123456789abcdef0123456789abcdef01234567]", "[0123456]", 8},
	    {"reason: The supplier ships no tests.\n", "", 1},
	    {"reason: The supplier ships no tests.", "reason:", 9},
	    {"requested_by: bob@example.com", "requested_by: bob", 11},
	    {"requested_by: bob@example.com",
		"requested_by: Bob <bob@example.com>", 11},
	    {"requested_by: bob@example.com\n", "", 1},
	    {"approved_by: cto@example.com\n", "", 1},
	    {"approved_on: 2026-10-15", "approved_on: 2026-02-30", 13},
	    {"approved_on: 2026-10-15\n", "", 1},
	    {"expires: 2026-11-15", "expires: 2026-10-14", 14},
	    {"expires: 2026-11-15\n", "", 1},
	    {"revoked_on: 2026-10-20", "revoked: 2026-10-20", 15},
	    {"max_uses: 3", "max_uses: 0", 16},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct exception exception;
		struct faults faults;
		struct text text = {0};

		faults_init(&faults, "EX-2026-014.yml");
		edit(&text, cases[i].from, cases[i].to);
		if (exception_parse(
			text.data, text.len, &arena, &exception, &faults) == 0)
			fail_msg("\"%s\" was taken", cases[i].to);
		assert_true(faults.errors > 0);
		if (faults.list[0].line != cases[i].line)
			fail_msg("\"%s\" for \"%s\": line %u: %s", cases[i].to,
			    cases[i].from, faults.list[0].line,
			    faults.list[0].text);
		text_free(&text);
		faults_free(&faults);
		arena_free(&arena);
	}
}

static void
an_id_is_safe_as_part_of_a_path(void **state)
{
	static const struct {
		const char *id;
		bool valid;
	} cases[] = {
	    {"EX-1", true},
	    {"EX-2026-014", true},
	    {"E2-A--Z", true},
	    {"EX-", false},
	    {"EX", false},
	    {"", false},
	    {"-1", false},
	    {"2X-1", false},
	    {"EX-1/2", false},
	    {"EX-..", false},
	    {"EX-1\n", false},
	    {"ex-1", false},
	    {"EX-a", false},
	    {"EX 1-1", false},
	    {"EX-4567890123456789012345678901234567890123456789012345678901234",
		true},
	    {"EX-"
	     "45678901234567890123456789012345678901234567890123456789012345",
		false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (exception_id_valid(cases[i].id) != cases[i].valid)
			fail_msg("\"%s\"", cases[i].id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_read),
	    cmocka_unit_test(every_fault_is_told_with_its_line),
	    cmocka_unit_test(an_id_is_safe_as_part_of_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
