/*
 * Where exception records are kept: a directory of the server, or a directory
 * in the tree of a ref, of this repository or of another one.
 */
#ifndef WAIVER_SOURCE_H
#define WAIVER_SOURCE_H

#include "policy/policy.h"

struct source;

/* All arguments are borrowed until source_close().  Opens nothing yet. */
struct source *source_new(const struct exception_setting *, struct repo *,
    struct budget *, struct arena *);
void source_close(struct source *);

/*
 * Read the file `name` (one component) of the place.  A directory and its files
 * are held to what trusted_read() asks; a ref is read once, at the tip the
 * server has, so a push can not bring the record it uses.  0 with `*data`
 * (NUL-terminated, in the arena) and `*len`; 1 if there is no such file; -1.
 */
int source_read(struct source *, const char *name, const char **data,
    size_t *len, struct error *);

#endif
