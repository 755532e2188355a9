/*
 * Merges made again, against `git merge-tree --write-tree`: random pairs of
 * commits, and for each pair several trees that a merge commit might claim.
 * What git does without guessing renames is one of them, so that a clean merge
 * git itself would call a conflict is tried as well.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "git/merge.h"

enum {
	PAIRS = 300,
	FILES = 40,
	LINES = 24,
};

struct content {
	char path[40];
	const char *mode;
	int lines[LINES], count;
};

struct content_tree {
	struct content files[FILES];
	int count;
};

struct outcome {
	bool clean;
	struct oid tree;
};

struct pair {
	struct oid ours, theirs;
	int base_kind;
	struct outcome git;
	struct oid plain; /* a merge commit made without a thought of renames */
	bool has_plain;
	bool removes;    /* a side lacks a file of the base: perhaps it moved */
	struct oid evil; /* a merge commit with git's tree and one file more */
};

static struct pair pairs[PAIRS];
static struct repo *repo;
static unsigned seed = 20270301;
static int marks, line_number;
static bool moving; /* this pair adds, removes and moves, and does no more */

static unsigned
roll(unsigned bound)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % bound;
}

/* Mostly lines of their own, and some that are everywhere. */
static int
new_line(void)
{
	return roll(5) == 0 ? -(int)roll(3) : ++line_number;
}

static void
add_file(struct content_tree *tree)
{
	static const char *const directories[] = {
	    "", "a/", "b/", "a/deep/", "c/deep/down/"};
	struct content *file = &tree->files[tree->count];

	if (tree->count == FILES)
		return;
	snprintf(file->path, sizeof file->path, "%sf%d", directories[roll(5)],
	    ++line_number);
	file->mode = "100644";
	file->count = 4 + (int)roll(14);
	for (int i = 0; i < file->count; i++)
		file->lines[i] = new_line();
	tree->count++;
}

static void
remove_file(struct content_tree *tree, int i)
{
	tree->files[i] = tree->files[--tree->count];
}

static void
change_lines(struct content *file)
{
	int at = (int)roll((unsigned)file->count);

	switch (roll(3)) {
	case 0:
		file->lines[at] = new_line();
		break;
	case 1:
		if (file->count == LINES)
			break;
		memmove(&file->lines[at + 1], &file->lines[at],
		    (size_t)(file->count - at) * sizeof *file->lines);
		file->lines[at] = new_line();
		file->count++;
		break;
	default:
		if (file->count == 1)
			break;
		file->count--;
		memmove(&file->lines[at], &file->lines[at + 1],
		    (size_t)(file->count - at) * sizeof *file->lines);
	}
}

static void
move_directory(struct content_tree *tree)
{
	static const char *const moves[][2] = {
	    {"a/deep/", "z/"}, {"a/", "y/"}, {"b/", "a/b/"}, {"c/", "x/w/"}};
	const char *const *move = moves[roll(4)];

	for (int i = 0; i < tree->count; i++) {
		char *path = tree->files[i].path, old[40];

		if (strncmp(path, move[0], strlen(move[0])) != 0)
			continue;
		snprintf(old, sizeof old, "%s", path + strlen(move[0]));
		snprintf(path, sizeof old, "%s%.30s", move[1], old);
	}
}

static void
change_tree(struct content_tree *tree)
{
	int i = (int)roll((unsigned)tree->count);
	struct content *file = &tree->files[i];

	switch (roll(moving ? 7 : 32)) {
	case 0:
	case 1:
		add_file(tree);
		break;
	case 2:
		if (tree->count > 4)
			remove_file(tree, i);
		break;
	case 3:
		snprintf(file->path, sizeof file->path, "%smoved%d",
		    roll(2) == 0 ? "" : "b/", ++line_number);
		break;
	case 4:
		if (roll(2) == 0)
			move_directory(tree);
		break;
	case 5:
		file->mode = roll(4) == 0 ? "120000" : "100755";
		break;
	case 6: /* a file becomes a directory */
		if (strlen(file->path) < 20)
			strncat(file->path, "/in", 4);
		break;
	default:
		change_lines(file);
	}
}

