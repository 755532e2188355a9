/*
 * A commit, read strictly (judging.md, 4; git-hash-object and gitformat docs).
 */
#ifndef GIT_COMMIT_H
#define GIT_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/oid.h"

struct repo;

struct identity {
	const char *name;    /* trimmed, may be empty */
	const char *address; /* between < and >, may be empty */
	int64_t date;        /* seconds since 1970: a claim */
};

struct commit {
	struct oid id, tree;
	const struct oid *parents;
	size_t parent_count;
	struct identity author, committer;
	const char *message;
	size_t message_len;
	const char *signature; /* the gpgsig header's text, or NULL */
	const char *payload;   /* what the signature signs; NULL without one */
	size_t payload_len;
	bool is_tag; /* made from a tag object: see tag.h */
};

/*
 * Parse the body of commit `id`.  Order and number of headers, identities,
 * dates, encoding and UTF-8 are checked; -1 with "object.malformed" names the
 * object and what is wrong.  All text is copied to the arena.
 */
int commit_parse(const struct oid *id, const char *data, size_t size,
    struct arena *, struct commit *, struct error *);

/* The same for a commit of the repository, of at most `limit` bytes. */
int commit_read(struct repo *, const struct oid *, size_t limit, struct arena *,
    struct commit *, struct error *);

/*
 * The little a walk needs, read leniently: accepted history may be older than
 * our rules.  `parents` must have room for `room`; the number there are is
 * returned (it may be larger), -1 if not even these headers can be read.
 * `date` is the committer's, 0 where it can not be read.
 */
int commit_skim(const struct oid *id, const char *data, size_t size,
    struct oid *tree, struct oid *parents, size_t room, int64_t *date,
    struct error *);

#endif
