/*
 * A verdict as records, and the records to both sinks (records.md).
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>

#include "judge/verdict.h"

enum { RECORD_SIZE_LIMIT = 1900 };

struct record {
	char *json; /* one line, no line feed */
	int severity;
};

struct records {
	struct record *list;
	size_t count, capacity;
};

/* The `decision` and `violation` records of a verdict.  `accepted` is what the
 * hook answers for the whole push. */
void records_make(const struct verdict *, bool accepted, struct records *);
void records_free(struct records *);

/*
 * Write them to the journal and to syslog as the policy's `log` says.  0 if the
 * push may be accepted as far as records go: everything was written, or the
 * policy says `spool` and the journal has it.  Else -1 ("log.unavailable").
 */
int records_write(const struct records *, const struct log_setting *,
    const char *git_dir, struct error *);

#endif