static int
write_commit(FILE *out, const struct content_tree *tree, int from, int merge)
{
	fprintf(out, "commit refs/heads/x%d\nmark :%d\n", marks + 1, marks + 1);
	fprintf(out, "committer A <a@example.com> %d +0000\ndata 0\n",
	    1700000000 + marks);
	if (from > 0)
		fprintf(out, "from :%d\n", from);
	if (merge > 0)
		fprintf(out, "merge :%d\n", merge);
	fprintf(out, "deleteall\n");
	for (int i = 0; i < tree->count; i++) {
		const struct content *file = &tree->files[i];

		fprintf(
		    out, "M %s inline %s\ndata <<.\n", file->mode, file->path);
		for (int k = 0; k < file->count; k++)
			fprintf(out, "line %d\n", file->lines[k]);
		fprintf(out, ".\n");
	}
	return ++marks;
}

static void
change_side(struct content_tree *tree)
{
	for (unsigned n = 1 + roll(5); n > 0; n--)
		change_tree(tree);
}

static const struct content *
find_file(const struct content_tree *tree, const char *path)
{
	for (int i = 0; i < tree->count; i++)
		if (strcmp(tree->files[i].path, path) == 0)
			return &tree->files[i];
	return NULL;
}

static bool
same_file(const struct content *a, const struct content *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a->mode, b->mode) == 0 && a->count == b->count &&
	       memcmp(a->lines, b->lines,
		   (size_t)a->count * sizeof *a->lines) == 0;
}

/* Add what becomes of a path; false where both sides changed it. */
static bool
merge_path(const struct content_tree *sides, const char *path,
    struct content_tree *merged)
{
	const struct content *base = find_file(&sides[0], path),
			     *ours = find_file(&sides[1], path),
			     *theirs = find_file(&sides[2], path),
			     *result = ours;

	if (same_file(ours, base))
		result = theirs;
	else if (!same_file(theirs, base) && !same_file(ours, theirs))
		return false;
	if (result != NULL && find_file(merged, path) == NULL &&
	    merged->count < FILES)
		merged->files[merged->count++] = *result;
	return true;
}

/* Merge path by path, whatever may have been moved. */
static bool
merge_plainly(const struct content_tree *sides, struct content_tree *merged)
{
	merged->count = 0;
	for (int s = 0; s < 3; s++)
		for (int i = 0; i < sides[s].count; i++)
			if (!merge_path(sides, sides[s].files[i].path, merged))
				return false;
	return true;
}

static bool
has_all(const struct content_tree *tree, const struct content_tree *base)
{
	for (int i = 0; i < base->count; i++)
		if (find_file(tree, base->files[i].path) == NULL)
			return false;
	return true;
}

enum { ONE_BASE, CRISS_CROSS, NO_BASE };
struct marks {
	int ours, theirs, plain;
};

/* Two sides of a base; now and then both make some of the same changes. */
static struct marks
write_pair(FILE *out, struct pair *pair)
{
	struct content_tree sides[3] = {{.count = 0}}, plain;
	struct content_tree *base = &sides[0], *ours = &sides[1];
	struct content_tree *theirs = &sides[2];
	unsigned kind = roll(20);
	struct marks at = {0};
	int root, a, b;

	moving = roll(2) == 0;
	while (base->count < 12)
		add_file(base);
	root = write_commit(out, base, 0, 0);
	*ours = *base;
	if (roll(5) == 0)
		change_side(ours);
	*theirs = *ours;
	change_side(ours);
	change_side(theirs);
	a = write_commit(out, ours, root, 0);
	b = write_commit(out, theirs, kind == 0 ? 0 : root, 0);
	pair->base_kind = kind == 0   ? NO_BASE
			  : kind == 1 ? CRISS_CROSS
				      : ONE_BASE;
	if (pair->base_kind == CRISS_CROSS) {
		at.ours = write_commit(out, ours, a, b);
		b = write_commit(out, theirs, b, a);
		a = at.ours;
	}
	change_side(ours);
	change_side(theirs);
	at.ours = write_commit(out, ours, a, 0);
	at.theirs = write_commit(out, theirs, b, 0);
	pair->has_plain =
	    pair->base_kind == ONE_BASE && merge_plainly(sides, &plain);
	pair->removes = !has_all(ours, base) || !has_all(theirs, base);
	if (pair->has_plain)
		at.plain = write_commit(out, &plain, at.ours, at.theirs);
	return at;
}

static struct oid
mark_id(const struct text *ids, int mark)
{
	const char *at = ids->data;
	struct oid id;

	for (int i = 1; i < mark; i++)
		at = strchr(at, '\n') + 1;
	assert_true(oid_parse(&id, at, OID_DIGITS));
	return id;
}

