/*
 * The policy that lies in the repository it rules.  Those who push write it, so
 * it is believed only as it is on the server, and only about itself.
 */
#ifndef POLICY_IN_TREE_H
#define POLICY_IN_TREE_H

#include "base/budget.h"
#include "git/repo.h"
#include "policy/policy.h"

/*
 * Read the policy at `path` in the tree of `commit`.  0 with `*policy`, to be
 * freed by policy_free(), NULL where nothing is at that path; or -1: with
 * "policy.invalid" all that is wrong is among the faults (which the caller has
 * initialised with `path`), any other code means that it could not be read.
 */
int in_tree_load(struct repo *, const struct oid *commit, const char *path,
    struct budget *, struct faults *, struct policy **policy, struct error *);

#endif
