/* A blob is found wherever it lies in a tree. */
#include "git/blob_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/bare.h"

static struct bare bare;
static struct repo *repo;
static struct oid tree;

static int
begin(void **state)
{
	struct text stream = {0}, output;
	struct error err;

	(void)state;
	bare_begin(&bare);
	text_add(&stream,
	    "commit refs/heads/main\ncommitter C <c@d> 0 +0000\ndata 0\n"
	    "M 644 inline a\ndata 1\na\nM 755 inline b/c/d\ndata 1\nd\n"
	    "M 120000 inline b/z\ndata 1\nz\n"
	    "M 160000 1111111111111111111111111111111111111111 g\n");
	output = GIT(&bare, &stream, "fast-import", "--quiet");
	text_free(&output);
	text_free(&stream);
	tree = bare_id(&bare, "main^{tree}");
	repo = repo_open(bare.dir, &err);
	return repo != NULL ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	repo_close(repo);
	bare_end(&bare);
	return 0;
}

static int
search_in(
    struct blob_index *index, const struct oid *in, const struct oid *blob)
{
	struct error err;
	int found = blob_index_holds(index, in, blob, &err);

	if (found < 0)
		assert_string_equal(err.code, "object.limit");
	return found;
}

static int
search(const struct oid *blob, int64_t entries)
{
	struct limits limits = default_limits;
	struct blob_index *index;
	struct budget budget;
	int found;

	limits.tree_entries = entries;
	budget = budget_new(&limits);
	index = blob_index_new(repo, &budget);
	found = search_in(index, &tree, blob);
	blob_index_free(index);
	return found;
}

static void
files_and_links_are_found_and_nothing_else(void **state)
{
	static const struct {
		const char *name;
		int found;
	} cases[] = {
	    {"main:a", 1},
	    {"main:b/c/d", 1},
	    {"main:b/z", 1},
	    {"main:b", 0},
	    {"main^{tree}", 0},
	};
	struct oid submodule;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct oid id = bare_id(&bare, cases[i].name);

		if (search(&id, 6) != cases[i].found)
			fail_msg("%s", cases[i].name);
	}
	memset(&submodule, 0x11, sizeof submodule);
	assert_int_equal(search(&submodule, 6), 0);
}

static void
a_search_that_costs_too_much_is_no_answer(void **state)
{
	struct oid none = {{0x22}};

	(void)state;
	assert_int_equal(search(&none, 6), 0);
	assert_int_equal(search(&none, 5), -1);
}

static void
an_index_follows_from_tree_to_tree(void **state)
{
	struct budget budget = budget_new(&default_limits);
	struct blob_index *index = blob_index_new(repo, &budget);
	struct oid a = bare_id(&bare, "main:a");
	struct oid d = bare_id(&bare, "main:b/c/d");
	struct oid z = bare_id(&bare, "main:b/z");
	struct oid below = bare_id(&bare, "main:b");
	struct oid deep = bare_id(&bare, "main:b/c");

	(void)state;
	assert_int_equal(search_in(index, &tree, &a), 1);
	assert_int_equal(search_in(index, &deep, &a), 0);
	assert_int_equal(search_in(index, &deep, &d), 1);
	assert_int_equal(search_in(index, &deep, &z), 0);
	assert_int_equal(search_in(index, &below, &z), 1);
	assert_int_equal(search_in(index, &below, &d), 1);
	assert_int_equal(search_in(index, &tree, &a), 1);
	assert_int_equal(search_in(index, &tree, &d), 1);
	blob_index_free(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_and_links_are_found_and_nothing_else),
	    cmocka_unit_test(an_index_follows_from_tree_to_tree),
	    cmocka_unit_test(a_search_that_costs_too_much_is_no_answer),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
