/*
 * The journal of a repository: records, one a line, in the order in which they
 * were written, each bound to the one before it (refwarden.log(5), "JOURNAL").
 */
#ifndef RECORD_JOURNAL_H
#define RECORD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/writer.h"

/* Files larger than this get another name, and a new one is begun. */
enum { JOURNAL_FILE_LIMIT = 16 * 1024 * 1024 };

/* What binds a line to the next: the SHA-256 of its bytes, in hex. */
enum { JOURNAL_HASH_DIGITS = 64 };
void journal_hash(
    const char *line, size_t len, char digits[JOURNAL_HASH_DIGITS + 1]);

/* A record without its place in the journal. */
struct journal_line {
	const char *json; /* one line, without line feed */
	size_t seam;      /* before this byte `seq` and `prev` belong */
};

enum journal_flush {
	JOURNAL_LATER, /* outlives the process, but not the machine */
	JOURNAL_FLUSH, /* on disk, and all that was written before it */
};

/*
 * Append lines as one.  0 and the `seq` of the first in `*first`, the others'
 * follow; or -1 with "log.unavailable" and nothing but whole lines written.
 * What a crash left behind the last record is moved to `journal.torn`.
 */
int journal_append(const char *git_dir, const struct journal_line *,
    size_t count, enum journal_flush, int64_t *first, struct error *);

/* The same if, under the lock, the answer is 0; it may read the journal. */
struct journal_gate {
	int (*ask)(void *context, struct error *);
	void *context;
};
int journal_append_if(const char *git_dir, const struct journal_line *,
    size_t count, enum journal_flush, const struct journal_gate *,
    int64_t *first, struct error *);

/* The line with `seq`, unless it is 0, and `prev`, unless it is NULL. */
void journal_stamp(const struct journal_line *, int64_t seq, const char *prev,
    struct writer *);

/* Keep everybody else from writing to the journal and the files beside it. */
struct journal_hold {
	int directory, file;
};
int journal_hold(const char *git_dir, struct journal_hold *, struct error *);
void journal_release(struct journal_hold *);

#endif
