/* A directory that is gone afterwards, and the programs that fill it. */
#ifndef ADMIN_WORKDIR_H
#define ADMIN_WORKDIR_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum { WORKDIR_SIZE = 512 };

/* Make a directory below $TMPDIR; `dir` is "" where that failed. */
int workdir_make(char dir[WORKDIR_SIZE], struct error *);
void workdir_remove(const char *dir); /* with all that is in it; "": nothing */

/* A new file that only we can read and write. */
int
workdir_write(const char *path, const char *data, size_t len, struct error *);

/* Run a program that must succeed; `output` may be NULL. */
int workdir_run(const char *const argv[], const char *input, size_t len,
    struct text *output, struct error *);

#endif
