/* The writer of JSON: what it lets through, and where it cuts. */
#include "record/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static void
assert_written(const char *value, size_t limit, const char *expected)
{
	struct writer writer = {0};
	json_t *parsed;

	writer_begin(&writer);
	writer_text(&writer, "k", value, limit);
	writer_end(&writer);
	assert_string_equal(writer.text.data, expected);
	parsed = json_loads(writer.text.data, 0, NULL);
	assert_non_null(parsed);
	json_decref(parsed);
	text_free(&writer.text);
}

static void
hostile_bytes_are_escaped(void **state)
{
	static const struct {
		const char *value, *expected;
	} cases[] = {
	    {"plain", "plain"},
	    {"a\"b\\c", "a\\\"b\\\\c"},
	    {"a\nb\tc\x1b[0m", "a\\u000ab\\u0009c\\u001b[0m"},
	    {"\x7f", "\\u007f"},
	    {"\xc2\x85", "\\u0085"},
	    {"caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80"},
	    {"\xff\xfe", "\\u00ff\\u00fe"},
	    {"\xc3", "\\u00c3"},
	    {"\xed\xa0\x80", "\\u00ed\\u00a0\\u0080"},
	    {"\xe2\x80\xae", "\\u202e"},
	    {"\xe2\x80\x8b", "\\u200b"},
	    {"\xe2\x80\xa8", "\\u2028"},
	    {"\xef\xbb\xbf", "\\ufeff"},
	};
	char expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(expected, sizeof expected, "{\"k\":\"%s\"}",
		    cases[i].expected);
		assert_written(cases[i].value, 100, expected);
	}
}

static void
long_text_is_cut_between_characters(void **state)
{
	(void)state;
	assert_written("0123456789", 10, "{\"k\":\"0123456789\"}");
	assert_written("0123456789a", 10, "{\"k\":\"0123456...\"}");
	assert_written(
	    "012345\xc3\xa9\xc3\xa9\xc3\xa9", 10, "{\"k\":\"012345...\"}");
	assert_written("0123\n56789", 10, "{\"k\":\"0123...\"}");
	assert_written("\n\n", 10, "{\"k\":\"\\u000a...\"}");
	assert_written("\n\n", 3, "{\"k\":\"...\"}");
}

static void
empty_members_are_left_out(void **state)
{
	struct writer writer = {0};

	(void)state;
	writer_begin(&writer);
	writer_text(&writer, "a", NULL, 10);
	writer_text(&writer, "b", "", 10);
	writer_list(&writer, "c", NULL, 0, 10);
	writer_number(&writer, "d", -5);
	writer_true(&writer, "e");
	writer_end(&writer);
	assert_string_equal(writer.text.data, "{\"d\":-5,\"e\":true}");
	text_free(&writer.text);
}

static void
a_list_is_cut_with_a_count(void **state)
{
	static const char *const words[] = {"one", "two", "three", "four"};
	static const char *const longer[] = {"0123456789abcdef", "x"};
	static const struct {
		const char *const *list;
		size_t count, limit;
		const char *expected;
	} cases[] = {
	    {words, 4, 100, "{\"k\":[\"one\",\"two\",\"three\",\"four\"]}"},
	    {words, 4, 26, "{\"k\":[\"one\",\"two\",\"three\",\"four\"]}"},
	    {words, 4, 25, "{\"k\":[\"one\",\"two\",\"three\"],\"more\":1}"},
	    {words, 4, 10, "{\"k\":[\"one\"],\"more\":3}"},
	    {longer, 2, 12, "{\"k\":[\"012345...\"],\"more\":1}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct writer writer = {0};

		writer_begin(&writer);
		writer_list(&writer, "k", cases[i].list, cases[i].count,
		    cases[i].limit);
		writer_end(&writer);
		assert_string_equal(writer.text.data, cases[i].expected);
		text_free(&writer.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile_bytes_are_escaped),
	    cmocka_unit_test(long_text_is_cut_between_characters),
	    cmocka_unit_test(empty_members_are_left_out),
	    cmocka_unit_test(a_list_is_cut_with_a_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
