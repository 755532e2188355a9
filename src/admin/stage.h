/* A repository made for one declared push, and the judge's word on it. */
#ifndef ADMIN_STAGE_H
#define ADMIN_STAGE_H

#include "admin/scenario.h"
#include "admin/signers.h"
#include "judge/judge.h"

/* What all pushes of a file of tests have in common. */
struct staging {
	struct layers *layers;
	struct signers *signers;                  /* of the first layer */
	long today;                               /* 0: by the clock */
	void (*met)(void *, const struct rule *); /* as in judge_input */
	void (*look)(void *, const struct verdict *);
	void *context;
};

/*
 * Make a bare repository as the scenario says, in a directory of its own that
 * is gone afterwards, and judge the push there.  `look` sees the verdict,
 * which is freed then.  -1 if the repository could not be made.
 */
int
stage_judge(const struct scenario *, const struct staging *, struct error *);

#endif
