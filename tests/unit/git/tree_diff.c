/* Comparing trees tells what `git diff-tree` tells, and no bad tree passes. */
#include "git/tree_diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/bare.h"

enum { COMMITS = 300, PAIRS = 300, SEED = 20261122 };

static struct bare bare;
static struct repo *repo;
static struct oid trees[COMMITS];

static unsigned
dice(unsigned sides)
{
	static uint64_t state = SEED;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % sides;
}

static void
add_path(struct text *stream)
{
	static const char *const names[] = {"a", "a-b", "a.c", "a0", "b", "src",
	    "test", "z z", "\xc3\xa9", "A"};
	unsigned depth = dice(40) == 0 ? 60 : dice(5);

	for (unsigned i = 0; i < depth; i++)
		text_add_format(stream, "%s/", names[dice(depth > 5 ? 2 : 6)]);
	text_add_format(stream, "%s\n", names[dice(10)]);
}

static void
add_file(struct text *stream)
{
	static const char *const modes[] = {"100644", "100755", "120000"};
	unsigned content = dice(20);

	if (dice(10) == 0) {
		text_add_format(stream, "M 160000 %040x ", content + 1);
		add_path(stream);
		return;
	}
	text_add_format(stream, "M %s inline ", modes[dice(3)]);
	add_path(stream);
	text_add_format(stream, "data 3\n%03u\n", content);
}

static void
add_commit(struct text *stream, unsigned number)
{
	text_add_format(stream,
	    "commit refs/heads/n%u\nmark :%u\n"
	    "committer C <c@d> %u +0000\ndata 0\n",
	    number, number + 1, number);
	if (number > 3)
		text_add_format(stream, "from :%u\n", number - dice(3));
	if (number > 9 && dice(4) == 0)
		text_add_format(stream, "merge :%u\n", number - 3 - dice(3));
	for (unsigned i = dice(9); i > 0; i--)
		add_file(stream);
	for (unsigned i = dice(3); i > 0; i--) {
		text_add(stream, "D ");
		add_path(stream);
	}
}

/* Many commits, and the trees of all of them. */
static int
make_repository(void **state)
{
	struct text stream = {0}, output;
	struct error err;
	char name[32];

	(void)state;
	print_message("seed %d\n", SEED);
	bare_begin(&bare);
	for (unsigned i = 0; i < COMMITS; i++)
		add_commit(&stream, i);
	output = GIT(&bare, &stream, "fast-import", "--quiet", "--force");
	text_free(&output);
	text_free(&stream);
	for (unsigned i = 0; i < COMMITS; i++) {
		snprintf(name, sizeof name, "n%u^{tree}\n", i);
		text_add(&stream, name);
	}
	output = GIT(&bare, &stream, "cat-file", "--batch-check");
	for (unsigned i = 0, at = 0; i < COMMITS; i++) {
		assert_true(oid_parse(&trees[i], output.data + at, OID_DIGITS));
		at += (unsigned)(strchr(output.data + at, '\n') -
				 (output.data + at)) +
		      1;
	}
	text_free(&output);
	text_free(&stream);
	repo = repo_open(bare.dir, &err);
	return repo != NULL ? 0 : -1;
}

static int
remove_repository(void **state)
{
	(void)state;
	repo_close(repo);
	bare_end(&bare);
	return 0;
}

/* As `git diff-tree --raw` writes it. */
static void
print_file(struct text *out, const struct file *file)
{
	char old_id[OID_DIGITS + 1], new_id[OID_DIGITS + 1];
	char kind = file->old_mode == MODE_NONE                   ? 'A'
		    : file->new_mode == MODE_NONE                 ? 'D'
		    : (file->old_mode ^ file->new_mode) & 0170000 ? 'T'
								  : 'M';

	text_add_format(out, ":%06o %06o %s %s %c\t%s\n",
	    (unsigned)file->old_mode, (unsigned)file->new_mode,
	    oid_format(&file->old_id, old_id),
	    oid_format(&file->new_id, new_id), kind, file->path);
}

static void
diff_pair(struct text *out, const struct oid *old, const struct oid *new)
{
	struct budget budget = budget_new(&default_limits);
	struct arena arena = {0};
	struct tree_diff diff = {0};
	struct error err;
	char a[OID_DIGITS + 1], b[OID_DIGITS + 1];

	if (tree_diff(repo, old, new, NULL, 0, &budget, &arena, &diff, &err) !=
	    0)
		fail_msg("%s: %s", err.code, err.text);
	if (!oid_equal(old, new))
		text_add_format(
		    out, "%s %s\n", oid_format(old, a), oid_format(new, b));
	for (size_t i = 0; i < diff.count; i++) {
		assert_null(diff.files[i].sets);
		print_file(out, &diff.files[i]);
	}
	assert_int_equal(budget.paths, diff.count);
	arena_free(&arena);
}

