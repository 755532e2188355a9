/* What the check `owners` was told, for those who rely on it. */
#ifndef CHECKS_OWNERS_H
#define CHECKS_OWNERS_H

#include "checks/requirement.h"

struct owned {
	const struct pattern_set *set;
	const struct group *group;
};

struct owners {
	struct owned *list;
	size_t count;
};

/* NULL if it is another check. */
const struct owners *requirement_owners(const struct requirement *);

#endif
