/*
 * Where the objects of a push are until it is accepted.
 *
 * git makes a directory in the repository's own objects
 * (`objects/tmp_objdir-incoming-X`).  Gitaly does so for a push, too; but what
 * somebody does on GitLab's web pages (a merge, an edit) it puts into
 * `STORAGE/+gitaly/tmp/quarantine-HASH-NUMBER`, where the repository is below
 * STORAGE, HASH is 16 hex digits of a repository's relative path, and nobody
 * but Gitaly's user may write there (Gitaly: internal/git/quarantine,
 * internal/tempdir).
 */
#ifndef GIT_QUARANTINE_H
#define GIT_QUARANTINE_H

#include <stdbool.h>

/* Is it such a place for the repository of these objects?  Both are paths of
 * directories. */
bool quarantine_is_own(const char *path, const char *objects);

#endif
