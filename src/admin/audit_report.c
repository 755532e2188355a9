/* `refwarden audit report`: what an auditor is told of a period. */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/audit_figures.h"
#include "admin/command.h"
#include "admin/in_force.h"
#include "base/clock.h"
#include "base/version.h"
#include "waiver/exception.h"

static const char usage[] =
    "usage: refwarden audit report --from DATE [--to DATE]\n"
    "                              [--format md|html | --json]\n"
    "                              [--policy FILE] [SOURCE...]\n"
    "\n"
    "Report what was observed and enforced from DATE to DATE (today), as\n"
    "Markdown or as one HTML file.  FILE says what clauses there are.  Each\n"
    "SOURCE is a repository, a directory of them, a journal, a file of\n"
    "syslog (also .gz) or \"-\"; without one, the repository around.\n";

struct options {
	long from, to;
	enum audit_format format;
	bool json;
	const char *policy;
};

enum { DAYS_LIMIT = 36525 }; /* a hundred years of weeks are kept */

static bool
read_format(const char *text, enum audit_format *format)
{
	*format = strcmp(text, "html") == 0 ? AUDIT_HTML : AUDIT_MARKDOWN;
	return *format == AUDIT_HTML || strcmp(text, "md") == 0;
}

static int
wrong(const char *why, const char *value)
{
	fprintf(stderr, "refwarden: %s%s\n%s", why, value, usage);
	return EXIT_USAGE;
}

static int
check_options(const struct options *options)
{
	if (options->from < 0)
		return wrong("--from DATE?", "");
	if (options->from > options->to)
		return wrong("--from is after --to", "");
	if (options->to - options->from > DAYS_LIMIT)
		return wrong("that is more than a hundred years", "");
	return -1;
}

/* -1 to go on, else an exit status. */
static int
read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
	    {"from", required_argument, NULL, 'f'},
	    {"to", required_argument, NULL, 't'},
	    {"format", required_argument, NULL, 'F'},
	    {"policy", required_argument, NULL, 'p'},
	    {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
	    {0}};
	int c;

	*options = (struct options){.from = -1, .to = clock_today()};
	optind = 1;
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		if (c == 'f' || c == 't') {
			if (!day_parse(optarg,
				c == 'f' ? &options->from : &options->to))
				return wrong(
				    "not a date such as 2026-11-22: ", optarg);
		} else if (c == 'F') {
			if (!read_format(optarg, &options->format))
				return wrong(
				    "--format md or html, not ", optarg);
		} else if (c == 'p')
			options->policy = optarg;
		else if (c == 'j')
			options->json = true;
		else if (c == 'h')
			return fputs(usage, stdout), EXIT_YES;
		else
			return fputs(usage, stderr), EXIT_USAGE;
	return check_options(options);
}

/* ---- the register of exceptions */

static void
keep(char **into, const char *text)
{
	free(*into);
	*into = mem_string(text);
}

static bool
is_in_force(const struct figures *figures, const struct exception *exception)
{
	return exception->approved_on <= figures->to &&
	       exception->expires >= figures->from &&
	       (exception->revoked_on == 0 ||
		   exception->revoked_on > figures->from);
}

static void
take_exception(struct figures *figures, const struct exception *exception)
{
	struct row *row = rows_find(&figures->exceptions, exception->id);

	if (row == NULL && !is_in_force(figures, exception))
		return;
	row = rows_get(&figures->exceptions, exception->id);
	keep(&row->note, exception->reason);
	keep(&row->approver, exception->approved_by);
	row->approved_on = exception->approved_on;
	row->expires = exception->expires;
	row->revoked_on = exception->revoked_on;
	for (size_t i = 0; i < exception->rules.count; i++)
		rows_get(&row->rules, exception->rules.list[i]);
	for (size_t i = 0; row->last == 0 && i < exception->refs.count; i++)
		rows_get(&row->refs, exception->refs.list[i]);
}

static int
read_exception(struct figures *figures, const char *path, struct error *err)
{
	struct exception exception = {0};
	struct arena arena = {0};
	struct faults faults;
	size_t len;
	char *data;
	int result;

	if (policy_read(path, &data, &len, err) != 0)
		return error_prefix(err, "the register of exceptions");
	faults_init(&faults, path);
	result = exception_parse(data, len, &arena, &exception, &faults);
	if (result == 0)
		take_exception(figures, &exception);
	else
		policy_first_fault(&faults, err);
	faults_free(&faults);
	arena_free(&arena);
	free(data);
	return result;
}

static int
is_record(const struct dirent *file)
{
	size_t len = strlen(file->d_name);

	return file->d_name[0] != '.' && len > 4 &&
	       strcmp(file->d_name + len - 4, ".yml") == 0;
}

