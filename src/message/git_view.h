/*
 * What git shows as trailers: a model of its looser rules
 * (git-interpret-trailers(1), git-log(1)), to know where they differ from ours.
 *
 * git is taken to have its default settings: separator `:`, comments `#`, no
 * trailers of its own configuration.
 */
#ifndef MESSAGE_GIT_VIEW_H
#define MESSAGE_GIT_VIEW_H

#include <stddef.h>

#include "base/mem.h"

enum git_reading {
	GIT_LOG,       /* git log --format=%(trailers:unfold) */
	GIT_INTERPRET, /* git interpret-trailers --parse */
};

/*
 * Call `each` with every trailer shown; the message holds no NUL.  Key and
 * value are trimmed, the value unfolded; both live in the arena.
 */
void git_view(const char *message, size_t len, enum git_reading, struct arena *,
    void (*each)(void *context, const char *key, const char *value),
    void *context);

#endif
