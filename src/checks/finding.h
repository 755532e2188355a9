/*
 * Findings: what a check saw that breaks a rule.
 *
 * A finding is material for a message and a record, not text for a screen:
 * strings chosen by a pusher are kept as they are and escaped by the writers.
 */
#ifndef CHECKS_FINDING_H
#define CHECKS_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "git/commit.h"

struct finding {
	const char *code;
	const struct commit *commit; /* at fault, or NULL */
	const char *path;            /* at fault, or NULL */
	const char *need;            /* "1 review by maintainers" */
	const char *found;    /* "0", "none", "a review by bob, the author" */
	const char *from;     /* who or what would do: "ada, carol"; or NULL */
	const char *note;     /* a near miss, in a sentence; or NULL */
	const char *hint;     /* who should do what, a sentence without its
				 full stop; or NULL: the code's own words */
	const char *commands; /* to copy, one a line; or NULL */
	const char *faults;   /* all of a file of the pusher's, one a line; or
				 NULL */

	/* The id of an exception that the server's own records name for it. */
	const char *exception;
};

/*
 * Is it the administrator's to mend and not the pusher's to know, as its code
 * says?  Faults of what the pusher wrote never are.
 */
bool finding_is_server_fault(const struct finding *);

/* How strong evidence of review is, weakest first. */
enum proof {
	PROOF_NONE,
	PROOF_CLAIMED,
	PROOF_PUSHER,
	PROOF_CONTENT,
	PROOF_SIGNED,
};
extern const char *const proof_names[]; /* by enum proof; "" for NONE */

/* A record names no more reviewers than this; whoever pushes chooses them. */
enum { REVIEWER_LIMIT = 100 };

/* Whose reviews were accepted.  Zeroed: nobody's. */
struct witnesses {
	enum proof proof;   /* the weakest of them; NONE: none was needed */
	const char **names; /* the first by name, each once */
	size_t count;
};

/* The name is copied to the arena, where the list lies, too. */
void
witnesses_add(struct witnesses *, enum proof, const char *name, struct arena *);
void
witnesses_join(struct witnesses *, const struct witnesses *, struct arena *);

/*
 * What a check saw: findings, and the evidence it accepted, for the record.
 */
struct findings {
	struct arena *arena; /* the strings are made here or live as long */
	struct finding *list;
	size_t count, capacity;
	struct witnesses witnesses; /* in the arena */
};

/*
 * A new finding with code, need and found set; the caller sets the rest.  The
 * pointer is good until the next one is added.
 */
struct finding *finding_add(struct findings *, const char *code,
    const struct commit *, const char *need, const char *found);

void findings_free(struct findings *); /* the list; the arena is the owner's */

#endif
