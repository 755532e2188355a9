/*
 * The refs of the repository, read as git's files backend stores them
 * (gitrepository-layout(5)): loose files, then packed-refs, which is searched
 * and not loaded where its header says that it is sorted.  So the cost of a
 * push does not grow with the number of refs it does not touch.
 */
#ifndef GIT_REFS_H
#define GIT_REFS_H

#include "base/error.h"
#include "base/oid.h"
#include "git/ref_name.h"

struct refs;

/* The common directory, where the worktrees of a repository meet, has all but
 * HEAD; both are borrowed for the call.  "repo.unsupported" for reftables. */
struct refs *refs_open(const char *git_dir, const char *common, struct error *);
void refs_close(struct refs *);

enum ref_kind { REF_ABSENT, REF_DIRECT, REF_SYMBOLIC };

struct ref {
	enum ref_kind kind;
	struct oid id;                   /* REF_DIRECT only */
	char target[REF_NAME_LIMIT + 1]; /* REF_SYMBOLIC; "" for a file link */
};

/*
 * One ref by its full name, not following symbolic refs.  A file that is a
 * symbolic link, or lies behind one, is REF_SYMBOLIC.  -1 if it can not be
 * told.
 */
int refs_read(struct refs *, const char *name, struct ref *, struct error *);

/*
 * Call `each` for every direct ref whose name begins with `prefix` (such as
 * "refs/heads/release/"), in no order, loose refs winning over packed ones.
 * `each` returns -1 to end the walk with that error.
 */
int refs_each(struct refs *, const char *prefix,
    int (*each)(
	void *context, const char *name, const struct oid *, struct error *),
    void *context, struct error *);

/* What HEAD points at ("refs/heads/main"; "" if detached) into `target`. */
int refs_head(struct refs *, char target[REF_NAME_LIMIT + 1], struct error *);

#endif
