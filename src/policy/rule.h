/* The list `rules` of a policy, and what may be cited in it. */
#ifndef POLICY_RULE_H
#define POLICY_RULE_H

#include "policy/policy.h"

extern const struct field clause_fields[];

void clauses_load(struct load *, const struct node *, struct policy *);
void rules_load(struct load *, const struct node *, struct policy *);
void rules_free(struct policy *);

/* Does any of them ask about files in no set? */
bool rules_need_all_files(const struct policy *);

/* Fault rules that ask about what the policy names no place for. */
void
rules_check_places(struct load *, const struct node *, const struct policy *);

/* Warn of rules that no protected ref can ever meet. */
void rules_warn(struct load *, const struct node *, const struct policy *);

/* Warn of clauses that nothing covers: no rule, and no `manual`. */
void clauses_warn(struct load *, const struct node *, const struct policy *);

#endif
