/*
 * A repository that is being made: a stream for git-fast-import(1), and what
 * that can not do, which is to sign.
 */
#ifndef ADMIN_STREAM_H
#define ADMIN_STREAM_H

#include "admin/signers.h"
#include "admin/workdir.h"
#include "base/mem.h"

/* Zeroed but for `dir` and `arena` is an empty one. */
struct stream {
	const char *dir; /* of the repository */
	struct arena *arena;
	struct text text; /* what was not imported yet */
	unsigned marks;
};

extern const char stream_maker[]; /* of what no test is about */

void stream_file(struct text *, const char *path, const char *data);

/* Begin a commit on a ref; what it comes from and its files are to be added.
 * Returns the name it has from then on, in the arena. */
const char *stream_commit(struct stream *, const char *ref, const char *author,
    const char *committer, const char *message);

/* Set a ref to a commit. */
void stream_reset(struct stream *, const char *ref, const char *commit);

void stream_tag(struct stream *, const char *ref, const char *commit,
    const char *tagger, const char *message);

/* Have git make all that was added. */
int stream_flush(struct stream *, struct error *);

/* Set a ref to any object, by its id. */
int
stream_update(struct stream *, const char *ref, const char *id, struct error *);

/* The id of what git calls `name`, in the arena; NULL. */
const char *stream_id(struct stream *, const char *name, struct error *);

/*
 * Put a signed object in the place of the one at a ref, a "commit" or a "tag".
 * Its id, in the arena; NULL.
 */
const char *stream_sign(struct stream *, const char *type, const char *ref,
    struct signers *, const char *person, struct error *);

void stream_free(struct stream *);

#endif