/* Only a directory can be listed without asking whose repository. */
static void
read_register(struct figures *figures, const struct policy *policy)
{
	const char *directory = policy->exceptions.directory;
	struct dirent **files = NULL;
	struct text path = {0};
	struct error err;
	int count;

	if (directory == NULL)
		return;
	count = scandir(directory, &files, is_record, alphasort);
	if (count < 0)
		fprintf(
		    stderr, "refwarden: %s: %s\n", directory, strerror(errno));
	figures->register_read = count >= 0;
	for (int i = 0; i < count; i++) {
		path.len = 0;
		text_add_format(&path, "%s/%s", directory, files[i]->d_name);
		if (read_exception(figures, path.data, &err) != 0)
			fprintf(stderr, "refwarden: %s\n", err.text);
		free(files[i]);
	}
	free(files);
	text_free(&path);
}

/* ---- the figures as JSON */

static const char *const count_names[COUNTS] = {[COUNT_ALL] = "judged",
    [COUNT_ACCEPTED] = "accepted",
    [COUNT_EXCEPTED] = "under_exception",
    [COUNT_HELD] = "held",
    [COUNT_REFUSED] = "refused",
    [COUNT_ERRORS] = "errors",
    [COUNT_WARNED] = "warned",
    [COUNT_OBSERVED] = "observed",
    [COUNT_UNREVIEWED] = "review_none",
    [COUNT_CLAIMED] = "review_claimed",
    [COUNT_PUSHER] = "review_pusher",
    [COUNT_CONTENT] = "review_content",
    [COUNT_SIGNED] = "review_signed"};

static void
set_number(json_t *json, const char *key, int64_t number)
{
	json_object_set_new(json, key, json_integer((json_int_t)number));
}

static void
set_text(json_t *json, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		json_object_set_new(json, key, json_string(text));
}

static void
set_day(json_t *json, const char *key, long day)
{
	char text[16];

	if (day != 0)
		set_text(json, key, day_format(day, text));
}

/* Who reads what became of refs asks how many were accepted, in any way. */
static void
set_result(json_t *json, enum count count, const int64_t counts[COUNTS])
{
	set_number(json, count_names[count],
	    count == COUNT_ACCEPTED ? accepted_of(counts) : counts[count]);
}

static void
set_counts(json_t *json, const struct row *row)
{
	bool results = row->rules.count == 0 && row->modes.count == 0;

	for (size_t i = 0; i < COUNTS; i++)
		if (row->counts[i] != 0)
			set_number(json, count_names[i], row->counts[i]);
	if (results && accepted_of(row->counts) > 0)
		set_result(json, COUNT_ACCEPTED, row->counts);
}

static void
set_names(json_t *json, const char *key, const struct rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->count; i++)
		json_array_append_new(list, json_string(rows->list[i]->name));
	if (rows->count > 0)
		json_object_set_new(json, key, list);
	else
		json_decref(list);
}

static void
set_rows(
    json_t *json, const char *key, const char *name, const struct rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = rows->list[i];
		json_t *object = json_object();

		json_object_set_new(object, name, json_string(row->name));
		set_text(object, "title", row->title);
		set_text(object, "controls", row->controls);
		set_text(object, "note", row->note);
		set_names(object, "rules", &row->rules);
		set_names(object, "modes", &row->modes);
		set_names(object, "refs", &row->refs);
		set_counts(object, row);
		set_day(object, "first", row->first);
		set_day(object, "last", row->last);
		set_text(object, "approved_by", row->approver);
		set_day(object, "approved_on", row->approved_on);
		set_day(object, "expires", row->expires);
		set_day(object, "revoked_on", row->revoked_on);
		json_array_append_new(list, object);
	}
	json_object_set_new(json, key, list);
}

static json_t *
weeks_json(const struct figures *figures)
{
	json_t *list = json_array();

	for (size_t i = 0; i < figures->weeks; i++) {
		json_t *week = json_object();

		set_day(week, "week", figures->monday + (long)i * 7);
		for (size_t k = COUNT_ALL; k <= COUNT_ERRORS; k++)
			set_result(week, (enum count)k, figures->week[i]);
		json_array_append_new(list, week);
	}
	return list;
}

static void
set_summary(json_t *json, const struct figures *f)
{
	for (size_t i = 0; i < COUNTS; i++)
		set_result(json, (enum count)i, f->decisions);
	set_number(json, "pushes", f->pushes);
	set_number(json, "pushes_accepted", f->pushes_accepted);
	set_number(json, "pushes_refused", f->pushes_refused);
	set_number(json, "checks", f->checks);
	set_number(json, "imported", f->imported);
	set_number(json, "commits", f->commits);
	set_number(json, "changes", f->changes);
	set_number(json, "reviewer_pushed", f->self_pushed);
	set_number(json, "landed", f->landed);
	set_number(json, "without_refs", f->refless);
	set_number(json, "damaged", f->damaged);
	set_number(json, "undated", f->undated);
	set_number(json, "taken_back", f->taken_back);
	set_number(json, "cut", f->cut);
	if (f->gaps_examined)
		set_number(json, "gaps", (int64_t)f->gap_count);
	set_number(json, "stray", f->stray);
}

