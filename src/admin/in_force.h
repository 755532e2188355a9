/* The policies a command is about. */
#ifndef ADMIN_IN_FORCE_H
#define ADMIN_IN_FORCE_H

#include "git/repo.h"
#include "policy/layers.h"

/* layers_load(), as the hooks of the repository would do it. */
int layers_on_disk(struct repo *, struct layers *, struct error *);

/*
 * `file` as the only layer; or, where it is NULL, all layers in force for the
 * repository at `path` (NULL: around), that of its tree among them; the
 * system's where none is around.  The caller calls layers_free() whatever is
 * returned.
 */
int layers_in_force(
    const char *file, const char *path, struct layers *, struct error *);

/*
 * Is the file where the layers on disk of its repository want the policy in
 * the tree (`repository_policy`)?  -1 where they can not be read.
 */
int is_in_tree(const char *file, struct error *);

/* The exit status of a command that ends with this error. */
int error_status(const struct error *);

#endif
