/*
 * Which records were read before, by host, repository and `seq`
 * (refwarden.log(5), "Unsent records").
 *
 * Four bytes a record: its fingerprint at its `seq`, behind those of others
 * that have the same, so that a repository of the same name, or a journal that
 * was begun again, is not taken for this one.
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
