/* The layer in the tree: when there is one, and what it may say. */
#include "policy/in_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/files.h"
#include "policy/layers.h"

#define OWN                                                                 \
	"version: 1\nprotected: [main]\nrules: [{id: r, require: {review: " \
	"{}}}]\n"
#define UPPER "repository_policy: own/policy.yml\n" OWN

static struct bare bare;
static struct repo *repo;

/* The layer on the server. */
static void
layers_begin(struct layers *layers, const char *upper)
{
	char path[128];
	struct error err;
	FILE *file;

	snprintf(path, sizeof path, "%s/upper.yml", bare.dir);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(upper, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(layers_load_file(path, layers, NULL, &err), 0);
}

/* A commit of one file, as the tip of a branch; "": of none. */
static struct oid
commit(const char *branch, const char *path, const char *mode, const char *data)
{
	const struct file_text files[] = {{path, mode, data, 0}, {NULL}};
	struct oid tree = files_tree(&bare, files), id;
	char hex[OID_DIGITS + 1], ref[64];
	struct text out = GIT(&bare, NULL, "-c", "user.name=a", "-c",
	    "user.email=a@example.com", "commit-tree", "-m", "x",
	    oid_format(&tree, hex));

	assert_true(oid_parse(&id, out.data, OID_DIGITS));
	text_free(&out);
	if (branch[0] != '\0') {
		snprintf(ref, sizeof ref, "refs/heads/%s", branch);
		out = GIT(&bare, NULL, "update-ref", ref, oid_format(&id, hex));
		text_free(&out);
	}
	return id;
}

static int
begin(void **state)
{
	(void)state;
	bare_begin(&bare);
	repo = files_open(&bare);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	repo_close(repo);
	bare_end(&bare);
	return 0;
}

static void
head(const char *target)
{
	struct text out = GIT(&bare, NULL, "symbolic-ref", "HEAD", target);

	text_free(&out);
}

static void
load(const char *upper, int result, const char *code, size_t count)
{
	struct layers layers;
	struct error err = {0};

	layers_begin(&layers, upper);
	assert_int_equal(layers_load_tree(&layers, repo, &err), result);
	assert_string_equal(err.code, code);
	assert_int_equal(layers.count, count);
	layers_free(&layers);
}

static void
the_file_is_read_where_the_server_names_it_and_HEAD_is(void **state)
{
	(void)state;
	head("refs/heads/main");
	load(UPPER, 0, "", 1);
	commit("topic", "own/policy.yml", "100644", OWN);
	load(UPPER, 0, "", 1);
	commit("main", "own/policy.yml", "100644", OWN);
	load(UPPER, 0, "", 2);
	load(OWN, 0, "", 1);
	commit("main", "own/other.yml", "100644", OWN);
	load(UPPER, 0, "", 1);
	commit("main", "own/policy.yml", "100644", UPPER);
	load(UPPER, -1, "policy.invalid", 1);
	head("refs/heads/topic");
	load(UPPER, -1, "policy.missing", 1);
	head("refs/heads/gone");
	load(UPPER, -1, "policy.missing", 1);
	load(OWN, 0, "", 1);
}

static void
what_was_loaded_shows_in_hash_and_names(void **state)
{
	struct oid tip =
	    commit("", "own/policy.yml", "100644", "mode: warn\n" OWN);
	struct layers layers;
	struct error err;
	char before[13];

	(void)state;
	layers_begin(&layers, UPPER);
	memcpy(before, layers.hash, sizeof before);
	assert_int_equal(
	    layers_add_tree(&layers, repo, "refs/heads/main", &tip, &err), 0);
	assert_int_equal(layers.count, 2);
	assert_int_equal(layers.list[1]->layer, LAYER_TREE);
	assert_string_not_equal(layers.hash, before);
	assert_string_equal(layers.tree_branch, "refs/heads/main");
	assert_string_equal(layers.list[0]->rules[0].name, "system/r");
	assert_string_equal(layers.list[1]->rules[0].name, "r");
	assert_int_equal(layers.list[0]->rules[0].mode, MODE_ENFORCE);
	layers_free(&layers);
}

static void
what_is_no_policy_is_told_with_its_place(void **state)
{
	static const struct {
		const char *path, *mode, *data, *text;
	} rows[] = {
	    {"own/policy.yml", "100644", "x: 1\n" OWN, "own/policy.yml:1:1: "},
	    {"own/policy.yml", "100644", "log: {}\n" OWN,
		"own/policy.yml:1:1: `log` belongs"},
	    {"own/policy.yml", "120000", "x", "own/policy.yml: it is no "},
	    {"own/policy.yml/x", "100644", OWN, "own/policy.yml: it is no "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct oid tip =
		    commit("", rows[i].path, rows[i].mode, rows[i].data);
		struct budget budget = budget_new(&default_limits);
		struct policy *policy;
		struct faults faults;
		struct error err;

		faults_init(&faults, "own/policy.yml");
		assert_int_equal(in_tree_load(repo, &tip, "own/policy.yml",
				     &budget, &faults, &policy, &err),
		    -1);
		assert_null(policy);
		assert_string_equal(err.code, "policy.invalid");
		assert_memory_equal(
		    err.text, rows[i].text, strlen(rows[i].text));
		assert_int_equal(faults.errors, 1);
		faults_free(&faults);
	}
}

static void
a_file_where_its_directory_should_be_is_no_policy_at_all(void **state)
{
	struct oid tip = commit("", "own", "100644", OWN);
	struct budget budget = budget_new(&default_limits);
	struct policy *policy;
	struct faults faults;
	struct error err;

	(void)state;
	faults_init(&faults, "own/policy.yml");
	assert_int_equal(in_tree_load(repo, &tip, "own/policy.yml", &budget,
			     &faults, &policy, &err),
	    0);
	assert_null(policy);
	faults_free(&faults);
}

static void
what_can_not_be_read_is_an_error_and_no_absence(void **state)
{
	struct oid tip = {{1}};
	struct layers layers;
	struct error err;

	(void)state;
	layers_begin(&layers, UPPER);
	assert_int_equal(
	    layers_add_tree(&layers, repo, "refs/heads/main", &tip, &err), -1);
	assert_string_equal(err.code, "policy.invalid");
	layers_free(&layers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_file_is_read_where_the_server_names_it_and_HEAD_is),
	    cmocka_unit_test(what_was_loaded_shows_in_hash_and_names),
	    cmocka_unit_test(what_is_no_policy_is_told_with_its_place),
	    cmocka_unit_test(
		a_file_where_its_directory_should_be_is_no_policy_at_all),
	    cmocka_unit_test(what_can_not_be_read_is_an_error_and_no_absence),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
