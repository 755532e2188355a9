/* Text that can not steer a terminal, cut and wrapped. */
#include "report/prose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
unsafe_and_long_text_is_replaced_and_cut(void **state)
{
	static const struct {
		const char *string;
		size_t columns;
		const char *expected;
	} cases[] = {
	    {"plain", 9, "plain"},
	    {"exact", 5, "exact"},
	    {"longer", 5, "lo..."},
	    {"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9", 5,
		"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9"},
	    {"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9x", 5,
		"\xc3\xa4\xc3\xb6..."},
	    {"a\x1b[31mb\r\nc\td", 20, "a?[31mb??c?d"},
	    {"a\xe2\x80\xae"
	     "b\xe2\x80\x8b"
	     "c\xc2\x9b",
		20, "a?b?c?"},
	    {"a\xff\xc3", 20, "a??"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text text = {0};
		size_t columns =
		    safe_add(&text, cases[i].string, cases[i].columns);

		assert_string_equal(text.data, cases[i].expected);
		assert_true(columns <= cases[i].columns);
		text_free(&text);
	}
}

static void
prose_is_wrapped_behind_its_frame(void **state)
{
	struct text text = {0};

	(void)state;
	prose_add(&text, "  note    ",
	    "line 3 stands in the middle of the message; only the last "
	    "paragraph holds trailers",
	    4);
	assert_string_equal(text.data,
	    "  note    line 3 stands in the middle of the message; only the "
	    "last\n"
	    "          paragraph holds trailers\n");
	text_free(&text);
}

static void
prose_that_is_too_long_is_cut(void **state)
{
	char words[4000];
	struct text text = {0};
	size_t lines = 0;

	(void)state;
	for (size_t i = 0; i < sizeof words; i++)
		words[i] = i % 7 == 0 ? ' ' : 'x';
	words[sizeof words - 1] = '\0';
	prose_add(&text, "hint: ", words, 3);
	for (char *line = text.data, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_true(end - line <= PROSE_COLUMNS);
		lines++;
	}
	assert_int_equal(lines, 3);
	assert_string_equal(text.data + text.len - 5, " ...\n");
	text_free(&text);
}

static void
a_wrapped_line_never_begins_like_an_answer(void **state)
{
	struct text text = {0};

	(void)state;
	prose_add(&text, "hint: ",
	    "123456789012345678901234567890123456789012345678901234567890 "
	    "SUCCESS: it went through",
	    4);
	assert_non_null(strstr(text.data, "\n      | SUCCESS: it"));
	text_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unsafe_and_long_text_is_replaced_and_cut),
	    cmocka_unit_test(prose_is_wrapped_behind_its_frame),
	    cmocka_unit_test(prose_that_is_too_long_is_cut),
	    cmocka_unit_test(a_wrapped_line_never_begins_like_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
