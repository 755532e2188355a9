/* Is a place of exceptions one that a sign-off can be believed in? */
#ifndef POLICY_GUARDED_H
#define POLICY_GUARDED_H

#include "policy/policy.h"

/*
 * NULL where whatever comes to lie below `path` on the branch `ref` of this
 * repository was reviewed by those who approve exceptions, as far as this layer
 * can see to it: history of the branch is enforced, and so is a rule that asks
 * for `owners` of everything below `path`, all of whom may approve, of every
 * change, and that no exception waives.  Else what is missing, in the arena.
 * All that can not be proven is missing.
 *
 * The names in the policy were found without a fault.
 */
const char *place_unguarded(const struct policy *, struct arena *);

#endif
