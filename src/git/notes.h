/* Notes on objects, as git keeps them in the tree of a notes ref. */
#ifndef GIT_NOTES_H
#define GIT_NOTES_H

#include "base/budget.h"
#include "git/repo.h"

/*
 * The note on `object` in a tree of notes.  A note is a file whose path,
 * without its slashes, is the object's id in 40 digits; each slash follows two
 * of them
 * ("ab/cdef...", "ab/cd/ef..."), and how many there are differs from tree to
 * tree (git-notes(1)).  Files of other names are no notes.
 *
 * 0 with the blob in `*note`; 1 if there is none; -1 ("object.*"), also where
 * there are several: git has no one answer then either.
 */
int notes_find(struct repo *, const struct oid *tree, const struct oid *object,
    struct budget *, struct oid *note, struct error *);

#endif
