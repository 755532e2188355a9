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
 * attribute or setting of a repository regarded.  Of a submodule the id is the
 * one line; where either side of a file is binary it is 0; a file that becomes
 * something else is deleted and added.  0, or -1 ("object.*").
 */
int numstat(struct repo *, const struct file *, const struct limits *,
    int64_t *lines, struct error *);

#endif
