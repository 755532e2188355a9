/*
 * Flat JSON objects for the log, written in order, within limits.
 *
 * What a pusher wrote can start neither a line nor a key: control characters,
 * bidirectional controls, zero-width characters and quotes are escaped, and a
 * byte that is not UTF-8 is written as `\u00XX`.  Empty members are left out.
 */
#ifndef RECORD_WRITER_H
#define RECORD_WRITER_H

#include "base/text.h"

struct writer {
	struct text text; /* the owner calls text_free() */
	int64_t left_out; /* elements that lists had no room for */
};

void writer_begin(struct writer *);

/* At most `limit` bytes as written; what is longer is cut between characters
 * and ends with "...". */
void
writer_text(struct writer *, const char *key, const char *value, size_t limit);

/* As many of the first elements as `limit` bytes hold, the first one always
 * (cut if it must be). */
void writer_list(struct writer *, const char *key, const char *const *list,
    size_t count, size_t limit);
void writer_number(struct writer *, const char *key, int64_t);
void writer_true(struct writer *, const char *key);

/* Ends the object; adds `more` where lists were cut. */
void writer_end(struct writer *);

#endif
