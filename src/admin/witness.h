/* Statements in the place of evidence, signed as people of a policy would. */
#ifndef ADMIN_WITNESS_H
#define ADMIN_WITNESS_H

#include "admin/scenario.h"
#include "policy/policy.h"

/*
 * State in the bare repository `dir`, about this commit, what the scenario says
 * has been stated.  Nobody's keys are here, so each statement has one of its
 * own, which its person has from now on in `policy`.  -1 also where the
 * policy keeps no evidence, or knows no such person.
 */
int witness_state(const char *dir, const struct scenario *,
    const struct oid *commit, struct policy *, struct error *);

#endif