static void
print_json(const struct figures *figures)
{
	json_t *json = json_object(), *summary = json_object();

	set_day(json, "from", figures->from);
	set_day(json, "to", figures->to);
	set_text(json, "document", figures->document);
	set_text(json, "policy_file", figures->policy);
	set_text(json, "policy", figures->policy_hash);
	set_summary(summary, figures);
	json_object_set_new(json, "summary", summary);
	json_object_set_new(json, "weeks", weeks_json(figures));
	set_rows(json, "rules", "rule", &figures->rules);
	set_rows(json, "clauses", "clause", &figures->clauses);
	set_rows(json, "exceptions", "exception", &figures->exceptions);
	set_rows(json, "codes", "code", &figures->codes);
	set_rows(json, "repositories", "repo", &figures->repos);
	set_rows(json, "hosts", "host", &figures->hosts);
	set_rows(json, "users", "user", &figures->users);
	set_rows(json, "policies", "policy", &figures->policies);
	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(json);
}

/* ---- from sources to a report */

static int
add_sources(
    struct reader *reader, char **paths, size_t count, struct error *err)
{
	struct repo *repo;
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++)
		result = reader_add(reader, paths[i], err);
	if (count > 0)
		return result;
	if ((repo = repo_open(".", err)) == NULL)
		return -1;
	result = reader_add(reader, repo_dir(repo), err);
	repo_close(repo);
	return result;
}

static void
name_policy(struct figures *figures, const struct policy *policy)
{
	struct row *row = rows_find(&figures->policies, figures->policy_hash);

	if (row != NULL)
		keep(&row->title,
		    *policy->name != '\0' ? policy->name : figures->policy);
}

static int
count_all(struct figures *figures, struct reader *reader,
    const struct options *options, const struct policy *policy,
    struct error *err)
{
	figures_begin(figures, options->from, options->to);
	figures->made = clock_now();
	figures->version = VERSION;
	if (policy != NULL)
		figures_take_policy(figures, policy, options->policy);
	if (reader_settle(reader, err) != 0 ||
	    figures_count(figures, reader, policy, err) != 0)
		return -1;
	if (policy != NULL) {
		name_policy(figures, policy);
		read_register(figures, policy);
	}
	return 0;
}

static int
print(const struct figures *figures, const struct options *options)
{
	struct text text = {0};

	if (options->json) {
		print_json(figures);
	} else {
		audit_write(figures, options->format, &text);
		fwrite(text.data, 1, text.len, stdout);
		text_free(&text);
	}
	if (figures->damaged > 0)
		fprintf(stderr,
		    "refwarden: %lld lines could not be read, "
		    "`refwarden audit verify` names them\n",
		    (long long)figures->damaged);
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_YES
						      : EXIT_ENVIRONMENT;
}

/* Gaps need the records once more, so not what comes from a pipe. */
static void
take_gaps(struct figures *figures, char **paths, size_t count)
{
	char name[] = "gaps", quiet[] = "--json", **argv;
	bool again = true;

	argv = mem_array(count + 3, sizeof *argv);
	argv[0] = name;
	argv[1] = quiet;
	for (size_t i = 0; i < count; i++) {
		argv[i + 2] = paths[i];
		again = again && strcmp(paths[i], "-") != 0;
	}
	if (again)
		figures_take_gaps(figures, (int)count + 2, argv);
	free(argv);
}

int
audit_report_command(int argc, char **argv)
{
	struct figures figures = {0};
	struct layers layers = {0};
	struct options options;
	struct reader *reader;
	struct error err;
	int status = read_options(argc, argv, &options);
	char **paths = argv + optind;
	size_t count = (size_t)(argc - optind);

	if (status != -1)
		return status;
	reader = reader_new();
	if ((options.policy == NULL ||
		layers_load_file(options.policy, &layers, NULL, &err) == 0) &&
	    add_sources(reader, paths, count, &err) == 0 &&
	    count_all(&figures, reader, &options,
		options.policy != NULL ? layers.list[0] : NULL, &err) == 0) {
		take_gaps(&figures, paths, count);
		status = print(&figures, &options);
	} else {
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = error_status(&err);
	}
	figures_free(&figures);
	layers_free(&layers);
	reader_free(reader);
	return status;
}
