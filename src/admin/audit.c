/* Options, sources and filters of the audit commands. */
#include "admin/audit.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/color.h"
#include "admin/command.h"
#include "base/clock.h"
#include "git/repo.h"
#include "policy/policy.h"
#include "report/prose.h"

enum {
	DEFAULT_COUNT = 25,
	COUNT_LIMIT = 100000, /* of a sample, which is kept in memory */
	DAYS_LIMIT = 36500,
	PROGRESS_LINES = 16384, /* between looks at the clock */
	PROGRESS_AFTER = 1000,  /* milliseconds */
	PROGRESS_EVERY = 200,
};

static const struct option known[] = {
    {"since", required_argument, NULL, 's'},
    {"until", required_argument, NULL, 'u'},
    {"ref", required_argument, NULL, 'r'},
    {"user", required_argument, NULL, 'U'},
    {"rule", required_argument, NULL, 'R'},
    {"code", required_argument, NULL, 'c'},
    {"verdict", required_argument, NULL, 'v'},
    {"repo", required_argument, NULL, 'p'}, /* a name; or a path: */
    {"repo", required_argument, NULL, 'd'},
    {"id", required_argument, NULL, 'i'},
    {"by", required_argument, NULL, 'b'},
    {"as", required_argument, NULL, 'a'},
    {"count", required_argument, NULL, 'n'},
    {"seed", required_argument, NULL, 'S'},
    {"from", required_argument, NULL, 'f'}, /* a seq; or a day: */
    {"from", required_argument, NULL, 'F'},
    {"to", required_argument, NULL, 't'},
    {"format", required_argument, NULL, 'o'},
    {"policy", required_argument, NULL, 'y'},
    {"expect", required_argument, NULL, 'e'},
    {"json", no_argument, NULL, 'j'},
    {"plain", no_argument, NULL, 'P'},
    {"color", optional_argument, NULL, 'C'},
    {"help", no_argument, NULL, 'h'},
};
enum { KNOWN_COUNT = sizeof known / sizeof *known };

static void __attribute__((format(printf, 1, 0)))
tell_safe(const char *format, va_list args)
{
	char words[2048];
	struct text safe = {0};

	vsnprintf(words, sizeof words, format, args);
	text_add(&safe, "");
	safe_add(&safe, words, SIZE_MAX);
	fprintf(stderr, "refwarden: %s\n", safe.data);
	text_free(&safe);
}

void
audit_tell(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell_safe(format, args);
	va_end(args);
}

int
audit_usage(const struct audit *audit, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell_safe(format, args);
	va_end(args);
	fputs(audit->command->usage, stderr);
	return EXIT_USAGE;
}

/* "2026-11-22", or as many days or weeks before today: "90d", "12w". */
static bool
read_day(const char *text, char day[16])
{
	size_t digits = strspn(text, "0123456789");
	long number;

	if (day_parse(text, &number)) {
		day_format(number, day);
		return true;
	}
	if (digits == 0 || digits > 5 || strlen(text) != digits + 1 ||
	    strchr("dw", text[digits]) == NULL)
		return false;
	number = strtol(text, NULL, 10) * (text[digits] == 'w' ? 7 : 1);
	if (number > DAYS_LIMIT)
		return false;
	day_format(clock_today() - number, day);
	return true;
}

static bool
read_count(const char *text, int64_t limit, int64_t *count)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 18 || text[digits] != '\0')
		return false;
	*count = strtoll(text, NULL, 10);
	return *count > 0 && *count <= limit;
}

static bool
is_verdict(const char *text)
{
	return strcmp(text, "accept") == 0 || strcmp(text, "refuse") == 0 ||
	       strcmp(text, "error") == 0;
}

/* False where the value is none. */
static bool
set_option(struct audit *audit, int letter, const char *value)
{
	const struct {
		int letter;
		const char **member;
	} texts[] = {{'r', &audit->ref}, {'U', &audit->user},
	    {'R', &audit->rule}, {'c', &audit->code}, {'p', &audit->repo},
	    {'d', &audit->dir}, {'i', &audit->id}, {'b', &audit->by},
	    {'a', &audit->as}, {'S', &audit->seed}, {'e', &audit->expect},
	    {'v', &audit->verdict}, {'o', &audit->format},
	    {'y', &audit->policy}};
	int64_t count;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].letter == letter) {
			*texts[i].member = value;
			return letter != 'v' || is_verdict(value);
		}
	if (letter == 's' || letter == 'F')
		return read_day(value, audit->since);
	if (letter == 'u' || letter == 't')
		return read_day(value, audit->until);
	if (letter == 'f')
		return read_count(value, INT64_MAX, &audit->from);
	if (letter == 'n') {
		if (!read_count(value, COUNT_LIMIT, &count))
			return false;
		audit->count = (size_t)count;
		return true;
	}
	if (letter == 'C')
		return color_choose(value);
	if (letter == 'j')
		audit->json = true;
	if (letter == 'P')
		audit->plain = true;
	return true;
}

