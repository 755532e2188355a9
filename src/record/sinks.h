/* Where records go: the journal and syslog, as the policy's `log` says. */
#ifndef RECORD_SINKS_H
#define RECORD_SINKS_H

#include "record/record.h"

struct sinks {
	const struct log_setting *log;
	const char *git_dir;
};

/*
 * Write records to both.  Where an accepted push uses the last use of an
 * exception, and another one has taken it meanwhile, nothing is written: -1
 * with "exception.spent", and `records->spent` is the exception.  0 if the push
 * may be accepted as far as records go: everything was written, or the policy
 * says `spool`, the journal has it, and what syslog did not take is marked.
 * Else -1 ("log.unavailable").
 *
 * Records say what was answered before both sinks have them.  So where an
 * accepted push must be refused because one sink failed, a second decision
 * for each ref follows wherever it can be written: same id, verdict `error`,
 * push `refuse`, code `log.unavailable`.  The last decision for an id and a ref
 * is the one that counts.
 */
int records_write(struct records *, const struct sinks *, struct error *);

/*
 * Write records that are for the journal alone, if there is one.  They outlive
 * the process, and are on disk with the next that records_write() writes.
 */
int
records_journal(const struct records *, const struct sinks *, struct error *);

#endif
