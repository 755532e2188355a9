/* Records read back from all places they are kept in. */
#include "record/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "../../support/scratch.h"
#include "base/mem.h"

#define RECORD(id) \
	"{\"v\":1,\"event\":\"decision\",\"id\":\"" id "\",\"ref\":\"r\"}"

static void
write_file(const char *path, const char *bytes, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

/* All that is read from `path`: ids of records, '!' for each damaged line, '.'
 * for each that is passed over, '-' in front of what was taken back. */
static void
assert_reads(const char *path, const char *expected)
{
	struct reader *reader = reader_new();
	enum read_result result;
	struct text got = {0};
	struct line line;
	struct error err;

	assert_int_equal(reader_add(reader, path, &err), 0);
	assert_int_equal(reader_settle(reader, &err), 0);
	text_add(&got, "");
	while ((result = reader_next(reader, &line, &err)) > READ_END) {
		if (result == READ_RECORD)
			text_add_format(&got, "%s%s ",
			    line.superseded ? "-" : "", line.entry.id);
		else
			text_add_char(&got, result == READ_DAMAGED ? '!' : '.');
	}
	if (result == READ_FAILED)
		text_add_format(&got, "failed: %s", err.text);
	assert_string_equal(got.data, expected);
	text_free(&got);
	reader_free(reader);
}

static void
assert_reads_nothing(const char *path, const char *fault)
{
	struct reader *reader = reader_new();
	struct error err;

	assert_int_equal(reader_add(reader, path, &err), 0);
	assert_int_equal(reader_settle(reader, &err), -1);
	assert_string_equal(err.text, fault);
	reader_free(reader);
}

static void
each_line_is_a_record_or_told(void **state)
{
	static const struct {
		const char *text, *journal, *log;
	} table[] = {
	    {"", "", ""},
	    {RECORD("a") "\n", "a ", "a "},
	    {RECORD("a") "\n" RECORD("b"), "a b ", "a b "},
	    {RECORD("a") "\n\n", "a !", "a ."},
	    {"{\"v\":1,\"event\":\"dec\n" RECORD("a") "\n", "!a ", "!a "},
	    {"{\"v\":1,\"id\":\"a\"}\n", "!", "."},
	    {"{}\nwords\n", "!!", ".."},
	    {RECORD("a\xff") "\n", "!", "!"},
	    {"<86>Nov 22 03:26:55 refwarden[4711]: @cee: " RECORD("a") "\n",
		"a ", "a "},
	    {"2026-11-22T03:26:55Z git1 refwarden[4711]: @cee:" RECORD(
		 "a") "\n",
		"a ", "a "},
	    {"Nov 22 git1 refwarden[4711]: @cee: {\"v\":1,\"ev", "!", "!"},
	    {"Nov 22 git1 cron[1]: @cee: {\"job\":1}\n", "!", "."},
	    {"Nov 22 git1 cron[1]: @cee: {\"job\":\n", "!", "."},
	    {"Nov 22 git1 cron[1]: @cee:\n", "!", "."},
	    {"Nov 22 git1 refwarden[1]: @cee:\n", "!", "!"},
	    {"{\"_PID\":\"1\",\"MESSAGE\":\"@cee: {\\\"v\\\":1,"
	     "\\\"event\\\":\\\"begin\\\",\\\"id\\\":\\\"j\\\"}\"}\n",
		"j ", "j "},
	    {"{\"msg\":\"refwarden[1]: @cee: {\\\"v\\\"\"}\n", "!", "!"},
	    {"{\"MESSAGE\":[1,2,3]}\n{\"MESSAGE\":\"hello\"}\n", "!!", ".."},
	    {"{ \"hostname\":\"h\", \"v\": 1, \"event\": \"later\", "
	     "\"id\":\"s\" }\n",
		"s ", "s "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		size_t len = strlen(table[i].text);

		write_file("lines.jsonl", table[i].text, len);
		assert_reads("lines.jsonl", table[i].journal);
		write_file("lines.log", table[i].text, len);
		assert_reads("lines.log", table[i].log);
	}
}

static void
a_nul_in_a_record_is_a_damaged_line(void **state)
{
	static const char line[] =
	    "{\"v\":1,\"event\":\"decision\",\"id\":\"a\0b\"}\n" RECORD("c");

	(void)state;
	write_file("nul.jsonl", line, sizeof line - 1);
	assert_reads("nul.jsonl", "!c ");
}

static void
lines_are_read_whatever_their_length(void **state)
{
	enum { LONGEST = 600000 };
	char *bytes = mem_zero(LONGEST + 100);
	size_t lens[] = {READ_LINE_LIMIT, READ_LINE_LIMIT + 1, 262143, 262144,
	    262145, LONGEST};

	(void)state;
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		size_t len = lens[i];

		memset(bytes, 'x', len);
		snprintf(bytes + len, 100, "\n%s\n", RECORD("after"));
		write_file("long.jsonl", bytes, strlen(bytes));
		assert_reads("long.jsonl", "!after ");
		bytes[len] = '\0';
		write_file("long.jsonl", bytes, len);
		assert_reads("long.jsonl", "!");
	}
	free(bytes);
}

static void
gzipped_files_are_read_and_cut_ones_told(void **state)
{
	struct text text = {0}, whole = {0};
	gzFile out = gzopen("log.gz", "wb");
	size_t len;
	FILE *in;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		text_add_format(&text,
		    "{\"v\":1,\"event\":\"begin\",\"id\":\"%d\"}\n", i * 7919);
		text_add_format(&whole, "%d ", i * 7919);
	}
	assert_int_equal(gzwrite(out, text.data, (unsigned)text.len), text.len);
	assert_int_equal(gzclose(out), Z_OK);
	assert_reads("log.gz", whole.data);
	text.len = 0;
	in = fopen("log.gz", "r");
	len = fread(text.data, 1, text.capacity, in);
	fclose(in);
	write_file("cut.gz", text.data, len / 2);
	struct reader *reader = reader_new();
	enum read_result result;
	struct line line;
	struct error err;

	assert_int_equal(reader_add(reader, "cut.gz", &err), 0);
	do {
		result = reader_next(reader, &line, &err);
	} while (result > READ_END);
	assert_int_equal(result, READ_FAILED);
	reader_free(reader);
	text_free(&text);
	text_free(&whole);
}

