/*
 * What a change does to one file, by content.
 *
 * Lines are compared with all their white space (ASCII) taken out, and counted
 * wherever they stand: a line that was moved or indented anew is neither added
 * nor deleted, and a blank line is never counted.
 */
#ifndef GIT_LINES_H
#define GIT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/budget.h"
#include "git/repo.h"

/*
 * `added` counts the lines of the new blob beyond those the old one has as
 * well, `deleted` the other way round; `binary` is set where either side holds
 * a NUL in its first 8,000 bytes (then nothing is counted).
 */
struct line_count {
	int64_t added, deleted;
	int binary;
};

/* Zero ids are empty files.  0 or -1 ("object.*"). */
int lines_added(struct repo *, const struct oid *old_blob,
    const struct oid *new_blob, const struct limits *, struct line_count *,
    struct error *);

/* As git tells it: is there a NUL among the first 8,000 bytes? */
bool bytes_are_binary(const char *data, size_t len);

#endif
