/* One path in a tree, as `git ls-tree` knows it. */
#include "git/tree_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/files.h"

static struct bare bare;
static struct repo *repo;
static struct oid tree;

static enum tree_mode
mode_of(const char *path, struct budget *budget, struct oid *id)
{
	enum tree_mode mode;
	struct error err;

	assert_int_equal(
	    tree_path(repo, &tree, path, budget, &mode, id, &err), 0);
	return mode;
}

static void
what_is_there_is_found_as_git_finds_it(void **state)
{
	static const struct {
		const char *path, *name;
		enum tree_mode mode;
	} rows[] = {
	    {"a", "refs/heads/files:a", MODE_FILE},
	    {"dir", "refs/heads/files:dir", MODE_TREE},
	    {"dir/deep/run", "refs/heads/files:dir/deep/run", MODE_EXECUTABLE},
	    {"dir/link", "refs/heads/files:dir/link", MODE_SYMLINK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct budget budget = budget_new(&default_limits);
		struct oid id, known = bare_id(&bare, rows[i].name);

		assert_int_equal(
		    mode_of(rows[i].path, &budget, &id), rows[i].mode);
		assert_true(oid_equal(&id, &known));
		assert_true(budget.tree_entries > 0);
	}
}

static void
what_is_not_there_is_not_found(void **state)
{
	static const char *const paths[] = {"", "/", "/a", "a/", "a/b", "b",
	    "dir/", "dir//deep", "dir/../a", "./a", "DIR", "dir/link/run",
	    "dir/dee", "dir/deeper"};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct budget budget = budget_new(&default_limits);
		struct oid id;

		assert_int_equal(mode_of(paths[i], &budget, &id), MODE_NONE);
		assert_true(oid_is_zero(&id));
	}
}

static void
a_budget_that_is_spent_is_an_error(void **state)
{
	struct budget budget = budget_new(&default_limits);
	enum tree_mode mode;
	struct error err;
	struct oid id;

	(void)state;
	budget.limits.tree_entries = 2;
	assert_int_equal(
	    tree_path(repo, &tree, "dir/deep/run", &budget, &mode, &id, &err),
	    -1);
	assert_string_equal(err.code, "object.limit");
}

static void
a_path_deeper_than_the_limit_is_not_there(void **state)
{
	struct budget budget = budget_new(&default_limits);
	struct oid id;

	(void)state;
	budget.limits.tree_depth = 2;
	assert_int_equal(
	    mode_of("dir/deep/run", &budget, &id), MODE_EXECUTABLE);
	budget.limits.tree_depth = 1;
	assert_int_equal(mode_of("dir/deep", &budget, &id), MODE_TREE);
	assert_int_equal(mode_of("dir/deep/run", &budget, &id), MODE_NONE);
}

static int
begin(void **state)
{
	static const struct file_text files[] = {
	    {"a", "100644", "a\n", 0},
	    {"dir/deep/run", "100755", "run\n", 0},
	    {"dir/link", "120000", "deep", 0},
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
	    cmocka_unit_test(what_is_there_is_found_as_git_finds_it),
	    cmocka_unit_test(what_is_not_there_is_not_found),
	    cmocka_unit_test(a_budget_that_is_spent_is_an_error),
	    cmocka_unit_test(a_path_deeper_than_the_limit_is_not_there),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