/* -1 to go on, else an exit status. */
static int
read_options(struct audit *audit, int argc, char **argv)
{
	struct option allowed[KNOWN_COUNT + 1] = {{0}};
	int c, at, count = 0;

	for (int i = 0; i < KNOWN_COUNT; i++)
		if (strchr("Ch", known[i].val) != NULL ||
		    strchr(audit->command->options, known[i].val) != NULL)
			allowed[count++] = known[i];
	optind = 1;
	while ((c = getopt_long(argc, argv, "h", allowed, &at)) != -1) {
		if (c == 'h')
			return fputs(audit->command->usage, stdout), EXIT_YES;
		if (c == '?')
			return fputs(audit->command->usage, stderr), EXIT_USAGE;
		if (!set_option(audit, c, optarg))
			return audit_usage(audit, "--%s: not \"%s\"",
			    allowed[at].name, optarg);
	}
	if (audit->command->word == NULL)
		return -1;
	if (optind == argc)
		return audit_usage(audit, "%s?", audit->command->word);
	audit->word = argv[optind++];
	return -1;
}

static int
tell(const struct error *err)
{
	audit_tell("%s", err->text);
	return EXIT_ENVIRONMENT;
}

static int
open_around(struct audit *audit)
{
	struct repo *repo;
	struct error err;
	int result;

	if ((repo = repo_open(".", &err)) == NULL)
		return audit_usage(audit,
		    "no repository here: name a repository, a directory of "
		    "them, or files");
	result = reader_add(audit->reader, repo_dir(repo), &err);
	repo_close(repo);
	return result == 0 ? -1 : tell(&err);
}

/* A hook that was never enabled leaves nothing to be found. */
static void
tell_without(const struct audit *audit)
{
	const char *first;
	size_t count = reader_without(audit->reader, &first);

	if (count > 0)
		audit_tell("no journal in %zu repositor%s, the first is %s",
		    count, count == 1 ? "y" : "ies", first);
}

int
audit_sources(struct audit *audit)
{
	struct error err;
	int status;

	audit->reader = reader_new();
	if (audit->source_count == 0 && (status = open_around(audit)) != -1)
		return status;
	for (size_t i = 0; i < audit->source_count; i++)
		if (reader_add(audit->reader, audit->sources[i], &err) != 0)
			return tell(&err);
	tell_without(audit);
	if (reader_settle(audit->reader, &err) != 0)
		return tell(&err);
	return -1;
}

int
audit_options(struct audit *audit, const struct audit_command *command,
    int argc, char **argv)
{
	const char *pattern, *fault;
	int status;

	*audit = (struct audit){.command = command, .count = DEFAULT_COUNT};
	audit->started = clock_ticks();
	if ((status = read_options(audit, argc, argv)) != -1)
		return status;
	if (command->fault != NULL && (fault = command->fault(audit)) != NULL)
		return audit_usage(audit, "%s", fault);
	if (audit->ref != NULL) {
		if ((pattern = glob_fault(audit->ref)) != NULL)
			return audit_usage(audit, "--ref: %s", pattern);
		pattern = ref_pattern_full(&audit->arena, audit->ref);
		audit->globs = globs_new(GLOBS_EXACT);
		globs_add(audit->globs, &pattern, 1);
	}
	if (audit->until[0] != '\0' && strcmp(audit->since, audit->until) > 0)
		return audit_usage(audit, "--since is after --until");
	audit->sources = argv + optind;
	audit->source_count = (size_t)(argc - optind);
	return -1;
}

int
audit_open(struct audit *audit, const struct audit_command *command, int argc,
    char **argv)
{
	int status = audit_options(audit, command, argc, argv);

	return status == -1 ? audit_sources(audit) : status;
}

static bool
same(const char *wanted, const char *got)
{
	return wanted == NULL || strcmp(wanted, got) == 0;
}

