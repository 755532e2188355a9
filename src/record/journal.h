/*
 * The journal: <repository>.git/refwarden/journal.jsonl, one record a line,
 * appended under a lock and on disk before journal_append() returns.
 */
#ifndef RECORD_JOURNAL_H
#define RECORD_JOURNAL_H

#include <stddef.h>

#include "base/error.h"

/* Append `count` lines (without line feeds) as one.  0, or -1 with
 * "log.unavailable" and nothing but whole lines written. */
int journal_append(const char *git_dir, const char *const *lines, size_t count,
    struct error *);

#endif
