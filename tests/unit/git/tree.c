/* Trees git could not have made are refused. */
#include "git/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define ID "abcdefghijklmnopqrst"

static const struct oid tree_id = {{0x4f}};

static void
add(struct text *tree, const char *mode, const char *name)
{
	text_add_format(tree, "%s %s", mode, name);
	text_add_bytes(tree, "\0" ID, 1 + OID_BYTES);
}

/* Checks a copy without anything behind it, so that reading on is seen. */
static int
check(const char *data, size_t size, struct error *err)
{
	char *exact = malloc(size > 0 ? size : 1);
	int result;

	assert_non_null(exact);
	if (size > 0)
		memcpy(exact, data, size);
	result = tree_check(&tree_id, exact, size, err);
	free(exact);
	return result;
}

/* "100644 a, 40000 b" to a tree. */
static struct text
build(const char *list)
{
	struct text tree = {0};
	char *copy = strdup(list), *rest = copy, *item;

	assert_non_null(copy);
	while ((item = strsep(&rest, ",")) != NULL) {
		char *blank = strchr(item, ' ');

		*blank = '\0';
		add(&tree, item, blank + 1);
	}
	free(copy);
	return tree;
}

static void
trees_are_in_order_and_have_every_name_once(void **state)
{
	static const struct {
		const char *list, *fault;
	} cases[] = {
	    {"100644 a", NULL},
	    {"100644 a,100755 b,120000 c,160000 d,40000 e", NULL},
	    {"100664 a", NULL},
	    {"100644 a-b,40000 a,100644 a0", NULL},
	    {"100644 a,100644 a-,100644 a-b,100644 a0", NULL},
	    {"100644 a,40000 aa,100644 aaa,40000 aaaa", NULL},
	    {"100644 a,100644 a-,40000 a.,100644 b", NULL},
	    {"100644 b,100644 a", "out of order"},
	    {"100644 a,100644 a", "out of order"},
	    {"40000 a,40000 a", "out of order"},
	    {"40000 a,100644 a", "out of order"},
	    {"40000 a,100644 a-b", "out of order"},
	    {"100644 a0,40000 a", "out of order"},
	    {"100644 a,40000 a", "a name twice"},
	    {"100644 a,100644 a-b,40000 a", "a name twice"},
	    {"100644 a,100644 a-,100644 a-b,40000 a-,40000 a", "twice"},
	    {"100644 a,100644 a-,100644 a-b,100644 a.,40000 a", "twice"},
	    {"120000 a,100644 a!,160000 a!b,40000 a", "twice"},
	    {"160000 a,40000 a!,40000 a", "twice"},
	    {"0100644 a", "a mode git does not write"},
	    {"040000 a", "a mode git does not write"},
	    {"100600 a", "a mode git does not write"},
	    {"100645 a", "a mode git does not write"},
	    {"40755 a", "a mode git does not write"},
	    {"120777 a", "a mode git does not write"},
	    {"0 a", "unknown mode"},
	    {"60000 a", "unknown mode"},
	    {"00100644 a", "too long"},
	    {"10064x a", "without a mode"},
	    {" a", "without a mode"},
	    {"100644 ", "an empty name"},
	    {"100644 a/b", "a name with a slash"},
	    {"100644 .", "a name made of dots"},
	    {"40000 ..", "a name made of dots"},
	    {"100644 ...", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text tree = build(cases[i].list);
		struct error err = {.text = "accepted"};
		int result = check(tree.data, tree.len, &err);

		if (result != (cases[i].fault != NULL ? -1 : 0) ||
		    (result != 0 && !strstr(err.text, cases[i].fault)))
			fail_msg("%s: %s", cases[i].list, err.text);
		if (result != 0)
			assert_memory_equal(err.text,
			    "tree 4f00000000000000000000000000000000000000: ",
			    47);
		text_free(&tree);
	}
}

static void
dot_git_is_refused_in_every_disguise(void **state)
{
	static const char *const disguises[] = {
	    ".git",
	    ".GIT",
	    ".gIt",
	    ".git.",
	    ".git ",
	    ".git. . ",
	    ".git:",
	    ".git::$INDEX_ALLOCATION",
	    ".git . :x",
	    "git~1",
	    "GIT~1",
	    "Git~1.",
	    "git~1:x",
	    ".git\\config",
	    "a\\.git",
	    "a\\b\\.GIT .",
	    "a\\git~1",
	    "\\.git",
	    ".g\xe2\x80\x8cit",
	    "\xe2\x80\x8d.git",
	    ".git\xe2\x80\xae",
	    ".GI\xe2\x81\xaaT",
	    "\xef\xbb\xbf.git",
	    ".git\xff",
	    ".git\xe2\x80\x8e.",
	};
	static const char *const harmless[] = {
	    ".gita",
	    ".gitignore",
	    ".gitmodules",
	    ".git-blame-ignore-revs",
	    ".git_",
	    ".git.x",
	    ".git x",
	    "git",
	    "git~2",
	    "git~10",
	    "agit~1",
	    "a.git",
	    "..git",
	    " .git",
	    "a\\b",
	    "a\\",
	    ".g\xc3\xadt",
	    ".\xe2\x80\x8bgit",
	    "\xe2\x80\x8c",
	    "\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof disguises / sizeof *disguises; i++) {
		struct text tree = {0};
		struct error err = {.text = "accepted"};

		add(&tree, "100644", disguises[i]);
		if (check(tree.data, tree.len, &err) != -1 ||
		    !strstr(err.text, "can pass for .git"))
			fail_msg("%s: %s", disguises[i], err.text);
		text_free(&tree);
	}
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		struct text tree = {0};
		struct error err;

		add(&tree, "40000", harmless[i]);
		if (check(tree.data, tree.len, &err) != 0)
			fail_msg("%s", err.text);
		text_free(&tree);
	}
}

