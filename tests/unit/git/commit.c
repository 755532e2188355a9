/* A commit is read in one way or refused. */
#include "git/commit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TREE   "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
#define ONE    "parent 1111111111111111111111111111111111111111\n"
#define TWO    "parent 2222222222222222222222222222222222222222\n"
#define AUTHOR "author A U Thor <author@example.com> 1700000000 +0100\n"
#define COMMITTER \
	"committer C O Mitter <committer@example.com> 1700000001 -0730\n"
#define HEAD TREE ONE AUTHOR COMMITTER
#define BODY "\nsubject\n"

static const struct oid id = {{0x4f, 0x1c, 0x2a}};

static int
parse(const char *data, size_t size, struct arena *arena, struct commit *commit,
    struct error *err)
{
	char *exact = malloc(size > 0 ? size : 1);
	int result;

	assert_non_null(exact);
	memcpy(exact, data, size);
	result = commit_parse(&id, exact, size, arena, commit, err);
	free(exact);
	return result;
}

static void
a_well_formed_commit_is_read(void **state)
{
	static const char text[] = TREE ONE TWO AUTHOR COMMITTER
	    "encoding utf8\nchange-id x\nmergetag object a\n type b\n \n c\n"
	    "\nsubject\n\nbody \xc3\xa9\n";
	struct arena arena = {0};
	struct commit commit;
	struct error err;
	struct oid two;

	(void)state;
	assert_int_equal(
	    parse(text, sizeof text - 1, &arena, &commit, &err), 0);
	assert_true(oid_equal(&commit.id, &id));
	assert_int_equal(commit.tree.bytes[0], 0x4b);
	assert_int_equal(commit.parent_count, 2);
	memset(&two, 0x22, sizeof two);
	assert_true(oid_equal(&commit.parents[1], &two));
	assert_string_equal(commit.author.name, "A U Thor");
	assert_string_equal(commit.author.address, "author@example.com");
	assert_int_equal(commit.author.date, 1700000000);
	assert_string_equal(commit.committer.name, "C O Mitter");
	assert_int_equal(commit.committer.date, 1700000001);
	assert_string_equal(commit.message, "subject\n\nbody \xc3\xa9\n");
	assert_int_equal(commit.message_len, strlen(commit.message));
	assert_null(commit.signature);
	assert_null(commit.payload);
	assert_false(commit.is_tag);
	arena_free(&arena);
}

static void
a_signature_is_taken_out_of_what_it_signs(void **state)
{
	static const char text[] = HEAD "gpgsig -----BEGIN SSH SIGNATURE-----\n"
					" abc\n \n -----END\nx y\n" BODY;
	struct arena arena = {0};
	struct commit commit;
	struct error err;

	(void)state;
	assert_int_equal(
	    parse(text, sizeof text - 1, &arena, &commit, &err), 0);
	assert_string_equal(commit.signature,
	    "-----BEGIN SSH SIGNATURE-----\nabc\n\n-----END\n");
	assert_string_equal(commit.payload, HEAD "x y\n" BODY);
	assert_int_equal(commit.payload_len, strlen(commit.payload));
	arena_free(&arena);
}

