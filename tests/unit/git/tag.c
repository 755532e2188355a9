/* A tag is read in one way or refused, and followed to a commit. */
#include "git/tag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/bare.h"
#include "git/repo.h"

#define OBJECT "object 1111111111111111111111111111111111111111\n"
#define TYPE   "type commit\n"
#define NAME   "tag v1\n"
#define TAGGER "tagger T <t@example.com> 1700000000 +0000\n"
#define HEAD   OBJECT TYPE NAME TAGGER
#define SSH    "-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n"

static const struct oid id = {{0x4f}};
static struct bare bare;
static struct repo *repo;
static struct oid commit_id;

static int
parse(const char *data, size_t size, struct arena *arena, struct tag *tag,
    struct error *err)
{
	char *exact = malloc(size > 0 ? size : 1);
	int result;

	assert_non_null(exact);
	memcpy(exact, data, size);
	result = tag_parse(&id, exact, size, arena, tag, err);
	free(exact);
	return result;
}

static void
a_tag_is_read_like_a_commit(void **state)
{
	static const char text[] = HEAD "\nrelease\n\nbody\n" SSH;
	struct arena arena = {0};
	struct tag tag;
	struct error err;

	(void)state;
	assert_int_equal(parse(text, sizeof text - 1, &arena, &tag, &err), 0);
	assert_string_equal(tag.name, "v1");
	assert_int_equal(tag.target_type, OBJECT_COMMIT);
	assert_int_equal(tag.target.bytes[19], 0x11);
	assert_true(tag.as_commit.is_tag);
	assert_true(oid_equal(&tag.as_commit.id, &id));
	assert_string_equal(tag.as_commit.author.name, "T");
	assert_string_equal(tag.as_commit.committer.address, "t@example.com");
	assert_string_equal(tag.as_commit.message, "release\n\nbody\n");
	assert_int_equal(
	    tag.as_commit.message_len, strlen("release\n\nbody\n"));
	assert_string_equal(tag.as_commit.signature, SSH);
	assert_string_equal(tag.as_commit.payload, HEAD "\nrelease\n\nbody\n");
	arena_free(&arena);
}

static void
the_last_line_that_begins_a_signature_begins_it(void **state)
{
	static const struct {
		const char *body, *message, *signature;
	} cases[] = {
	    {"m\n", "m\n", NULL},
	    {"", "", NULL},
	    {SSH, "", SSH},
	    {"m\n x" SSH, "m\n x" SSH, NULL},
	    {"m\n" SSH SSH, "m\n" SSH, SSH},
	    {"-----BEGIN PGP SIGNATURE-----", "",
		"-----BEGIN PGP SIGNATURE-----"},
	    {"m\n-----BEGIN PGP SIGNATURE\n", "m\n-----BEGIN PGP SIGNATURE\n",
		NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct text text = {0};
		struct tag tag;
		struct error err;

		text_add_format(&text, "%s\n%s", HEAD, cases[i].body);
		assert_int_equal(
		    parse(text.data, text.len, &arena, &tag, &err), 0);
		assert_string_equal(tag.as_commit.message, cases[i].message);
		if (cases[i].signature == NULL)
			assert_null(tag.as_commit.signature);
		else
			assert_string_equal(
			    tag.as_commit.signature, cases[i].signature);
		text_free(&text);
		arena_free(&arena);
	}
}

#define BAD(text, why)                      \
	{                                   \
		text, sizeof(text) - 1, why \
	}

static void
what_git_mktag_would_not_make_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *why;
	} cases[] = {
	    BAD("", "no blank line"),
	    BAD(TYPE NAME TAGGER "\n", "no object line"),
	    BAD("object 1\n" TYPE NAME TAGGER "\n", "names no object"),
	    BAD(OBJECT OBJECT TYPE NAME TAGGER "\n", "two object lines"),
	    BAD(OBJECT NAME TYPE TAGGER "\n", "no type line"),
	    BAD(OBJECT "type commits\n" NAME TAGGER "\n", "unknown type"),
	    BAD(OBJECT "type \n" NAME TAGGER "\n", "unknown type"),
	    BAD(OBJECT TYPE TAGGER "\n", "no tag line"),
	    BAD(OBJECT TYPE "tag \n" TAGGER "\n", "empty name"),
	    BAD(OBJECT TYPE "tag a b\n" TAGGER "\n", "no ref can have"),
	    BAD(OBJECT TYPE "tag a\n b\n" TAGGER "\n", "no ref can have"),
	    BAD(OBJECT TYPE NAME NAME TAGGER "\n", "two tag lines"),
	    BAD(OBJECT TYPE NAME "\n", "no tagger line"),
	    BAD(OBJECT TYPE NAME TAGGER TAGGER "\n", "two tagger lines"),
	    BAD(OBJECT TYPE NAME "tagger T t 1 +0000\n\n", "<address>"),
	    BAD(HEAD "gpgsig x\n\n", "a header after"),
	    BAD(HEAD, "no blank line"),
	    BAD(HEAD "\nm\0\n", "a NUL byte"),
	    BAD(HEAD "\nm\xff\n", "not UTF-8"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct tag tag;
		struct error err = {.text = "accepted"};
		int result =
		    parse(cases[i].text, cases[i].size, &arena, &tag, &err);

		if (result != -1 || strstr(err.text, cases[i].why) == NULL)
			fail_msg("case %zu: %s", i, err.text);
		assert_string_equal(err.code, "object.malformed");
		assert_memory_equal(err.text, "tag 4f000000", 12);
		arena_free(&arena);
	}
}

