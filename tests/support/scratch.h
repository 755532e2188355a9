/*
 * A bare repository of a test, in a directory of its own, and git in it.
 * Whatever goes wrong ends the test program.
 */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include <stddef.h>

#include "base/oid.h"
#include "base/text.h"

struct scratch {
	char dir[64]; /* full path; the repository is the directory */
};

void scratch_begin(struct scratch *);
void scratch_end(struct scratch *);

/*
 * Run `git arguments...` (at most 15, the last NULL) with `input`; what it
 * writes is returned, to be freed with text_free().
 */
struct text scratch_git(
    struct scratch *, const struct text *input, const char *const *arguments);

#define GIT(scratch, input, ...) \
	scratch_git(scratch, input, (const char *const[]){__VA_ARGS__, NULL})

/* Store an object, however malformed. */
struct oid scratch_object(
    struct scratch *, const char *type, const void *data, size_t len);

/* What `git rev-parse name` says. */
struct oid scratch_id(struct scratch *, const char *name);

#endif
