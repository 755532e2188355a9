/* YAML: what is refused, where, and in which words. */
#include "yaml/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"

static void
add_faults(struct text *out, const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		text_add_format(out, "%u:%u: %s\n", faults->list[i].line,
		    faults->list[i].column, faults->list[i].text);
}

static void
assert_faults(const char *data, size_t len, const char *expected)
{
	struct document *document;
	struct faults faults;
	struct text told = {0};

	faults_init(&faults, "test.yml");
	document = document_parse(data, len, &faults);
	faults_sort(&faults);
	text_add(&told, "");
	add_faults(&told, &faults);
	assert_string_equal(told.data, expected);
	if (*expected == '\0')
		assert_non_null(document);
	else
		assert_int_not_equal(faults.errors, 0);
	document_free(document);
	text_free(&told);
	faults_free(&faults);
}

static void
what_is_not_plain_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *data, *faults;
	} cases[] = {
	    {"a: 1\n", ""},
	    {"a: 1\r\nb: 2\r\n", ""},
	    {"---\na: 1\n...\n", ""},
	    {"", "1:1: the file is empty\n"},
	    {"# nothing\n", "1:1: the file is empty\n"},
	    {"a: 1\nb: 2\na: 3\n",
		"3:1: duplicate key \"a\" (first at line 1)\n"},
	    {"a: 1\na: 2\na: 3\n",
		"2:1: duplicate key \"a\" (first at line 1)\n"
		"3:1: duplicate key \"a\" (first at line 1)\n"},
	    {"a: 1\n\"a\": 2\n",
		"2:1: duplicate key \"a\" (first at line 1)\n"},
	    {"x:\n  - {b: 1, b: 2}\n",
		"2:12: duplicate key \"b\" (first at line 2)\n"},
	    {"a: &x 1\nb: *x\n",
		"1:4: anchors are not allowed (quote a text that begins "
		"with \"&\")\n"
		"2:4: aliases are not allowed (quote a text that begins "
		"with \"*\")\n"},
	    {"a: [*.example.com]\n", "1:5: aliases are not allowed (quote a "
				     "text that begins with \"*\")\n"},
	    {"a: *@example.com\n", "1:4: aliases are not allowed (quote a text "
				   "that begins with \"*\")\n"},
	    {"a: !!str 1\nb: !x [1]\nc: ! {d: 1}\n",
		"1:4: tags are not allowed (quote a text that begins with "
		"\"!\")\n"
		"2:4: tags are not allowed (quote a text that begins with "
		"\"!\")\n"
		"3:4: tags are not allowed (quote a text that begins with "
		"\"!\")\n"},
	    {"a:\n  - !docs/**\n", "2:5: tags are not allowed (quote a text "
				   "that begins with \"!\")\n"},
	    {"a:\n  <<: {b: 1}\n", "2:3: merge keys are not allowed\n"},
	    {"a:\n  \"<<\": {b: 1}\n", ""},
	    {"a: 1\n---\nb: 2\n", "2:1: a second document in one file\n"},
	    {"%YAML 1.1\n---\na: 1\n", "1:1: directives are not allowed\n"},
	    {"[a]: 1\n{b: c}: 2\n",
		"1:1: a key must be a text\n2:1: a key must be a text\n"},
	    {"\"a\\nb\": 1\n",
		"1:1: a key must be on one line\n"
		"1:1: a text must not hold the character U+000A\n"},
	    {"? |\n  a\n: 1\n", "1:3: a key must be on one line\n"},
	    {"a: \"x\\0y\"\n",
		"1:4: a text must not hold the character U+0000\n"},
	    {"a: \"x\\ny\"\nb: \"\\e[31m\"\nc: \"\\u200b\"\n",
		"1:4: a text must not hold the character U+000A\n"
		"2:4: a text must not hold the character U+001B\n"
		"3:4: a text must not hold the character U+200B\n"},
	    {"a: |\n  one\n  two\tthree\n", ""},
	    {"a: one\n  two\n", ""},
	    {"a: [1, 2\nb: 3\n",
		"2:2: did not find expected ',' or ']' while parsing a flow "
		"sequence (from line 1)\n"},
	    {"a:\n\t- b\n",
		"2:1: found character that cannot start any token while "
		"scanning for the next token (from line 2)\n"},
	    {"a: \"b\n", "2:1: found unexpected end of stream while scanning a "
			 "quoted scalar (from line 1)\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_faults(
		    cases[i].data, strlen(cases[i].data), cases[i].faults);
}

