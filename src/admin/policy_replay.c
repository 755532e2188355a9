/* `refwarden policy replay`: what a policy would have refused so far. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/in_force.h"
#include "admin/options.h"
#include "admin/replay.h"
#include "admin/shown.h"

static const struct command_line command = {
    .usage =
	"usage: refwarden policy replay [--json | --plain] [--list]\n"
	"                               [--ref BRANCH] [--since AGE]\n"
	"                               [--repo REPO] [--policy FILE]\n"
	"\n"
	"Judge each past change of BRANCH (main) as if it were pushed now, "
	"alone,\n"
	"under the policies in force for REPO (the repository around) or "
	"under\n"
	"FILE, and say by rule what would be refused.  AGE is such as 90d.  "
	"With\n"
	"--list name every change that would be refused.  No ref is touched.\n",
    .letters = "RrpsjPl",
};

enum {
	PROGRESS_AFTER = 2000, /* milliseconds of silence */
	PROGRESS_EVERY = 1000,
	SHORT = 10, /* digits of a commit that are shown */
};

/* A line of the table: a rule, or the built-in findings of one kind. */
struct row {
	const struct rule *rule; /* NULL: built in */
	char name[24];           /* of built-in ones: "history" */
	size_t broken, of, last; /* `last`: one more than the change counted */
	size_t first;
};

struct table {
	struct row *rows;
	size_t count, capacity;
};

static void
progress(size_t done, size_t count)
{
	static int64_t started, last; /* a callback of one run of a program */
	int64_t now = clock_ticks();

	if (started == 0)
		started = now;
	if (now - started < PROGRESS_AFTER || now - last < PROGRESS_EVERY)
		return;
	last = now;
	fprintf(stderr, "refwarden: %zu of %zu changes judged\n", done, count);
}

/* ---- the table */

static struct row *
row_add(struct table *table, const struct rule *rule)
{
	struct row *row;

	table->rows = mem_grow(table->rows, &table->capacity, table->count + 1,
	    sizeof *table->rows);
	row = &table->rows[table->count++];
	*row = (struct row){.rule = rule};
	return row;
}

/* A built-in finding goes by the first word of its code. */
static struct row *
row_for(struct table *table, const struct past_violation *violation)
{
	size_t len = strcspn(violation->code, ".");
	struct row *row;

	for (size_t i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (violation->rule != NULL
			? row->rule == violation->rule
			: row->rule == NULL && strlen(row->name) == len &&
			      memcmp(row->name, violation->code, len) == 0)
			return row;
	}
	row = row_add(table, violation->rule);
	memcpy(row->name, violation->code, len);
	return row;
}

static void
table_fill(struct table *table, const struct replay *replay)
{
	size_t number = 0;

	for (size_t i = 0; i < replay->layers->count; i++) {
		const struct policy *policy = replay->layers->list[i];

		for (size_t r = 0; r < policy->rule_count; r++, number++)
			if (rule_applies(&policy->rules[r], replay->ref))
				row_add(table, &policy->rules[r])->of =
				    replay->met[number];
	}
	for (size_t i = 0; i < replay->violation_count; i++) {
		const struct past_violation *v = &replay->violations[i];
		struct row *row = row_for(table, v);

		if (row->rule == NULL)
			row->of = replay->count;
		if (row->last == v->change + 1)
			continue;
		row->last = v->change + 1;
		if (row->broken++ == 0)
			row->first = v->change;
	}
}

static const char *
row_name(const struct row *row)
{
	return row->rule != NULL ? row->rule->name : row->name;
}

static const char *
row_mode(const struct row *row)
{
	return row->rule != NULL ? mode_names[row->rule->mode] : "";
}

/* Columns between tabs, whole commits, no heading. */
static void
print_plain(const struct table *table, const struct replay *replay)
{
	char hex[OID_DIGITS + 1];

	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		printf("%s\t%s\t%zu\t%zu\t%s\n", row_name(row), row_mode(row),
		    row->broken, row->of,
		    row->broken == 0
			? "-"
			: oid_format(&replay->changes[row->first].commit, hex));
	}
}

static void
print_table(const struct table *table, const struct replay *replay)
{
	char hex[OID_DIGITS + 1];
	int width = 4;

	for (size_t i = 0; i < table->count; i++)
		if ((int)strlen(row_name(&table->rows[i])) > width)
			width = (int)strlen(row_name(&table->rows[i]));
	printf("%-*s  %-7s  %8s  %8s  %s\n", width, "RULE", "MODE", "BROKEN",
	    "OF", "FIRST");
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		printf("%-*s  %-7s  %8zu  %8zu  %.*s\n", width, row_name(row),
		    row_mode(row), row->broken, row->of, SHORT,
		    row->broken == 0
			? "-"
			: oid_format(&replay->changes[row->first].commit, hex));
	}
}

/* ---- the list */