static void
what_git_accepts_in_identities_is_accepted(void **state)
{
	static const struct {
		const char *line, *name, *address;
		long long date;
	} cases[] = {
	    {"author  <a@b> 0 +0000\n", "", "a@b", 0},
	    {"author <a@b> 1 +0000\n", "", "a@b", 1},
	    {"author A <> 1 +0000\n", "A", "", 1},
	    {"author  A  B  < a@b > 1 +9999\n", "A  B", "a@b", 1},
	    {"author \xc3\x89 <a> 9223372036854775807 -0000\n", "\xc3\x89", "a",
		INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct commit commit;
		struct error err;
		char text[512];
		int len = snprintf(
		    text, sizeof text, TREE "%s" COMMITTER "\n", cases[i].line);

		assert_int_equal(
		    parse(text, (size_t)len, &arena, &commit, &err), 0);
		assert_string_equal(commit.author.name, cases[i].name);
		assert_string_equal(commit.author.address, cases[i].address);
		assert_int_equal(commit.author.date, cases[i].date);
		assert_string_equal(commit.message, "");
		arena_free(&arena);
	}
}

#define BAD(text, why)                      \
	{                                   \
		text, sizeof(text) - 1, why \
	}
#define WHO(line) TREE line COMMITTER BODY

static void
what_could_be_read_in_two_ways_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *why;
	} cases[] = {
	    BAD("", "no blank line"),
	    BAD("\n", "no tree line"),
	    BAD(ONE AUTHOR COMMITTER BODY, "no tree line"),
	    BAD(TREE TREE AUTHOR COMMITTER BODY, "two tree lines"),
	    BAD("tree 4B825DC642CB6EB9A060E54BF8D69288FBEE4904\n" AUTHOR
		    COMMITTER BODY,
		"the tree line names no object"),
	    BAD("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904 \n" AUTHOR
		    COMMITTER BODY,
		"the tree line names no object"),
	    BAD("tree 4b825dc642cb6eb9a060e54bf8d69288fbee490\n" AUTHOR
		    COMMITTER BODY,
		"the tree line names no object"),
	    BAD("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n x\n" AUTHOR
		    COMMITTER BODY,
		"the tree line names no object"),
	    BAD(TREE "parent 1\n" AUTHOR COMMITTER BODY,
		"the parent line names no object"),
	    BAD(TREE ONE TWO ONE AUTHOR COMMITTER BODY,
		"the same parent twice"),
	    BAD(TREE AUTHOR ONE COMMITTER BODY, "no committer line"),
	    BAD(TREE AUTHOR COMMITTER ONE BODY, "parent again"),
	    BAD(TREE AUTHOR AUTHOR COMMITTER BODY, "two author lines"),
	    BAD(TREE AUTHOR COMMITTER COMMITTER BODY, "two committer lines"),
	    BAD(TREE AUTHOR COMMITTER "x y\n" COMMITTER BODY,
		"committer again"),
	    BAD(TREE AUTHOR COMMITTER "x y\n" AUTHOR BODY, "author again"),
	    BAD(TREE COMMITTER AUTHOR BODY, "no author line"),
	    BAD(TREE AUTHOR BODY, "no committer line"),
	    BAD(HEAD, "no blank line after the headers"),
	    BAD(HEAD "x y", "without an end"),
	    BAD(HEAD "xy\n" BODY, "without a key"),
	    BAD(HEAD "x\ty z\n" BODY, "without a key"),
	    BAD(TREE " x\n" AUTHOR COMMITTER BODY, "names no object"),
	    BAD(" x\n" HEAD BODY, "without a key"),
	    BAD(HEAD "\r\n" BODY, "without a key"),
	    BAD(HEAD "encoding ISO-8859-1\n" BODY, "not UTF-8"),
	    BAD(HEAD "encoding UTF-8\r\n" BODY, "not UTF-8"),
	    BAD(HEAD "encoding \n" BODY, "not UTF-8"),
	    BAD(HEAD "encoding UTF-8\nencoding UTF-8\n" BODY,
		"two encoding lines"),
	    BAD(HEAD "gpgsig a\ngpgsig b\n" BODY, "two gpgsig lines"),
	    BAD(HEAD "gpgsig-sha256 a\n" BODY, "unknown kind of signature"),
	    BAD(HEAD "\nsub\0ject\n", "a NUL byte"),
	    BAD(HEAD "x \0\n" BODY, "a NUL byte"),
	    BAD(HEAD "\nsubject \xff\n", "not UTF-8"),
	    BAD(HEAD "x \xe9\n" BODY, "not UTF-8"),
	    BAD(WHO("author A <a@b> 1 +0000\r\n"), "control character"),
	    BAD(WHO("author A\x7f <a@b> 1 +0000\n"), "control character"),
	    BAD(WHO("author A\xc2\x85 <a@b> 1 +0000\n"), "control character"),
	    BAD(WHO("author A <a@b> 1 +0000\n x\n"), "control character"),
	    BAD(WHO("author A <a@b> <c@d> 1 +0000\n"), "<address>"),
	    BAD(WHO("author A <a@b>> 1 +0000\n"), "<address>"),
	    BAD(WHO("author A >a@b< 1 +0000\n"), "<address>"),
	    BAD(WHO("author A a@b 1 +0000\n"), "<address>"),
	    BAD(WHO("author A<a@b> 1 +0000\n"), "<address>"),
	    BAD(WHO("author A <a@b>\n"), "date"),
	    BAD(WHO("author A <a@b>1 +0000\n"), "date"),
	    BAD(WHO("author A <a@b>  1 +0000\n"), "date"),
	    BAD(WHO("author A <a@b>  +0000\n"), "date"),
	    BAD(WHO("author A <a@b> 1\n"), "date"),
	    BAD(WHO("author A <a@b> 01 +0000\n"), "date"),
	    BAD(WHO("author A <a@b> -1 +0000\n"), "date"),
	    BAD(WHO("author A <a@b> 9223372036854775808 +0000\n"), "date"),
	    BAD(WHO("author A <a@b> 99999999999999999999 +0000\n"), "date"),
	    BAD(WHO("author A <a@b> 1 0000\n"), "date"),
	    BAD(WHO("author A <a@b> 1 +000\n"), "date"),
	    BAD(WHO("author A <a@b> 1 +00000\n"), "date"),
	    BAD(WHO("author A <a@b> 1 +00a0\n"), "date"),
	    BAD(WHO("author A <a@b> 1 +0000 \n"), "date"),
	};
	static const char name[] =
	    "commit 4f1c2a0000000000000000000000000000000000: ";

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct commit commit;
		struct error err = {.text = "accepted"};

		assert_int_equal(
		    parse(cases[i].text, cases[i].size, &arena, &commit, &err),
		    -1);
		assert_string_equal(err.code, "object.malformed");
		assert_memory_equal(err.text, name, sizeof name - 1);
		if (strstr(err.text, cases[i].why) == NULL)
			fail_msg("%s, not %s", err.text, cases[i].why);
		arena_free(&arena);
	}
}

