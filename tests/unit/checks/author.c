/* Who may write, and who may push. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

static void
every_author_is_of_the_group(void **state)
{
	static const struct {
		const char *first, *second, *codes;
	} rows[] = {
	    {"ada", NULL, ""},
	    {"ada", "carol", ""},
	    {"robot", NULL, ""},
	    {"bob", NULL, "author.unknown"},
	    {"ada", "bob", "author.unknown"},
	    {"bob", "eve", "author.unknown author.unknown"},
	    {"gone", NULL, "author.unknown"},
	    {"nobody", NULL, "author.unknown"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, rows[i].first, "s\n");
		if (rows[i].second != NULL)
			maker_commit(&maker, rows[i].second, "s\n");
		assert_int_equal(
		    maker_settings(&maker, "author", "maintainers"), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
the_pusher_is_known_and_of_the_group(void **state)
{
	static const struct {
		struct pusher pusher;
		const char *codes;
	} rows[] = {
	    {{.login = "ada", .proven = true}, ""},
	    {{.login = "robot", .proven = true}, ""},
	    {{.login = "bob", .proven = true}, "pusher.denied"},
	    {{.login = "stranger", .proven = true}, "pusher.denied"},
	    {{.login = "gone", .proven = true}, "pusher.denied"},
	    {{.login = "ada", .proven = false}, "pusher.unknown"},
	    {{.login = NULL}, "pusher.unknown"},
	    {{.login = NULL, .fault = "too long", .proven = true},
		"pusher.unknown"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "ada", "s\n");
		maker.pusher = rows[i].pusher;
		assert_int_equal(
		    maker_settings(&maker, "pusher", "maintainers"), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
anything_but_a_group_is_a_fault(void **state)
{
	static const char *const checked[] = {"author", "pusher"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, checked[i], "friends") > 0);
		assert_true(maker_settings(&maker, checked[i], "{}") > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_author_is_of_the_group),
	    cmocka_unit_test(the_pusher_is_known_and_of_the_group),
	    cmocka_unit_test(anything_but_a_group_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
