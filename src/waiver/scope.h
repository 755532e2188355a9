/* What an exception covers: repositories, refs, commits, paths. */
#ifndef WAIVER_SCOPE_H
#define WAIVER_SCOPE_H

#include "waiver/waiver.h"

struct scope;

/* Both are borrowed until scope_free(). */
struct scope *scope_new(const struct exception *, const struct waiver_push *);
void scope_free(struct scope *);

/*
 * Is what the question asks about inside?  1; 0 with what is not in `*found`
 * ("one for other commits"); -1 if it could not be told.
 *
 * With `paths`, every path at fault must match: the finding's own, where the
 * check tells of each path by itself; else those that made the rule speak
 * (`when.paths`); else all that the change changed.
 */
int scope_covers(struct scope *, const struct waiver_question *,
    const char **found, struct error *);

#endif
