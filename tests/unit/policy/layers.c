/* Which files are layers, and whose word counts where two speak. */
#include "policy/layers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#define BASE                  \
	"version: 1\n"        \
	"protected: [main]\n" \
	"rules: [{id: r, require: {review: {}}}]\n"

static char root[] = "/tmp/layers-XXXXXX";
static char git_dir[64], system_file[128], repository_file[128];

static int
set_up(void **state)
{
	char directory[64];

	(void)state;
	umask(022);
	assert_non_null(mkdtemp(root));
	setenv("REFWARDEN_TEST_ROOT", root, 1);
	snprintf(directory, sizeof directory, "%s/etc", root);
	assert_int_equal(mkdir(directory, 0755), 0);
	snprintf(directory, sizeof directory, "%s/etc/refwarden", root);
	assert_int_equal(mkdir(directory, 0755), 0);
	snprintf(system_file, sizeof system_file, "%s/policy.yml", directory);
	snprintf(git_dir, sizeof git_dir, "%s/api.git", root);
	assert_int_equal(mkdir(git_dir, 0755), 0);
	snprintf(repository_file, sizeof repository_file, "%s/refwarden.yml",
	    git_dir);
	return 0;
}

static int
tear_down(void **state)
{
	char directory[64];

	(void)state;
	unlink(system_file);
	unlink(repository_file);
	rmdir(git_dir);
	snprintf(directory, sizeof directory, "%s/etc/refwarden", root);
	rmdir(directory);
	snprintf(directory, sizeof directory, "%s/etc", root);
	rmdir(directory);
	return rmdir(root);
}

/* NULL: no such file. */
static void
put(const char *path, const char *text)
{
	FILE *file;

	unlink(path);
	if (text == NULL)
		return;
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
without_any_layer_the_policy_is_missing(void **state)
{
	struct layers layers;
	struct error err;

	(void)state;
	put(system_file, NULL);
	put(repository_file, NULL);
	assert_int_equal(layers_load(git_dir, &layers, NULL, &err), -1);
	assert_string_equal(err.code, "policy.missing");
	assert_int_equal(layers.count, 0);
	assert_int_equal(layers.log->facility, LOG_AUTHPRIV);
	assert_int_equal(layers.pusher->kind, PUSHER_AUTO);
	layers_free(&layers);
}

static void
either_layer_alone_is_enough(void **state)
{
	static const char *const cases[][2] = {{BASE, NULL}, {NULL, BASE}};
	struct layers layers;
	struct error err;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		put(system_file, cases[i][0]);
		put(repository_file, cases[i][1]);
		assert_int_equal(layers_load(git_dir, &layers, NULL, &err), 0);
		assert_int_equal(layers.count, 1);
		assert_int_equal(layers.list[0]->layer, i);
		assert_int_equal(layers.limits.time, 60000);
		assert_int_equal(strlen(layers.hash), 12);
		layers_free(&layers);
	}
}

static void
a_rule_of_two_layers_is_named_with_its_layer(void **state)
{
	struct layers layers;
	struct error err;

	(void)state;
	put(system_file, BASE);
	put(repository_file, "version: 1\nprotected: [main]\nrules:\n"
			     "  - {id: own, require: {review: {}}}\n"
			     "  - {id: r, require: {review: {}}}\n");
	assert_int_equal(layers_load(git_dir, &layers, NULL, &err), 0);
	assert_string_equal(layers.list[0]->rules[0].name, "system/r");
	assert_string_equal(layers.list[0]->rules[0].id, "r");
	assert_string_equal(layers.list[1]->rules[0].name, "own");
	assert_string_equal(layers.list[1]->rules[1].name, "r");
	layers_free(&layers);
	put(repository_file, NULL);
	assert_int_equal(layers_load(git_dir, &layers, NULL, &err), 0);
	assert_string_equal(layers.list[0]->rules[0].name, "r");
	layers_free(&layers);
}

static void
the_upper_layer_speaks_first_and_limits_only_tighten(void **state)
{
	struct layers layers;
	struct error err;

	(void)state;
	put(system_file, "log: {facility: local1}\ncontact: upper\n"
			 "limits: {time: 2m, commits: 200000}\n" BASE);
	put(repository_file,
	    "log: {facility: local2}\ncontact: lower\npusher: none\n"
	    "document: lower\n"
	    "limits: {time: 3m, commits: 7, refs: 5000}\n" BASE);
	assert_int_equal(layers_load(git_dir, &layers, NULL, &err), 0);
	assert_int_equal(layers.count, 2);
	assert_int_equal(layers.log->facility, LOG_LOCAL1);
	assert_int_equal(layers.pusher->kind, PUSHER_NONE);
	assert_string_equal(layers.contact, "upper");
	assert_string_equal(layers.document, "lower");
	assert_int_equal(layers.limits.time, 120000);
	assert_int_equal(layers.limits.commits, 7);
	assert_int_equal(layers.limits.refs, 1000);
	layers_free(&layers);
}

