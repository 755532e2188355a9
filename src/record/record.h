/*
 * What happens to a push, as records (refwarden.log(5)).
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>

#include "judge/judge.h"

/* Bytes of JSON: what the smallest syslog daemon takes in one message.  In the
 * journal `prev` comes on top. */
enum { RECORD_SIZE_LIMIT = 1900 };

struct record {
	char *json;  /* one line, no line feed, without `seq` */
	size_t seam; /* where `seq` belongs */
	int severity;
};

struct records {
	struct record *list;
	size_t count, capacity;
	const struct verdict *verdict; /* borrowed: lives as long as this */
	const struct exception *spent; /* after records_write() */
	bool accepted;
};

/*
 * Add the `decision` and `violation` records of a verdict.  `accepted` is what
 * the hook answers for the whole push.
 *
 * A decision for each ref, followed by one violation for each rule and code
 * broken on it (its first finding); a push refused before its refs were known
 * still gives a decision.  Empty members and counts of zero are left out.
 * `codes` are those of all findings that were not waived, `rules` those of them
 * that were enforced.  Where lists were cut, `more` tells how many of their
 * elements are missing.
 */
void records_make(const struct verdict *, bool accepted, struct records *);

/* The decisions once more, because they could not be logged: nothing was
 * accepted.  Each with a violation that says why. */
void records_make_unlogged(
    const struct verdict *, const struct error *why, struct records *);

/* Add the `policy` record: the layers in force, by their files. */
void records_make_policy(const struct verdict *, struct records *);

/* Add the `begin` record: what is going to be judged.  `process` is who started
 * the hook, or NULL. */
void records_make_begin(
    const struct judge_input *, const char *process, struct records *);

/* Add a `landed` record: this ref moved, by the push `id`. */
void records_make_landed(const struct judge_input *, const char *id,
    const struct ref_update *, struct records *);
void records_free(struct records *);

#endif
