/* Every object of real repositories, against git cat-file. */
#include "git/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "git/repo.h"

/* Forty commits with a file that grows, one that does not compress, a tag, an
 * empty blob and an empty tree. */
static int
set_up(void **state)
{
	scratch_enter(state);
	scratch_run("git init -q source && cd source && "
		    "git config gc.auto 0 && "
		    "seq 20000 | gzip -n >noise && : >empty && "
		    "for i in $(seq 40); do seq $i $((i * 7)) >>grows; "
		    "mkdir -p d/e; echo $i >d/e/small; git add -A; "
		    "git commit -q -m \"change $i\"; done && "
		    "git tag -a -m tag v1 && git mktree </dev/null >/dev/null");
	return 0;
}

static enum object_type
type_of(const char *name)
{
	static const char *const names[] = {"commit", "tree", "blob", "tag"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum object_type)(i + 1);
	return 0;
}

/* Compare one object of `git cat-file --batch`; returns what comes after. */
static const char *
object_agrees(struct repo *repo, const char *at)
{
	char digits[OID_DIGITS + 1], type[16];
	struct object object, header;
	struct error err;
	struct oid id;
	size_t size;
	int len;

	assert_int_equal(
	    sscanf(at, "%40s %15s %zu%n", digits, type, &size, &len), 3);
	at += len + 1;
	assert_true(oid_parse(&id, digits, OID_DIGITS));
	if (object_header(repo, &id, &header, &err) != 0 ||
	    object_read(repo, &id, type_of(type), size, &object, &err) != 0)
		fail_msg("%s %s", err.code, err.text);
	assert_int_equal(header.type, type_of(type));
	assert_int_equal(header.size, size);
	assert_int_equal(object.size, size);
	assert_memory_equal(object.data, at, size);
	assert_int_equal(object.data[size], 0);
	object_release(&object);
	return at + size + 1;
}

static size_t
repository_agrees(const char *path)
{
	struct text text = scratch_output("git -C %s cat-file --batch "
					  "--batch-all-objects --unordered",
	    path);
	struct error err;
	struct repo *repo = repo_open(path, &err);
	const char *at = text.data;
	size_t count;

	if (repo == NULL)
		fail_msg("%s %s", err.code, err.text);
	for (count = 0; at < text.data + text.len; count++)
		at = object_agrees(repo, at);
	repo_close(repo);
	text_free(&text);
	return count;
}

static void
every_object_is_read_as_git_reads_it(void **state)
{
	static const struct {
		const char *name, *make;
	} layouts[] = {
	    {"loose", ":"},
	    {"stored", "git config core.looseCompression 0 && cp noise copy && "
		       "echo more >>copy && git add copy"},
	    {"packed", "git repack -adfq --depth=50 --window=50"},
	    {"by_name", "git -c repack.useDeltaBaseOffset=false repack -adfq "
			"--depth=50 --window=50"},
	    {"large_offsets",
		"git repack -adfq && cd .git/objects/pack && chmod u+w * && "
		"git index-pack --index-version=2,0x40 *.pack >/dev/null"},
	    {"stored_pack", "git -c core.compression=0 -c pack.compression=0 "
			    "repack -adFq"},
	    {"old_index", "git -c pack.indexVersion=1 repack -adfq"},
	    {"multi", "git repack -dq && git commit -q --allow-empty -m x && "
		      "git repack -dq && git multi-pack-index write "
		      "2>/dev/null"},
	    {"mixed", "git repack -dq && echo new >new && git add new && "
		      "git commit -q -m new"},
	};
	size_t i, all = 0;

	(void)state;
	for (i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
		scratch_run("cp -r source %s && cd %s && %s", layouts[i].name,
		    layouts[i].name, layouts[i].make);
		all = repository_agrees(layouts[i].name);
		assert_true(all > 150);
	}
}

static void
alternates_are_followed_to_the_fifth(void **state)
{
	int i;
	struct oid id = scratch_object("source", "HEAD");
	struct object object;
	struct error err;
	struct repo *repo;

	(void)state;
	scratch_run("git clone -q --bare source a0.git");
	for (i = 0; i < 6; i++)
		scratch_run("git init -q --bare a%d.git && "
			    "echo '# next\n\n%s' "
			    ">a%d.git/objects/info/alternates",
		    i + 1,
		    i % 2 ? "../../a1.git/objects\n\"../../a\\061.git/objects\""
			    "\n/nowhere"
			  : "/nowhere",
		    i + 1);
	for (i = 0; i < 6; i++)
		scratch_run("echo ../../a%d.git/objects "
			    ">>a%d.git/objects/info/alternates",
		    i, i + 1);
	repo = repo_open("a5.git", &err);
	assert_non_null(repo);
	assert_int_equal(
	    object_read(repo, &id, OBJECT_COMMIT, 1000, &object, &err), 0);
	object_release(&object);
	repo_close(repo);
	scratch_run("for i in 1 2 3 4 5 6; do n=$((i - 1)); "
		    "echo ../../a$n.git/objects "
		    ">a$i.git/objects/info/alternates; done");
	assert_int_equal(repository_agrees("a5.git") > 100, 1);
	repo = repo_open("a6.git", &err);
	assert_non_null(repo);
	assert_int_equal(object_header(repo, &id, &object, &err), 1);
	repo_close(repo);
}

