/* A question to history: can anybody review what is written here? */
#ifndef ADMIN_LONE_REVIEWER_H
#define ADMIN_LONE_REVIEWER_H

#include "policy/policy.h"

/*
 * Warn of groups of reviewers that have one member, where that one wrote all of
 * the last changes of HEAD's branch in the repository at `path`: nobody is left
 * to review.  -1 if the history can not be read.
 */
int lone_reviewers_warn(
    const struct policy *, const char *path, struct faults *, struct error *);

#endif
