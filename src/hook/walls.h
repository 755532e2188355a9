/*
 * The walls around a hook: limits of the process that back those of the policy,
 * a narrow umask, and in the end no writing but to the journal.  A hook that is
 * run after ours is to find things as git left them.
 */
#ifndef HOOK_WALLS_H
#define HOOK_WALLS_H

#include <sys/resource.h>
#include <sys/types.h>

#include "base/budget.h"
#include "base/error.h"

struct walls {
	mode_t umask; /* as git left it */
	struct rlimit core, cpu, data;
};

/* What needs no policy. */
void walls_begin(struct walls *);

/* Processor time and memory, a little above what the policy allows. */
void walls_limit(const struct walls *, const struct limits *);

/* See base/sandbox.h; the journal's directory and /tmp stay writable. */
int walls_close(const char *git_dir, struct error *);

/* Back to how it was, for a child to inherit. */
void walls_open(const struct walls *);

#endif
