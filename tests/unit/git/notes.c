/* Notes, as git writes them and as nobody should. */
#include "git/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/files.h"

#define OBJECT  "abcdef0123456789abcdef0123456789abcdef01"
#define FLAT    OBJECT
#define ONE     "ab/cdef0123456789abcdef0123456789abcdef01"
#define TWO     "ab/cd/ef0123456789abcdef0123456789abcdef01"
#define DEEPEST "ab/cd/ef/01/23/45/67/89/ab/cd/ef/01/23/45/67/89/ab/cd/ef/01"

#define FILE(path)                     \
	{                              \
		path, "100644", "n", 0 \
	}

enum { FILES = 4 };

static struct bare bare;
static struct repo *repo;

static int
look(const struct oid *tree, const struct oid *object, struct oid *note,
    struct error *err)
{
	struct budget budget = budget_new(&default_limits);

	return notes_find(repo, tree, object, &budget, note, err);
}

static void
a_note_is_found_in_exactly_one_place(void **state)
{
	static const struct {
		struct file_text files[FILES];
		int result;
	} rows[] = {
	    {{FILE(FLAT), END}, 0},
	    {{FILE(ONE), END}, 0},
	    {{FILE(TWO), FILE("ab/ce/00"), END}, 0},
	    {{FILE(DEEPEST), END}, 0},
	    {{{ONE, "100755", "n", 0}, END}, 0},
	    {{FILE(ONE), FILE("README"), FILE("ab/README"), END}, 0},
	    {{FILE("README"), END}, 1},
	    {{FILE("abcdef0"), FILE("ab/cd"), END}, 1},
	    {{FILE("abc/def0123456789abcdef0123456789abcdef01"), END}, 1},
	    {{FILE("abcd/ef0123456789abcdef0123456789abcdef01"), END}, 1},
	    {{FILE("AB/cdef0123456789abcdef0123456789abcdef01"), END}, 1},
	    {{FILE(OBJECT "0"), END}, 1},
	    {{FILE("ab/cdef0123456789abcdef0123456789abcdef00"), END}, 1},
	    {{FILE(FLAT), FILE(ONE), END}, -1},
	    {{FILE(ONE), FILE(TWO), END}, -1},
	    {{FILE(FLAT), FILE(DEEPEST), END}, -1},
	    {{{ONE, "120000", "n", 0}, END}, -1},
	    {{FILE(FLAT "/x"), END}, -1},
	};
	struct oid object, note, known;
	struct error err;

	(void)state;
	assert_true(oid_parse(&object, OBJECT, strlen(OBJECT)));
	known = bare_object(&bare, "blob", "n", 1);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct oid tree = files_tree(&bare, rows[i].files);

		assert_int_equal(
		    look(&tree, &object, &note, &err), rows[i].result);
		if (rows[i].result == 0)
			assert_true(oid_equal(&note, &known));
		if (rows[i].result == -1)
			assert_string_equal(err.code, "object.malformed");
	}
}

/* Two trees of one name, which git would not write. */
static void
a_tree_with_a_name_twice_has_no_notes(void **state)
{
	static const struct file_text rest[] = {
	    FILE("cdef0123456789abcdef0123456789abcdef01"), END};
	struct oid inner = files_tree(&bare, rest), object, note, tree;
	struct text bytes = {0};
	struct error err;

	(void)state;
	assert_true(oid_parse(&object, OBJECT, strlen(OBJECT)));
	for (size_t i = 0; i < 2; i++) {
		text_add_bytes(&bytes, "40000 ab", 9);
		text_add_bytes(&bytes, inner.bytes, sizeof inner.bytes);
	}
	tree = bare_object(&bare, "tree", bytes.data, bytes.len);
	assert_int_equal(look(&tree, &object, &note, &err), -1);
	assert_string_equal(err.code, "object.malformed");
	text_free(&bytes);
}

static void
going_over_the_budget_is_no_answer(void **state)
{
	static const struct file_text files[] = {
	    FILE("a"), FILE("b"), FILE(ONE), END};
	struct oid tree = files_tree(&bare, files), object, note;
	struct budget budget = budget_new(&default_limits);
	struct error err;

	(void)state;
	assert_true(oid_parse(&object, OBJECT, strlen(OBJECT)));
	budget.limits.tree_entries = 2;
	assert_int_equal(
	    notes_find(repo, &tree, &object, &budget, &note, &err), -1);
	assert_string_equal(err.code, "object.limit");
}

/* Enough notes that git fans out. */
static void
every_note_git_makes_is_found_as_git_finds_it(void **state)
{
	enum { NOTES = 600 };
	static const struct file_text none[] = {FILE("x"), END};
	struct oid tree, note, objects[NOTES];
	struct text script = {0}, out;
	struct error err;
	char hex[OID_DIGITS + 1];

	(void)state;
	files_tree(&bare, none);
	text_add(&script, "commit refs/notes/many\n"
			  "committer A <a@example.com> 1 +0000\ndata 0\n");
	for (size_t i = 0; i < NOTES; i++) {
		memset(&objects[i], (int)(i % 256), sizeof objects[i]);
		objects[i].bytes[3] = (unsigned char)(i / 256);
		text_add_format(&script, "M 100644 inline %s\ndata 5\n%05zu\n",
		    oid_format(&objects[i], hex), i);
	}
	out = GIT(&bare, &script, "fast-import", "--quiet", "--force");
	text_free(&out);
	text_free(&script);
	/* What was written flat, git fans out once it adds one. */
	out = GIT(&bare, NULL, "-c", "user.name=A", "-c", "user.email=a@b",
	    "notes", "--ref=many", "add", "-m", "more", "refs/heads/files");
	text_free(&out);
	tree = bare_id(&bare, "refs/notes/many^{tree}");
	out =
	    GIT(&bare, NULL, "ls-tree", "-r", "--name-only", "refs/notes/many");
	assert_non_null(strchr(out.data, '/'));
	text_free(&out);
	for (size_t i = 0; i < NOTES; i++) {
		struct object object;

		assert_int_equal(look(&tree, &objects[i], &note, &err), 0);
		assert_int_equal(
		    object_read(repo, &note, OBJECT_BLOB, 100, &object, &err),
		    0);
		assert_int_equal(atoi(object.data), i);
		object_release(&object);
	}
}

static int
set_up(void **state)
{
	(void)state;
	bare_begin(&bare);
	repo = files_open(&bare);
	return 0;
}

static int
tear_down(void **state)
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
	    cmocka_unit_test(a_note_is_found_in_exactly_one_place),
	    cmocka_unit_test(a_tree_with_a_name_twice_has_no_notes),
	    cmocka_unit_test(going_over_the_budget_is_no_answer),
	    cmocka_unit_test(every_note_git_makes_is_found_as_git_finds_it),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
