/* A repository made for one declared push, and the judge's word on it. */
#ifndef ADMIN_STAGE_H
#define ADMIN_STAGE_H

#include "admin/scenario.h"
#include "judge/judge.h"

/*
 * Make a bare repository as the scenario says, in a directory of its own that
 * is gone afterwards, and judge the push there.  `look` sees the verdict,
 * which is freed then.  `met` is as in judge_input.  -1 if the repository could
 * not be made.
 */
int stage_judge(const struct scenario *, long today, struct layers *,
    void (*met)(void *, const struct rule *),
    void (*look)(void *, const struct verdict *), void *context,
    struct error *);

#endif
