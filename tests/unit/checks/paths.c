/* Paths that are forbidden, too large, or not good everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "../../support/files.h"

#include "checks/portable.h"

#define A_COMMIT "1111111111111111111111111111111111111111"

enum { FILES = 6 };

struct row {
	const char *yaml;
	struct file_text old[FILES], new[FILES];
	const char *found; /* "CODE PATH" of every finding, one a line */
};

static struct bare bare;
static struct repo *repo;

static void
diff_make(struct maker *maker, const struct row *row, struct oid trees[2])
{
	static const char *const all[] = {"**"};
	struct globs *machine = globs_new(GLOBS_EXACT);
	struct error err;

	trees[0] = files_tree(&bare, row->old);
	trees[1] = files_tree(&bare, row->new);
	maker->code.number =
	    globs_add(machine, maker->code.patterns, maker->code.count);
	globs_add(machine, all, 1);
	maker->diff = (struct tree_diff){0};
	assert_int_equal(tree_diff(repo, &trees[0], &trees[1], machine, 2,
			     &maker->budget, &maker->arena, &maker->diff, &err),
	    0);
	globs_free(machine);
	maker->change.repo = repo;
	maker->change.old_tree = &trees[0];
	maker->change.new_tree = &trees[1];
	maker->change.thorough = true;
}

