/* Lines added and deleted, as git itself counts them. */
#include "git/numstat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/files.h"

#define A_COMMIT "1111111111111111111111111111111111111111"
#define B_COMMIT "2222222222222222222222222222222222222222"

enum { SEED = 20261122, ROUNDS = 12, LINES = 400 };

static struct bare bare;
static struct repo *repo;

/* The sum of what `git diff --numstat` says of all files. */
static long
git_counts(const struct oid trees[2])
{
	char old[OID_DIGITS + 1], new[OID_DIGITS + 1];
	struct text out;
	long sum = 0, added, deleted;
	char *line;

	oid_format(&trees[0], old);
	oid_format(&trees[1], new);
	out = GIT(&bare, NULL, "diff", "--numstat", "--no-renames", old, new);
	text_add(&out, "");
	for (line = out.data; line != NULL && *line != '\0';) {
		if (sscanf(line, "%ld %ld", &added, &deleted) == 2)
			sum += added + deleted;
		line = strchr(line, '\n');
		line += line != NULL;
	}
	text_free(&out);
	return sum;
}

static long
we_count(const struct oid trees[2])
{
	struct budget budget = budget_new(&default_limits);
	struct arena arena = {0};
	struct tree_diff diff = {.lenient = false};
	struct error err;
	long sum = 0;
	int64_t lines;

	assert_int_equal(tree_diff(repo, &trees[0], &trees[1], NULL, 0, &budget,
			     &arena, &diff, &err),
	    0);
	for (size_t i = 0; i < diff.count; i++) {
		assert_int_equal(numstat(repo, &diff.files[i], &default_limits,
				     &lines, &err),
		    0);
		sum += (long)lines;
	}
	arena_free(&arena);
	return sum;
}

static long
both_count(const struct file_text *old, const struct file_text *new)
{
	const struct oid trees[2] = {
	    files_tree(&bare, old), files_tree(&bare, new)};
	long sum = we_count(trees);

	assert_int_equal(sum, git_counts(trees));
	return sum;
}

static void
every_kind_of_change_is_counted_as_git_does(void **state)
{
	static const struct {
		struct file_text old[3], new[3];
		long lines;
	} rows[] = {
	    {{{"a", "100644", "1\n2\n3\n", 0}, END},
		{{"a", "100644", "1\n3\n4\n5\n", 0}, END}, 3},
	    {{{"a", "100644", "1\n2\n", 0}, END},
		{{"a", "100644", "2\n1\n", 0}, END}, 2},
	    {{{"a", "100644", "1\n", 0}, END}, {{"a", "100644", "1", 0}, END},
		2},
	    {{{"a", "100644", "1\n", 0}, END}, {{"a", "100755", "1\n", 0}, END},
		0},
	    {{{"a", "100644", "1\n2\n", 0}, END},
		{{"b", "100644", "1\n2\n", 0}, END}, 4},
	    {{{"a", "100644", "1\n2\n", 0}, END},
		{{"a", "120000", "target", 0}, END}, 3},
	    {{{"a", "120000", "one", 0}, END},
		{{"a", "100644", "one\ntwo\n", 0}, END}, 3},
	    {{{"a", "120000", "one", 0}, END}, {{"a", "100644", "one", 0}, END},
		0},
	    {{{"a", "120000", "one", 0}, END}, {{"a", "120000", "two", 0}, END},
		2},
	    {{{"a", "160000", A_COMMIT, 0}, END},
		{{"a", "160000", B_COMMIT, 0}, END}, 2},
	    {{{"a", "100644", "1\n2\n", 0}, END},
		{{"a", "160000", B_COMMIT, 0}, END}, 3},
	    {{{"a", "100644", "1\n", 0}, END},
		{{"a", "100644", "a\0b\n", 4}, END}, 0},
	    {{{"a", "100644", "\1\2\3\4\5\6\n", 0}, END},
		{{"a", "100644", "\1\2\3\4\5\7\n", 0}, END}, 2},
	    {{{"a", "100644", "1\n", 0}, END},
		{{"a", "100644", "1\n", 0}, {"b", "100644", "", 0}, END}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
		    both_count(rows[i].old, rows[i].new), rows[i].lines);
}

static void
random_text(struct text *text, const struct text *model)
{
	const char *at = model != NULL ? model->data : NULL;

	for (int i = 0; i < LINES; i++) {
		size_t len = at != NULL ? strcspn(at, "\n") + (*at != '\0') : 0;

		if (at == NULL || rand() % 8 == 0)
			text_add_format(text, "%d\n", rand() % 30);
		if (rand() % 8 != 0)
			text_add_bytes(text, at, len);
		at = at != NULL ? at + len : NULL;
	}
}

static void
random_edits_are_counted_as_git_does(void **state)
{
	(void)state;
	srand(SEED);
	for (int i = 0; i < ROUNDS; i++) {
		struct text old = {0}, new = {0};

		random_text(&old, NULL);
		random_text(&new, &old);
		both_count(
		    (struct file_text[]){{"a", "100644", old.data, 0}, END},
		    (struct file_text[]){{"a", "100644", new.data, 0}, END});
		text_free(&old);
		text_free(&new);
	}
}

static void
a_file_too_large_to_read_is_an_error(void **state)
{
	static const struct file_text files[] = {
	    {"a", "100644", "0123456789\n", 0}, END};
	struct limits limits = default_limits;
	struct oid tree = files_tree(&bare, files);
	struct budget budget = budget_new(&default_limits);
	struct arena arena = {0};
	struct tree_diff diff = {.lenient = false};
	struct error err;
	int64_t lines;

	(void)state;
	limits.blob_size = 5;
	assert_int_equal(
	    tree_diff(repo, NULL, &tree, NULL, 0, &budget, &arena, &diff, &err),
	    0);
	assert_int_equal(
	    numstat(repo, &diff.files[0], &limits, &lines, &err), -1);
	assert_string_equal(err.code, "object.limit");
	arena_free(&arena);
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
	    cmocka_unit_test(every_kind_of_change_is_counted_as_git_does),
	    cmocka_unit_test(random_edits_are_counted_as_git_does),
	    cmocka_unit_test(a_file_too_large_to_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
