/*
 * A hook that was there before ours: install.sh keeps it as NAME.local, and it
 * is asked after ours has accepted, with the same input and environment.
 */
#ifndef HOOK_CHAIN_H
#define HOOK_CHAIN_H

#include <stdbool.h>

#include "hook/walls.h"
#include "judge/push.h"

/* Is there one that git would have run? */
bool chain_exists(const char *hook_path);

/* True if there is none, or it exits 0.  `push` is what it reads, or, for an
 * update hook, its three arguments. */
bool chain_accepts(const char *hook_path, const struct walls *,
    const struct push *, bool as_arguments);

#endif
