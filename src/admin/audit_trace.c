/* `refwarden audit trace`: which pushes brought a commit in, or were refused
 * for it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/command.h"
#include "admin/revision.h"
#include "admin/tally.h"
#include "git/history.h"
#include "git/object.h"

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit trace [OPTION...] COMMIT [REPO | DIR | "
	"FILE...]\n"
	"\n"
	"List the decisions about a commit: pushes that brought it to a ref,\n"
	"by itself or among others, and pushes that were refused for it.\n"
	"\n"
	"  --repo PATH  the repository that has the commits, where the "
	"records\n"
	"               are not in its journal\n"
	"  --since DAY, --until DAY   2026-11-22, or 90d or 12w before today\n"
	"  --ref PATTERN --user USER\n"
	"  --json       the records as they are\n"
	"  --plain      columns between tabs, no heading\n",
    .options = "dsurUjP",
    .word = "which commit",
    .streams = true,
};

enum { SHORTEST = 4 /* digits */ };

struct trace {
	struct audit *audit;
	char digits[OID_DIGITS + 1]; /* of the commit, or as many as known */
	struct oid commit;
	bool whole;          /* all of them */
	bool absent;         /* a repository does not have it */
	const char *git_dir; /* whose history is open */
	struct repo *repo;   /* NULL: its commits can not be looked at */
	struct arena arena;
	struct budget budget;
	struct history *history;
	struct tally held; /* refs whose last value has the commit */
	size_t found, unknown;
};

enum { HOLDS }; /* figure of a ref */

/* ---- which commit */

static bool
read_digits(struct trace *trace, const char *word)
{
	size_t len = strlen(word);

	if (len < SHORTEST || len > OID_DIGITS ||
	    strspn(word, "0123456789abcdefABCDEF") != len)
		return false;
	for (size_t i = 0; i <= len; i++)
		trace->digits[i] = (char)tolower((unsigned char)word[i]);
	return true;
}

/* What git makes of the word; digits that it does not know may still be on
 * record. */
static bool
find_commit(struct trace *trace)
{
	size_t count;
	const struct source *sources =
	    reader_sources(trace->audit->reader, &count);
	const char *dir = trace->audit->dir;
	struct error err;

	if (dir == NULL && count > 0)
		dir = sources[0].git_dir;
	trace->whole = dir != NULL && revision_resolve(dir, trace->audit->word,
					  &trace->commit, &err) == 0;
	if (trace->whole)
		oid_format(&trace->commit, trace->digits);
	else if (!read_digits(trace, trace->audit->word))
		return false;
	else
		trace->whole = oid_parse(
		    &trace->commit, trace->digits, strlen(trace->digits));
	return true;
}

/* -1 to go on, else an exit status. */
static int
check_repository(const char *path)
{
	struct error err;
	struct repo *repo = repo_open(path, &err);

	if (repo == NULL) {
		audit_tell("--repo: %s", err.text);
		return EXIT_ENVIRONMENT;
	}
	repo_close(repo);
	return -1;
}

static bool
is_commit(const struct trace *trace, const char *id)
{
	return starts_with(id, trace->digits);
}

/* ---- what a push brought */

static void
close_history(struct trace *trace)
{
	history_free(trace->history);
	repo_close(trace->repo);
	arena_free(&trace->arena);
	trace->history = NULL;
	trace->repo = NULL;
	tally_free(&trace->held);
}

/* The history of the repository that this record is about. */
static bool
open_history(struct trace *trace, const struct source *source)
{
	const char *dir =
	    trace->audit->dir != NULL ? trace->audit->dir : source->git_dir;
	struct limits limits = default_limits;
	struct object object;
	struct error err;

	if (dir == NULL || !trace->whole)
		return false;
	if (trace->git_dir != NULL && strcmp(dir, trace->git_dir) == 0)
		return trace->history != NULL;
	close_history(trace);
	trace->git_dir = dir;
	if ((trace->repo = repo_open(dir, &err)) == NULL)
		return false;
	limits.time = INT32_MAX; /* nobody waits for us but who asked */
	if (object_header(trace->repo, &trace->commit, &object, &err) != 0) {
		trace->absent = true;
		return false;
	}
	trace->budget = budget_new(&limits);
	trace->history =
	    history_new(trace->repo, &trace->budget, &trace->arena);
	return true;
}

