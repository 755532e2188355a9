/*
 * Records read back, one after the other, from where they are kept: the
 * journal of a repository, those of all repositories below a directory, files
 * of a syslog daemon (plain or gzipped), standard input.
 *
 * Memory does not grow with the number of records in a journal, and by a few
 * bytes a record elsewhere, where one may come twice.  A line that is no record
 * is told, never fatal.  In a journal every line must be one; elsewhere lines
 * of other programs are passed over.
 */
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include <sys/stat.h>

#include "base/error.h"
#include "base/text.h"
#include "record/entry.h"

/* The longest line: more than any daemon makes of a record. */
enum { READ_LINE_LIMIT = 65536 };

/* A file that records are read from. */
struct source {
	char *path;         /* as given, or below what was given; "-" */
	char *git_dir;      /* whose journal it is, or NULL */
	bool journal;       /* nothing but records: the name ends in ".jsonl" */
	int copy;           /* of what can be read once only, open; mostly -1 */
	struct stat status; /* `st_ino` is 0 unless it is a regular file */
};

enum read_result {
	READ_FAILED = -1, /* the file can not be read: `err` says it */
	READ_END,
	READ_RECORD,
	READ_DAMAGED, /* a line that should be a record, and is not */
	READ_PASSED,  /* a line of another program */
};

/* What reader_next() came to; it is good until the next call. */
struct line {
	const struct source *source;
	size_t number;    /* of the line, from 1 */
	const char *data; /* as it stands in the file, without its LF */
	size_t len;
	bool cut;         /* the file ended before a LF */
	const char *json; /* READ_RECORD: its object, safe to print... */
	size_t json_len;
	struct entry entry;
	/* ...READ_RECORD: a decision, or a violation of it, that a later
	   decision of this id and ref takes back (see reader_settle()). */
	bool superseded;
	/* ...READ_RECORD: the same was read before: syslog was sent it twice,
	   or two sources have it. */
	bool repeated;
	const char *fault; /* READ_DAMAGED: what is wrong */
};

struct reader;

struct reader *reader_new(void);
void reader_free(struct reader *);

/*
 * Add what `path` names: a file, "-", a repository (its journal's files in
 * order), or a directory (of every repository below it).  A file that is there
 * is not added again; those of repositories go before all others, which know
 * less.  -1 if it is not there, holds no journal, or could not be looked
 * through.
 */
int reader_add(struct reader *, const char *path, struct error *);
const struct source *reader_sources(const struct reader *, size_t *count);

/* How many bare repositories below directories have no journal; one of them. */
size_t reader_without(const struct reader *, const char **first);

/* Files of one journal are together, oldest first. */
enum read_result reader_next(struct reader *, struct line *, struct error *);

/* From the first line again. */
void reader_rewind(struct reader *);

/*
 * Read all once, to know which decisions were taken back (record.h), and
 * rewind.  0 or -1.
 */
int reader_settle(struct reader *, struct error *);

/* Bytes read so far and in all (compressed where files are): for progress. */
void reader_position(const struct reader *, uint64_t *done, uint64_t *all);

#endif
