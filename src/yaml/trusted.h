/* Files that may be believed, by who can write them. */
#ifndef YAML_TRUSTED_H
#define YAML_TRUSTED_H

#include <stddef.h>

#include "base/error.h"

/*
 * Read a file we may trust: opened once, judged by that descriptor.  It must be
 * a regular file (no symbolic link), owned by root or the user we run as,
 * writable by neither group nor world, of at most YAML_FILE_LIMIT bytes, in a
 * directory owned by one of those two and not world-writable.  On success
 * `*data` (NUL-terminated, caller frees) and `*len` are set.  Returns 0; 1 if
 * there is no such file; -1 with "policy.unsafe" or "policy.invalid" and the
 * reason.
 */
int trusted_read(const char *path, char **data, size_t *len, struct error *);

#endif
