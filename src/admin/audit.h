/*
 * What the audit commands share: their options, where records come from, and
 * which of them are asked about.
 */
#ifndef ADMIN_AUDIT_H
#define ADMIN_AUDIT_H

#include <jansson.h>

#include "base/glob.h"
#include "base/mem.h"
#include "record/read.h"

struct audit;

/* What an audit command takes. */
struct audit_command {
	const char *usage;
	const char *options; /* letters of the table in audit.c */
	const char *word;    /* what comes before the sources, "ID"; or NULL */
	bool all;            /* also decisions that were taken back */
	bool journals;       /* each journal whole, whatever others have */
	bool streams;        /* prints while it reads */
	/* What is wrong with options that are good each by itself, or NULL;
	 * asked before anything is opened.  May be NULL. */
	const char *(*fault)(const struct audit *);
};

struct audit {
	const char *word, *by, *as, *seed, *expect, *format, *policy, *dir;
	const char *id, *repo, *user, *rule, *code, *verdict, *ref;
	char since[16], until[16]; /* days, "" for none; both are included */
	size_t count;
	int64_t from;
	bool json, plain;
	char **sources; /* those that were named, up to NULL */
	size_t source_count;

	const struct audit_command *command;
	struct reader *reader;
	struct globs *globs; /* of --ref */
	struct arena arena;
	size_t lines, damaged;
	char first_damage[512];
	int64_t started, told; /* clock_ticks() of the progress */
	bool failed;           /* what was read is not all there is */
};

/*
 * Read the options and open the sources: those named, or the journal of the
 * repository around.  -1 to go on, else an exit status; in both cases the
 * caller ends with audit_close().
 */
int
audit_open(struct audit *, const struct audit_command *, int argc, char **argv);

/* The two halves of audit_open(). */
int audit_options(
    struct audit *, const struct audit_command *, int argc, char **argv);
int audit_sources(struct audit *);

/* The next record that passes the filters.  False at the end, and where reading
 * fails, which audit_close() remembers. */
bool audit_next(struct audit *, struct line *);

/* Tell what could not be read, flush standard output; the status to exit with,
 * `status` where nothing is wrong. */
int audit_close(struct audit *, int status);

/* One line of talk, harmless in a terminal. */
void audit_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Wrong usage: say why, and return that status. */
int audit_usage(const struct audit *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Does an accepted decision stand: was it answered to the push, too? */
bool entry_landed(const struct entry *);

/* The record's JSON, one line of standard output. */
void print_record(const struct line *);

/* Any other JSON, broken into lines; ends the caller's reference to it. */
void print_json(json_t *);

/* To standard output, harmless in a terminal, filled up with blanks to
 * `columns` (never cut). */
void print_safe(const char *string, size_t columns);

/* A list in one column: `a,b`; "-" where it is empty. */
void print_list(const struct entry_list *);

#endif
