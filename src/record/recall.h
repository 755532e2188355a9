/*
 * What the journal says about the past, for decisions of today.  Values are
 * compared as they are written: one that had to be cut is not found.
 */
#ifndef RECORD_RECALL_H
#define RECORD_RECALL_H

#include <stdint.h>

#include "judge/push.h"

/* Is this the policy that the last record with a policy names?  1, 0, -1. */
int recall_policy(const char *git_dir, const char *policy, struct error *);

/*
 * For each update the id of the push that had it accepted last, "" where there
 * is none lately.  0 or -1.
 */
int recall_landed(const char *git_dir, const struct ref_update *, size_t count,
    char (*ids)[PUSH_ID_SIZE], struct error *);

/*
 * Has pre-receive, started by the git-receive-pack `process`, accepted this
 * exact update for this user under this policy, and nothing been decided about
 * the ref since?  1 and the id of the push, 0, -1.  A `user` of NULL is nobody
 * that is known.
 */
struct recall_question {
	const struct ref_update *update;
	const char *user, *policy, *process;
};
int recall_accepted(const char *git_dir, const struct recall_question *,
    char id[PUSH_ID_SIZE], struct error *);

/* Has another push used this exception and been accepted since the push `id`
 * began?  1, 0, or -1 if it could not be told. */
int recall_used(
    const char *git_dir, const char *exception, const char *id, struct error *);

/* How many pushes used this exception and were accepted since that day?  -1 if
 * it could not be told. */
int64_t recall_uses(
    const char *git_dir, const char *exception, long since, struct error *);

#endif
