/* Signed off by the author. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"

static void
the_author_signs_off(void **state)
{
	static const struct {
		const char *message, *codes;
	} rows[] = {
	    {"s\n\nSigned-off-by: Bob <bob@example.com>\n", ""},
	    {"s\n\nSigned-off-by: Bob <bob@home.example>\n", ""},
	    {"s\n\nSigned-off-by: Ada <ada@example.com>\n"
	     "Signed-off-by: Bob <bob@example.com>\n",
		""},
	    {"s\n\nbody\n---\n\nSigned-off-by: Bob <bob@example.com>\n",
		"sign-off.mismatch"},
	    {"s\n", "sign-off.missing"},
	    {"s\n\nSigned-off-by: Bob\n", "sign-off.missing"},
	    {"Signed-off-by: Bob <bob@example.com>\n", "sign-off.missing"},
	    {"s\n\nSigned-off-by: Ada <ada@example.com>\n",
		"sign-off.mismatch"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", rows[i].message);
		assert_int_equal(maker_settings(&maker, "sign_off", "true"), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
every_commit_is_signed_off(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	maker_init(&maker);
	maker_commit(
	    &maker, "ada", "s\n\nSigned-off-by: Ada <ada@example.com>\n");
	maker_commit(&maker, "bob", "s\n");
	maker_settings(&maker, "sign_off", "true");
	assert_int_equal(maker_run(&maker, &err), 0);
	assert_int_equal(maker.findings.count, 1);
	assert_ptr_equal(maker.findings.list[0].commit, &maker.commits[1]);
	maker_free(&maker);
}

static void
anything_but_true_is_a_fault(void **state)
{
	static const char *const faulty[] = {"false", "yes", "\"true\"", "{}"};

	(void)state;
	for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
		struct maker maker;

		maker_init(&maker);
		assert_true(maker_settings(&maker, "sign_off", faulty[i]) > 0);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_author_signs_off),
	    cmocka_unit_test(every_commit_is_signed_off),
	    cmocka_unit_test(anything_but_true_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