static void
namespaces_and_names_are_the_upper_layers_to_say(void **state)
{
	static const struct {
		const char *upper, *lower;
		bool own, strict;
	} cases[] = {
	    {BASE, BASE, false, true},
	    {BASE, "namespaces: [\"refs/own/*\"]\nref_names: git\n" BASE, true,
		false},
	    {"namespaces: [\"refs/heads/*\"]\nref_names: strict\n" BASE,
		"namespaces: [\"refs/own/*\"]\nref_names: git\n" BASE, false,
		true},
	};
	struct layers layers;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(system_file, cases[i].upper);
		put(repository_file, cases[i].lower);
		assert_int_equal(layers_load(git_dir, &layers, NULL, &err), 0);
		assert_int_equal(
		    layers_allow(&layers, "refs/own/x"), cases[i].own);
		assert_int_equal(
		    layers_allow(&layers, "refs/heads/x"), !cases[i].own);
		assert_int_equal(layers.ref_names_strict, cases[i].strict);
		layers_free(&layers);
	}
}

static void
the_hash_is_of_the_bytes_of_all_layers(void **state)
{
	static const char *const cases[][2] = {{BASE, NULL},
	    {BASE "# \n", NULL}, {BASE, BASE}, {BASE, BASE "# \n"},
	    {BASE "# \n", BASE}};
	enum { COUNT = sizeof cases / sizeof *cases };
	char hashes[COUNT][13];
	struct layers layers;
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		put(system_file, cases[i][0]);
		put(repository_file, cases[i][1]);
		assert_int_equal(layers_load(git_dir, &layers, NULL, &err), 0);
		memcpy(hashes[i], layers.hash, sizeof hashes[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(hashes[i], hashes[k]);
		layers_free(&layers);
	}
}

static void
a_layer_with_a_fault_refuses_whatever_the_other_says(void **state)
{
	static const struct {
		const char *upper, *lower, *text;
	} cases[] = {
	    {"x: 1\n" BASE, BASE, "policy.yml:1:1: unknown key \"x\""},
	    {BASE, "x: 1\n" BASE, "refwarden.yml:1:1: unknown key \"x\""},
	    {NULL, "x: 1\ny: 1\n" BASE, "(and 1 more)"},
	    {"", BASE, "policy.yml:1:1: "},
	    {"x: 1\n" BASE, "y: 1\n" BASE, "policy.yml:1:1: "},
	};
	struct faults faults[LAYER_LIMIT];
	struct layers layers;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(system_file, cases[i].upper);
		put(repository_file, cases[i].lower);
		assert_int_equal(
		    layers_load(git_dir, &layers, faults, &err), -1);
		assert_string_equal(err.code, "policy.invalid");
		assert_non_null(strstr(err.text, cases[i].text));
		assert_true(faults[0].errors + faults[1].errors > 0);
		layers_free(&layers);
		for (size_t k = 0; k < LAYER_LIMIT; k++)
			faults_free(&faults[k]);
	}
}

static void
what_the_readable_layer_says_of_the_log_still_counts(void **state)
{
	struct layers layers;
	struct error err;

	(void)state;
	put(system_file, "log: {facility: local1}\n" BASE);
	put(repository_file, "not a policy");
	assert_int_equal(layers_load(git_dir, &layers, NULL, &err), -1);
	assert_int_equal(layers.log->facility, LOG_LOCAL1);
	layers_free(&layers);
}

static void
a_layer_others_can_write_is_unsafe(void **state)
{
	struct layers layers;
	struct error err;

	(void)state;
	put(system_file, BASE);
	put(repository_file, BASE);
	assert_int_equal(chmod(repository_file, 0666), 0);
	assert_int_equal(layers_load(git_dir, &layers, NULL, &err), -1);
	assert_string_equal(err.code, "policy.unsafe");
	layers_free(&layers);
	assert_int_equal(
	    layers_load_file(repository_file, &layers, NULL, &err), 0);
	assert_int_equal(layers.count, 1);
	layers_free(&layers);
}

static void
a_file_that_is_not_there_is_no_policy(void **state)
{
	struct layers layers;
	struct error err;

	(void)state;
	put(repository_file, NULL);
	assert_int_equal(
	    layers_load_file(repository_file, &layers, NULL, &err), -1);
	assert_string_equal(err.code, "policy.missing");
	layers_free(&layers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_any_layer_the_policy_is_missing),
	    cmocka_unit_test(either_layer_alone_is_enough),
	    cmocka_unit_test(a_rule_of_two_layers_is_named_with_its_layer),
	    cmocka_unit_test(
		the_upper_layer_speaks_first_and_limits_only_tighten),
	    cmocka_unit_test(namespaces_and_names_are_the_upper_layers_to_say),
	    cmocka_unit_test(the_hash_is_of_the_bytes_of_all_layers),
	    cmocka_unit_test(
		a_layer_with_a_fault_refuses_whatever_the_other_says),
	    cmocka_unit_test(
		what_the_readable_layer_says_of_the_log_still_counts),
	    cmocka_unit_test(a_layer_others_can_write_is_unsafe),
	    cmocka_unit_test(a_file_that_is_not_there_is_no_policy),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
