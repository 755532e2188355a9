/* Standard input of pre-receive, read as what it is: hostile. */
#ifndef JUDGE_PUSH_H
#define JUDGE_PUSH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/oid.h"

struct ref_update {
	const char *ref;
	struct oid old, new; /* as the client said */
};

struct push {
	struct ref_update *updates;
	size_t count;
	struct arena arena;
};

/*
 * Read `old SP new SP ref LF` lines to end of file.  0, or -1 with
 * "input.malformed", "input.duplicate", "input.limit" or "repo.unsupported"
 * (ids of another length).  After a failure `push` holds the updates read so
 * far, for the record.
 */
int push_read(int fd, size_t limit, struct push *, struct error *);

/* One update from the arguments of an update hook: REF OLD NEW. */
int push_from_arguments(const char *ref, const char *old, const char *new,
    struct push *, struct error *);
void push_free(struct push *);

/* The push options of the environment (git-receive-pack(1)). */
struct push_options {
	bool check, json;
	const char **exceptions; /* in the order given */
	size_t exception_count;
};

/* -1 with "input.malformed" for an unknown `refwarden.*` option. */
int push_options_read(struct arena *, struct push_options *, struct error *);

/* "7K3M-Q2XD": eight characters from the system's random source. */
enum { PUSH_ID_SIZE = 10 };
void push_id_make(char id[PUSH_ID_SIZE]);

#endif
