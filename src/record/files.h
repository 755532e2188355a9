/*
 * The files of a journal, in the directory `refwarden` of the repository:
 *
 *   journal.jsonl                the lines written now
 *   journal-NNNNNNNNNNNN.jsonl   older ones; the number is their first `seq`
 *   journal.torn                 what crashes left instead of lines
 *   unsent                       which records syslog did not take
 *   states                       what is known of states beside commits
 */
#ifndef RECORD_FILES_H
#define RECORD_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"

extern const char journal_name[]; /* "journal.jsonl" */

enum { JOURNAL_NAME_SIZE = 40 };

/* A failure of a file of the journal: "log.unavailable".  Always -1. */
int journal_fault(const char *what, const char *why, struct error *);

/* The directory, made if need be; the caller closes it.  -1 where others could
 * have changed what is in it. */
int journal_directory(const char *git_dir, struct error *);
/* The same for reading: -2 where there is none. */
int journal_directory_find(const char *git_dir, struct error *);

/* Is it a regular file that nobody but its owner, root or us, can write?
 * 0 and its status, or -1. */
int journal_file_check(int fd, struct stat *, const char *what, struct error *);

/* Open such a file of the directory, with flags as of open(2).  A descriptor
 * and its status, or -1. */
int journal_file_open(int directory, const char *name, int flags, struct stat *,
    const char *what, struct error *);

/* Does a file of this size end within a line, as a crash leaves it?  1, 0, or
 * -1 with errno. */
int journal_file_is_torn(int fd, off_t size);

/* The last rotated file whose first `seq` is below `*first`, and its own.  1, 0
 * if there is none, or -1. */
int journal_rotated(int directory, int64_t *first, char name[JOURNAL_NAME_SIZE],
    struct error *);

void journal_rotated_name(int64_t first, char name[JOURNAL_NAME_SIZE]);

/* The `seq` of a whole line without its line feed; 0 if it is no record. */
int64_t journal_seq(const char *line, size_t len);

#endif
