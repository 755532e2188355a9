/* The layers in force for one repository, and where they are found. */
#ifndef POLICY_LAYERS_H
#define POLICY_LAYERS_H

#include "git/repo.h"
#include "policy/policy.h"

enum { LAYER_LIMIT = 3 };

struct layers {
	struct policy *list[LAYER_LIMIT];
	size_t count;
	const struct log_setting *log; /* the word that counts */
	const struct pusher_setting *pusher;
	struct limits limits;            /* the first layer's, or tighter */
	const struct policy *namespaces; /* the layer whose namespaces count */
	bool ref_names_strict;
	/* 12 hex digits and NUL: of the file's SHA-256 where there is one
	   layer, else of the SHA-256 over those of all layers. */
	char hash[13];
	const char *contact, *document; /* first layer that says so; "" */
	const char *repository_policy; /* path of the layer in the tree; NULL */
	char *tree_branch;             /* whose tree that is; NULL: not asked */
};

/*
 * Load all layers on disk for the repository at `git_dir`.  0; or -1 with
 * "policy.missing", "policy.unsafe" or "policy.invalid" (the first fault with
 * its file:line:column in `err`; all of them in `faults` if not NULL: an array
 * of LAYER_LIMIT, each initialised by the callee, freed by the caller).
 * `layers` is usable for logging even after a failure: its log, pusher and
 * limits then are the defaults or those of the layers that could be read.
 */
int layers_load(const char *git_dir, struct layers *, struct faults *faults,
    struct error *);
/*
 * One file as the only layer, for `refwarden check --policy`: `faults`, if not
 * NULL, is one, not an array.  Who may write to the file is not asked.
 */
int layers_load_file(
    const char *path, struct layers *, struct faults *, struct error *);

/*
 * Add the layer in the tree, if a layer on disk wants one (`repository_policy`)
 * and there is one: as it is on the tip of HEAD's branch on this server, never
 * as a push would have it.  0; or -1 with "policy.invalid", or "policy.missing"
 * where HEAD's branch does not exist or no layer on disk protects it.  Before
 * the first branch that is protected there need not be one.
 */
int layers_load_tree(struct layers *, struct repo *, struct error *);

/* The same for a `branch` that is known, and its tip; zero: it has none. */
int layers_add_tree(struct layers *, struct repo *, const char *branch,
    const struct oid *tip, struct error *);

/* May refs of this name be pushed at all (`namespaces`)? */
bool layers_allow(const struct layers *, const char *ref);

/*
 * Read a file whatever its owner and mode, at most YAML_FILE_LIMIT bytes.  As
 * trusted_read() otherwise, with "policy.invalid" for every failure.
 */
int policy_read(const char *path, char **data, size_t *len, struct error *);

void layers_free(struct layers *);

#endif
