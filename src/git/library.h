/*
 * What is left to libgit2: finding a repository from a path inside it, and
 * objects in forms our own readers do not know, and merging lines.  Only the
 * object directories given are looked at; no configuration is read and no owner
 * is asked for.
 */
#ifndef GIT_LIBRARY_H
#define GIT_LIBRARY_H

#include <stdbool.h>

#include "git/object.h"
#include "git/want.h"

struct library;

/* `directories` are absolute paths, borrowed for the call; first is asked
 * first. */
struct library *
library_open(const char *const *directories, size_t count, struct error *);
void library_close(struct library *);

/* 0; 1 if there is no such object; -1 on an error. */
int library_read(
    struct library *, const struct want *, struct found *, struct error *);

/*
 * Does merging two versions of a file by lines give exactly `result`, without a
 * conflict?  1; 0 also for what has a NUL; -1 for very many lines, and where
 * libgit2 fails.  The library is asked for because libgit2 must have been
 * started.
 */
int library_merges(struct library *, const struct object *base,
    const struct object *ours, const struct object *theirs,
    const struct object *result);

/* The git directory of the repository `path` lies in; the caller frees it. */
char *library_discover(const char *path, struct error *);

#endif
