/*
 * How large a change of a file is, as `git diff --numstat --no-renames` has it.
 */
#ifndef GIT_NUMSTAT_H
#define GIT_NUMSTAT_H

#include <stdint.h>

#include "base/budget.h"
#include "git/tree_diff.h"

/*
 * Lines added plus deleted, by git's default algorithm (as libgit2 has it), no
 * attribute or setting of a repository regarded.  A symbolic link has the line
 * it is made of, a submodule one with its commit; where either side is binary
 * it is 0.  0, or -1 ("object.*").
 */
int numstat(struct repo *, const struct file *, const struct limits *,
    int64_t *lines, struct error *);

#endif
