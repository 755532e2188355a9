/*
 * A verdict as records, and the records to both sinks (refwarden.log(5)).
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>

#include "judge/verdict.h"

/* Bytes of JSON: what the smallest syslog daemon takes in one message. */
enum { RECORD_SIZE_LIMIT = 1900 };

struct record {
	char *json; /* one line, no line feed */
	int severity;
};

struct records {
	struct record *list;
	size_t count, capacity;
	const struct verdict *verdict; /* borrowed: lives as long as this */
	bool accepted;
};

/*
 * The `decision` and `violation` records of a verdict, into a zeroed struct.
 * `accepted` is what the hook answers for the whole push.
 *
 * A decision for each ref, followed by one violation for each rule and code
 * broken on it (its first finding); a push refused before its refs were known
 * still gives a decision.  Empty members and counts of zero are left out.
 * `codes` are those of all findings that were not waived, `rules` those of them
 * that were enforced.  Where lists were cut, `more` tells how many of their
 * elements are missing.
 */
void records_make(const struct verdict *, bool accepted, struct records *);
void records_free(struct records *);

/*
 * Write them to the journal and to syslog as the policy's `log` says.  0 if the
 * push may be accepted as far as records go: everything was written, or the
 * policy says `spool` and the journal has it.  Else -1 ("log.unavailable").
 *
 * Records say what was answered before both sinks have them.  So where an
 * accepted push must be refused because one sink failed, a second decision
 * for each ref follows wherever it can be written: same id, verdict `error`,
 * push `refuse`, code `log.unavailable`.  The last decision for an id and a ref
 * is the one that counts.
 */
int records_write(const struct records *, const struct log_setting *,
    const char *git_dir, struct error *);

#endif
