/* Counting records for a report, in one pass. */
#ifndef ADMIN_AUDIT_FIGURES_H
#define ADMIN_AUDIT_FIGURES_H

#include "admin/audit.h"
#include "policy/policy.h"
#include "report/audit.h"

/*
 * Clauses, rules and names of a policy, before anything is counted.  It is
 * borrowed as long as the figures live; so is `file`, its name.
 */
void
figures_take_policy(struct figures *, const struct policy *, const char *file);

/* The id of its clause, "" where it has none. */
const char *clause_of(const struct rule *);

/*
 * Count the records of the period.  `policy` may be NULL: then it is not known
 * which refs a clause is for.  Memory grows with the weeks and with the names
 * of rules, clauses, users and repositories, not with the records.
 */
void figures_count(struct figures *, struct audit *, const struct policy *);

/* Call the version of the policy that was counted by its name. */
void figures_name_policy(struct figures *, const struct policy *);

/* Take the exceptions in force from the policy's register; only a directory
 * can be listed without asking whose repository it is. */
void figures_take_register(struct figures *, const struct policy *);

/*
 * Take what `refwarden audit gaps` with these arguments would find, after
 * figures_count().  Where that can not be known it is told why, and the report
 * says that gaps were not examined.
 */
void figures_take_gaps(struct figures *, int argc, char **argv);

/* The caller calls json_decref(). */
json_t *figures_json(const struct figures *);

#endif
