/* `refwarden policy check`: every fault of a policy, where it is. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/fault.h"
#include "admin/in_force.h"
#include "admin/lone_reviewer.h"
#include "admin/options.h"
#include "admin/owner.h"
#include "admin/scenario.h"
#include "base/place.h"
#include "git/repo.h"
#include "policy/layers.h"

static const struct command_line command = {
    .usage =
	"usage: refwarden policy check [--json] [--in-tree] [--repo REPO]\n"
	"                              [FILE...]\n"
	"\n"
	"Look for faults in policies and in policy tests; without FILE in the\n"
	"policies installed for this server and for the repository around.  "
	"With\n"
	"--in-tree FILE is to lie in the tree of a repository.  With REPO "
	"also\n"
	"ask its history whether there is anybody to review.  Exits 0 if all "
	"are\n"
	"valid, 3 if one is not, 4 if one can not be read.\n",
    .letters = "jtR",
    .most = INT_MAX,
};

/* What a file is: the policy of a layer, or tests of one. */
enum form {
	FORM_SYSTEM = LAYER_SYSTEM,
	FORM_REPOSITORY = LAYER_REPOSITORY,
	FORM_TREE = LAYER_TREE,
	FORM_TESTS,
};

struct checking {
	json_t *findings; /* with --json; else NULL */
	struct options options;
	size_t files, unreadable, errors, warnings;
};

static void
report(struct checking *checking, const struct faults *faults, const char *data,
    size_t size)
{
	for (size_t i = 0; i < faults->count; i++)
		checking->warnings += faults->list[i].warning;
	checking->errors += faults->errors;
	if (checking->findings != NULL)
		faults_append(checking->findings, faults);
	else
		faults_print(stdout, faults, data, size);
}

/*
 * Would a hook believe this file?  Where it is not installed yet, its owner and
 * mode may still change.
 */
static void
check_safety(const char *path, bool installed, struct faults *faults)
{
	static const struct node whole_file = {.line = 0, .column = 0};
	struct error err;
	char *data = NULL;
	size_t len;

	if (trusted_read(path, &data, &len, &err) == -1 &&
	    strcmp(err.code, "policy.unsafe") == 0) {
		if (installed)
			fault_at(faults, &whole_file, "%s", err.text);
		else
			warning_at(faults, &whole_file,
			    "a hook would refuse it as it is: %s", err.text);
	}
	free(data);
}

/* -1 if the history can not be asked. */
static int
check_policy(const struct checking *checking, const char *data, size_t len,
    enum layer_kind layer, struct faults *faults)
{
	struct policy *policy = policy_load(data, len, layer, faults);
	struct error err;
	int status = 0;

	if (policy != NULL && checking->options.repo != NULL &&
	    lone_reviewers_warn(policy, checking->options.repo, faults, &err) ==
		-1) {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = -1;
	}
	policy_free(policy);
	return status;
}

static void
check_tests(const char *data, size_t len, struct faults *faults)
{
	struct scenarios scenarios;

	scenarios_load(data, len, &scenarios, faults);
	scenarios_free(&scenarios);
}

/* 0, 1 if there is no such file, -1 if it can not be read. */
static int
check_file(
    struct checking *checking, const char *path, enum form form, bool installed)
{
	struct faults faults;
	struct error err;
	char *data;
	size_t len;
	int status = policy_read(path, &data, &len, &err);

	if (status != 0) {
		if (status == -1)
			fprintf(stderr, "refwarden: %s\n", err.text);
		return status;
	}
	faults_init(&faults, path);
	faults.advice = true;
	if (form == FORM_TESTS) {
		check_tests(data, len, &faults);
	} else {
		if (form != FORM_TREE)
			check_safety(path, installed, &faults);
		status = check_policy(
		    checking, data, len, (enum layer_kind)form, &faults);
	}
	faults_sort(&faults);
	report(checking, &faults, data, len);
	checking->files++;
	faults_free(&faults);
	free(data);
	return status;
}

