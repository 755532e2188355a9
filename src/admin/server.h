/* What there is on the server before a declared push, beside the commits. */
#ifndef ADMIN_SERVER_H
#define ADMIN_SERVER_H

#include "admin/scenario.h"
#include "admin/stream.h"

struct server {
	const struct scenario *scenario;
	struct signers *signers; /* of the policy */
	struct stream *stream;
	long today;
};

/* The register of findings, as files of the commit that is being added. */
int server_findings(struct server *, struct error *);

/* Statements about the commit at a ref, in notes; all must be flushed. */
int server_evidence(struct server *, const char *ref, struct error *);

/* Reviews of what is at a ref, a commit or a tag; all must be flushed. */
int server_reviews(struct server *, const char *ref, struct error *);

/* Records of exceptions, in a directory that `*directory` is set to; NULL
 * where the scenario has none. */
int server_exceptions(struct server *, const char **directory, struct error *);

#endif