static void
all_pairs_differ_as_git_says(void **state)
{
	struct text pairs = {0}, ours = {0}, gits;
	char a[OID_DIGITS + 1], b[OID_DIGITS + 1];

	(void)state;
	for (unsigned i = 0; i < COMMITS - 1 + PAIRS; i++) {
		unsigned old = i < COMMITS - 1 ? i : dice(COMMITS);
		unsigned new = i < COMMITS - 1 ? i + 1 : dice(COMMITS);

		if (oid_equal(&trees[old], &trees[new]))
			continue;
		text_add_format(&pairs, "%s %s\n", oid_format(&trees[old], a),
		    oid_format(&trees[new], b));
		diff_pair(&ours, &trees[old], &trees[new]);
	}
	gits = GIT(&bare, &pairs, "-c", "core.quotePath=off", "diff-tree",
	    "--stdin", "-r", "--raw", "--no-renames", "--no-abbrev");
	assert_true(gits.len > 100000);
	assert_string_equal(ours.data, gits.data);
	text_free(&pairs);
	text_free(&ours);
	text_free(&gits);
}

static const char *const patterns[][2] = {
    {"src/**", "!**/b"},
    {"**/a.c", "!test/**"},
    {"*", "a-b/?"},
    {"a/a-b/**/z z", "test/a"},
    {"no/such/place/**", "nowhere"},
};
enum { SETS = sizeof patterns / sizeof *patterns, MORE = 100 };

/* A hundred sets more, so that bits of the second word are needed. */
static struct globs *
make_machine(int rows)
{
	static const char *const never[] = {"never/*/matches"};
	struct globs *machine = globs_new(GLOBS_EXACT);

	for (int i = 0; i < MORE; i++)
		assert_int_equal(globs_add(machine, never, 1), i);
	for (int i = 0; i < rows; i++)
		assert_int_equal(globs_add(machine, patterns[i], 2), MORE + i);
	return machine;
}

static bool
in_any(struct globs *machine, size_t sets, const char *path)
{
	for (size_t i = 0; i < sets; i++)
		if (globs_match(machine, (int)i, path))
			return true;
	return false;
}

/* What is left out is in no set, and what is kept has the bits of its sets. */
static void
check_filter(struct globs *machine, size_t sets, const struct tree_diff *all,
    const struct tree_diff *kept)
{
	size_t next = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct file *file = &all->files[i];

		if (!in_any(machine, sets, file->path))
			continue;
		assert_true(next < kept->count);
		assert_string_equal(kept->files[next].path, file->path);
		for (size_t j = 0; j < sets; j++) {
			struct pattern_set set = {.number = (int)j};

			assert_int_equal(file_in(&kept->files[next], &set),
			    globs_match(machine, (int)j, file->path));
		}
		next++;
	}
	assert_int_equal(next, kept->count);
}

static void
only_files_in_a_set_are_kept(void **state)
{
	(void)state;
	for (int rows = 0; rows <= SETS; rows += SETS) {
		struct globs *machine = make_machine(rows);
		size_t sets = (size_t)rows + MORE, found = 0;

		for (unsigned i = 0; i < COMMITS; i++) {
			struct budget budget = budget_new(&default_limits);
			const struct oid *old = &trees[dice(COMMITS)];
			struct arena arena = {0};
			struct tree_diff all = {0}, kept = {0};
			struct error err;

			assert_int_equal(tree_diff(repo, old, &trees[i], NULL,
					     0, &budget, &arena, &all, &err),
			    0);
			assert_int_equal(
			    tree_diff(repo, old, &trees[i], machine, sets,
				&budget, &arena, &kept, &err),
			    0);
			check_filter(machine, sets, &all, &kept);
			found += kept.count;
			arena_free(&arena);
		}
		assert_true(rows == 0 ? found == 0 : found > 100);
		globs_free(machine);
	}
}

static void
an_absent_tree_is_an_empty_one(void **state)
{
	struct budget budget = budget_new(&default_limits);
	struct arena arena = {0};
	struct tree_diff added = {0}, deleted = {0}, none = {0};
	struct error err;
	struct oid empty;

	(void)state;
	assert_true(oid_parse(
	    &empty, "4b825dc642cb6eb9a060e54bf8d69288fbee4904", OID_DIGITS));
	assert_int_equal(tree_diff(repo, NULL, &trees[COMMITS - 1], NULL, 0,
			     &budget, &arena, &added, &err),
	    0);
	assert_int_equal(tree_diff(repo, &trees[COMMITS - 1], &empty, NULL, 0,
			     &budget, &arena, &deleted, &err),
	    0);
	assert_int_equal(
	    tree_diff(repo, NULL, NULL, NULL, 0, &budget, &arena, &none, &err),
	    0);
	assert_true(added.count > 10);
	assert_int_equal(added.count, deleted.count);
	for (size_t i = 0; i < added.count; i++) {
		assert_string_equal(added.files[i].path, deleted.files[i].path);
		assert_true(oid_equal(
		    &added.files[i].new_id, &deleted.files[i].old_id));
		assert_int_equal(added.files[i].old_mode, MODE_NONE);
	}
	assert_int_equal(none.count, 0);
	arena_free(&arena);
}