static void
a_null_object_name_is_refused(void **state)
{
	static const char tree[] =
	    "100644 a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct error err;

	(void)state;
	assert_int_equal(check(tree, sizeof tree - 1, &err), -1);
	assert_string_equal(err.code, "object.malformed");
}

static void
a_tree_cut_anywhere_within_an_entry_is_refused(void **state)
{
	struct text tree = build("100644 a,40000 b");
	struct error err;
	size_t entry = tree.len - strlen("40000 b") - 1 - OID_BYTES;

	(void)state;
	for (size_t size = 0; size <= tree.len; size++)
		assert_int_equal(check(tree.data, size, &err),
		    size == 0 || size == entry || size == tree.len ? 0 : -1);
	text_free(&tree);
}

static void
old_trees_are_read_leniently(void **state)
{
	struct text tree = build("0100600 b,040755 a,100775 .git,120777 a/b");
	static const enum tree_mode modes[] = {
	    MODE_FILE, MODE_TREE, MODE_EXECUTABLE, MODE_SYMLINK};
	struct tree_entry entry;
	struct error err;
	size_t offset = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
		    tree_next(tree.data, tree.len, &offset, &entry, &err), 1);
		assert_int_equal(entry.mode, modes[i]);
		assert_memory_equal(entry.id.bytes, ID, OID_BYTES);
	}
	assert_memory_equal(entry.name, "a/b", entry.name_len);
	assert_int_equal(
	    tree_next(tree.data, tree.len, &offset, &entry, &err), 0);
	text_free(&tree);
}

static void
names_that_begin_alike_cost_no_more_than_others(void **state)
{
	struct text tree = {0};
	struct error err;
	char name[2001] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof name - 1; i++) {
		name[i] = 'a';
		add(&tree, "100644", name);
	}
	assert_int_equal(check(tree.data, tree.len, &err), 0);
	add(&tree, "40000", name);
	assert_int_equal(check(tree.data, tree.len, &err), -1);
	text_free(&tree);
}

/* Change one byte anywhere, so that some changes stay within an id. */
static void
what_is_alike_a_good_tree_is_good(void **state)
{
	struct text tree = build("100644 a,100644 a-,100755 a-b,40000 a0,"
				 "40000 b,120000 bb,160000 c");
	struct error err;
	size_t alike = 0;
	char *other = malloc(tree.len);

	(void)state;
	assert_non_null(other);
	assert_int_equal(check(tree.data, tree.len, &err), 0);
	assert_true(tree_is_alike(tree.data, tree.data, tree.len));
	for (size_t i = 0; i < tree.len; i++)
		for (unsigned byte = 0; byte < 256; byte++) {
			memcpy(other, tree.data, tree.len);
			other[i] = (char)byte;
			if (!tree_is_alike(tree.data, other, tree.len))
				continue;
			alike++;
			if (check(other, tree.len, &err) != 0)
				fail_msg("byte %zu, %u: %s", i, byte, err.text);
		}
	assert_int_equal(alike, tree.len + 7 * OID_BYTES * 255);
	free(other);
	text_free(&tree);
}

static void
null_names_and_other_names_are_not_alike(void **state)
{
	static const char *const others[] = {"100644 a,100644 b,40000 d",
	    "100644 a,40000 b,40000 c", "100644 a,100755 b,40000 c",
	    "100644 c,100644 b,40000 a", "100644 b,100644 b,40000 b"};
	struct text good = build("100644 a,100644 b,40000 c");
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct text other = build(others[i]);
		size_t size = good.len < other.len ? good.len : other.len;

		if (tree_is_alike(good.data, other.data, size))
			fail_msg("%s", others[i]);
		text_free(&other);
	}
	for (size_t end = OID_BYTES; end <= good.len; end++) {
		struct text other = {0};

		text_add_bytes(&other, good.data, good.len);
		memset(other.data + end - OID_BYTES, 0, OID_BYTES);
		if (tree_is_alike(good.data, other.data, good.len) &&
		    check(other.data, other.len, &err) != 0)
			fail_msg("zeros up to %zu: %s", end, err.text);
		text_free(&other);
	}
	text_free(&good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trees_are_in_order_and_have_every_name_once),
	    cmocka_unit_test(dot_git_is_refused_in_every_disguise),
	    cmocka_unit_test(a_null_object_name_is_refused),
	    cmocka_unit_test(a_tree_cut_anywhere_within_an_entry_is_refused),
	    cmocka_unit_test(old_trees_are_read_leniently),
	    cmocka_unit_test(names_that_begin_alike_cost_no_more_than_others),
	    cmocka_unit_test(what_is_alike_a_good_tree_is_good),
	    cmocka_unit_test(null_names_and_other_names_are_not_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
