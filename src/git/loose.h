/* Loose objects: a zlib stream of "type size NUL content" in a file. */
#ifndef GIT_LOOSE_H
#define GIT_LOOSE_H

#include "git/inflate.h"
#include "git/want.h"

/* `dir` is a descriptor of an object directory.  0; 1 if there is no such
 * file; -1 with the codes of object_read(). */
int loose_read(struct inflater *, int dir, const struct want *, struct found *,
    struct error *);

#endif