/* Does this state have the commit?  1, 0 or -1. */
static int
holds(struct trace *trace, const char *id)
{
	struct error err;
	struct oid tip;

	if (!oid_parse(&tip, id, strlen(id)))
		return -1;
	if (oid_is_zero(&tip))
		return 0;
	return history_descends(trace->history, &tip, &trace->commit, &err);
}

/*
 * Was the commit among what this push brought?  A ref that had it keeps it
 * until it is rewritten, so most pushes need not be looked at.
 */
static bool
brought(struct trace *trace, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct tally_row *row;
	int old, new;

	if (!entry_landed(entry) || !open_history(trace, line->source))
		return false;
	row = tally_at(&trace->held, entry->ref);
	if (row->figures[HOLDS] != 0 && strcmp(entry->kind, "update") == 0)
		return false;
	/* A ref that no policy protects has no changes on record. */
	if (entry->changes == 0 && !entry->imported &&
	    strcmp(entry->kind, "delete") != 0)
		return false;
	if ((new = holds(trace, entry->new)) < 0)
		trace->unknown++;
	row->figures[HOLDS] = new == 1;
	if (new != 1)
		return false;
	old = holds(trace, entry->old);
	return old == 0;
}

/* In a word, or NULL: the record has nothing to do with it. */
static const char *
what_happened(struct trace *trace, const struct line *line)
{
	const struct entry *entry = &line->entry;

	if (entry->event == EVENT_VIOLATION && is_commit(trace, entry->commit))
		return entry->exception[0] != '\0' ? "waived" : entry->mode;
	if (entry->event != EVENT_DECISION)
		return NULL;
	if (entry->check && is_commit(trace, entry->new))
		return "check";
	if (entry_landed(entry))
		return brought(trace, line) || is_commit(trace, entry->new)
			   ? "accept"
			   : NULL;
	if (!is_commit(trace, entry->new))
		return NULL;
	return strcmp(entry->verdict, "accept") == 0 ? "held" : entry->verdict;
}

static void
print_row(
    const struct trace *trace, const struct entry *entry, const char *what)
{
	const char *cells[] = {
	    entry->time, entry->id, what, entry->user, entry->repo, entry->ref};
	static const size_t widths[] = {24, 9, 8, 12, 16, 24};

	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		print_safe(cells[i][0] != '\0' ? cells[i] : "-",
		    trace->audit->plain ? 0 : widths[i]);
		fputs(trace->audit->plain ? "\t" : "  ", stdout);
	}
	if (entry->event == EVENT_VIOLATION)
		print_safe(entry->code, 0);
	else if (entry->codes.count > 0)
		print_list(&entry->codes);
	else
		print_list(&entry->reviewers);
	putchar('\n');
}

static void
follow(struct trace *trace)
{
	struct line line;
	const char *what;

	while (audit_next(trace->audit, &line)) {
		if ((what = what_happened(trace, &line)) == NULL)
			continue;
		if (trace->found++ == 0 && !trace->audit->json &&
		    !trace->audit->plain)
			printf("%-24s  %-9s  %-8s  %-12s  %-16s  %-24s  %s\n",
			    "TIME", "PUSH", "WHAT", "USER", "REPOSITORY", "REF",
			    "FOUND OR REVIEWERS");
		if (trace->audit->json)
			print_record(&line);
		else
			print_row(trace, &line.entry, what);
	}
}

int
audit_trace_command(int argc, char **argv)
{
	struct trace trace = {0};
	struct audit audit;
	int status = audit_open(&audit, &command, argc, argv);

	trace.audit = &audit;
	if (status == -1 && audit.dir != NULL)
		status = check_repository(audit.dir);
	if (status == -1 && !find_commit(&trace))
		status = audit_usage(&audit, "no commit \"%s\"", audit.word);
	if (status != -1)
		return audit_close(&audit, status);
	follow(&trace);
	close_history(&trace);
	if (trace.unknown > 0)
		audit_tell("%zu pushes were of commits that are no longer here",
		    trace.unknown);
	if (trace.absent)
		audit_tell("%s is not here: only pushes that name it are found",
		    trace.digits);
	if (trace.found == 0)
		audit_tell("no decision about %s here", trace.digits);
	return audit_close(&audit, trace.found > 0 ? EXIT_YES : EXIT_NO);
}
