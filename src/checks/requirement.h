/*
 * Checks with their settings, all of which must hold: what a rule requires, and
 * what one entry of `any` does.
 */
#ifndef CHECKS_REQUIREMENT_H
#define CHECKS_REQUIREMENT_H

#include "checks/check.h"
#include "yaml/field.h"

struct requirement {
	const struct check *check;
	void *settings;
};

struct requirements {
	struct requirement *list;
	size_t count;
};

/*
 * Read a map from the names of checks to their settings.  `outer` is the check
 * it is part of, which may not be in it again; NULL for a rule's own.
 */
void requirements_load(struct load *, const struct node *,
    const struct check *outer, struct requirements *);
void requirements_free(struct requirements *);

/* What one check needs with these settings, and what some of a list do. */
unsigned requirement_needs(const struct requirement *);
unsigned requirements_needs(const struct requirements *);

/*
 * When a check is asked: of each change, or once an update on its new tip
 * (CHANGE_UPDATE).  A tag, and an entry of `any`, is asked all at once; but of
 * an update without changes only what is asked once an update.
 */
enum occasion { EACH_CHANGE = 1, WHOLE_UPDATE = 2, ALL_AT_ONCE = 3 };

/* 0, with the findings of all that do not hold; -1 if it could not be told. */
int requirements_run(const struct requirements *, enum occasion,
    const struct change *, struct findings *, struct error *);

#endif
