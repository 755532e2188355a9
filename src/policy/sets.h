/* The named sets of a policy, `refs` and `paths`, while it is loaded. */
#ifndef POLICY_SETS_H
#define POLICY_SETS_H

#include "base/glob.h"
#include "yaml/field.h"

struct sets {
	const char *what; /* "ref" or "path", for messages */
	/* What is wrong with a pattern (without its `!`), or NULL. */
	const char *(*fault)(struct arena *, const char *pattern);
	/* The pattern as it is matched. */
	const char *(*full)(struct arena *, const char *pattern);
	struct globs *machine, *second; /* `second` may be NULL */
	size_t used_count;              /* sets in the machines */
	size_t count;
	struct pattern_set *list;
	bool *used;                 /* for the warning */
	const struct node *section; /* the map they were read from */
};

/* Read the section's named sets. */
void sets_load(struct load *, const struct node *, struct sets *);

/*
 * The set that `node` means: a name, one pattern, or a list of patterns.  It is
 * put into the machines when it is first used.  NULL after a fault.
 */
const struct pattern_set *
sets_find(struct load *, struct sets *, const struct node *);

/* A set of our own, such as a default. */
const struct pattern_set *sets_add(
    struct load *, struct sets *, const char *const *patterns, size_t count);

void sets_warn_unused(struct load *, const struct sets *);

const char *path_pattern_fault(const char *pattern);

/* Is there anything but literal bytes in it? */
#define GLOB_BYTES "*?[\\"
bool pattern_is_glob(const char *pattern);

#endif
