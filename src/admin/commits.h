/* The commits and tags of a policy test. */
#ifndef ADMIN_COMMITS_H
#define ADMIN_COMMITS_H

#include "admin/server.h"

/* The ref that the new commit is at; that it is pushed to is not moved. */
extern const char commits_pushed[];

/*
 * Make what there is before the push and what is pushed.  A tag that is not
 * lightweight is then where it is to be pushed to.
 */
int commits_make(struct server *, struct error *);

#endif