static void
put_journal(const char *git_dir, const char *name, const char *text)
{
	struct text path = {0};

	scratch_run("mkdir -p %s/refwarden", git_dir);
	text_add_format(&path, "%s/refwarden/%s", git_dir, name);
	write_file(path.data, text, strlen(text));
	text_free(&path);
}

static void
journals_are_found_and_read_in_order(void **state)
{
	(void)state;
	put_journal("srv/b.git", "journal.jsonl", RECORD("b3") "\n");
	put_journal(
	    "srv/b.git", "journal-000000000101.jsonl", RECORD("b2") "\n");
	put_journal(
	    "srv/b.git", "journal-000000000001.jsonl", RECORD("b1") "\n");
	put_journal("srv/b.git", "journal-1.jsonl.bak", RECORD("no") "\n");
	put_journal("srv/b.git", "journal-x.jsonl", RECORD("no") "\n");
	put_journal("srv/deep/er/a.git", "journal.jsonl", RECORD("a") "\n");
	put_journal("srv/work/.git", "journal.jsonl", RECORD("w") "\n");
	scratch_run("mkdir -p srv/empty.git/objects srv/none");
	assert_reads("srv/b.git", "b1 b2 b3 ");
	assert_reads("srv/work", "w ");
	assert_reads("srv", "b1 b2 b3 a w ");
	assert_reads("srv/deep/", "a ");
}

static void
what_holds_no_journal_is_told(void **state)
{
	struct reader *reader = reader_new();
	struct error err;

	(void)state;
	scratch_run("mkdir -p bare.git/objects && touch bare.git/HEAD");
	assert_int_equal(reader_add(reader, "absent", &err), -1);
	assert_int_equal(reader_add(reader, "bare.git", &err), -1);
	assert_string_equal(err.text, "bare.git: no journal here");
	assert_int_equal(reader_add(reader, "-", &err), 0);
	assert_int_equal(reader_add(reader, "-", &err), -1);
	reader_free(reader);
}