static struct text
import(const char *file)
{
	scratch_run("git -C r.git fast-import --quiet "
		    "--export-marks=marks <%s",
	    file);
	return scratch_output(
	    "sort -t: -k2n r.git/marks | sed 's/^:[0-9]* //'");
}

static void
write_pairs(void)
{
	static struct marks at[PAIRS];
	FILE *out = fopen("pairs", "w");
	struct text ids;

	assert_non_null(out);
	for (int i = 0; i < PAIRS; i++)
		at[i] = write_pair(out, &pairs[i]);
	fclose(out);
	ids = import("pairs");
	out = fopen("ask", "w");
	assert_non_null(out);
	for (int i = 0; i < PAIRS; i++) {
		char a[OID_DIGITS + 1], b[OID_DIGITS + 1];

		pairs[i].ours = mark_id(&ids, at[i].ours);
		pairs[i].theirs = mark_id(&ids, at[i].theirs);
		if (pairs[i].has_plain)
			pairs[i].plain = mark_id(&ids, at[i].plain);
		if (pairs[i].base_kind != NO_BASE)
			fprintf(out, "%s %s\n", oid_format(&pairs[i].ours, a),
			    oid_format(&pairs[i].theirs, b));
	}
	fclose(out);
	text_free(&ids);
}

/* Ask git for all merges at once: "1" or "0", and a tree in the next line. */
static void
ask_git(void)
{
	struct text said = scratch_output(
	    "git -C r.git merge-tree --write-tree --no-messages --stdin <ask "
	    "| tr '\\0' '\\n' | grep -A1 -x '[01]' | grep -v -e --");
	const char *at = said.data;

	for (int i = 0; i < PAIRS; i++) {
		if (pairs[i].base_kind == NO_BASE)
			continue;
		pairs[i].git.clean = *at == '1';
		assert_true(oid_parse(&pairs[i].git.tree, at + 2, OID_DIGITS));
		at += 2 + OID_DIGITS + 1;
	}
	assert_int_equal(*at, '\0');
	text_free(&said);
}

static void
write_evil_merges(void)
{
	FILE *out = fopen("evil", "w");
	char hex[OID_DIGITS + 1];
	struct text ids;

	assert_non_null(out);
	for (int i = 0; i < PAIRS; i++) {
		fprintf(out, "commit refs/heads/m%d\nmark :%d\n", i, i + 1);
		fprintf(out, "committer A <a@example.com> 1800000000 +0000\n");
		fprintf(
		    out, "data 0\nfrom %s\n", oid_format(&pairs[i].ours, hex));
		fprintf(out, "merge %s\ndeleteall\n",
		    oid_format(&pairs[i].theirs, hex));
		if (pairs[i].base_kind != NO_BASE)
			fprintf(out, "M 040000 %s \"\"\n",
			    oid_format(&pairs[i].git.tree, hex));
		fprintf(out, "M 100755 inline %sevil\ndata 1\nx\n\n",
		    roll(2) == 0 ? "a/" : "");
	}
	fclose(out);
	ids = import("evil");
	for (int i = 0; i < PAIRS; i++)
		pairs[i].evil = mark_id(&ids, i + 1);
	text_free(&ids);
}

static int
set_up(void **state)
{
	scratch_enter(state);
	scratch_run("git init -q --bare r.git");
	write_pairs();
	ask_git();
	write_evil_merges();
	repo = repo_open("r.git", &(struct error){0});
	assert_non_null(repo);
	return 0;
}

static int
tear_down(void **state)
{
	repo_close(repo);
	return scratch_leave(state);
}

struct asking {
	struct history *history;
	struct budget budget;
	struct arena arena;
	struct error err;
};

static void
ask_begin(struct asking *asking)
{
	memset(asking, 0, sizeof *asking);
	asking->budget = budget_new(&default_limits);
	asking->history = history_new(repo, &asking->budget, &asking->arena);
}

static void
ask_end(struct asking *asking)
{
	history_free(asking->history);
	arena_free(&asking->arena);
}

static int
ask(struct asking *asking, const struct pair *pair, const struct oid *tree)
{
	const struct oid parents[] = {pair->ours, pair->theirs};
	const struct commit commit = {
	    .tree = *tree, .parents = parents, .parent_count = 2};

	return merge_is_mechanical(
	    repo, asking->history, &commit, &asking->budget, &asking->err);
}

/* Is it mechanical to say that this tree came of the pair?  Never, if git says
 * otherwise. */
