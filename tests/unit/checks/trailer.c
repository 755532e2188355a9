/* A trailer of a person, a form, a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "../../support/files.h"

struct row {
	const char *message, *settings, *codes;
};

static struct bare bare;
static struct repo *repo;
static struct oid tree;

static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker.change.repo = repo;
		maker.change.new_tree = &tree;
		maker_commit(&maker, "bob", rows[i].message);
		assert_int_equal(
		    maker_settings(&maker, "trailer", rows[i].settings), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		if (strcmp(maker_codes(&maker), rows[i].codes) != 0)
			print_message("row %zu: %s\n", i, rows[i].message);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
the_trailer_is_there_or_missing(void **state)
{
	static const struct row rows[] = {
	    {"s\n\nTicket: 7\n", "{name: Ticket}", ""},
	    {"s\n\nTICKET: 7\n", "{name: Ticket}", ""},
	    {"s\n", "{name: Ticket}", "trailer.missing"},
	    {"s\n\nTicket: 7\n\nmore\n", "{name: Ticket}", "trailer.missing"},
	    {"Ticket: 7\n", "{name: Ticket}", "trailer.missing"},
	    {"s\n\nTickets: 7\n", "{name: Ticket}", "trailer.missing"},
	    {"s\n\nbody\n---\nmore\n\nTicket: 7\n", "{name: Ticket}",
		"trailer.ambiguous"},
	};

	(void)state;
	TABLE(rows);
}

static void
its_whole_value_matches(void **state)
{
	static const struct row rows[] = {
	    {"s\n\nTicket: AB-12\n",
		"{name: Ticket, matches: \"[A-Z]+-[0-9]+\"}", ""},
	    {"s\n\nTicket: AB-12 x\n",
		"{name: Ticket, matches: \"[A-Z]+-[0-9]+\"}",
		"trailer.mismatch"},
	    {"s\n\nTicket: later\nTicket: AB-1\n",
		"{name: Ticket, matches: \"[A-Z]+-[0-9]+\"}", ""},
	};

	(void)state;
	TABLE(rows);
}

static void
the_person_is_of_the_group(void **state)
{
	static const struct row rows[] = {
	    {"s\n\nAcked-by: A <ada@example.com>\n",
		"{name: Acked-by, by: maintainers}", ""},
	    {"s\n\nAcked-by: E <eve@example.com>\n",
		"{name: Acked-by, by: maintainers}", "trailer.unknown"},
	    {"s\n\nAcked-by: G <gone@example.com>\n",
		"{name: Acked-by, by: maintainers}", "trailer.unknown"},
	    {"s\n\nAcked-by: Ada\n", "{name: Acked-by, by: maintainers}",
		"trailer.ambiguous"},
	    {"s\n\nAcked-by: E <eve@example.com>\n"
	     "Acked-by: A <ada@example.com>\n",
		"{name: Acked-by, by: maintainers}", ""},
	};

	(void)state;
	TABLE(rows);
}

static void
the_path_is_a_file_of_the_new_tree(void **state)
{
	static const struct row rows[] = {
	    {"s\n\nTest: tests/deep/a\n", "{name: Test, in: tests}", ""},
	    {"s\n\nTest: src/a\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests/deep\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests/none\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests//deep/a\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests/deep/a/\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests/deep/a/b\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests/deep/../deep/a\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	    {"s\n\nTest: tests/link\n", "{name: Test, in: tests}",
		"trailer.mismatch"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_mechanical_merge_speaks_through_its_commits(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", "merge\n");
	maker_commit(&maker, "bob", "s\n\nTicket: 7\n");
	maker_commit(&maker, "bob", "s\n");
	maker_settings(&maker, "trailer", "{name: Ticket}");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 1);
	assert_ptr_equal(maker.findings.list[0].commit, &maker.commits[0]);
	maker_merge(&maker, 0, true);
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 1);
	assert_ptr_equal(maker.findings.list[0].commit, &maker.commits[2]);
	maker_merge(&maker, 0, false);
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_ptr_equal(maker.findings.list[0].commit, &maker.commits[0]);
	maker.commits[0].message = "merge\n\nTicket: 8\n";
	maker.commits[0].message_len = strlen(maker.commits[0].message);
	maker.members[0].trailers_known = false;
	maker_merge(&maker, 0, true);
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 0);
	maker_free(&maker);
}

static void
a_name_no_trailer_can_have_is_a_fault(void **state)
{
	static const char *const faulty[] = {
	    "{}", "{name: \"a b\"}", "{name: \"\"}", "{name: \"Ticket:\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "trailer", faulty[i]) > 0);
		maker_free(&maker);
	}
}

static int
begin(void **state)
{
	static const struct file_text files[] = {
	    {"src/a", "100644", "a\n", 0},
	    {"tests/deep/a", "100644", "a\n", 0},
	    {"tests/link", "120000", "deep/a", 0},
	    {NULL, NULL, NULL, 0},
	};

	(void)state;
	bare_begin(&bare);
	tree = files_tree(&bare, files);
	repo = files_open(&bare);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	repo_close(repo);
	bare_end(&bare);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_trailer_is_there_or_missing),
	    cmocka_unit_test(its_whole_value_matches),
	    cmocka_unit_test(the_person_is_of_the_group),
	    cmocka_unit_test(the_path_is_a_file_of_the_new_tree),
	    cmocka_unit_test(a_mechanical_merge_speaks_through_its_commits),
	    cmocka_unit_test(a_name_no_trailer_can_have_is_a_fault),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