static void
characters_nobody_sees_are_refused_all_at_once(void **state)
{
	static const char data[] = "\xef\xbb\xbfname: \"\x07\xff"
				   "\"\nb\xc2\x85"
				   ": 1\nc: \xe2\x80\xa8 d\xe2\x80\xa9: "
				   "e\n\xc3\xa4: \0\n\xe2\x80\xae\r\n\r";

	(void)state;
	assert_faults(data, sizeof data - 1,
	    "1:1: byte order mark U+FEFF\n"
	    "1:9: control character U+0007\n"
	    "1:10: byte 0xff is not UTF-8\n"
	    "2:2: invisible line break U+0085\n"
	    "3:4: invisible line break U+2028\n"
	    "3:7: invisible line break U+2029\n"
	    "4:4: control character U+0000\n"
	    "5:1: invisible character U+202E\n"
	    "6:1: control character U+000D\n");
	assert_faults("\xff\xfe\x61\0", 4,
	    "1:1: byte 0xff is not UTF-8\n1:2: byte 0xfe is not UTF-8\n"
	    "1:4: control character U+0000\n");
}

static void
nodes_know_their_place_and_their_text(void **state)
{
	static const char data[] = "clause: 2.10\n"
				   "list: [a, \"b\", '']\n"
				   "map:\n"
				   "  \xc3\xa4: no\n"
				   "  empty:\n";
	const struct node *root, *node;
	struct document *document;
	struct faults faults;

	(void)state;
	faults_init(&faults, "test.yml");
	document = document_parse(data, sizeof data - 1, &faults);
	assert_non_null(document);
	root = document_root(document);
	assert_int_equal(root->kind, NODE_MAP);
	assert_int_equal(root->count, 3);
	assert_string_equal(root->keys[0].text, "clause");
	assert_string_equal(root->items[0].text, "2.10");
	node = &root->items[1];
	assert_int_equal(node->kind, NODE_LIST);
	assert_int_equal(node->count, 3);
	assert_int_equal(node->line, 2);
	assert_int_equal(node->column, 7);
	assert_false(node->items[0].quoted);
	assert_true(node->items[1].quoted);
	assert_int_equal(node->items[1].column, 11);
	assert_string_equal(node->items[2].text, "");
	node = &root->items[2];
	assert_string_equal(node->keys[0].text, "\xc3\xa4");
	assert_int_equal(node->items[0].line, 4);
	assert_int_equal(node->items[0].column, 6);
	assert_string_equal(node->items[1].text, "");
	document_free(document);
	faults_free(&faults);
}

/* ... so that what loads it can look for more; with others there is none. */
static void
of_keys_that_come_twice_the_first_is_kept(void **state)
{
	static const char data[] = "b: 1\na: 2\nb: 3\n? c\n: !x d\nb: &y e\n";
	static const char *const broken[] = {"a: 1\na: 2\n[b]: 3\n",
	    "a: 1\na: 2\n<<: b\n", "a: 1\na: *b\n", "a: 1\na: [\n",
	    "a: 1\na: \"\\0\"\n", "a: 1\na: 2\n---\nb: 3\n"};
	const struct node *root;
	struct document *document;
	struct faults faults;

	(void)state;
	faults_init(&faults, "test.yml");
	document = document_parse(data, sizeof data - 1, &faults);
	assert_non_null(document);
	assert_int_equal(faults.errors, 4);
	root = document_root(document);
	assert_int_equal(root->count, 3);
	assert_string_equal(root->keys[0].text, "b");
	assert_string_equal(root->items[0].text, "1");
	assert_string_equal(root->keys[2].text, "c");
	assert_string_equal(root->items[2].text, "d");
	document_free(document);
	faults_free(&faults);
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		faults_init(&faults, "test.yml");
		assert_null(
		    document_parse(broken[i], strlen(broken[i]), &faults));
		faults_free(&faults);
	}
}

