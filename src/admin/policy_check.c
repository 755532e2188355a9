/* `refwarden policy check`: every fault of a policy, where it is. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/lone_reviewer.h"
#include "base/place.h"
#include "git/repo.h"
#include "policy/layers.h"

enum { EXCERPT_LIMIT = 120 }; /* characters of a line that are shown */

static const char usage[] =
    "usage: refwarden policy check [--json] [--repo REPO] [FILE...]\n"
    "\n"
    "Look for faults in policy files; without FILE in those installed for\n"
    "this server and for the repository around.  With REPO also ask its\n"
    "history whether there is anybody to review.  Exits 0 if all are valid,\n"
    "3 if one is not, 4 if one can not be read.\n";

struct checking {
	json_t *findings; /* with --json; else NULL */
	const char *repo; /* whose history is asked; or NULL */
	size_t files, unreadable, errors, warnings;
};

/* One character for each of the text's: what is unsafe is shown as "?". */
static size_t
add_printable(struct text *out, const char *data, size_t len, size_t limit)
{
	size_t count = 0, step;
	uint32_t rune;

	for (; len > 0 && count < limit; count++, data += step, len -= step) {
		step = utf8_decode(data, len, &rune);
		if (step > 0 && !rune_is_unsafe(rune))
			text_add_bytes(out, data, step);
		else
			text_add_char(out, *data == '\t' ? ' ' : '?');
		step = step > 0 ? step : 1;
	}
	return count;
}

/* The line of that number, from 1, without its end; NULL if there is none. */
static const char *
line_find(const char *data, size_t size, unsigned number, size_t *len)
{
	const char *end = data + size, *next;

	for (; number > 1; number--) {
		next = memchr(data, '\n', (size_t)(end - data));
		if (next == NULL)
			return NULL;
		data = next + 1;
	}
	next = memchr(data, '\n', (size_t)(end - data));
	*len = (size_t)((next != NULL ? next : end) - data);
	if (*len > 0 && data[*len - 1] == '\r')
		--*len;
	return data;
}

/* The line and a caret; nothing where the caret would be far to the right. */
static void
add_excerpt(
    struct text *out, const char *data, size_t size, const struct fault *fault)
{
	size_t len;
	const char *line = line_find(data, size, fault->line, &len);

	if (line == NULL || len == 0 || fault->column > EXCERPT_LIMIT)
		return;
	text_add(out, "    ");
	add_printable(out, line, len, EXCERPT_LIMIT);
	text_add_format(out, "\n    %*s^\n", (int)fault->column - 1, "");
}

static void
print_fault(
    const char *file, const struct fault *fault, const char *data, size_t size)
{
	struct text out = {0};

	add_printable(&out, file, strlen(file), SIZE_MAX);
	if (fault->line > 0)
		text_add_format(&out, ":%u:%u", fault->line, fault->column);
	text_add(&out, fault->warning ? ": warning: " : ": error: ");
	add_printable(&out, fault->text, strlen(fault->text), SIZE_MAX);
	text_add(&out, "\n");
	if (fault->line > 0)
		add_excerpt(&out, data, size, fault);
	fputs(out.data, stdout);
	text_free(&out);
}

static void
set_text(json_t *object, const char *key, const char *value)
{
	struct text text = {0};

	text_add(&text, "");
	add_printable(&text, value, strlen(value), SIZE_MAX);
	json_object_set_new(
	    object, key, json_string(text.data != NULL ? text.data : ""));
	text_free(&text);
}

static void
append_fault(json_t *findings, const char *file, const struct fault *fault)
{
	json_t *object = json_object();

	set_text(object, "file", file);
	if (fault->line > 0) {
		json_object_set_new(object, "line", json_integer(fault->line));
		json_object_set_new(
		    object, "column", json_integer(fault->column));
	}
	set_text(object, "severity", fault->warning ? "warning" : "error");
	set_text(object, "text", fault->text);
	json_array_append_new(findings, object);
}

static void
report(struct checking *checking, const struct faults *faults, const char *data,
    size_t size)
{
	const struct fault *fault;

	for (size_t i = 0; i < faults->count; i++) {
		fault = &faults->list[i];
		checking->warnings += fault->warning;
		if (checking->findings != NULL)
			append_fault(checking->findings, faults->file, fault);
		else
			print_fault(faults->file, fault, data, size);
	}
	checking->errors += faults->errors;
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

/* 0, 1 if there is no such file, -1 if it can not be read. */
static int
check_file(struct checking *checking, const char *path, enum layer_kind layer,
    bool installed)
{
	struct faults faults;
	struct policy *policy;
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
	check_safety(path, installed, &faults);
	policy = policy_load(data, len, layer, &faults);
	if (policy != NULL && checking->repo != NULL &&
	    lone_reviewers_warn(policy, checking->repo, &faults, &err) == -1) {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = -1;
	}
	policy_free(policy);
	faults_sort(&faults);
	report(checking, &faults, data, len);
	checking->files++;
	faults_free(&faults);
	free(data);
	return status;
}

static void
check_named(struct checking *checking, char **paths, const char *installed)
{
	int status;

	for (; *paths != NULL; paths++) {
		status = check_file(checking, *paths, LAYER_SYSTEM,
		    strcmp(*paths, installed) == 0);
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

	checking->unreadable +=
	    check_file(checking, system_file, LAYER_SYSTEM, true) == -1;
	if (repo != NULL) {
		text_add_format(&own, "%s/refwarden.yml", repo_dir(repo));
		checking->unreadable += check_file(checking, own.data,
					    LAYER_REPOSITORY, true) == -1;
	}
	if (checking->files + checking->unreadable == 0) {
		fprintf(stderr,
		    "refwarden: there is no policy: neither %s%s%s exists\n",
		    system_file, repo != NULL ? " nor " : " nor a repository's",
		    repo != NULL ? own.data : "");
		checking->unreadable++;
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
	static const struct option known[] = {{"json", no_argument, NULL, 'j'},
	    {"repo", required_argument, NULL, 'R'},
	    {"help", no_argument, NULL, 'h'}, {0}};
	struct checking checking = {.findings = NULL};
	struct text system_file = {0};
	bool json = false;
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		if (c == 'j')
			json = true;
		else if (c == 'R')
			checking.repo = optarg;
		else if (c == 'h')
			return fputs(usage, stdout), EXIT_YES;
		else
			return fputs(usage, stderr), EXIT_USAGE;
	checking.findings = json ? json_array() : NULL;
	text_add_format(
	    &system_file, "%s/refwarden/policy.yml", place_sysconf());
	if (optind < argc)
		check_named(&checking, argv + optind, system_file.data);
	else
		check_installed(&checking, system_file.data);
	text_free(&system_file);
	return finish(&checking);
}
