/*
 * The names of refs that hold reviews: refs/reviews/LOGIN/TOPIC, and below
 * refs/reviews/LOGIN/block those that withhold one.
 */
#ifndef CHECKS_REVIEW_REF_H
#define CHECKS_REVIEW_REF_H

#include <stdbool.h>
#include <stddef.h>

#define REVIEW_REFS "refs/reviews/"

/*
 * Is it such a name?  Then `*login` (of `*login_len` bytes) points into it.
 * Nothing else below refs/reviews, or instead of it, is anybody's.
 */
bool review_ref_owner(const char *name, const char **login, size_t *login_len);

/* Does a review under this name withhold, and not approve? */
bool review_ref_blocks(const char *name);

#endif