static void
every_cut_of_a_commit_is_refused_or_ends_in_its_message(void **state)
{
	static const char text[] = HEAD "gpgsig a\n b\n" BODY;
	size_t headers = sizeof text - sizeof BODY + 1;

	(void)state;
	for (size_t size = 0; size < sizeof text; size++) {
		struct arena arena = {0};
		struct commit commit;
		struct error err;
		int result = parse(text, size, &arena, &commit, &err);

		assert_int_equal(result, size < headers ? -1 : 0);
		arena_free(&arena);
	}
}

static void
a_walk_reads_old_commits_leniently(void **state)
{
	static const struct {
		const char *text;
		int count;
		long long date;
	} cases[] = {
	    {TREE ONE TWO AUTHOR COMMITTER BODY, 2, 1700000001},
	    {TREE ONE TWO AUTHOR "committer <<x> 12 +0\n" BODY, 2, 12},
	    {TREE "author \xff\ncommitter x\n\n", 0, 0},
	    {TREE "\ncommitter A <a@b> 5 +0000\n", 0, 0},
	    {TREE ONE "committer > 99999999999999999999 +0\n", 1, 0},
	    {TREE ONE "committer >", 1, 0},
	    {TREE, 0, 0},
	    {"parent", -1, 0},
	    {"", -1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct oid tree, parents[2];
		int64_t date = 0;
		struct error err;

		assert_int_equal(
		    commit_skim(&id, cases[i].text, strlen(cases[i].text),
			&tree, parents, 1, &date, &err),
		    cases[i].count);
		assert_int_equal(date, cases[i].date);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_well_formed_commit_is_read),
	    cmocka_unit_test(a_signature_is_taken_out_of_what_it_signs),
	    cmocka_unit_test(what_git_accepts_in_identities_is_accepted),
	    cmocka_unit_test(what_could_be_read_in_two_ways_is_refused),
	    cmocka_unit_test(
		every_cut_of_a_commit_is_refused_or_ends_in_its_message),
	    cmocka_unit_test(a_walk_reads_old_commits_leniently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
