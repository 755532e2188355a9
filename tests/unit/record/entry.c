/* Flat JSON, read in place. */
#include "record/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "record/writer.h"

/* A copy of exact size, so that a sanitizer sees a byte too many. */
static const char *
parse(const char *json, size_t len, char **copy, struct entry *entry)
{
	*copy = mem_bytes(json, len);
	return entry_parse(*copy, len, entry);
}

static void
all_fields_are_read(void **state)
{
	static const char json[] =
	    "{\"v\":1,\"event\":\"decision\",\"id\":\"7K3M-Q2XD\","
	    "\"time\":\"2026-11-22T03:26:55.422Z\",\"host\":\"git1\","
	    "\"seq\":18231,\"prev\":\"00ff\",\"repo\":\"platform/api\","
	    "\"ref\":\"refs/heads/main\",\"kind\":\"update\",\"old\":\"aa\","
	    "\"new\":\"bb\",\"commits\":3,\"changes\":2,\"imported\":true,"
	    "\"user\":\"bob\",\"via\":\"gitolite\",\"addr\":\"192.0.2.7\","
	    "\"verdict\":\"refuse\",\"push\":\"refuse\",\"check\":true,"
	    "\"codes\":[\"review.missing\",\"tag.move\"],"
	    "\"rules\":[\"peer-review\"],\"proof\":\"claimed\","
	    "\"reviewers\":[],\"exceptions\":[\"EX-1\"],"
	    "\"policy\":\"3f9ac2d10b7e\",\"hook\":\"update\",\"ms\":4,"
	    "\"more\":7}";
	struct entry entry;
	char *copy;
	const char *name;

	(void)state;
	assert_null(parse(json, strlen(json), &copy, &entry));
	assert_int_equal(entry.event, EVENT_DECISION);
	assert_int_equal(entry.seq, 18231);
	assert_string_equal(entry.id, "7K3M-Q2XD");
	assert_string_equal(entry.prev, "00ff");
	assert_string_equal(entry.ref, "refs/heads/main");
	assert_string_equal(entry.new, "bb");
	assert_int_equal(entry.commits, 3);
	assert_int_equal(entry.changes, 2);
	assert_true(entry.imported && entry.check);
	assert_string_equal(entry.addr, "192.0.2.7");
	assert_string_equal(entry.proof, "claimed");
	assert_string_equal(entry.hook, "update");
	assert_int_equal(entry.ms, 4);
	assert_int_equal(entry.more, 7);
	assert_string_equal(entry.clause, "");
	assert_int_equal(entry.codes.count, 2);
	assert_string_equal(entry.codes.first, "review.missing");
	name = entry_list_next(&entry.codes, entry.codes.first);
	assert_string_equal(name, "tag.move");
	assert_null(entry_list_next(&entry.codes, name));
	assert_true(entry_list_has(&entry.codes, "tag.move"));
	assert_false(entry_list_has(&entry.codes, "tag"));
	assert_int_equal(entry.reviewers.count, 0);
	assert_false(entry_list_has(&entry.reviewers, ""));
	free(copy);
}

static void
what_other_readers_take_differently_is_a_fault(void **state)
{
	static const char *const faults[] = {
	    "",
	    "{",
	    "}",
	    "[]",
	    "{}x",
	    "{}{}",
	    "{\"v\"}",
	    "{\"v\":}",
	    "{\"v\":1,}",
	    "{,\"v\":1}",
	    "{\"v\":1 \"id\":\"x\"}",
	    "{\"v\":\"1\"}",
	    "{\"v\":-1}",
	    "{\"v\":1.5}",
	    "{\"v\":9999999999999999999}",
	    "{\"id\":1}",
	    "{\"id\":\"x}",
	    "{\"id\":\"x\\\"}",
	    "{\"id\":\"\\x\"}",
	    "{\"id\":\"\\u0000\"}",
	    "{\"id\":\"\\u12\"}",
	    "{\"id\":\"\\ud800\"}",
	    "{\"id\":\"\\ud800\\u0041\"}",
	    "{\"id\":\"\\udc00\"}",
	    "{\"id\":\"\\",
	    "{\"id\":\"\\u",
	    "{\"id\":\"\\ud83d\\",
	    "{\"id\":\"a\",\"id\":\"b\"}",
	    "{\"codes\":\"x\"}",
	    "{\"codes\":[1]}",
	    "{\"codes\":[\"a\" \"b\"]}",
	    "{\"codes\":[\"a\",]}",
	    "{\"codes\":[\"a\"}",
	    "{\"check\":1}",
	    "{\"check\":tru}",
	    "{\"foreign\":[1,2}",
	    "{\"foreign\":{\"a\":[}",
	    "{id:\"x\"}",
	    "{\"id\":\"a\tb\"}",
	    "{\"id\":\"a\033b\"}",
	    "{\"id\":\"a\177b\"}",
	    "{\"id\":\"a\xff\"}",
	    "{\"id\":\"\xc2\x9b\"}",
	    "{\"id\":\"\xe2\x80\xae\"}",
	    "{\"id\":\"\xe2\x80\x8b\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct entry entry;
		char *copy;

		if (parse(faults[i], strlen(faults[i]), &copy, &entry) == NULL)
			fail_msg("taken: %s", faults[i]);
		free(copy);
	}
	assert_non_null(
	    entry_parse((char[]){"{\"id\":\"a\0b\"}"}, 12, &(struct entry){0}));
}

