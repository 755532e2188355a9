/* Refs, loose and packed, against git for-each-ref. */
#include "git/refs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/scratch.h"

#define ID(digit) digit digit digit digit digit digit digit digit
#define ONE       ID("11111")
#define TWO       ID("22222")

static struct refs *
refs_of(const char *dir)
{
	struct error err;
	struct refs *refs = refs_open(dir, dir, &err);

	if (refs == NULL)
		fail_msg("%s", err.text);
	return refs;
}

/* Is the ref what it should be: forty digits, "absent", "symbolic X", or
 * "error"? */
static void
ref_is(struct refs *refs, const char *name, const char *expected)
{
	struct ref ref;
	struct error err;
	char is[REF_NAME_LIMIT + 16];

	if (refs_read(refs, name, &ref, &err) != 0)
		snprintf(is, sizeof is, "error");
	else if (ref.kind == REF_DIRECT)
		oid_format(&ref.id, is);
	else
		snprintf(is, sizeof is, "%s%s",
		    ref.kind == REF_SYMBOLIC ? "symbolic " : "absent",
		    ref.target);
	if (strcmp(is, expected) != 0)
		fail_msg("%s is %s, not %s", name, is, expected);
}

static void
write_file(const char *path, const char *data)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(data, file);
	assert_int_equal(fclose(file), 0);
}

/* A repository with no ref and no packed-refs. */
static struct refs *
refs_empty(const char *name)
{
	scratch_run("rm -rf %s && git init -q --bare %s", name, name);
	return refs_of(name);
}

static void
a_loose_ref_is_forty_digits_and_a_line_feed(void **state)
{
	static const struct {
		const char *content, *expected;
	} cases[] = {
	    {ONE "\n", ONE},
	    {ONE, "error"},
	    {ONE "\n\n", "error"},
	    {ONE " \n", "error"},
	    {ONE "0\n", "error"},
	    {"", "error"},
	    {"\n", "error"},
	    {"ABCDEABCDEABCDEABCDEABCDEABCDEABCDEABCDE\n", "error"},
	    {"ref: refs/heads/x\n", "symbolic refs/heads/x"},
	    {"ref:refs/heads/x", "symbolic refs/heads/x"},
	    {"ref: \t refs/heads/x \n", "symbolic refs/heads/x"},
	    {"ref: \n", "error"},
	    {"ref:", "error"},
	};
	struct refs *refs = refs_empty("loose.git");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		write_file("loose.git/refs/heads/a", cases[i].content);
		ref_is(refs, "refs/heads/a", cases[i].expected);
	}
	refs_close(refs);
}

static void
what_is_no_file_is_no_ref(void **state)
{
	struct refs *refs = refs_empty("odd.git");

	(void)state;
	scratch_run(
	    "cd odd.git/refs/heads && mkdir -p d/e && echo " ONE
	    " >real && ln -s real link && ln -s d linked && "
	    "ln -s nowhere broken && mkfifo pipe && echo " ONE " >d/e/f");
	ref_is(refs, "refs/heads/d", "absent");
	ref_is(refs, "refs/heads/d/e/f", ONE);
	ref_is(refs, "refs/heads/real", ONE);
	ref_is(refs, "refs/heads/real/below", "absent");
	ref_is(refs, "refs/heads/none/below", "absent");
	ref_is(refs, "refs/heads/link", "symbolic ");
	ref_is(refs, "refs/heads/broken", "symbolic ");
	ref_is(refs, "refs/heads/linked/e/f", "symbolic ");
	ref_is(refs, "refs/heads/link/below", "symbolic ");
	ref_is(refs, "refs/heads/pipe", "error");
	ref_is(refs, "refs/heads/../../HEAD", "error");
	ref_is(refs, "HEAD", "error");
	refs_close(refs);
}

