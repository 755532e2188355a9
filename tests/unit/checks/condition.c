/* When a rule speaks about a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

#define NONE  MODE_NONE
#define PLAIN MODE_FILE
#define EXEC  MODE_EXECUTABLE

struct row {
	const char *path;
	enum tree_mode old;
	unsigned char old_id;
	enum tree_mode new;
	unsigned char new_id;
	unsigned kinds; /* expected, of `tests` */
};

static void
kinds_are(const struct row *rows, size_t count)
{
	struct maker maker;
	const unsigned char *kinds;

	maker_init(&maker);
	for (size_t i = 0; i < count; i++)
		maker_file(&maker, rows[i].path, rows[i].old, rows[i].old_id,
		    rows[i].new, rows[i].new_id);
	kinds = file_kinds(&maker.change, &maker.tests);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(kinds[i], rows[i].kinds);
	maker_free(&maker);
}

#define KINDS_ARE(rows) kinds_are(rows, sizeof rows / sizeof rows[0])

static void
a_file_is_added_modified_or_deleted(void **state)
{
	static const struct row rows[] = {
	    {"src/a", NONE, 0, PLAIN, 1, 0},
	    {"tests/a", NONE, 0, PLAIN, 1, FILE_ADDED},
	    {"tests/b", PLAIN, 2, PLAIN, 3, FILE_MODIFIED},
	    {"tests/c", PLAIN, 4, EXEC, 4, FILE_MODIFIED},
	    {"tests/d", PLAIN, 5, MODE_SYMLINK, 6, FILE_MODIFIED},
	    {"tests/e", PLAIN, 7, NONE, 0, FILE_DELETED},
	};

	(void)state;
	KINDS_ARE(rows);
}

static void
a_file_moved_within_the_set_is_no_change_of_it(void **state)
{
	static const struct row rows[] = {
	    {"tests/a", NONE, 0, PLAIN, 1, 0},
	    {"tests/b", PLAIN, 1, NONE, 0, 0},
	    {"tests/c", PLAIN, 2, NONE, 0, FILE_DELETED},
	};

	(void)state;
	KINDS_ARE(rows);
}

static void
moves_are_paired_one_to_one(void **state)
{
	struct maker maker;
	const unsigned char *kinds;
	unsigned met[FILE_DELETED + 1] = {0};

	(void)state;
	maker_init(&maker);
	maker_file(&maker, "tests/a", NONE, 0, PLAIN, 1);
	maker_file(&maker, "tests/b", NONE, 0, PLAIN, 1);
	maker_file(&maker, "tests/c", PLAIN, 1, NONE, 0);
	maker_file(&maker, "tests/d", PLAIN, 2, NONE, 0);
	maker_file(&maker, "tests/e", PLAIN, 2, NONE, 0);
	maker_file(&maker, "tests/f", NONE, 0, PLAIN, 2);
	kinds = file_kinds(&maker.change, &maker.tests);
	for (size_t i = 0; i < maker.diff.count; i++)
		met[kinds[i]]++;
	assert_int_equal(met[0], 4);
	assert_int_equal(met[FILE_ADDED], 1);
	assert_int_equal(met[FILE_DELETED], 1);
	maker_free(&maker);
}

static void
a_file_moved_into_the_set_or_with_another_mode_is_added(void **state)
{
	static const struct row rows[] = {
	    {"src/a", PLAIN, 1, NONE, 0, 0},
	    {"tests/a", NONE, 0, PLAIN, 1, FILE_ADDED},
	    {"tests/b", PLAIN, 2, NONE, 0, FILE_DELETED},
	    {"tests/c", NONE, 0, EXEC, 2, FILE_ADDED},
	};

	(void)state;
	KINDS_ARE(rows);
}

