/* Parts of a policy as people and programs are shown them. */
#ifndef ADMIN_SHOWN_H
#define ADMIN_SHOWN_H

#include <jansson.h>

#include "base/text.h"
#include "policy/policy.h"

/* A node as it could stand on one line: `{count: 1, by: [ada, bob]}`. */
void node_add(struct text *, const struct node *);

/* The same as JSON, all scalars as strings; the caller calls json_decref(). */
json_t *node_json(const struct node *);

/* A rule in a block of lines; with `summaries`, what its checks are for. */
void rule_print(const struct rule *, bool summaries);
json_t *rule_json(const struct rule *);

#endif