static void
damaged_alternates_are_an_error(void **state)
{
	static const char *const lists[] = {
	    "\"/tmp", "\"/tmp\"x", "\"/t\\mp\"", "\"\"", "\"/t\\400mp\""};
	size_t i;

	(void)state;
	scratch_run("git init -q --bare quoted.git");
	for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct error err;
		struct store *store;
		FILE *file = fopen("quoted.git/objects/info/alternates", "w");

		assert_non_null(file);
		fputs(lists[i], file);
		assert_int_equal(fclose(file), 0);
		store = store_open("quoted.git/objects", &err);
		if (store != NULL)
			fail_msg("%s", lists[i]);
	}
}

static void
refusals_name_their_reason(void **state)
{
	struct oid blob = scratch_object("source", "HEAD:noise");
	struct oid head = scratch_object("source", "HEAD");
	struct oid none = {{1, 2, 3}};
	struct object object;
	struct error err;
	struct repo *repo = repo_open("source/d/e", &err);
	int i;

	(void)state;
	assert_non_null(repo);
	/* The second time from the cache. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(
		    object_read(repo, &blob, OBJECT_BLOB, 9, &object, &err),
		    -1);
		assert_string_equal(err.code, "object.limit");
		assert_int_equal(
		    object_read(repo, &head, OBJECT_TREE, 9, &object, &err),
		    -1);
		assert_string_equal(err.code, "object.malformed");
		assert_int_equal(
		    object_read(repo, &none, 0, 9, &object, &err), -1);
		assert_string_equal(err.code, "object.missing");
		assert_string_equal(err.text,
		    "object 0102030000000000000000000000000000000000 is not "
		    "in the repository");
		assert_int_equal(object_header(repo, &none, &object, &err), 1);
		assert_int_equal(
		    object_read(repo, &blob, 0, 1 << 20, &object, &err), 0);
		object_release(&object);
		assert_int_equal(
		    object_read(repo, &head, 0, 1 << 20, &object, &err), 0);
		object_release(&object);
	}
	repo_close(repo);
}

static void
a_pack_that_came_meanwhile_is_found(void **state)
{
	struct oid old = scratch_object("source", "HEAD"), new;
	struct object object;
	struct error err;
	struct repo *repo;

	(void)state;
	scratch_run("git clone -q --bare source moving.git");
	repo = repo_open("moving.git", &err);
	assert_non_null(repo);
	assert_int_equal(object_header(repo, &old, &object, &err), 0);
	scratch_run("cd moving.git && git update-ref refs/heads/x "
		    "$(git commit-tree -m new -p HEAD HEAD^{tree}) && "
		    "git repack -adq");
	new = scratch_object("moving.git", "x");
	assert_int_equal(
	    object_read(repo, &new, OBJECT_COMMIT, 1000, &object, &err), 0);
	object_release(&object);
	repo_close(repo);
}

/* A pack of git's with every 13th byte changed in turn: what is read must be
 * what it was, or refused; and nothing may crash. */
static void
a_damaged_pack_is_refused(void **state)
{
	struct oid id = scratch_object("source", "HEAD:grows");
	struct text pack, right;
	FILE *file;
	size_t at;
	int refused = 0;

	(void)state;
	scratch_run("cp -r source damaged && cd damaged && git repack -adfq && "
		    "mv .git/objects/pack/*.pack pack && "
		    "ln -s ../../../pack "
		    ".git/objects/pack/$(cd .git/objects/pack && ls *.idx | "
		    "sed s/idx/pack/)");
	pack = scratch_output("cat damaged/pack");
	right = scratch_output("git -C source cat-file blob HEAD:grows");
	scratch_run("chmod u+w damaged/pack");
	for (at = 1; at < pack.len; at += 13) {
		struct object object;
		struct error err;
		struct repo *repo = repo_open("damaged", &err);

		pack.data[at] ^= 0x21;
		file = fopen("damaged/pack", "w");
		assert_non_null(file);
		fwrite(pack.data, 1, pack.len, file);
		assert_int_equal(fclose(file), 0);
		pack.data[at] ^= 0x21;
		assert_non_null(repo);
		if (object_read(
			repo, &id, OBJECT_BLOB, 1 << 20, &object, &err) == 0) {
			assert_int_equal(object.size, right.len);
			assert_memory_equal(object.data, right.data, right.len);
			object_release(&object);
		} else
			refused++;
		repo_close(repo);
	}
	assert_true(refused > 0);
	text_free(&pack);
	text_free(&right);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_object_is_read_as_git_reads_it),
	    cmocka_unit_test(alternates_are_followed_to_the_fifth),
	    cmocka_unit_test(damaged_alternates_are_an_error),
	    cmocka_unit_test(refusals_name_their_reason),
	    cmocka_unit_test(a_pack_that_came_meanwhile_is_found),
	    cmocka_unit_test(a_damaged_pack_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
