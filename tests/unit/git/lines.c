/* Which lines count as added, whatever is done to hide or invent some. */
#include "git/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/bare.h"

static struct bare bare;
static struct repo *repo;

static int
begin(void **state)
{
	struct error err;

	(void)state;
	bare_begin(&bare);
	repo = repo_open(bare.dir, &err);
	return repo != NULL ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	repo_close(repo);
	bare_end(&bare);
	return 0;
}

static struct oid
blob(const char *data, size_t len)
{
	return bare_object(&bare, "blob", data, len);
}

static void
lines_are_counted_wherever_they_stand(void **state)
{
	static const struct {
		const char *old, *new;
		int added, deleted;
	} cases[] = {
	    {NULL, "a\nb\n", 2, 0},
	    {NULL, "a\nb", 2, 0},
	    {"a\n", NULL, 0, 1},
	    {"", "", 0, 0},
	    {"a\n", "a", 0, 0},
	    {"a\nb\n", "a\nx\nb\n", 1, 0},
	    {"a\nb\n", "b\na\n", 0, 0},
	    {"a\nb\nc\n", "c\nb\na\n", 0, 0},
	    {"a\nb\n", "a\nc\n", 1, 1},
	    {"ab\n", "cb\n", 1, 1},
	    {"ab\n", "ac\n", 1, 1},
	    {"a\n", "a\na\na\n", 2, 0},
	    {"a\na\na\n", "a\n", 0, 2},
	    {"x\na\n", "x\nb\na\n", 1, 0},
	    {"if (a)\n\tb;\n", "  if(a)\r\n b ;\n", 0, 0},
	    {"a\n", "a\n\n \t\r\n\v\f\n", 0, 0},
	    {"a b\n", "a\nb\n", 2, 1},
	    {"a\nb\n", "ab\n", 1, 2},
	    {"a\r\nb\r\n", "a\nb\n", 0, 0},
	    {"aa\n", "a\na\n", 2, 1},
	    {"a\nq\n", "b\na\na\nz\n", 3, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct oid old = {{0}}, new = {{0}};
		struct line_count count;
		struct error err;

		if (cases[i].old != NULL)
			old = blob(cases[i].old, strlen(cases[i].old));
		if (cases[i].new != NULL)
			new = blob(cases[i].new, strlen(cases[i].new));
		assert_int_equal(lines_added(repo, &old, &new, &default_limits,
				     &count, &err),
		    0);
		assert_false(count.binary);
		if (count.added != cases[i].added ||
		    count.deleted != cases[i].deleted)
			fail_msg("case %zu: %lld added, %lld deleted", i,
			    (long long)count.added, (long long)count.deleted);
	}
}

static void
a_nul_early_in_either_file_makes_it_binary(void **state)
{
	struct oid none = {{0}}, text = blob("a\n", 2), binary = blob("\0", 1);
	struct line_count count;
	struct error err;
	char late[8002];
	struct oid ids[2];

	(void)state;
	memset(late, 'x', sizeof late);
	late[7999] = '\0';
	ids[0] = blob(late, sizeof late);
	late[7999] = 'x';
	late[8000] = '\0';
	ids[1] = blob(late, sizeof late);
	assert_int_equal(
	    lines_added(repo, &none, &binary, &default_limits, &count, &err),
	    0);
	assert_true(count.binary);
	assert_int_equal(
	    lines_added(repo, &binary, &text, &default_limits, &count, &err),
	    0);
	assert_true(count.binary);
	assert_int_equal(count.added, 0);
	assert_int_equal(
	    lines_added(repo, &none, &ids[0], &default_limits, &count, &err),
	    0);
	assert_true(count.binary);
	assert_int_equal(
	    lines_added(repo, &none, &ids[1], &default_limits, &count, &err),
	    0);
	assert_false(count.binary);
	assert_int_equal(count.added, 1);
}

static void
a_blob_over_the_limit_or_missing_is_an_error(void **state)
{
	struct oid none = {{0}}, missing = {{1}}, text = blob("aaaa\n", 5);
	struct limits limits = default_limits;
	struct line_count count;
	struct error err;

	(void)state;
	limits.blob_size = 5;
	assert_int_equal(
	    lines_added(repo, &none, &text, &limits, &count, &err), 0);
	limits.blob_size = 4;
	assert_int_equal(
	    lines_added(repo, &none, &text, &limits, &count, &err), -1);
	assert_string_equal(err.code, "object.limit");
	assert_int_equal(
	    lines_added(repo, &text, &none, &limits, &count, &err), -1);
	assert_int_equal(
	    lines_added(repo, &none, &missing, &limits, &count, &err), -1);
	assert_string_equal(err.code, "object.missing");
}

static void
many_lines_are_counted_exactly(void **state)
{
	enum { LINES = 20000 };
	struct text old = {0}, new = {0};
	struct line_count count;
	struct error err;
	struct oid ids[2];

	(void)state;
	for (int i = 0; i < LINES; i++) {
		text_add_format(&old, "line %d\n", i);
		text_add_format(&new, "line %d\n", LINES + 99 - i);
	}
	ids[0] = blob(old.data, old.len);
	ids[1] = blob(new.data, new.len);
	assert_int_equal(
	    lines_added(repo, &ids[0], &ids[1], &default_limits, &count, &err),
	    0);
	assert_int_equal(count.added, 100);
	assert_int_equal(count.deleted, 100);
	text_free(&old);
	text_free(&new);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_counted_wherever_they_stand),
	    cmocka_unit_test(a_nul_early_in_either_file_makes_it_binary),
	    cmocka_unit_test(a_blob_over_the_limit_or_missing_is_an_error),
	    cmocka_unit_test(many_lines_are_counted_exactly),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
