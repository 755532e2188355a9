/* Fields: every type, what it takes and how it refuses the rest. */
#include "yaml/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/regex.h"
#include "base/text.h"

struct settings {
	const char *text;
	bool flag;
	int64_t number, size, duration;
	long date;
	int choice;
	struct regex *regex;
	struct texts texts;
	struct {
		int64_t depth;
	} table;
	const void *group;
	int own;
};

static const char *const modes[] = {"enforce", "warn", "observe", NULL};

static const struct field table_fields[] = {
    {.key = "depth", .type = FIELD_NUMBER, .required = true}, {0}};

static void
read_own(struct load *load, const struct field *field, const struct node *node,
    void *member)
{
	(void)load;
	(void)field;
	*(int *)member = (int)node->line;
}

#define MEMBER(name) offsetof(struct settings, name)

static const struct field fields[] = {
    {.key = "text", .type = FIELD_TEXT, .offset = MEMBER(text)},
    {.key = "flag", .type = FIELD_BOOL, .offset = MEMBER(flag)},
    {.key = "number",
	.type = FIELD_NUMBER,
	.offset = MEMBER(number),
	.min = 1,
	.max = 10},
    {.key = "any", .type = FIELD_NUMBER, .offset = MEMBER(number), .min = 2},
    {.key = "size", .type = FIELD_SIZE, .offset = MEMBER(size)},
    {.key = "duration", .type = FIELD_DURATION, .offset = MEMBER(duration)},
    {.key = "date", .type = FIELD_DATE, .offset = MEMBER(date)},
    {.key = "choice",
	.type = FIELD_CHOICE,
	.offset = MEMBER(choice),
	.choices = modes},
    {.key = "regex", .type = FIELD_REGEX, .offset = MEMBER(regex)},
    {.key = "texts", .type = FIELD_TEXTS, .offset = MEMBER(texts)},
    {.key = "table",
	.type = FIELD_TABLE,
	.offset = MEMBER(table),
	.fields = table_fields},
    {.key = "group", .type = FIELD_GROUP, .offset = MEMBER(group)},
    {.key = "own", .type = FIELD_OWN, .offset = MEMBER(own), .read = read_own},
    {0},
};

static void
resolve(struct load *load, enum field_type type, const struct node *node,
    const void **out)
{
	if (type == FIELD_GROUP && strcmp(node->text, "known") == 0)
		*out = load->context;
	else
		fault_at(load->faults, node, "unknown group");
}

static struct settings settings;
static struct arena arena;

/* What went wrong, line by line; the settings are in `settings`. */
static char *
load_with(const struct field *table, const char *data)
{
	struct faults faults;
	struct load load = {&arena, &faults, resolve, &arena};
	struct document *document;
	struct text told = {0};

	regex_free(settings.regex);
	settings = (struct settings){.choice = -1};
	faults_init(&faults, "test.yml");
	document = document_parse(data, strlen(data), &faults);
	if (document != NULL)
		fields_load(&load, table, document_root(document), &settings);
	text_add(&told, "");
	for (size_t i = 0; i < faults.count; i++)
		text_add_format(&told, "%u:%u: %s\n", faults.list[i].line,
		    faults.list[i].column, faults.list[i].text);
	document_free(document);
	faults_free(&faults);
	return told.data;
}

static void
assert_told(const char *data, const char *expected)
{
	char *told = load_with(fields, data);

	assert_string_equal(told, expected);
	free(told);
}

static void
every_type_fills_its_member(void **state)
{
	struct error err;

	(void)state;
	assert_told("text: 2.10\nflag: true\nnumber: 10\nsize: 512K\n"
		    "duration: 90d\ndate: 2026-01-31\nchoice: observe\n"
		    "regex: a+\ntexts: [a, \"b c\"]\ntable: {depth: 7}\n"
		    "group: known\nown: {x: [y]}\n",
	    "");
	assert_string_equal(settings.text, "2.10");
	assert_true(settings.flag);
	assert_int_equal(settings.number, 10);
	assert_int_equal(settings.size, 512 * 1024);
	assert_int_equal(settings.duration, 90LL * 24 * 60 * 60 * 1000);
	assert_int_equal(settings.date, 20484);
	assert_int_equal(settings.choice, 2);
	assert_int_equal(regex_match(settings.regex, "aa", 2, &err), 1);
	assert_int_equal(settings.texts.count, 2);
	assert_string_equal(settings.texts.list[1], "b c");
	assert_int_equal(settings.table.depth, 7);
	assert_ptr_equal(settings.group, &arena);
	assert_int_equal(settings.own, 12);
	assert_told("texts: one\n", "");
	assert_int_equal(settings.texts.count, 1);
	assert_int_equal(settings.choice, -1);
	assert_told("flag: false\nany: 9223372036854775807\nsize: 0\n", "");
	assert_false(settings.flag);
	assert_true(settings.number == INT64_MAX);
}

