/* Counting records for a report, in one pass. */
#ifndef ADMIN_AUDIT_FIGURES_H
#define ADMIN_AUDIT_FIGURES_H

#include "policy/policy.h"
#include "record/read.h"
#include "report/audit.h"

/*
 * Clauses, rules and names of a policy, before anything is counted.  It is
 * borrowed as long as the figures live; so is `file`, its name.
 */
void
figures_take_policy(struct figures *, const struct policy *, const char *file);

/*
 * Count what the reader, which has settled, gives of the period.  `policy` may
 * be NULL: then it is not known which refs a clause is for.  Memory grows with
 * the weeks and with the names of rules, clauses, users and repositories, not
 * with the records.  0 or -1.
 */
int figures_count(
    struct figures *, struct reader *, const struct policy *, struct error *);

/*
 * Take what `refwarden audit gaps` with these arguments would find, after
 * figures_count().  0; -1 after telling why not, and the report then says that
 * gaps were not examined.
 */
int figures_take_gaps(struct figures *, int argc, char **argv);

#endif