static void
print_list(const struct replay *replay, bool plain)
{
	char hex[OID_DIGITS + 1];

	for (size_t i = 0; i < replay->violation_count; i++) {
		const struct past_violation *v = &replay->violations[i];

		if (v->refuses)
			printf(plain ? "%.*s\t%s\t%s\n" : "%.*s  %-20s  %s\n",
			    plain ? OID_DIGITS : SHORT,
			    oid_format(&replay->changes[v->change].commit, hex),
			    v->code, v->rule != NULL ? v->rule->name : "-");
	}
}

static json_t *
list_json(const struct replay *replay)
{
	json_t *list = json_array();
	char hex[OID_DIGITS + 1];

	for (size_t i = 0; i < replay->violation_count; i++) {
		const struct past_violation *v = &replay->violations[i];

		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s?, s:b}", "commit",
			oid_format(&replay->changes[v->change].commit, hex),
			"code", v->code, "rule",
			v->rule != NULL ? v->rule->name : NULL, "refuses",
			v->refuses));
	}
	return list;
}

static json_t *
table_json(const struct table *table, const struct replay *replay)
{
	json_t *list = json_array(), *object;
	char hex[OID_DIGITS + 1];

	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		object = json_pack("{s:s, s:s, s:I, s:I}", "rule",
		    row_name(row), "mode", row_mode(row), "broken",
		    (json_int_t)row->broken, "of", (json_int_t)row->of);
		if (row->broken > 0)
			json_object_set_new(object, "first",
			    json_string(oid_format(
				&replay->changes[row->first].commit, hex)));
		json_array_append_new(list, object);
	}
	return list;
}

static size_t
outcome_count(const struct replay *replay, enum outcome outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < replay->count; i++)
		count += replay->outcomes[i] == outcome;
	return count;
}

static void
print_json(const struct table *table, const struct replay *replay, bool list)
{
	json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:o}", "ref",
	    ref_shown(replay->ref), "changes", (json_int_t)replay->count,
	    "refused", (json_int_t)outcome_count(replay, OUTCOME_REFUSE),
	    "errors", (json_int_t)outcome_count(replay, OUTCOME_ERROR), "rules",
	    table_json(table, replay));

	if (list)
		json_object_set_new(json, "violations", list_json(replay));
	json_show(json);
}

static int
answer(const struct replay *replay, const struct options *options)
{
	size_t refused = outcome_count(replay, OUTCOME_REFUSE);
	size_t errors = outcome_count(replay, OUTCOME_ERROR);
	struct table table = {NULL, 0, 0};
	bool written;

	table_fill(&table, replay);
	if (options->json)
		print_json(&table, replay, options->list);
	else if (options->list)
		print_list(replay, options->plain);
	else if (options->plain)
		print_plain(&table, replay);
	else
		print_table(&table, replay);
	free(table.rows);
	written = fflush(stdout) == 0 && !ferror(stdout);
	fprintf(stderr, "refwarden: %zu of %zu changes of %s would be refused",
	    refused, replay->count, ref_shown(replay->ref));
	if (errors > 0)
		fprintf(stderr, ", %zu could not be judged", errors);
	fputs("\n", stderr);
	if (!written || errors > 0)
		return EXIT_ENVIRONMENT;
	return refused > 0 ? EXIT_NO : EXIT_YES;
}

static bool
is_protected(const struct layers *layers, const char *ref)
{
	for (size_t i = 0; i < layers->count; i++)
		if (policy_protects(layers->list[i], ref))
			return true;
	return false;
}

static int
run(struct replay *replay, const struct options *options, struct error *err)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t since = options->since >= 0
			    ? (clock_now() - options->since) / 1000
			    : INT64_MIN;

	if (layers_in_force(
		options->policy, options->repo, replay->layers, err) == -1)
		return -1;
	if (!is_protected(replay->layers, replay->ref))
		return error_set(err, "%s is not protected: nothing is judged",
		    ref_shown(replay->ref));
	if (replay_collect(replay, since, err) == -1)
		return -1;
	return replay_judge(
	    replay, processors > 1 ? (size_t)processors : 1, progress, err);
}

int
policy_replay_command(int argc, char **argv)
{
	struct layers layers = {.count = 0};
	struct replay replay = {.layers = &layers};
	struct arena arena = {0};
	struct options options;
	struct error err;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	replay.repo = options.repo != NULL ? options.repo : ".";
	replay.ref = ref_pattern_full(
	    &arena, options.ref != NULL ? options.ref : "main");
	if (strncmp(replay.ref, "refs/heads/", strlen("refs/heads/")) != 0) {
		fprintf(stderr,
		    "refwarden: --ref %s is no branch: only what "
		    "branches gained is replayed\n",
		    options.ref);
		status = EXIT_USAGE;
	} else if (run(&replay, &options, &err) == 0) {
		status = answer(&replay, &options);
	} else {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = error_status(&err);
	}
	replay_free(&replay);
	layers_free(&layers);
	arena_free(&arena);
	return status;
}