static void
what_is_not_of_the_type_is_refused(void **state)
{
	static const char *const words[] = {"text", "flag", "number", "size",
	    "duration", "date", "choice", "regex"};
	static const struct {
		const char *data, *faults;
	} cases[] = {
	    {"- a\n", "1:1: expected a map, found a list\n"},
	    {"a\n", "1:1: expected a map, found a text\n"},
	    {"text: [a]\n", "1:7: expected a text, found a list\n"},
	    {"flag: no\n", "1:7: expected true or false, found \"no\"\n"},
	    {"flag: True\n", "1:7: expected true or false, found \"True\"\n"},
	    {"flag: \"true\"\n",
		"1:7: expected true or false, found the quoted "
		"text \"true\"\n"},
	    {"number: 0\n", "1:9: expected 1 to 10, found 0\n"},
	    {"number: 11\n", "1:9: expected 1 to 10, found 11\n"},
	    {"any: 1\n", "1:6: expected at least 2, found 1\n"},
	    {"any: -3\n", "1:6: expected a whole number, found \"-3\"\n"},
	    {"any: +3\n", "1:6: expected a whole number, found \"+3\"\n"},
	    {"any: 03\n", "1:6: expected a whole number, found \"03\"\n"},
	    {"any: 0x3\n", "1:6: expected a whole number, found \"0x3\"\n"},
	    {"any: 3.0\n", "1:6: expected a whole number, found \"3.0\"\n"},
	    {"any: \"3\"\n",
		"1:6: expected a whole number, found the quoted text \"3\"\n"},
	    {"any: 9223372036854775808\n",
		"1:6: expected a whole number, found "
		"\"9223372036854775808\"\n"},
	    {"any: 99999999999999999999\n", "1:6: expected a whole number, "
					    "found \"99999999999999999999\"\n"},
	    {"size: 10m\n", "1:7: expected a size in bytes such as 10M, 512K "
			    "or 100, found \"10m\"\n"},
	    {"size: 9223372036854775807K\n",
		"1:7: expected a size in bytes such as 10M, 512K or 100, found "
		"\"9223372036854775807K\"\n"},
	    {"size: 10MB\n", "1:7: expected a size in bytes such as 10M, 512K "
			     "or 100, found \"10MB\"\n"},
	    {"duration: 90\n", "1:11: expected a duration such as 90d, 12h, "
			       "30m or 60s, found \"90\"\n"},
	    {"duration: d\n", "1:11: expected a duration such as 90d, 12h, "
			      "30m or 60s, found \"d\"\n"},
	    {"date: 2026-02-30\n", "1:7: expected a date such as 2026-01-31, "
				   "found \"2026-02-30\"\n"},
	    {"date: 1970-01-01\n", "1:7: expected a date such as 2026-01-31, "
				   "found \"1970-01-01\"\n"},
	    {"choice: no\n",
		"1:9: expected enforce, warn or observe, found \"no\"\n"},
	    {"choice: wran\n", "1:9: expected enforce, warn or observe, found "
			       "\"wran\", did you mean \"warn\"?\n"},
	    {"texts: []\n", "1:8: expected a list, found an empty one\n"},
	    {"texts: {a: b}\n", "1:8: expected a list, found a map\n"},
	    {"texts: [a, [b]]\n", "1:12: expected a text, found a list\n"},
	    {"texts: [a, \"\"]\n", "1:12: expected a text, found nothing\n"},
	    {"texts:\n", "1:7: expected a text, found nothing\n"},
	    {"table: 1\n", "1:8: expected a map, found a text\n"},
	    {"table: {}\n", "1:8: missing key \"depth\"\n"},
	    {"table: {depht: 1}\n",
		"1:9: unknown key \"depht\", did you mean \"depth\"?\n"
		"1:8: missing key \"depth\"\n"},
	    {"group: other\n", "1:8: unknown group\n"},
	    {"numbre: 3\n",
		"1:1: unknown key \"numbre\", did you mean \"number\"?\n"},
	    {"entirely: 3\nelse: 4\n",
		"1:1: unknown key \"entirely\"\n2:1: unknown key \"else\"\n"},
	};
	char *told, data[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_told(cases[i].data, cases[i].faults);
	for (size_t i = 0; i < 2 * sizeof words / sizeof *words; i++) {
		snprintf(data, sizeof data, "%s: %s\n", words[i / 2],
		    i % 2 ? "\"\"" : "");
		told = load_with(fields, data);
		assert_non_null(strstr(told, ", found nothing\n"));
		free(told);
	}
}

static void
a_regular_expression_is_compiled_when_it_is_read(void **state)
{
	char *told = load_with(fields, "regex: \"a(b\"\n");

	(void)state;
	assert_non_null(strstr(told, "1:8: missing closing parenthesis at "
				     "offset 3"));
	assert_null(settings.regex);
	free(told);
}

static void
the_nearest_word_is_meant_and_no_distant_one(void **state)
{
	static const char *const words[] = {
	    "review", "reviews", "refs", "touches", "id", "waivable"};
	static const struct {
		const char *word, *meant;
	} cases[] = {
	    {"reveiw", "review"},
	    {"revews", "reviews"},
	    {"ref", "refs"},
	    {"fers", NULL},
	    {"touch", "touches"},
	    {"waiveable", "waivable"},
	    {"ids", "id"},
	    {"i", NULL},
	    {"", NULL},
	    {"completely", NULL},
	    {"a_word_so_long_that_nobody_can_have_meant_it_here", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *meant = did_you_mean(cases[i].word, words, 6);

		if (cases[i].meant == NULL)
			assert_null(meant);
		else
			assert_string_equal(meant, cases[i].meant);
	}
	assert_null(did_you_mean("word", NULL, 0));
}

static int
clean(void **state)
{
	(void)state;
	regex_free(settings.regex);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_fills_its_member),
	    cmocka_unit_test(what_is_not_of_the_type_is_refused),
	    cmocka_unit_test(a_regular_expression_is_compiled_when_it_is_read),
	    cmocka_unit_test(the_nearest_word_is_meant_and_no_distant_one),
	};

	return cmocka_run_group_tests(tests, NULL, clean);
}
