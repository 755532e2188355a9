/*
 * Reviews that were pushed (refs/reviews/LOGIN/TOPIC), and whether they cover
 * what is pushed now.
 *
 * Who writes there is authenticated by the host, so the ref is the evidence: a
 * review of a commit, by the person with that login.  It covers that commit and
 * all that come with it, and the commit that brings just what was reviewed, be
 * it merged, squashed or rebased (git/landing.h).  It serves one landing a
 * branch.
 */
#ifndef CHECKS_REVIEWED_H
#define CHECKS_REVIEWED_H

#include "checks/change.h"
#include "checks/finding.h"
#include "git/tag.h"

struct review_work; /* the judge's own */

struct review_ref {
	const char *name; /* the full one */
	size_t owner;     /* of the logins */
	bool blocks;      /* it withholds */
	bool left_out;    /* its owner has too many: only its own id counts */
	struct oid id;    /* what it points at */
	/* By whose keys it was found to be signed; NULL: not known. */
	const struct people *signed_by;
	struct review_work *work;
};

struct review_refs {
	struct review_ref *list; /* whose `signed_by` is the checks' own */
	size_t count;
	const char **logins;
	size_t login_count;
	size_t block_count; /* of those in the list */
	bool unknown;       /* a developer's machine, which has none of the
			       server's */
};

enum coverage {
	COVERS_NOT,
	COVERS,
	COVERS_AGAIN,  /* it has served */
	COVERS_BESIDE, /* what it brings, but not all that it merges */
	COVERS_UNTOLD, /* perhaps, and it withholds */
};

enum { DEPARTURES_SHOWN = 20 };

/* How a change departs from what was reviewed. */
struct departure {
	const char *paths[DEPARTURES_SHOWN];
	size_t count;       /* of all paths */
	const char *author; /* an address, of the commit reviewed */
	bool related;       /* some path is changed by both */
};

/*
 * What the judge knows of reviews.  0 or -1; a review that can not be read
 * covers nothing, and is no reason to refuse the pushes of others.  One that
 * withholds what may be the change does so, where that can not be told.
 */
struct review_source {
	/* Those there are now, never those of this push.  NULL on an error.
	   `by_date`: read, and from then on the newest first, by what they
	   say; only then are the other two to be asked. */
	const struct review_refs *(*list)(
	    struct subject *, bool by_date, struct error *);
	/* Does a review cover this member of the change? */
	int (*covers)(struct subject *, const struct change *,
	    const struct commit *, const struct review_ref *, enum coverage *,
	    struct error *);
	/* Did they write what it covers?  1, 0 or -1. */
	int (*wrote)(struct subject *, const struct change *,
	    const struct commit *, const struct review_ref *,
	    const struct who *, struct error *);
	int (*departs)(struct subject *, const struct change *,
	    const struct commit *, const struct review_ref *,
	    struct departure *, struct error *);
	/* The tag that the ref is: 1, or 0 if it is none that can be read. */
	int (*tag)(struct subject *, const struct review_ref *, struct tag *,
	    struct error *);
};

/* Whose reviews are looked for. */
struct review_query {
	const struct change *change;
	const struct writers *writers;
	const struct group *by; /* NULL: anybody */
	size_t count;           /* no more than that are needed */
	enum proof least;       /* PROOF_CONTENT or PROOF_SIGNED */
};

/* The reviews of a commit. */
struct reviewed {
	struct witness {
		struct who who;
		enum proof proof;
	} * counted;
	size_t count;
	/* Whose do not count, by name or login, and why; NULL: nobody's. */
	const char *self;     /* wrote it */
	const char *pushing;  /* pushes it */
	const char *again;    /* it has served */
	const char *beside;   /* something else is merged */
	const char *unproven; /* no good signature... */
	const char *reason;   /* ...for this reason */
	const char *stranger; /* not asked for */
	const char *left_out; /* has too many */
	const char *stale;    /* of other content */
	struct departure departure;
};

/* Fill in who reviewed a commit of the change.  0 or -1. */
int reviewed_find(const struct review_query *, const struct commit *,
    struct reviewed *, struct error *);

/* A ref by which somebody asked for withholds the change. */
struct block {
	const struct review_ref *ref;
	const char *login;
	bool untold; /* ... or may: whether it is of this can not be told */
};
/* 1, 0 or -1. */
int
reviewed_blocked(const struct review_query *, struct block *, struct error *);

/* Is nothing known of reviews here?  1, 0 or -1. */
int reviewed_unknown(const struct change *, struct error *);

/* Why what was found is not enough; `code` is NULL if it says nothing. */
struct diagnosis {
	const char *code, *found, *note, *hint;
};
struct diagnosis reviewed_diagnose(
    const struct change *, const struct reviewed *, size_t wanted);

/* What a reviewer runs to review the commit, one command a line. */
const char *
reviewed_commands(const struct change *, const struct commit *, enum proof);

/* Somebody withholds the change: the finding's code is review.missing. */
void reviewed_withheld(const struct change *, const struct block *,
    const char *need, struct findings *);

#endif
