/* Object names: forty lower-case digits and nothing else. */
#include "base/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DIGITS "0123456789abcdef0123456789abcdef01234567"
#define ZEROS  "0000000000000000000000000000000000000000"

static void
a_name_comes_back_as_it_was(void **state)
{
	char out[OID_DIGITS + 1];
	struct oid oid;

	(void)state;
	assert_true(oid_parse(&oid, DIGITS, 40));
	assert_int_equal(oid.bytes[0], 0x01);
	assert_int_equal(oid.bytes[19], 0x67);
	assert_string_equal(oid_format(&oid, out), DIGITS);
	assert_ptr_equal(oid_format(&oid, out), out);
}

static void
anything_else_is_no_name(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
	    {"", 0},
	    {DIGITS, 39},
	    {DIGITS "8", 41},
	    {DIGITS DIGITS, 64},
	    {"0123456789ABCDEF0123456789abcdef01234567", 40},
	    {"0123456789abcdeg0123456789abcdef01234567", 40},
	    {" 123456789abcdef0123456789abcdef01234567", 40},
	    {"0123456789abcdef0123456789abcdef0123456\n", 40},
	    {"0x23456789abcdef0123456789abcdef01234567", 40},
	    {"0123456789abcdef0123456789abcdef012345\0007", 40},
	};
	struct oid oid;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (oid_parse(&oid, cases[i].text, cases[i].len))
			fail_msg("case %zu", i);
}

static void
names_are_equal_in_every_byte_or_not_at_all(void **state)
{
	struct oid a, b, zero;

	(void)state;
	assert_true(oid_parse(&a, DIGITS, 40));
	assert_true(oid_parse(&zero, ZEROS, 40));
	assert_true(oid_is_zero(&zero));
	assert_false(oid_is_zero(&a));
	for (size_t i = 0; i < OID_BYTES; i++) {
		b = a;
		assert_true(oid_equal(&a, &b));
		b.bytes[i] ^= 1;
		assert_false(oid_equal(&a, &b));
		b = zero;
		b.bytes[i] = 1;
		assert_false(oid_is_zero(&b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_comes_back_as_it_was),
	    cmocka_unit_test(anything_else_is_no_name),
	    cmocka_unit_test(names_are_equal_in_every_byte_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
