/* Whether a change adds to files of a set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "../../support/files.h"

#include "git/tree_diff.h"

#define A_COMMIT "1111111111111111111111111111111111111111"

enum { FILES = 5 };

struct row {
	struct file_text old[FILES], new[FILES];
	const char *codes, *note; /* of the first finding; or NULL */
};

static struct bare bare;
static struct repo *repo;

static void
diff_make(struct maker *maker, const struct row *row, struct oid trees[2])
{
	struct globs *machine = globs_new(GLOBS_EXACT);
	struct error err;

	trees[0] = files_tree(&bare, row->old);
	trees[1] = files_tree(&bare, row->new);
	maker->code.number =
	    globs_add(machine, maker->code.patterns, maker->code.count);
	maker->tests.number =
	    globs_add(machine, maker->tests.patterns, maker->tests.count);
	maker->diff = (struct tree_diff){0};
	assert_int_equal(tree_diff(repo, &trees[0], &trees[1], machine, 2,
			     &maker->budget, &maker->arena, &maker->diff, &err),
	    0);
	globs_free(machine);
	maker->change.repo = repo;
	maker->change.blobs = blob_index_new(repo, &maker->budget);
	maker->change.old_tree = &trees[0];
	maker->change.new_tree = &trees[1];
}

static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct maker maker;
		struct oid trees[2];
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", "subject\n");
		diff_make(&maker, &rows[i], trees);
		assert_int_equal(maker_settings(&maker, "touches", "tests"), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		if (strcmp(maker_codes(&maker), rows[i].codes) != 0)
			print_message("row %zu\n", i);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		if (rows[i].note != NULL)
			assert_string_equal(
			    maker.findings.list[0].note, rows[i].note);
		blob_index_free(maker.change.blobs);
		maker_free(&maker);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
a_line_added_to_a_file_of_the_set_counts(void **state)
{
	static const struct row rows[] = {
	    {{PLAIN("tests/a", "one\n"), END},
		{PLAIN("tests/a", "one\ntwo\n"), END}, "", NULL},
	    {{PLAIN("src/a", "one\n"), END},
		{PLAIN("src/a", "two\n"), PLAIN("tests/a", "new\n"), END}, "",
		NULL},
	    {{PLAIN("src/a", "one\n"), END},
		{PLAIN("src/a", "one\n"), {"tests/a", "100755", "new\n", 0},
		    END},
		"", NULL},
	    {{{"tests/a", "120000", "b", 0}, END},
		{PLAIN("tests/a", "new\n"), END}, "", NULL},
	};

	(void)state;
	TABLE(rows);
}

static void
nothing_in_the_set_is_missing(void **state)
{
	static const struct row rows[] = {
	    {{PLAIN("src/a", "one\n"), PLAIN("tests/a", "one\n"), END},
		{PLAIN("src/a", "two\n"), PLAIN("tests/a", "one\n"), END},
		"touches.missing", NULL},
	};

	(void)state;
	TABLE(rows);
}

static void
what_adds_nothing_is_hollow(void **state)
{
	static const struct row rows[] = {
	    {{PLAIN("tests/a", "one\n"), END},
		{PLAIN("tests/a", "  one\n\n\n"), END}, "touches.hollow",
		"tests/a: no line added but for white space"},
	    {{PLAIN("tests/a", "one\ntwo\n"), END},
		{PLAIN("tests/a", "one\n"), END}, "touches.hollow", NULL},
	    {{PLAIN("tests/a", "one\n"), PLAIN("src/a", "x\n"), END},
		{PLAIN("src/a", "x\n"), END}, "touches.hollow",
		"tests/a: deleted"},
	    {{PLAIN("tests/a", "one\n"), END}, {PLAIN("tests/b", "one\n"), END},
		"touches.hollow", "tests/a: only moved"},
	    {{PLAIN("tests/a", "one\n"), END},
		{{"tests/b", "100755", "one\n", 0}, END}, "touches.hollow",
		NULL},
	    {{PLAIN("docs/a", "one\n"), END},
		{PLAIN("docs/a", "one\n"), PLAIN("tests/a", "one\n"), END},
		"touches.hollow", "tests/a: only moved or copied"},
	    {{PLAIN("tests/a", "one\n"), END},
		{{"tests/a", "100755", "one\n", 0}, END}, "touches.hollow",
		"tests/a: only its mode changed"},
	    {{PLAIN("src/a", "x\n"), END},
		{{"tests/a", "120000", "../src/a", 0}, END}, "touches.hollow",
		"tests/a: a symbolic link"},
	    {{PLAIN("src/a", "x\n"), END},
		{{"tests/a", "160000", A_COMMIT, 0}, END}, "touches.hollow",
		"tests/a: a submodule"},
	    {{PLAIN("src/a", "x\n"), END},
		{{"tests/a", "100644", "a\0b\n", 4}, END}, "touches.hollow",
		"tests/a: a binary file"},
	    {{PLAIN("src/a", "x\n"), END}, {PLAIN("tests/a", ""), END},
		"touches.hollow", "tests/a: no line that is not blank"},
	    {{PLAIN("src/a", "x\n"), END}, {PLAIN("tests/a", "\n \t\n"), END},
		"touches.hollow", "tests/a: no line that is not blank"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_file_too_large_to_read_matters_only_if_nothing_else_counts(void **state)
{
	static const struct row row = {{PLAIN("src/a", "one\n"), END},
	    {PLAIN("src/a", "two\n"), PLAIN("tests/a", "0123456789\n"),
		PLAIN("tests/b", "b\n"), END},
	    "", NULL};
	struct row alone = row;
	struct maker maker;
	struct oid trees[2];
	struct error err;

	(void)state;
	for (int i = 0; i < 2; i++) {
		alone.new[2].path = i == 0 ? row.new[2].path : NULL;
		maker_init(&maker);
		maker_commit(&maker, "bob", "subject\n");
		maker.budget.limits.blob_size = 5;
		diff_make(&maker, &alone, trees);
		maker_settings(&maker, "touches", "tests");
		assert_int_equal(maker_run(&maker, &err), i == 0 ? 0 : -1);
		assert_int_equal(maker.findings.count, 0);
		if (i > 0)
			assert_string_equal(err.code, "object.limit");
		blob_index_free(maker.change.blobs);
		maker_free(&maker);
	}
}

static int
begin(void **state)
{
	(void)state;
	bare_begin(&bare);
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
	    cmocka_unit_test(a_line_added_to_a_file_of_the_set_counts),
	    cmocka_unit_test(nothing_in_the_set_is_missing),
	    cmocka_unit_test(what_adds_nothing_is_hollow),
	    cmocka_unit_test(
		a_file_too_large_to_read_matters_only_if_nothing_else_counts),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