static const char *
found_text(struct maker *maker)
{
	const char *text = "";

	for (size_t i = 0; i < maker->findings.count; i++)
		text = arena_format(&maker->arena, "%s%s %s\n", text,
		    maker->findings.list[i].code, maker->findings.list[i].path);
	return text;
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
		assert_int_equal(
		    maker_settings(&maker, "paths", rows[i].yaml), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(found_text(&maker), rows[i].found);
		maker_free(&maker);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
a_forbidden_path_is_not_changed(void **state)
{
	static const struct row rows[] = {
	    {"{forbid: code}", {PLAIN("a", "1"), PLAIN("src/a", "1"), END},
		{PLAIN("a", "2"), PLAIN("src/a", "1"), END}, ""},
	    {"{forbid: code}", {PLAIN("a", "1"), END},
		{PLAIN("a", "2"), PLAIN("src/a", "1"), PLAIN("src/b", "1"),
		    END},
		"paths.forbidden src/a\npaths.forbidden src/b\n"},
	    {"{forbid: code}", {PLAIN("src/a", "1"), PLAIN("src/b", "1"), END},
		{{"src/a", "100755", "1", 0}, END},
		"paths.forbidden src/a\npaths.forbidden src/b\n"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_file_added_or_modified_is_not_too_large(void **state)
{
	static const struct row rows[] = {
	    {"{max_size: 3}", {PLAIN("old", "12345"), END},
		{PLAIN("old", "12345"), PLAIN("a", "123"), END}, ""},
	    {"{max_size: 3}", {PLAIN("old", "1"), END},
		{PLAIN("old", "1234"), PLAIN("a", "1234"), END},
		"paths.size a\npaths.size old\n"},
	    {"{max_size: 3}", {PLAIN("old", "12345"), END},
		{{"old", "100755", "12345", 0}, END}, ""},
	    {"{max_size: 3}", {PLAIN("old", "12345"), END},
		{PLAIN("new", "12345"), END}, "paths.size new\n"},
	    {"{max_size: 3}", {PLAIN("old", "12345"), PLAIN("x", "1"), END},
		{PLAIN("x", "1"), END}, ""},
	    {"{max_size: 3}", {PLAIN("x", "1"), END},
		{{"sub", "160000", A_COMMIT, 0}, {"link", "120000", "1234", 0},
		    END},
		"paths.size link\n"},
	    {"{max_size: 0}", {PLAIN("x", "1"), END},
		{PLAIN("x", ""), PLAIN("y", "1"), END}, "paths.size y\n"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_new_name_has_no_twin(void **state)
{
	static const struct row rows[] = {
	    {"{portable: true}", {PLAIN("README", "1"), END},
		{PLAIN("README", "1"), PLAIN("readme", "1"), END},
		"paths.portable readme\n"},
	    {"{portable: true}", {PLAIN("README", "1"), END},
		{PLAIN("readme", "1"), END}, ""},
	    {"{portable: true}", {PLAIN("A/x", "1"), PLAIN("b/c/d", "1"), END},
		{PLAIN("A/x", "1"), PLAIN("a/y", "1"), PLAIN("b/c/d", "1"),
		    PLAIN("b/C/e", "1"), PLAIN("b/f", "1"), END},
		"paths.portable a/y\npaths.portable b/C/e\n"},
	    {"{portable: true}", {PLAIN("x", "1"), END},
		{PLAIN("\xc3\x84.txt", "1"), PLAIN("\xc3\xa4.TXT", "1"), END},
		"paths.portable \xc3\x84.txt\npaths.portable \xc3\xa4.TXT\n"},
	    {"{portable: true}", {PLAIN("Old", "1"), PLAIN("old", "1"), END},
		{PLAIN("Old", "2"), PLAIN("old", "1"), PLAIN("new", "1"), END},
		""},
	    {"{portable: true}", {PLAIN("a/x", "1"), END},
		{PLAIN("a/x", "1"), PLAIN("b/X", "1"), PLAIN("a-x", "1"), END},
		""},
	};

	(void)state;
	TABLE(rows);
}

static void
a_new_name_is_good_everywhere(void **state)
{
	static const struct row rows[] = {
	    {"{portable: true}", {PLAIN("aux.c", "1"), END},
		{PLAIN("aux.c", "2"), PLAIN("nul", "1"), PLAIN("a/con/b", "1"),
		    PLAIN("a:b", "1"), END},
		"paths.portable a/con/b\npaths.portable a:b\n"
		"paths.portable nul\n"},
	    {"{portable: true, max_size: 1}", {PLAIN("x", "1"), END},
		{PLAIN("nul", "12"), END},
		"paths.size nul\npaths.portable nul\n"},
	};

	(void)state;
	TABLE(rows);
}

static void
names_work_on_every_file_system(void **state)
{
	static const char *const good[] = {"a", "con2", "console", "com",
	    "com10", "auxiliary.c", "x.aux", ".gitignore", "a b", "a.b.c",
	    "lpt", "\xc3\xa4", "-", "~", "com\xc2\xb9x", "icon", "$", "#"};
	static const char *const bad[] = {"con", "CON", "Con.txt", "con .txt",
	    "prn", "aux.tar.gz", "NUL", "com1", "COM9.c", "lpt0", "com\xc2\xb9",
	    "conin$", "a.", "a ", "a..", "a<b", "a>b", "a:b", "a\"b", "a|b",
	    "a?b", "a*b", "a\\b", "a\tb", "a\x7f", "\xff",
	    "a\xe2\x80\x8b"
	    "b"};
	char name[257];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (name_fault(good[i], strlen(good[i])) != NULL)
			fail_msg("%s is good", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (name_fault(bad[i], strlen(bad[i])) == NULL)
			fail_msg("%s is bad", bad[i]);
	memset(name, 'a', sizeof name);
	assert_null(name_fault(name, 255));
	assert_non_null(name_fault(name, 256));
}

static void
asking_for_nothing_is_a_fault(void **state)
{
	static const char *const faulty[] = {"{}", "{portable: false}",
	    "{max_size: big}", "{forbid: nothing}", "{forbids: code}", "code"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "paths", faulty[i]) > 0);
		maker_free(&maker);
	}
}

static void
what_is_not_there_is_an_error(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "bob", "s\n");
	assert_int_equal(maker_settings(&maker, "paths", "{max_size: 1}"), 0);
	maker_file(&maker, "a", MODE_NONE, 0, MODE_FILE, 1);
	maker.change.repo = repo;
	assert_int_equal(maker_run(&maker, &err), -1);
	assert_string_equal(err.code, "object.missing");
	maker.change.files = NULL;
	assert_int_equal(maker_run(&maker, &err), -1);
	maker_free(&maker);
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
	    cmocka_unit_test(a_forbidden_path_is_not_changed),
	    cmocka_unit_test(a_file_added_or_modified_is_not_too_large),
	    cmocka_unit_test(a_new_name_has_no_twin),
	    cmocka_unit_test(a_new_name_is_good_everywhere),
	    cmocka_unit_test(what_is_not_there_is_an_error),
	    cmocka_unit_test(names_work_on_every_file_system),
	    cmocka_unit_test(asking_for_nothing_is_a_fault),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