static void
what_can_not_be_looked_through_is_told(void **state)
{
	struct reader *reader = reader_new();
	struct error err;

	(void)state;
	put_journal("shut/a.git", "journal.jsonl", RECORD("a") "\n");
	scratch_run("mkdir -p shut/b.git && ln -s refwarden "
		    "shut/b.git/refwarden");
	assert_int_equal(reader_add(reader, "shut", &err), -1);
	assert_non_null(strstr(err.text, "shut/b.git/refwarden: "));
	reader_free(reader);
}

static void
a_journal_is_a_regular_file(void **state)
{
	(void)state;
	scratch_run("mkdir -p pipe.git/refwarden && "
		    "mkfifo pipe.git/refwarden/journal.jsonl");
	assert_reads_nothing(
	    "pipe.git", "pipe.git/refwarden/journal.jsonl: no regular file");
}

static void
what_has_no_lines_is_told(void **state)
{
	static const char *const heads[] = {"\xfd\x37zXZ", "\x28\xb5\x2f\xfd",
	    "BZh91AY", "\x04\x22\x4d\x18", "\xff\xfeN", "\xfe\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		write_file("other", heads[i], strlen(heads[i]));
		assert_reads_nothing(
		    "other", "other: neither text nor gzipped");
		write_file("other.jsonl", heads[i], strlen(heads[i]));
		assert_reads("other.jsonl", "!");
	}
}

static void
what_can_be_read_once_is_read_whole(void **state)
{
	static const char text[] = RECORD("a") "\n" RECORD("b") "\n";
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	assert_reads(path, "a b ");
	close(ends[0]);
}

#define UNLOGGED(id, ref)                                                  \
	"{\"v\":1,\"event\":\"decision\",\"id\":\"" id "\",\"ref\":\"" ref \
	"\",\"verdict\":\"error\",\"codes\":[\"log.unavailable\"]}\n"

static void
what_could_not_be_logged_takes_the_decision_back(void **state)
{
	static const char text[] =
	    RECORD("a") "\n" RECORD("b") "\n" UNLOGGED("b", "other")
		RECORD("c") "\n" UNLOGGED("a", "r") UNLOGGED("a", "r")
		    RECORD("a") "\n";

	(void)state;
	write_file("taken.jsonl", text, strlen(text));
	assert_reads("taken.jsonl", "-a b b c -a a a ");
}

#define NUMBERED(seq, host, id)                                              \
	"{\"v\":1,\"event\":\"decision\",\"id\":\"" id "\",\"host\":\"" host \
	"\",\"seq\":" #seq "}\n"

static size_t
count_repeated(const char *first, const char *second)
{
	struct reader *reader = reader_new();
	struct line line;
	struct error err;
	size_t count = 0;

	assert_int_equal(reader_add(reader, first, &err), 0);
	if (second != NULL)
		assert_int_equal(reader_add(reader, second, &err), 0);
	assert_int_equal(reader_settle(reader, &err), 0);
	while (reader_next(reader, &line, &err) > READ_END)
		count += line.repeated;
	reader_free(reader);
	return count;
}

static void
a_record_that_comes_again_is_told(void **state)
{
	static const char once[] =
	    NUMBERED(1, "a", "x") NUMBERED(2, "a", "y") NUMBERED(1, "b", "x")
		NUMBERED(70000, "a", "z") RECORD("x") "\n" RECORD("x");
	static const char again[] = NUMBERED(1, "a", "other")
	    NUMBERED(2, "a", "y") NUMBERED(70000, "a", "z");
	static const char sent[] = NUMBERED(1, "a", "x") NUMBERED(1, "a", "x");

	(void)state;
	write_file("once.log", once, strlen(once));
	write_file("again.jsonl", again, strlen(again));
	assert_int_equal(count_repeated("once.log", NULL), 0);
	assert_int_equal(count_repeated("again.jsonl", NULL), 0);
	assert_int_equal(count_repeated("once.log", "again.jsonl"), 2);
	assert_int_equal(count_repeated("again.jsonl", "once.log"), 2);
	write_file("sent.jsonl", sent, strlen(sent));
	assert_int_equal(count_repeated("sent.jsonl", NULL), 1);
}

