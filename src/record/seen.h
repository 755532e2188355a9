/*
 * Which records were read before, by host, repository and `seq`
 * (refwarden.log(5), "Unsent records").
 *
 * Four bytes a record: its fingerprint at its `seq`, so that a journal that
 * was begun again, with other records of the same numbers, is not taken for
 * the old one.
 */
#ifndef RECORD_SEEN_H
#define RECORD_SEEN_H

#include <stdbool.h>

#include "record/entry.h"

/* A zeroed struct has seen nothing; seen_free() makes it one again. */
struct seen {
	struct seen_page **slots;
	size_t slot_count, count;
};

/* Was it?  It is from now on. */
bool seen_before(struct seen *, const struct entry *);
void seen_free(struct seen *);

#endif