static void
a_damaged_packed_refs_is_an_error(void **state)
{
	static const struct {
		const char *content, *expected;
	} cases[] = {
	    {"", "absent"},
	    {ONE " refs/heads/a\n", ONE},
	    {TWO " refs/heads/b\n" ONE " refs/heads/a\n", ONE},
	    {TWO " refs/heads/b\n", "absent"},
	    {"# pack-refs with: peeled fully-peeled sorted \n" ONE
	     " refs/heads/a\n^" TWO "\n" TWO " refs/heads/b\n",
		ONE},
	    {"# pack-refs with: sorted \n", "absent"},
	    {"# pack-refs with: peeled \n" TWO " refs/heads/b\n^" ONE "\n" ONE
	     " refs/heads/a\n",
		ONE},
	    {ONE " refs/heads/a", "error"},
	    {ONE "refs/heads/a\n", "error"},
	    {ONE "  \n", "absent"},
	    {ONE " \n", "error"},
	    {"\n", "error"},
	    {"^" ONE "\n", "error"},
	    {ONE " refs/heads/a\n^" TWO, "error"},
	    {ONE " refs/heads/a\n^2222\n", "error"},
	    {"x\n" ONE " refs/heads/a\n", "error"},
	    {"# pack-refs with: sorted \nx\n" ONE " refs/heads/a\n", "error"},
	    {"# pack-refs with: sorted \n^" ONE "\n", "error"},
	};
	struct refs *refs = refs_empty("damaged.git");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		/* As git does: a new file, so that the change is seen. */
		write_file("damaged.git/new", cases[i].content);
		assert_int_equal(
		    rename("damaged.git/new", "damaged.git/packed-refs"), 0);
		ref_is(refs, "refs/heads/a", cases[i].expected);
	}
	refs_close(refs);
}

static void
a_ref_packed_meanwhile_is_not_lost(void **state)
{
	struct refs *refs = refs_empty("race.git");

	(void)state;
	write_file("race.git/packed-refs", ONE " refs/heads/a\n");
	ref_is(refs, "refs/heads/b", "absent");
	write_file("race.git/new", ONE " refs/heads/a\n" TWO " refs/heads/b\n");
	assert_int_equal(rename("race.git/new", "race.git/packed-refs"), 0);
	ref_is(refs, "refs/heads/b", TWO);
	assert_int_equal(remove("race.git/packed-refs"), 0);
	ref_is(refs, "refs/heads/b", "absent");
	refs_close(refs);
}

static void
head_is_told(void **state)
{
	struct refs *refs = refs_empty("head.git");
	char target[REF_NAME_LIMIT + 1];
	struct error err;

	(void)state;
	write_file("head.git/HEAD", "ref: refs/heads/trunk\n");
	assert_int_equal(refs_head(refs, target, &err), 0);
	assert_string_equal(target, "refs/heads/trunk");
	write_file("head.git/HEAD", ONE "\n");
	assert_int_equal(refs_head(refs, target, &err), 0);
	assert_string_equal(target, "");
	assert_int_equal(remove("head.git/HEAD"), 0);
	assert_int_equal(refs_head(refs, target, &err), -1);
	refs_close(refs);
}

static void
reftables_are_refused(void **state)
{
	struct error err;

	(void)state;
	scratch_run("git init -q --bare table.git && mkdir table.git/reftable");
	assert_null(refs_open("table.git", "table.git", &err));
	assert_string_equal(err.code, "repo.unsupported");
	assert_null(refs_open("nowhere.git", "nowhere.git", &err));
}

static int
add_line(
    void *context, const char *name, const struct oid *id, struct error *err)
{
	char digits[OID_DIGITS + 1];

	(void)err;
	text_add_format(context, "%s %s\n", oid_format(id, digits), name);
	return 0;
}

/* Do we and git list the same refs with the prefix? */
static void
lists_agree(struct refs *refs, const char *prefix)
{
	struct text ours = {0}, git, sorted;
	struct error err;
	FILE *file = fopen("ours", "w");

	assert_non_null(file);
	text_add(&ours, "");
	if (refs_each(refs, prefix, add_line, &ours, &err) != 0)
		fail_msg("%s: %s", prefix, err.text);
	fwrite(ours.data, 1, ours.len, file);
	assert_int_equal(fclose(file), 0);
	sorted = scratch_output("sort ours");
	git = scratch_output(
	    "git -C many.git for-each-ref "
	    "--format='%%(if)%%(symref)%%(then)%%(else)%%(objectname) "
	    "%%(refname)%%(end)' |"
	    " awk -v p='%s' 'NF && index($2, p) == 1' | sort",
	    prefix);
	assert_string_equal(sorted.data, git.data);
	text_free(&ours);
	text_free(&git);
	text_free(&sorted);
}