static bool
listed(const char *wanted, const char *got, const struct entry_list *list)
{
	return wanted == NULL || strcmp(wanted, got) == 0 ||
	       entry_list_has(list, wanted);
}

static bool
passes(const struct audit *audit, const struct entry *entry)
{
	if (audit->since[0] != '\0' &&
	    strncmp(entry->time, audit->since, 10) < 0)
		return false;
	if (audit->until[0] != '\0' &&
	    strncmp(entry->time, audit->until, 10) > 0)
		return false;
	return same(audit->id, entry->id) && same(audit->repo, entry->repo) &&
	       same(audit->user, entry->user) &&
	       same(audit->verdict, entry->verdict) &&
	       listed(audit->rule, entry->rule, &entry->rules) &&
	       listed(audit->code, entry->code, &entry->codes) &&
	       (audit->globs == NULL ||
		   globs_match(audit->globs, 0, entry->ref));
}

/* How far we are, where somebody is waiting in front of a terminal. */
static void
progress(struct audit *audit)
{
	int64_t now;
	uint64_t done, all;

	if (audit->lines++ % PROGRESS_LINES != 0 || !isatty(STDERR_FILENO) ||
	    (audit->command->streams && isatty(STDOUT_FILENO)))
		return;
	now = clock_ticks();
	if (now - audit->started < PROGRESS_AFTER ||
	    now - audit->told < PROGRESS_EVERY)
		return;
	audit->told = now;
	reader_position(audit->reader, &done, &all);
	if (all > 0)
		fprintf(
		    stderr, "\rreading: %3u%%", (unsigned)(done * 100 / all));
}

static void
note_damage(struct audit *audit, const struct line *line)
{
	if (audit->damaged++ == 0)
		snprintf(audit->first_damage, sizeof audit->first_damage,
		    "%s:%zu: %s", line->source->path, line->number,
		    line->fault);
}

static bool
is_asked(const struct audit *audit, const struct line *line)
{
	const struct audit_command *command = audit->command;

	if (line->repeated &&
	    (!command->journals || line->source->git_dir == NULL))
		return false;
	return (command->all || !line->superseded) &&
	       passes(audit, &line->entry);
}

bool
audit_next(struct audit *audit, struct line *line)
{
	enum read_result result;
	struct error err;

	while ((result = reader_next(audit->reader, line, &err)) > READ_END) {
		progress(audit);
		if (result == READ_DAMAGED)
			note_damage(audit, line);
		else if (result == READ_RECORD && is_asked(audit, line))
			return true;
	}
	if (audit->told > 0)
		fputs("\r              \r", stderr);
	if (result == READ_FAILED) {
		tell(&err);
		audit->failed = true;
	}
	return false;
}

int
audit_close(struct audit *audit, int status)
{
	if (audit->damaged > 0)
		audit_tell("%zu line%s could not be read, the first is %s",
		    audit->damaged, audit->damaged == 1 ? "" : "s",
		    audit->first_damage);
	reader_free(audit->reader);
	globs_free(audit->globs);
	arena_free(&audit->arena);
	if (audit->failed || fflush(stdout) != 0 || ferror(stdout))
		return EXIT_ENVIRONMENT;
	return status;
}

bool
entry_landed(const struct entry *entry)
{
	return entry->event == EVENT_DECISION && !entry->check &&
	       strcmp(entry->verdict, "accept") == 0 &&
	       strcmp(entry->push, "accept") == 0;
}

void
print_record(const struct line *line)
{
	fwrite(line->json, 1, line->json_len, stdout);
	putchar('\n');
}

void
print_json(json_t *json)
{
	json_dumpf(json, stdout,
	    JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(json);
}

void
print_safe(const char *string, size_t columns)
{
	struct text text = {0};
	size_t used;

	text_add(&text, "");
	used = safe_add(&text, string, SIZE_MAX);
	fwrite(text.data, 1, text.len, stdout);
	if (used < columns)
		printf("%*s", (int)(columns - used), "");
	text_free(&text);
}

void
print_list(const struct entry_list *list)
{
	const char *name = list->count > 0 ? list->first : NULL;

	if (name == NULL)
		putchar('-');
	for (; name != NULL; name = entry_list_next(list, name)) {
		print_safe(name, 0);
		if (entry_list_next(list, name) != NULL)
			putchar(',');
	}
}
