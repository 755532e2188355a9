/* Paths with owners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

#define BY_ADA "s\n\nReviewed-by: Ada <ada@example.com>\n"
#define BY_BOB "s\n\nReviewed-by: Bob <bob@example.com>\n"
#define BY_BOTH                                     \
	"s\n\nReviewed-by: Bob <bob@example.com>\n" \
	"Reviewed-by: Ada <ada@example.com>\n"
#define TWO_SETS "{code: maintainers, tests: outsiders}"

struct row {
	const char *author, *message, *owners;
	const char *paths[3];
	const char *found; /* paths without an owner's review, in order */
};

static void
paths_found(struct maker *maker, const char *expected)
{
	const char *found = "";

	for (size_t i = 0; i < maker->findings.count; i++) {
		assert_string_equal(
		    maker->findings.list[i].code, "owners.missing");
		found = arena_format(&maker->arena, "%s%s%s", found,
		    i > 0 ? " " : "", maker->findings.list[i].path);
	}
	assert_string_equal(found, expected);
}

static void
every_path_of_a_set_needs_its_owners(void **state)
{
	static const struct row rows[] = {
	    {"eve", BY_ADA, "{code: maintainers}", {"src/a"}, ""},
	    {"eve", BY_BOB, "{code: maintainers}", {"src/a"}, "src/a"},
	    {"eve", BY_BOB, "{code: maintainers}", {"src/a", "b", "src/c"},
		"src/a src/c"},
	    {"eve", "s\n", "{code: maintainers}", {"other"}, ""},
	    {"eve", "s\n", "{code: maintainers}", {"src/a"}, "src/a"},
	    {"ada", BY_ADA, "{code: maintainers}", {"src/a"}, "src/a"},
	    {"ada", "s\n\nReviewed-by: Carol <carol@example.com>\n",
		"{code: maintainers}", {"src/a"}, ""},
	    {"eve", BY_ADA, TWO_SETS, {"src/a", "tests/b"}, "tests/b"},
	    {"eve", BY_BOB, TWO_SETS, {"src/a", "tests/b"}, "src/a"},
	    {"eve", BY_BOTH, TWO_SETS, {"src/a", "tests/b"}, ""},
	    {"eve",
		"s\n\nCo-authored-by: Ada <ada@example.com>\n"
		"Reviewed-by: Ada <ada@example.com>\n",
		"{code: maintainers}", {"src/a"}, "src/a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker.change.thorough = true;
		maker_commit(&maker, rows[i].author, rows[i].message);
		for (size_t k = 0; k < 3 && rows[i].paths[k] != NULL; k++)
			maker_file(&maker, rows[i].paths[k], MODE_FILE, 1,
			    MODE_FILE, 2);
		assert_int_equal(
		    maker_settings(&maker, "owners", rows[i].owners), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		paths_found(&maker, rows[i].found);
		maker_free(&maker);
	}
}

static void
a_review_that_counts_is_recorded(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "eve", BY_ADA);
	maker_file(&maker, "src/a", MODE_FILE, 1, MODE_NONE, 0);
	maker_settings(&maker, "owners", "{code: maintainers}");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.witnesses.proof, PROOF_CLAIMED);
	assert_string_equal(maker.findings.witnesses.names[0], "ada");
	maker_free(&maker);
}

static void
without_a_list_of_files_it_can_not_be_told(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(&maker, "eve", BY_ADA);
	maker.change.files = NULL;
	maker_settings(&maker, "owners", "{code: maintainers}");
	assert_int_equal(maker_run(&maker, &err), -1);
	maker_free(&maker);
}

static void
anything_but_sets_and_groups_is_a_fault(void **state)
{
	static const char *const faulty[] = {"{}", "[]", "maintainers",
	    "{code: nobody}", "{nothing: maintainers}", "{code: {}}"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "owners", faulty[i]) > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_path_of_a_set_needs_its_owners),
	    cmocka_unit_test(a_review_that_counts_is_recorded),
	    cmocka_unit_test(without_a_list_of_files_it_can_not_be_told),
	    cmocka_unit_test(anything_but_sets_and_groups_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
