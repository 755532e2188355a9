/* Names of files that do not work on every file system. */
#ifndef CHECKS_PORTABLE_H
#define CHECKS_PORTABLE_H

#include "checks/change.h"

/*
 * Why a name, one component of a path, can not be checked out everywhere, such
 * as "ends with a blank"; NULL if it can.  (Names that can pass for `.git` are
 * in no tree that was read: see git/tree.h.)
 */
const char *name_fault(const char *name, size_t len);

/*
 * Names in one directory that are one but for upper and lower case: letters of
 * ASCII, Latin, Greek and Cyrillic.  Directories of the change's new tree are
 * kept while paths in them are asked for, so ask in the order of the tree.
 */
struct twins;
struct twins *twins_new(const struct change *);
void twins_free(struct twins *);

/*
 * Has the path, or a directory on the way to it, a twin?  0 with its path in
 * `*twin` (in the arena), or NULL if there is none; -1 ("object.*").
 */
int
twins_find(struct twins *, const char *path, const char **twin, struct error *);

#endif
