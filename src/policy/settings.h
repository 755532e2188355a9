/* The settings of a layer that are plain values, and what they may be. */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

#include "policy/policy.h"

extern const struct field history_fields[], exception_setting_fields[],
    evidence_setting_fields[], register_setting_fields[], log_fields[],
    limit_fields[];

/* What a layer has before its file is read. */
void settings_default(struct policy *);

/* What the tables can not say; `root` is the map at the top of the file. */
void settings_check(struct load *, const struct node *root, struct policy *);

/* The same of a sign-off, which is asked where all names were found. */
void settings_check_sign_off(
    struct load *, const struct node *, const struct policy *);

/* Tighten: each limit that `by` gives and that is lower counts. */
void limits_tighten(struct limits *, const struct limits *by);

/* Each limit that `by` gives. */
void limits_apply(struct limits *, const struct limits *by);

#endif
