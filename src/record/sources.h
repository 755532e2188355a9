/* Finding the files that records are read from. */
#ifndef RECORD_SOURCES_H
#define RECORD_SOURCES_H

#include "base/error.h"
#include "record/read.h"

struct sources {
	struct source *list;
	size_t count, capacity;
	size_t without; /* bare repositories without a journal */
	char *first_without;
};

/* As reader_add(); the caller calls sources_free(). */
int sources_add(struct sources *, const char *path, struct error *);
void sources_free(struct sources *);

#endif
