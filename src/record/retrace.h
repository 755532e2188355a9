/* The lines of a journal from the last to the first, over all its files. */
#ifndef RECORD_RETRACE_H
#define RECORD_RETRACE_H

#include <stdint.h>

#include "base/error.h"
#include "record/backward.h"

struct retrace {
	int directory, file;
	struct backward backward;
	int64_t first; /* of the rotated file that is read */
	int64_t seq;   /* of the last line given */
};

/* Also where there is no journal yet.  0, or -1 with "log.unavailable". */
int retrace_open(const char *git_dir, struct retrace *, struct error *);
void retrace_close(struct retrace *);

/* The record before, without its line feed; valid until the next call.  What is
 * no record is passed over.  1, 0 if there is none, -1. */
int retrace_next(struct retrace *, const char **text, struct error *);

#endif