static bool
claim(struct asking *asking, const struct pair *pair, const struct oid *tree)
{
	bool git = pair->base_kind != NO_BASE && pair->git.clean &&
		   oid_equal(tree, &pair->git.tree);
	int answer = ask(asking, pair, tree);

	if (answer == -1 || (answer == 1 && !git))
		fail_msg("pair %d: %d, git says %d", (int)(pair - pairs),
		    answer, git);
	return answer == 1;
}

static bool
claim_commit(
    struct asking *asking, const struct pair *pair, const struct oid *commit)
{
	struct oid tree;

	assert_int_equal(
	    0, history_tree(asking->history, commit, &tree, &asking->err));
	return claim(asking, pair, &tree);
}

static void
what_is_mechanical_here_git_merges_so_too(void **state)
{
	int clean = 0, same = 0, criss_cross = 0, moved = 0, others = 0;
	struct asking asking;

	(void)state;
	ask_begin(&asking);
	for (int i = 0; i < PAIRS; i++) {
		const struct pair *pair = &pairs[i];
		bool known = claim_commit(&asking, pair, &pair->ours);

		known |= claim_commit(&asking, pair, &pair->theirs);
		assert_false(claim_commit(&asking, pair, &pair->evil));
		if (pair->base_kind == NO_BASE)
			continue;
		known |= claim(&asking, pair, &pair->git.tree);
		if (pair->has_plain)
			known |= claim_commit(&asking, pair, &pair->plain);
		clean += pair->git.clean;
		same += known;
		if (!pair->git.clean || known)
			continue;
		if (pair->base_kind == CRISS_CROSS)
			criss_cross++;
		else if (pair->removes)
			moved++;
		else
			others++;
	}
	ask_end(&asking);
	print_message("%d of %d merges are clean to git, %d are mechanical; "
		      "%d criss-cross, %d with moves, %d others are not\n",
	    clean, PAIRS, same, criss_cross, moved, others);
	assert_true(same > PAIRS / 5);
	assert_int_equal(others, 0);
}

/* A pair that is mechanical only if lines are merged, and its tree. */
static const struct pair *
pair_of_lines(struct asking *asking)
{
	for (int i = 0; i < PAIRS; i++) {
		asking->budget.limits.blob_size = 1;
		if (pairs[i].base_kind != ONE_BASE || !pairs[i].git.clean ||
		    ask(asking, &pairs[i], &pairs[i].git.tree) != 0)
			continue;
		asking->budget.limits = default_limits;
		if (ask(asking, &pairs[i], &pairs[i].git.tree) == 1)
			return &pairs[i];
	}
	fail_msg("no pair whose lines are merged");
	return NULL;
}

static void
limits_end_in_no_or_in_an_error(void **state)
{
	const struct pair *pair;
	struct asking asking;
	struct oid missing;

	(void)state;
	ask_begin(&asking);
	pair = pair_of_lines(&asking);
	asking.budget.limits.tree_entries = asking.budget.tree_entries;
	assert_int_equal(-1, ask(&asking, pair, &pair->git.tree));
	assert_string_equal("object.limit", asking.err.code);
	asking.budget.limits = default_limits;
	asking.budget.limits.tree_size = 1;
	assert_int_equal(-1, ask(&asking, pair, &pair->git.tree));
	asking.budget.limits = default_limits;
	missing = pair->git.tree;
	missing.bytes[3] ^= 1;
	assert_int_equal(-1, ask(&asking, pair, &missing));
	assert_string_equal("object.missing", asking.err.code);
	asking.budget.deadline = deadline_in(0);
	assert_int_equal(-1, ask(&asking, pair, &pair->git.tree));
	assert_string_equal("object.limit", asking.err.code);
	ask_end(&asking);
}

static void
only_two_parents_make_a_mechanical_merge(void **state)
{
	const struct oid parents[] = {
	    pairs[0].ours, pairs[0].ours, pairs[0].theirs};
	struct commit commit = {.parents = parents};
	struct asking asking;

	(void)state;
	ask_begin(&asking);
	assert_int_equal(0, history_tree(asking.history, &parents[0],
				&commit.tree, &asking.err));
	for (size_t count = 0; count < 4; count++) {
		commit.parent_count = count;
		assert_int_equal(
		    count == 2, merge_is_mechanical(repo, asking.history,
				    &commit, &asking.budget, &asking.err));
	}
	ask_end(&asking);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_mechanical_here_git_merges_so_too),
	    cmocka_unit_test(limits_end_in_no_or_in_an_error),
	    cmocka_unit_test(only_two_parents_make_a_mechanical_merge),
	};

	print_message("seed %u\n", seed);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