/* 1,000 refs of which most are packed, some updated since, some symbolic. */
static void
many_make(void)
{
	int i;
	FILE *file;

	scratch_run("git init -q --bare many.git && cd many.git && "
		    "c=$(git commit-tree -m 1 $(git mktree </dev/null)) && "
		    "d=$(git commit-tree -m 2 -p $c $c^{tree}) && "
		    "echo $c >../one && echo $d >../two");
	file = fopen("commands", "w");
	assert_non_null(file);
	srand(7);
	for (i = 0; i < 1000; i++)
		fprintf(file, "create refs/%s/%c%d%s %s\n",
		    i % 3 == 0 ? "tags" : "heads", 'a' + rand() % 26, i,
		    i % 5 == 0 ? "/x-y" : "", i % 2 == 0 ? "ONE" : "TWO");
	assert_int_equal(fclose(file), 0);
	scratch_run(
	    "sed \"s/ONE/$(cat one)/; s/TWO/$(cat two)/\" commands | "
	    "git -C many.git update-ref --stdin && cd many.git && "
	    "git tag -a -m t annotated $(cat ../one) && "
	    "git pack-refs --all && "
	    "git update-ref refs/heads/late $(cat ../two) && "
	    "git update-ref refs/heads/release/1 $(cat ../two) && "
	    "git for-each-ref --format=\"update %%(refname) $(cat ../two)\" "
	    "'refs/heads/b*' | git update-ref --stdin && "
	    "git symbolic-ref refs/heads/alias refs/heads/late && "
	    "touch refs/heads/late.lock");
}

static void
many_refs_are_read_as_git_reads_them(void **state)
{
	static const char *const prefixes[] = {"refs/", "refs/heads/",
	    "refs/heads/a", "refs/heads/b1", "refs/tags/", "refs/tags/z",
	    "refs/heads/release/", "refs/heads/release/1", "refs/none/", "r",
	    "refs/heads", "x", ""};
	struct refs *refs;
	struct text list;
	char *line, *rest;
	size_t i;

	(void)state;
	many_make();
	refs = refs_of("many.git");
	list = scratch_output("git -C many.git for-each-ref "
			      "--format='%%(objectname) %%(refname)'");
	for (rest = list.data; (line = strsep(&rest, "\n")) != NULL && *line;) {
		line[OID_DIGITS] = '\0';
		ref_is(refs, line + OID_DIGITS + 1,
		    strstr(line + OID_DIGITS + 1, "alias")
			? "symbolic refs/heads/late"
			: line);
	}
	ref_is(refs, "refs/heads/0", "absent");
	ref_is(refs, "refs/zzz", "absent");
	ref_is(refs, "refs/heads/m", "absent");
	for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		lists_agree(refs, prefixes[i]);
	text_free(&list);
	refs_close(refs);
}

static int
stop(void *context, const char *name, const struct oid *id, struct error *err)
{
	(void)name;
	(void)id;
	++*(int *)context;
	return error_set(err, "enough");
}

static void
a_walk_ends_with_the_error_of_its_caller(void **state)
{
	struct refs *refs = refs_empty("stop.git");
	struct error err;
	int calls = 0;

	(void)state;
	write_file("stop.git/refs/heads/a", ONE "\n");
	write_file("stop.git/packed-refs", ONE " refs/heads/b\n");
	assert_int_equal(
	    refs_each(refs, "refs/heads/", stop, &calls, &err), -1);
	assert_int_equal(calls, 1);
	assert_string_equal(err.text, "enough");
	write_file("stop.git/refs/heads/a", "junk\n");
	assert_int_equal(
	    refs_each(refs, "refs/heads/", add_line, &(struct text){0}, &err),
	    -1);
	refs_close(refs);
}

static void
a_worktree_has_the_refs_of_its_repository(void **state)
{
	struct refs *refs;
	char target[REF_NAME_LIMIT + 1];
	struct text tip;
	struct error err;

	(void)state;
	scratch_run("git init -q tree && cd tree && "
		    "git commit -q --allow-empty -m 1 && "
		    "git worktree add -q ../other -b other 2>/dev/null");
	tip = scratch_output("git -C tree rev-parse HEAD");
	tip.data[OID_DIGITS] = '\0';
	refs = refs_open("tree/.git/worktrees/other", "tree/.git", &err);
	ref_is(refs, "refs/heads/other", tip.data);
	assert_int_equal(refs_head(refs, target, &err), 0);
	assert_string_equal(target, "refs/heads/other");
	text_free(&tip);
	refs_close(refs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_loose_ref_is_forty_digits_and_a_line_feed),
	    cmocka_unit_test(what_is_no_file_is_no_ref),
	    cmocka_unit_test(a_damaged_packed_refs_is_an_error),
	    cmocka_unit_test(a_ref_packed_meanwhile_is_not_lost),
	    cmocka_unit_test(head_is_told),
	    cmocka_unit_test(reftables_are_refused),
	    cmocka_unit_test(many_refs_are_read_as_git_reads_them),
	    cmocka_unit_test(a_walk_ends_with_the_error_of_its_caller),
	    cmocka_unit_test(a_worktree_has_the_refs_of_its_repository),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
