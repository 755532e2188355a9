/* Where statements of machines are kept: the policy's key `evidence`. */
#ifndef CHECKS_EVIDENCE_H
#define CHECKS_EVIDENCE_H

#include <stdbool.h>

#include "people/people.h"

struct evidence_setting {
	const char *ref; /* of notes, by its full name */
	const struct group *pushers;
	bool configured;
};

#endif