static void
unknown_keys_are_passed_over_whatever_they_hold(void **state)
{
	static const char json[] =
	    " { \"a\" : { \"id\":\"no\", \"b\":[1,-2.5e3,{}], \"c\":null } , "
	    "\"v\" : 1 , \"d\":[[],\"}]\\\"\"], \"e\":-1, \"event\":\"later\", "
	    "\"id\":\"yes\", \"f\":false } ";
	struct entry entry;
	char *copy;

	(void)state;
	assert_null(parse(json, strlen(json), &copy, &entry));
	assert_string_equal(entry.id, "yes");
	assert_int_equal(entry.event, EVENT_OTHER);
	free(copy);
}

static void
what_the_writer_escapes_is_read_back(void **state)
{
	static const char *const texts[] = {"plain", "\"quoted\" \\ back",
	    "tab\tline\nreturn\r", "\033[31mred", "gr\xc3\xbc\xc3\x9f",
	    "\xe2\x82\xac \xf0\x9f\x98\x80", "\xe2\x80\xaeltr", "=1+1"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *list[] = {texts[i], "second", texts[i]};
		struct writer writer = {0};
		struct entry entry;

		writer_begin(&writer);
		writer_text(&writer, "found", texts[i], 1000);
		writer_list(&writer, "codes", list, 3, 1000);
		writer_end(&writer);
		assert_null(
		    entry_parse(writer.text.data, writer.text.len, &entry));
		assert_string_equal(entry.found, texts[i]);
		assert_int_equal(entry.codes.count, 3);
		assert_string_equal(entry.codes.first, texts[i]);
		assert_true(entry_list_has(&entry.codes, "second"));
		text_free(&writer.text);
	}
}

static void
escapes_of_other_writers_are_read(void **state)
{
	static const char json[] =
	    "{\"found\":\"\\u20AC\\ud83d\\ude00\\/\\b\\u00fc\"}";
	struct entry entry;
	char *copy;

	(void)state;
	assert_null(parse(json, strlen(json), &copy, &entry));
	assert_string_equal(
	    entry.found, "\xe2\x82\xac\xf0\x9f\x98\x80/\b\xc3\xbc");
	free(copy);
}

/* Every record cut anywhere is a fault, and no byte behind it is looked at. */
static void
no_cut_record_is_taken(void **state)
{
	static const char json[] =
	    "{\"v\":1,\"event\":\"decision\",\"id\":\"a\\u00e9\\ud83d\\ude00\","
	    "\"codes\":[\"x\",\"y\\\\\"],\"check\":true,\"other\":{\"a\":[1]}}";

	(void)state;
	for (size_t len = 0; len < strlen(json); len++) {
		struct entry entry;
		char *copy;

		assert_non_null(parse(json, len, &copy, &entry));
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_fields_are_read),
	    cmocka_unit_test(what_other_readers_take_differently_is_a_fault),
	    cmocka_unit_test(unknown_keys_are_passed_over_whatever_they_hold),
	    cmocka_unit_test(what_the_writer_escapes_is_read_back),
	    cmocka_unit_test(escapes_of_other_writers_are_read),
	    cmocka_unit_test(no_cut_record_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
