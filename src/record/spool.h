/*
 * Which records of the journal syslog did not take: the file `unsent`, a line
 * for each, of its `seq` and its priority.
 */
#ifndef RECORD_SPOOL_H
#define RECORD_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct spool_mark {
	int64_t seq;
	int priority; /* facility and severity */
};

/* Mark records, all or none, and on disk. */
int spool_add(const char *git_dir, const struct spool_mark *, size_t count,
    struct error *);

/* All marks, by `seq` and each once, into an array the caller frees. */
int spool_read(
    const char *git_dir, struct spool_mark **, size_t *count, struct error *);

/* The mark of that record among these, which are sorted; or NULL. */
const struct spool_mark *
spool_find(const struct spool_mark *, size_t count, int64_t seq);

/* Take these away, which are sorted by `seq`; others may have come since. */
int spool_remove(const char *git_dir, const struct spool_mark *, size_t count,
    struct error *);

#endif
