/* All of an open file, however often the system is interrupted. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/text.h"

/*
 * Append what is still to be read; `data` is then not NULL.  0; 1 where the
 * text becomes longer than `limit` (what is behind is not read); -1 with errno.
 */
int read_all(int fd, size_t limit, struct text *);

int write_all(int fd, const void *data, size_t len); /* 0, or -1 with errno */

#endif
