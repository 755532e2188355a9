/*
 * What an auditor is told of a period: figures, and the report of them.
 *
 * The figures are counted by others; here is where they are kept, and how they
 * are written down.  A report says what was observed and enforced, never that
 * anything is in order.  What a pusher chose is harmless in all of it.
 */
#ifndef REPORT_AUDIT_H
#define REPORT_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* What is counted. */
enum count {
	COUNT_ALL,
	COUNT_ACCEPTED, /* and not EXCEPTED; the ref moved */
	COUNT_EXCEPTED, /* the same under an exception */
	COUNT_HELD, /* nothing was wrong, but with another ref of the push */
	COUNT_REFUSED,
	COUNT_ERRORS,
	COUNT_WARNED,
	COUNT_OBSERVED,
	COUNT_UNREVIEWED, /* accepted, no review is recorded */
	COUNT_CLAIMED,    /* accepted, by the weakest proof of review */
	COUNT_PUSHER,
	COUNT_CONTENT,
	COUNT_SIGNED,
	COUNTS
};

/*
 * A set of names, each with what was counted of it; kept in their order.  It
 * holds at most ROW_LIMIT names; all others are one more row, "(others)".
 */
enum { ROW_LIMIT = 2000 };

struct row;

struct rows {
	struct row **list; /* each stays where it is */
	size_t count, capacity;
};

struct row {
	char *name;
	int64_t counts[COUNTS];
	long first, last;   /* the days it was met; 0: never */
	char *title, *note; /* of a clause, a policy or an exception; or NULL */
	char *controls;     /* of a clause; or NULL */
	char *approver;     /* of an exception; or NULL */
	long approved_on, expires, revoked_on; /* of an exception; 0: unknown */
	bool asks_review; /* a clause: one of its rules does */
	bool scoped;      /* a clause: known which refs it is for */
	struct rows rules, modes, refs;
};

/* The row of that name, which is made if there is none. */
struct row *rows_get(struct rows *, const char *name);
struct row *rows_find(const struct rows *, const char *name); /* or NULL */
void rows_free(struct rows *);

/* A new array of the same rows, those with most of `count` first; the caller
 * frees it. */
struct row **rows_by(const struct rows *, enum count);

struct figures {
	long from, to;        /* days, both included */
	int64_t made;         /* milliseconds since 1970 */
	const char *version;  /* of refwarden; borrowed */
	const char *document; /* the written policy, or ""; borrowed */
	const char *policy;   /* the file that was given, or NULL; borrowed */
	char policy_hash[13]; /* of that file */
	bool register_read;   /* the register of exceptions */

	int64_t decisions[COUNTS]; /* one for each ref of a push */
	int64_t imported;          /* history taken without being judged */
	int64_t refless;           /* pushes of which no ref could be read */
	int64_t checks; /* decisions that were asked for, and refused */
	int64_t commits, changes; /* of what was accepted and moved */
	int64_t self_pushed;      /* a reviewer is the pusher */
	int64_t pushes, pushes_accepted, pushes_refused;
	int64_t landed;     /* moves that post-receive saw */
	int64_t damaged;    /* lines that are no record any more */
	int64_t undated;    /* records without a time */
	int64_t taken_back; /* decisions that a later one replaced */
	int64_t cut;        /* records whose lists are not whole */
	int64_t stray;      /* violations without their decision */

	long monday;  /* the first day of the first week */
	size_t weeks; /* from `from` to `to` */
	int64_t (*week)[COUNTS];

	struct rows repos, hosts, users, rules, clauses, codes, exceptions,
	    policies;

	/* Refs that moved without a decision, over all that is on record. */
	bool gaps_examined;
	int64_t refs_examined;
	struct moved *gaps;
	size_t gap_count;
};

/* A ref that was `from` and became `to` without a decision, after one record
 * and before another ("" for now). */
struct moved {
	char *repo, *ref;
	char from[41], to[41];
	char after[25], before[25];
};

/* All that were accepted: ACCEPTED and EXCEPTED. */
int64_t accepted_of(const int64_t counts[COUNTS]);

/* From the first day to the last. */
void figures_begin(struct figures *, long from, long to);
void figures_free(struct figures *);

/* The counts of the week of that day, which is within the period. */
int64_t *figures_week(struct figures *, long day);

enum audit_format { AUDIT_MARKDOWN, AUDIT_HTML };

void audit_write(const struct figures *, enum audit_format, struct text *);

#endif