static void
repositories_of_one_name_are_told_apart(void **state)
{
	static const char one[] = NUMBERED(1, "a", "x") NUMBERED(2, "a", "y");
	static const char other[] = NUMBERED(1, "a", "p") NUMBERED(2, "a", "q");
	struct text both = {0};

	(void)state;
	put_journal("name/one.git", "journal.jsonl", one);
	put_journal("name/other.git", "journal.jsonl", other);
	put_journal("name/copy.git", "journal.jsonl", one);
	text_add_format(&both, "%s%s", one, other);
	write_file("both.log", both.data, both.len);
	text_free(&both);
	assert_int_equal(count_repeated("name", NULL), 2);
	assert_int_equal(count_repeated("name", "both.log"), 6);
	assert_int_equal(count_repeated("both.log", "name"), 6);
}

static void
a_file_is_read_once_and_first_as_a_repository_s(void **state)
{
	static const char *const ways[][2] = {
	    {"first.git", "first.git/"},
	    {"first.git", "first.git/refwarden/journal.jsonl"},
	    {"first.git/refwarden/journal.jsonl", "first.git"},
	    {"other.log", "first.git"},
	};

	(void)state;
	put_journal("first.git", "journal.jsonl", NUMBERED(1, "a", "x"));
	write_file("other.log", RECORD("b") "\n", strlen(RECORD("b")) + 1);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct reader *reader = reader_new();
		struct error err;
		size_t count;

		assert_int_equal(reader_add(reader, ways[i][0], &err), 0);
		assert_int_equal(reader_add(reader, ways[i][1], &err), 0);
		assert_string_equal(
		    reader_sources(reader, &count)->git_dir, "first.git");
		assert_int_equal(count, i == 3 ? 2 : 1);
		reader_free(reader);
	}
}

static void
a_line_says_where_it_stands(void **state)
{
	struct reader *reader = reader_new();
	struct line line;
	struct error err;
	size_t count;

	(void)state;
	put_journal("one.git", "journal.jsonl", RECORD("a") "\n" RECORD("b"));
	assert_int_equal(reader_add(reader, "one.git", &err), 0);
	assert_string_equal(reader_sources(reader, &count)->path,
	    "one.git/refwarden/journal.jsonl");
	assert_int_equal(count, 1);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(reader_next(reader, &line, &err), READ_RECORD);
		assert_string_equal(line.source->git_dir, "one.git");
		assert_int_equal(line.number, 1);
		assert_false(line.cut);
		assert_int_equal(line.len, strlen(RECORD("a")));
		assert_memory_equal(line.data, RECORD("a"), line.len);
		assert_memory_equal(line.json, RECORD("a"), line.json_len);
		assert_int_equal(reader_next(reader, &line, &err), READ_RECORD);
		assert_int_equal(line.number, 2);
		assert_true(line.cut);
		assert_int_equal(reader_next(reader, &line, &err), READ_END);
		reader_rewind(reader);
	}
	reader_free(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_line_is_a_record_or_told),
	    cmocka_unit_test(a_nul_in_a_record_is_a_damaged_line),
	    cmocka_unit_test(lines_are_read_whatever_their_length),
	    cmocka_unit_test(gzipped_files_are_read_and_cut_ones_told),
	    cmocka_unit_test(journals_are_found_and_read_in_order),
	    cmocka_unit_test(what_holds_no_journal_is_told),
	    cmocka_unit_test(what_could_not_be_logged_takes_the_decision_back),
	    cmocka_unit_test(what_can_not_be_looked_through_is_told),
	    cmocka_unit_test(a_journal_is_a_regular_file),
	    cmocka_unit_test(what_has_no_lines_is_told),
	    cmocka_unit_test(what_can_be_read_once_is_read_whole),
	    cmocka_unit_test(a_record_that_comes_again_is_told),
	    cmocka_unit_test(repositories_of_one_name_are_told_apart),
	    cmocka_unit_test(a_file_is_read_once_and_first_as_a_repository_s),
	    cmocka_unit_test(a_line_says_where_it_stands),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
