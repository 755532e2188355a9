/* All of an open file, however often the system is interrupted; and which file
 * it is. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <sys/stat.h>

#include "base/text.h"

/*
 * Append what is still to be read; `data` is then not NULL.  0; 1 where the
 * text becomes longer than `limit` (what is behind is not read); -1 with errno.
 */
int read_all(int fd, size_t limit, struct text *);

int write_all(int fd, const void *data, size_t len); /* 0, or -1 with errno */

/* Are they of one file or directory, by whatever names? */
bool same_file(const struct stat *, const struct stat *);

#endif
