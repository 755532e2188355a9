/* What a person calls a commit, resolved by git itself. */
#ifndef ADMIN_REVISION_H
#define ADMIN_REVISION_H

#include "base/error.h"
#include "base/oid.h"

/* `git rev-parse --verify WORDS^{commit}` in the repository at `git_dir`. */
int revision_resolve(
    const char *git_dir, const char *words, struct oid *, struct error *);

#endif