static void
a_condition_holds_when_all_its_parts_do(void **state)
{
	static const struct {
		const char *when;
		int holds;
	} rows[] = {
	    {"{}", 1},
	    {"{paths: code}", 1},
	    {"{paths: tests}", 0},
	    {"{paths: code, kinds: [added, deleted]}", 0},
	    {"{paths: code, kinds: modified}", 1},
	    {"{only_paths: code}", 1},
	    {"{only_paths: tests}", 0},
	    {"{paths: code, only_paths: code}", 1},
	    {"{files: 1}", 1},
	    {"{files: 2}", 0},
	    {"{author: outsiders}", 1},
	    {"{author: maintainers}", 1},
	    {"{author_not: maintainers}", 1},
	    {"{author_not: outsiders}", 1},
	    {"{paths: tests, author: outsiders}", 0},
	    {"{pusher: maintainers}", 1},
	    {"{pusher: outsiders}", 0},
	    {"{pusher_not: maintainers}", 0},
	    {"{pusher_not: outsiders}", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct condition condition;
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", "one");
		maker_commit(&maker, "ada", "two");
		maker_file(&maker, "src/a", PLAIN, 1, PLAIN, 2);
		maker.pusher = (struct pusher){.login = "ada", .proven = true};
		assert_int_equal(
		    maker_condition(&maker, rows[i].when, &condition), 0);
		assert_int_equal(
		    condition_holds(&condition, &maker.change, &err),
		    rows[i].holds);
		maker_free(&maker);
	}
}

static void
an_update_without_changes_is_only_about_who_pushes(void **state)
{
	static const struct {
		const char *when;
		bool holds;
	} rows[] = {
	    {"{}", true},
	    {"{paths: code}", false},
	    {"{only_paths: code}", false},
	    {"{lines: 1}", false},
	    {"{files: 1}", false},
	    {"{author: maintainers}", false},
	    {"{author_not: outsiders}", false},
	    {"{pusher: maintainers}", true},
	    {"{pusher_not: maintainers}", false},
	    {"{pusher: maintainers, paths: code}", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct condition condition;
		struct maker maker;

		maker_init(&maker);
		maker_commit(&maker, "ada", "one");
		maker.pusher = (struct pusher){.login = "ada", .proven = true};
		maker_condition(&maker, rows[i].when, &condition);
		assert_int_equal(
		    condition_holds_without_changes(&condition, &maker.change),
		    rows[i].holds);
		maker_free(&maker);
	}
}

static void
an_unknown_pusher_does_not_get_around_a_rule(void **state)
{
	static const char *const conditions[] = {"{pusher: outsiders}",
	    "{pusher_not: outsiders}", "{pusher: maintainers}",
	    "{pusher_not: maintainers}"};
	static const struct pusher pushers[] = {
	    {.login = NULL}, {.login = "ada", .proven = false}};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct condition condition;
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker.pusher = pushers[i / 4];
		maker_condition(&maker, conditions[i % 4], &condition);
		assert_int_equal(
		    condition_holds(&condition, &maker.change, &err), 1);
		maker_free(&maker);
	}
}

static void
who_left_gets_around_no_rule_for_strangers(void **state)
{
	struct condition condition;
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "gone", "one");
	maker_condition(&maker, "{author_not: maintainers}", &condition);
	assert_int_equal(condition_holds(&condition, &maker.change, &err), 1);
	maker_condition(&maker, "{author: maintainers}", &condition);
	assert_int_equal(condition_holds(&condition, &maker.change, &err), 1);
	maker_free(&maker);
}

static void
a_path_condition_without_paths_to_look_at_is_an_error(void **state)
{
	static const char *const rows[] = {
	    "{paths: code}", "{only_paths: code}", "{lines: 1}", "{files: 1}"};
	struct condition condition;
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker.change.files = NULL;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		maker_condition(&maker, rows[i], &condition);
		assert_int_equal(
		    condition_holds(&condition, &maker.change, &err), -1);
	}
	maker_free(&maker);
}

static void
what_is_no_condition_is_a_fault(void **state)
{
	static const char *const faulty[] = {"{paths: code, kinds: []}",
	    "{paths: code, kinds: [renamed]}",
	    "{paths: code, kinds: [added, added]}", "{paths: code, kinds: {}}",
	    "{only_paths: {}}", "{paths: nothing}", "{lines: 0}", "{files: 0}",
	    "{files: many}"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct condition condition;
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_condition(&maker, faulty[i], &condition) > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_added_modified_or_deleted),
	    cmocka_unit_test(a_file_moved_within_the_set_is_no_change_of_it),
	    cmocka_unit_test(moves_are_paired_one_to_one),
	    cmocka_unit_test(
		a_file_moved_into_the_set_or_with_another_mode_is_added),
	    cmocka_unit_test(a_condition_holds_when_all_its_parts_do),
	    cmocka_unit_test(
		an_update_without_changes_is_only_about_who_pushes),
	    cmocka_unit_test(an_unknown_pusher_does_not_get_around_a_rule),
	    cmocka_unit_test(who_left_gets_around_no_rule_for_strangers),
	    cmocka_unit_test(
		a_path_condition_without_paths_to_look_at_is_an_error),
	    cmocka_unit_test(what_is_no_condition_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