static void
sixteen_levels_are_read_and_seventeen_are_not(void **state)
{
	(void)state;
	assert_faults("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", 32, "");
	assert_faults("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 34,
	    "1:17: nested more than 16 deep\n");
}

/* Each of these makes some reader of YAML slow; a second is generous. */
static void
a_hostile_file_is_refused_fast(void **state)
{
	static const char *const units[] = {"[", "{", "- ", "? ", "[a,",
	    "{a: ", "a: b\n", "a\n", "\n", " ", "'", "\"", "&a ", "!a ", "*a ",
	    "#", "[]: ", "a: |\n", "-\n", "{a,", ": ", "- a\n ", "|\n",
	    "\xc3\xa4"};
	char *data = malloc(YAML_FILE_LIMIT);

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t len = strlen(units[i]);
		struct faults faults;
		int64_t before = clock_ticks();

		for (size_t at = 0; at < YAML_FILE_LIMIT; at++)
			data[at] = units[i][at % len];
		faults_init(&faults, "test.yml");
		document_free(document_parse(
		    data, YAML_FILE_LIMIT - YAML_FILE_LIMIT % len, &faults));
		assert_true(faults.count <= FAULTS_LIMIT);
		faults_free(&faults);
		if (clock_ticks() - before > 1000)
			fail_msg("slow: \"%s\"", units[i]);
	}
	free(data);
}

static void
a_file_over_the_limit_is_refused(void **state)
{
	char *data = calloc(1, YAML_FILE_LIMIT + 1);

	(void)state;
	assert_non_null(data);
	assert_faults(data, YAML_FILE_LIMIT + 1,
	    "1:1: the file is larger than 262144 bytes\n");
	free(data);
}

static void
faults_are_sorted_bounded_and_never_cut_a_character(void **state)
{
	struct node node = {.line = 2, .column = 5};
	struct faults faults;
	char umlauts[1000] = "";

	(void)state;
	for (size_t i = 0; i + 2 < sizeof umlauts; i += 2)
		memcpy(umlauts + i, "\xc3\xa4", 3);
	faults_init(&faults, "test.yml");
	warning_at(&faults, &node, "unused");
	fault_at(&faults, &node, "%s", umlauts);
	fault_line(&faults, 1, 9, "x%s", umlauts);
	faults_sort(&faults);
	assert_int_equal(faults.list[0].line, 1);
	assert_false(faults.list[1].warning);
	assert_true(faults.list[2].warning);
	for (size_t i = 0; i < 2; i++)
		assert_true(utf8_valid(
		    faults.list[i].text, strlen(faults.list[i].text)));
	assert_int_equal(faults.errors, 2);
	for (int i = 0; i < 2 * FAULTS_LIMIT; i++)
		fault_at(&faults, &node, "again");
	assert_int_equal(faults.count, FAULTS_LIMIT);
	assert_int_equal(faults.errors, 2 * FAULTS_LIMIT + 2);
	faults_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_plain_is_refused_with_its_place),
	    cmocka_unit_test(characters_nobody_sees_are_refused_all_at_once),
	    cmocka_unit_test(nodes_know_their_place_and_their_text),
	    cmocka_unit_test(of_keys_that_come_twice_the_first_is_kept),
	    cmocka_unit_test(sixteen_levels_are_read_and_seventeen_are_not),
	    cmocka_unit_test(a_hostile_file_is_refused_fast),
	    cmocka_unit_test(a_file_over_the_limit_is_refused),
	    cmocka_unit_test(
		faults_are_sorted_bounded_and_never_cut_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
