/* Growing strings, and UTF-8 against RFC 3629 written another way. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
a_text_grows_and_stays_terminated(void **state)
{
	struct text text = {0};

	(void)state;
	assert_null(text.data);
	text_add(&text, "");
	assert_string_equal(text.data, "");
	for (int i = 0; i < 1000; i++) {
		text_add(&text, "ab");
		text_add_char(&text, 'c');
		text_add_format(&text, "%d%s", 4, "");
		assert_int_equal(text.len, 4 * (i + 1));
		assert_int_equal(strlen(text.data), text.len);
	}
	text_add_bytes(&text, "x\0y", 3);
	assert_memory_equal(text.data + text.len - 3, "x\0y", 4);
	text_add_bytes(&text, NULL, 0);
	text_free(&text);
	assert_null(text.data);
	assert_int_equal(text.len, 0);
	text_free(&text);
}

static void
a_long_format_is_not_cut(void **state)
{
	struct text text = {0};
	char *expected = malloc(10001);

	(void)state;
	assert_non_null(expected);
	memset(expected, ' ', 9999);
	memcpy(expected + 9999, "x", 2);
	text_add_format(&text, "%10000s", "x");
	assert_string_equal(text.data, expected);
	text_free(&text);
	free(expected);
}

static size_t
encode(uint32_t rune, char out[4])
{
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xc0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 63));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xe0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 63));
		out[2] = (char)(0x80 | (rune & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 63));
	out[2] = (char)(0x80 | (rune >> 6 & 63));
	out[3] = (char)(0x80 | (rune & 63));
	return 4;
}

static void
every_character_is_decoded_and_no_surrogate_is(void **state)
{
	char bytes[4];
	uint32_t rune;

	(void)state;
	for (uint32_t r = 0; r <= 0x10ffff + 0x1000; r++) {
		size_t len = encode(r, bytes);
		bool real = r <= 0x10ffff && (r < 0xd800 || r > 0xdfff);
		size_t told = utf8_decode(bytes, len, &rune);

		if (told != (real ? len : 0) || (real && rune != r))
			fail_msg("U+%04X", (unsigned)r);
		if (len > 1 && utf8_decode(bytes, len - 1, &rune) != 0)
			fail_msg("U+%04X cut short", (unsigned)r);
	}
}

static void
bytes_that_are_no_utf_8_are_refused(void **state)
{
	static const char *const cases[] = {"\x80", "\xbf", "\xc0\x80",
	    "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
	    "\xf0\x8f\xbf\xbf", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",
	    "\xfe", "\xff", "\xc3", "\xc3(", "\xe2\x28\xa1", "\xe2\x82(",
	    "\xed\xa0\x80", "\xf4\x90\x80\x80", "good\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (utf8_valid(cases[i], strlen(cases[i])))
			fail_msg("case %zu", i);
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("a\0b", 3));
	assert_true(utf8_valid("\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82", 9));
}

static void
what_a_terminal_obeys_or_hides_is_unsafe(void **state)
{
	static const struct {
		uint32_t first, last;
		bool unsafe;
	} cases[] = {
	    {0, 0x1f, true},
	    {0x20, 0x7e, false},
	    {0x7f, 0x9f, true},
	    {0xa0, 0x61b, false},
	    {0x61c, 0x61c, true},
	    {0x61d, 0x200a, false},
	    {0x200b, 0x200f, true},
	    {0x2010, 0x2027, false},
	    {0x2028, 0x202e, true},
	    {0x202f, 0x205f, false},
	    {0x2060, 0x206f, true},
	    {0x2070, 0xfefe, false},
	    {0xfeff, 0xfeff, true},
	    {0xff00, 0xff01, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (uint32_t r = cases[i].first; r <= cases[i].last; r++)
			if (rune_is_unsafe(r) != cases[i].unsafe)
				fail_msg("U+%04X", (unsigned)r);
}

static void
a_run_of_ascii_ends_at_what_is_not_printable(void **state)
{
	(void)state;
	assert_int_equal(ascii_run("", 0), 0);
	assert_int_equal(ascii_run("ab", 1), 1);
	for (unsigned c = 0; c < 256; c++) {
		char text[] = {' ', '~', (char)c, 'x'};

		assert_int_equal(ascii_run(text, sizeof text),
		    c >= 0x20 && c <= 0x7e ? 4 : 2);
	}
}

static void
equal_bytes_are_counted_from_both_ends(void **state)
{
	char a[40], b[40];

	(void)state;
	for (size_t i = 0; i < sizeof a; i++)
		a[i] = b[i] = (char)('a' + i % 26);
	for (size_t len = 0; len <= sizeof a; len++) {
		assert_int_equal(bytes_equal_first(a, b, len), len);
		assert_int_equal(bytes_equal_last(a + len, b + len, len), len);
		for (size_t i = 0; i < len; i++) {
			b[i] ^= 1;
			assert_int_equal(bytes_equal_first(a, b, len), i);
			assert_int_equal(
			    bytes_equal_last(a + len, b + len, len),
			    len - i - 1);
			b[i] ^= 1;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_grows_and_stays_terminated),
	    cmocka_unit_test(a_long_format_is_not_cut),
	    cmocka_unit_test(every_character_is_decoded_and_no_surrogate_is),
	    cmocka_unit_test(bytes_that_are_no_utf_8_are_refused),
	    cmocka_unit_test(what_a_terminal_obeys_or_hides_is_unsafe),
	    cmocka_unit_test(a_run_of_ascii_ends_at_what_is_not_printable),
	    cmocka_unit_test(equal_bytes_are_counted_from_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