/* The tree of one entry. */
static struct oid
make_tree(const char *mode_and_name, const struct oid *id)
{
	struct text raw = {0};
	struct oid tree;

	text_add_bytes(&raw, mode_and_name, strlen(mode_and_name) + 1);
	text_add_bytes(&raw, id->bytes, OID_BYTES);
	tree = bare_object(&bare, "tree", raw.data, raw.len);
	text_free(&raw);
	return tree;
}

static void
a_malformed_tree_is_refused_where_no_set_can_match(void **state)
{
	static const char *const elsewhere[] = {"src/**"};
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid bad = make_tree("100644 .GIT", &blob);
	struct oid below = make_tree("40000 d", &bad);
	struct oid deep = make_tree("40000 d", &below);
	struct globs *machine = globs_new(GLOBS_EXACT);
	struct budget budget = budget_new(&default_limits);
	struct arena arena = {0};
	struct tree_diff files = {0};
	struct error err = {.text = "accepted"};

	(void)state;
	globs_add(machine, elsewhere, 1);
	assert_int_equal(tree_diff(repo, &trees[0], &deep, machine, 1, &budget,
			     &arena, &files, &err),
	    -1);
	assert_string_equal(err.code, "object.malformed");
	assert_int_equal(tree_diff(repo, &deep, &trees[0], machine, 1, &budget,
			     &arena, &files, &err),
	    0);
	globs_free(machine);
	arena_free(&arena);
}

static int
diff(const struct oid *old, const struct oid *new, const struct limits *limits,
    size_t *count, struct error *err)
{
	struct budget budget = budget_new(limits);
	struct arena arena = {0};
	struct tree_diff files = {0};
	int result =
	    tree_diff(repo, old, new, NULL, 0, &budget, &arena, &files, err);

	*count = files.count;
	arena_free(&arena);
	return result;
}

