/*
 * A directory in the tree of a ref, of this repository or of another one, as
 * the ref is on this server: where registers are kept.
 */
#ifndef GIT_TREE_PLACE_H
#define GIT_TREE_PLACE_H

#include "base/budget.h"
#include "git/repo.h"

struct tree_place {
	const char *repository; /* absolute path; NULL: this one */
	const char *ref;        /* by its full name; NULL: HEAD's branch */
	const char *path;       /* of the directory */
};

/* A place that was found. */
struct tree_found {
	struct repo *repo;
	struct repo *other; /* the same, if it is ours to close */
	struct oid tree;    /* of the directory */
};

/*
 * Find the place; `here` is borrowed until tree_place_close().  0; 1 if there
 * is no such branch or directory, and `err` says which; -1, also where others
 * than its owner and group can write to the other repository.
 * tree_place_close() is due after all three.
 */
int tree_place_find(const struct tree_place *, struct repo *here,
    struct budget *, struct tree_found *, struct error *);
void tree_place_close(struct tree_found *);

/* The directory as a commit of its repository has it.  0, 1 (`err` says so) if
 * it has none, or -1. */
int tree_place_in(const struct tree_place *, struct repo *,
    const struct oid *commit, struct budget *, struct oid *tree,
    struct error *);

#endif
