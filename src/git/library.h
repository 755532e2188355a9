/*
 * What is left to libgit2: finding a repository from a path inside it, and
 * objects in forms our own readers do not know.  Only the object directories
 * given are looked at; no configuration is read and no owner is asked for.
 */
#ifndef GIT_LIBRARY_H
#define GIT_LIBRARY_H

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

/* The repository itself, for merges; lives as long as the library. */
struct git_repository *library_repository(struct library *);

/* The git directory of the repository `path` lies in; the caller frees it. */
char *library_discover(const char *path, struct error *);

#endif