static void
a_malformed_tree_is_refused_where_it_is_new(void **state)
{
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid bad = make_tree("100644 .GIT", &blob);
	struct oid below = make_tree("40000 d", &bad);
	struct oid good = make_tree("100644 g", &blob);
	struct error err = {.text = ""};
	size_t count;

	(void)state;
	assert_int_equal(diff(NULL, &below, &default_limits, &count, &err), -1);
	assert_string_equal(err.code, "object.malformed");
	assert_non_null(strstr(err.text, ".git"));
	assert_int_equal(
	    diff(&good, &below, &default_limits, &count, &err), -1);
	assert_int_equal(diff(&below, &good, &default_limits, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(
	    diff(&below, &below, &default_limits, &count, &err), 0);
}

static void
a_malformed_tree_is_refused_after_a_good_one_of_its_size(void **state)
{
	static const struct oid null = {{0}};
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid other = bare_object(&bare, "blob", "y", 1);
	struct oid good = make_tree("100644 .gib", &blob);
	struct oid same = make_tree("100644 .gib", &other);
	struct oid bad[] = {make_tree("100644 .git", &blob),
	    make_tree("100600 .gib", &blob), make_tree("100644 .gib", &null)};
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = {.text = ""};

		assert_int_equal(
		    diff(NULL, &good, &default_limits, &count, &err), 0);
		assert_int_equal(
		    diff(&good, &same, &default_limits, &count, &err), 0);
		assert_int_equal(count, 1);
		assert_int_equal(
		    diff(&same, &bad[i], &default_limits, &count, &err), -1);
		assert_string_equal(err.code, "object.malformed");
	}
}

/* What was only compared with is not taken for good. */
static void
a_tree_like_a_malformed_old_one_is_refused(void **state)
{
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid other = bare_object(&bare, "blob", "y", 1);
	struct oid old = make_tree("100644 git~1", &blob);
	struct oid new = make_tree("100644 git~1", &other);
	struct oid good = make_tree("100644 g", &blob);
	struct error err = {.text = ""};
	size_t count;

	(void)state;
	assert_int_equal(diff(&old, &good, &default_limits, &count, &err), 0);
	assert_int_equal(diff(&old, &new, &default_limits, &count, &err), -1);
	assert_int_equal(diff(&new, &old, &default_limits, &count, &err), -1);
}

static void
a_damaged_old_tree_is_an_error(void **state)
{
	struct oid bad = bare_object(&bare, "tree", "100644 a\0xyz", 12);
	struct error err = {.text = ""};
	size_t count;

	(void)state;
	assert_int_equal(
	    diff(&bad, &trees[0], &default_limits, &count, &err), -1);
	assert_string_equal(err.code, "object.malformed");
	assert_memory_equal(err.text, "tree ", 5);
}

static void
a_missing_tree_or_one_that_is_none_is_an_error(void **state)
{
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid missing = {{1, 2, 3}};
	struct oid liar = make_tree("40000 d", &blob);
	struct error err;
	size_t count;

	(void)state;
	assert_int_equal(
	    diff(NULL, &missing, &default_limits, &count, &err), -1);
	assert_string_equal(err.code, "object.missing");
	assert_int_equal(diff(NULL, &liar, &default_limits, &count, &err), -1);
	assert_string_equal(err.code, "object.malformed");
}

static void
only_modes_that_mean_something_else_are_a_change(void **state)
{
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid now = make_tree("100644 a", &blob);
	struct oid then = make_tree("100664 a", &blob);
	struct oid executable = make_tree("100755 a", &blob);
	struct error err;
	size_t count;

	(void)state;
	assert_int_equal(diff(&then, &now, &default_limits, &count, &err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(
	    diff(&then, &executable, &default_limits, &count, &err), 0);
	assert_int_equal(count, 1);
}

static struct oid
make_deep(unsigned depth)
{
	struct text stream = {0}, output;

	text_add(&stream, "commit refs/heads/deep\ncommitter C <c@d> 0 +0000\n"
			  "data 0\nM 644 inline ");
	for (unsigned i = 0; i < depth; i++)
		text_add(&stream, "d/");
	text_add(&stream, "f\ndata 1\nx\n");
	output = GIT(&bare, &stream, "fast-import", "--quiet", "--force");
	text_free(&output);
	text_free(&stream);
	return bare_id(&bare, "deep^{tree}");
}

static void
what_is_too_much_is_refused(void **state)
{
	static const struct {
		unsigned depth;
		struct limits limits;
		const char *name;
	} cases[] = {
	    {128, {0}, NULL},
	    {129, {0}, "tree_depth"},
	    {20000, {0}, "tree_depth"},
	    {20000, {.tree_depth = 20000}, NULL},
	    {10, {.tree_entries = 11}, NULL},
	    {10, {.tree_entries = 10}, "tree_entries"},
	    {10, {.paths = 1}, NULL},
	    {10, {.paths = -1}, "paths"},
	    {10, {.tree_size = 10}, ""},
	};

	struct oid tree = {{0}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct limits limits = default_limits;
		struct error err = {.text = "accepted"};
		size_t count;
		int result;

		if (cases[i].limits.tree_depth != 0)
			limits.tree_depth = cases[i].limits.tree_depth;
		if (cases[i].limits.tree_entries != 0)
			limits.tree_entries = cases[i].limits.tree_entries;
		if (cases[i].limits.tree_size != 0)
			limits.tree_size = cases[i].limits.tree_size;
		if (cases[i].limits.paths != 0)
			limits.paths = cases[i].limits.paths;
		if (i == 0 || cases[i].depth != cases[i - 1].depth) {
			tree = make_deep(cases[i].depth);
			repo_close(repo);
			repo = repo_open(bare.dir, &err);
		}
		result = diff(NULL, &tree, &limits, &count, &err);
		if (result != (cases[i].name != NULL ? -1 : 0))
			fail_msg("case %zu: %s", i, err.text);
		if (result != 0) {
			assert_string_equal(err.code, "object.limit");
			assert_non_null(strstr(err.text, cases[i].name));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_pairs_differ_as_git_says),
	    cmocka_unit_test(only_files_in_a_set_are_kept),
	    cmocka_unit_test(an_absent_tree_is_an_empty_one),
	    cmocka_unit_test(a_malformed_tree_is_refused_where_it_is_new),
	    cmocka_unit_test(
		a_malformed_tree_is_refused_where_no_set_can_match),
	    cmocka_unit_test(
		a_malformed_tree_is_refused_after_a_good_one_of_its_size),
	    cmocka_unit_test(a_tree_like_a_malformed_old_one_is_refused),
	    cmocka_unit_test(a_damaged_old_tree_is_an_error),
	    cmocka_unit_test(a_missing_tree_or_one_that_is_none_is_an_error),
	    cmocka_unit_test(only_modes_that_mean_something_else_are_a_change),
	    cmocka_unit_test(what_is_too_much_is_refused),
	};

	return cmocka_run_group_tests(
	    tests, make_repository, remove_repository);
}
