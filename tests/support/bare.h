/*
 * A bare repository of a test, in a directory of its own, and git in it.
 * Whatever goes wrong ends the test program.
 */
#ifndef SUPPORT_BARE_H
#define SUPPORT_BARE_H

#include <stddef.h>

#include "base/oid.h"
#include "base/text.h"

struct bare {
	char dir[64]; /* full path; the repository is the directory */
};

void bare_begin(struct bare *);
void bare_end(struct bare *);

/*
 * Run `git arguments...` (at most 15, the last NULL) with `input`; what it
 * writes is returned, to be freed with text_free().
 */
struct text
bare_git(struct bare *, const struct text *input, const char *const *arguments);

#define GIT(bare, input, ...) \
	bare_git(bare, input, (const char *const[]){__VA_ARGS__, NULL})

/* Store an object, however malformed. */
struct oid
bare_object(struct bare *, const char *type, const void *data, size_t len);

/* What `git rev-parse name` says. */
struct oid bare_id(struct bare *, const char *name);

#endif