static bool
is_test(const char *path)
{
	struct error err;
	char *data;
	size_t len;
	bool recognised;

	if (policy_read(path, &data, &len, &err) != 0)
		return false;
	recognised = scenarios_recognised(data, len);
	free(data);
	return recognised;
}

/* What a file is that was only named.  A guess is told. */
static enum form
form_guess(const struct checking *checking, const char *path)
{
	struct error err;
	int in_tree;

	if (checking->options.in_tree)
		return FORM_TREE;
	if (is_test(path)) {
		fprintf(stderr, "refwarden: %s: read as a policy test\n", path);
		return FORM_TESTS;
	}
	if ((in_tree = is_in_tree(path, &err)) == 1)
		fprintf(stderr,
		    "refwarden: %s: read as the policy in the tree\n", path);
	else if (in_tree == -1)
		fprintf(stderr,
		    "refwarden: %s: read as a policy on the server, for it is "
		    "unknown what the tree's would be: %s\n",
		    path, err.text);
	return in_tree == 1 ? FORM_TREE : FORM_SYSTEM;
}

static void
check_named(struct checking *checking, char **paths, const char *system_file)
{
	for (; *paths != NULL; paths++) {
		bool installed = strcmp(*paths, system_file) == 0;
		int status = check_file(checking, *paths,
		    installed ? FORM_SYSTEM : form_guess(checking, *paths),
		    installed);

		if (status == 1)
			fprintf(
			    stderr, "refwarden: %s: no such file\n", *paths);
		checking->unreadable += status != 0;
	}
}

static void
check_installed(struct checking *checking, const char *system_file)
{
	struct text own = {0};
	struct error err;
	struct repo *repo = repo_open(".", &err);

	if (repo != NULL)
		owner_become(repo_dir(repo));
	checking->unreadable +=
	    check_file(checking, system_file, FORM_SYSTEM, true) == -1;
	if (repo != NULL) {
		text_add_format(&own, "%s/refwarden.yml", repo_dir(repo));
		checking->unreadable +=
		    check_file(checking, own.data, FORM_REPOSITORY, true) == -1;
		owner_resign();
	}
	if (checking->files + checking->unreadable == 0) {
		fprintf(stderr,
		    "refwarden: there is no policy: neither %s%s%s exists\n",
		    system_file, repo != NULL ? " nor " : " nor a repository's",
		    repo != NULL ? own.data : "");
		checking->errors++;
	}
	text_free(&own);
	repo_close(repo);
}

static int
finish(struct checking *checking)
{
	if (checking->findings != NULL) {
		json_dumpf(checking->findings, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(checking->findings);
	}
	fprintf(stderr, "refwarden: %zu file%s, %zu error%s, %zu warning%s\n",
	    checking->files, checking->files == 1 ? "" : "s", checking->errors,
	    checking->errors == 1 ? "" : "s", checking->warnings,
	    checking->warnings == 1 ? "" : "s");
	if (fflush(stdout) != 0 || ferror(stdout) || checking->unreadable > 0)
		return EXIT_ENVIRONMENT;
	return checking->errors > 0 ? EXIT_INVALID : EXIT_YES;
}

int
policy_check_command(int argc, char **argv)
{
	struct checking checking = {.findings = NULL};
	const struct options *options = &checking.options;
	struct text system_file = {0};
	int status = options_read(&command, argc, argv, &checking.options);

	if (status != -1)
		return status;
	if (options->in_tree && options->count == 0)
		return options_wrong(&command, "--in-tree: which file?");
	checking.findings = options->json ? json_array() : NULL;
	text_add_format(
	    &system_file, "%s/refwarden/policy.yml", place_sysconf());
	if (options->count > 0)
		check_named(&checking, options->operands, system_file.data);
	else
		check_installed(&checking, system_file.data);
	text_free(&system_file);
	return finish(&checking);
}
