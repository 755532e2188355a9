/* Parts of a policy as people and programs are shown them. */
#ifndef ADMIN_SHOWN_H
#define ADMIN_SHOWN_H

#include <jansson.h>

#include "policy/policy.h"

/* A rule in a block of lines; with `summaries`, what its checks are for. */
void rule_print(const struct rule *, bool summaries);
json_t *rule_json(const struct rule *);

/* To standard output, and ends the caller's reference.  A policy has no text
 * that does harm in a terminal; for records there is print_json(). */
void json_show(json_t *);

#endif