static struct oid
make_tag(const struct oid *target, const char *type, const char *name)
{
	struct text text = {0};
	char hex[OID_DIGITS + 1];
	struct oid tag;

	text_add_format(&text, "object %s\ntype %s\ntag %s\n" TAGGER "\nm\n",
	    oid_format(target, hex), type, name);
	tag = bare_object(&bare, "tag", text.data, text.len);
	text_free(&text);
	return tag;
}

static int
begin(void **state)
{
	struct text stream = {0}, output;
	struct error err;

	(void)state;
	bare_begin(&bare);
	text_add(&stream,
	    "commit refs/heads/main\ncommitter C <c@d> 0 +0000\ndata 0\n");
	output = GIT(&bare, &stream, "fast-import", "--quiet");
	text_free(&output);
	text_free(&stream);
	commit_id = bare_id(&bare, "main");
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

static int
peel(const struct oid *from, size_t limit, struct tag *first, struct oid *found,
    struct error *err)
{
	struct arena arena = {0};
	int result = tag_peel(repo, from, limit, &arena, first, found, err);

	arena_free(&arena);
	return result;
}

static void
a_tag_is_followed_to_its_commit_five_steps_at_most(void **state)
{
	struct oid at = commit_id, found;
	struct tag first;
	struct error err;

	(void)state;
	assert_int_equal(peel(&at, 1000, &first, &found, &err), 1);
	assert_true(oid_is_zero(&first.id));
	assert_true(oid_equal(&found, &commit_id));
	for (int i = 1; i <= TAG_DEPTH_LIMIT + 1; i++) {
		at = make_tag(&at, i == 1 ? "commit" : "tag", "v1");
		assert_int_equal(peel(&at, 1000, &first, &found, &err),
		    i <= TAG_DEPTH_LIMIT);
		assert_true(oid_equal(&first.id, &at));
		if (i <= TAG_DEPTH_LIMIT)
			assert_true(oid_equal(&found, &commit_id));
	}
}

static void
a_tag_of_something_else_is_no_commit_and_no_error(void **state)
{
	struct oid blob = bare_object(&bare, "blob", "x", 1);
	struct oid tag = make_tag(&blob, "blob", "v1"), found;
	struct tag first;
	struct error err;

	(void)state;
	assert_int_equal(peel(&blob, 1000, &first, &found, &err), 0);
	assert_int_equal(peel(&tag, 1000, &first, &found, &err), 0);
}

static void
a_tag_that_lies_or_can_not_be_read_is_an_error(void **state)
{
	struct oid missing = {{1}}, found;
	struct oid liar = make_tag(&commit_id, "tag", "v1");
	struct oid lost = make_tag(&missing, "commit", "v1");
	struct oid bad = make_tag(&commit_id, "commit", "v 1");
	struct oid good = make_tag(&commit_id, "commit", "v2");
	struct tag first;
	struct error err;

	(void)state;
	assert_int_equal(peel(&liar, 1000, &first, &found, &err), -1);
	assert_string_equal(err.code, "object.malformed");
	assert_int_equal(peel(&lost, 1000, &first, &found, &err), -1);
	assert_string_equal(err.code, "object.missing");
	assert_int_equal(peel(&missing, 1000, &first, &found, &err), -1);
	assert_string_equal(err.code, "object.missing");
	assert_int_equal(peel(&bad, 1000, &first, &found, &err), -1);
	assert_string_equal(err.code, "object.malformed");
	assert_int_equal(peel(&good, 10, &first, &found, &err), -1);
	assert_string_equal(err.code, "object.limit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tag_is_read_like_a_commit),
	    cmocka_unit_test(the_last_line_that_begins_a_signature_begins_it),
	    cmocka_unit_test(what_git_mktag_would_not_make_is_refused),
	    cmocka_unit_test(
		a_tag_is_followed_to_its_commit_five_steps_at_most),
	    cmocka_unit_test(a_tag_of_something_else_is_no_commit_and_no_error),
	    cmocka_unit_test(a_tag_that_lies_or_can_not_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
