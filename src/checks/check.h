/*
 * A check is a constant, and the registry a list of them.
 *
 * To add one: write src/checks/x.c with its settings, its field table and its
 * `const struct check x_check`, put a row into checks.c, and a table of cases
 * into tests/unit/checks/x.c.
 */
#ifndef CHECKS_CHECK_H
#define CHECKS_CHECK_H

#include "checks/change.h"
#include "checks/finding.h"

enum change_need {
	CHANGE_FILES = 1,  /* change->files */
	CHANGE_UPDATE = 2, /* judged once an update, on the new tip, even when
			      there are no changes */
	CHANGE_PUSHER = 4, /* can not be known on a developer's machine */
	CHANGE_ALL_FILES = 8, /* change->files has every file that differs */
	CHANGE_EVIDENCE = 16, /* the policy says where it is */
	CHANGE_FINDINGS = 32, /* the same of the register */
	CHANGE_BARE = 64,     /* judged of each change, and of an update that
				 has none (change->bare) */
	CHANGE_SERVER = 128,  /* only in part known on a developer's machine */
};

struct check {
	const char *name;    /* the key in `require` */
	const char *summary; /* one line for the manual and explain */

	/* How its value is read: as a map of `fields`, or, where it is no map
	   (or `fields` is NULL), as the one field `value`.  Either may be
	   NULL, not both. */
	const struct field *fields, *value;
	const void *defaults; /* settings to begin with; NULL: all zero */
	size_t settings_size;
	unsigned needs;
	/* The needs where they depend on the settings.  May be NULL. */
	unsigned (*needs_of)(const void *settings);

	/* Report faults that the tables can not express.  May be NULL. */
	void (*validate)(
	    const void *settings, const struct node *, struct load *);

	/* 0, with a finding for everything that is wrong; -1 only if it could
	   not look. */
	int (*run)(const void *settings, const struct change *,
	    struct findings *, struct error *);

	/* Free what the policy's arena does not own.  May be NULL. */
	void (*free)(void *settings);
};

extern const struct check *const checks[]; /* ends with NULL */
const struct check *check_find(const char *name);

/* What `review` with its defaults finds where it asks for this group. */
int review_by(const struct group *, const struct change *, struct findings *,
    struct error *);

/* The setting `name_of` of a check names a trailer: can there be such a one? */
void trailer_key_validate(const char *key, const char *name_of,
    const struct node *settings, struct load *);

/* Conditions (`when`): do the parts of a rule apply to this change? */
struct condition {
	const struct pattern_set *paths, *only_paths;
	unsigned kinds;       /* of enum file_kind; 0 = all */
	int64_t lines, files; /* at least so many; 0: not asked */
	const struct group *author, *author_not, *pusher, *pusher_not;
};

enum file_kind { FILE_ADDED = 1, FILE_MODIFIED = 2, FILE_DELETED = 4 };

extern const struct field condition_fields[];
unsigned condition_needs(const struct condition *); /* of enum change_need */
int condition_holds(const struct condition *, const struct change *,
    struct error *); /* 1, 0, -1 */

/*
 * The same for an update that brings no changes: there is nothing then that a
 * condition on content or authors could be about.
 */
bool condition_holds_without_changes(
    const struct condition *, const struct change *);

/*
 * What each file of change->files is to a set, by its index there, in the
 * arena: 0 if it is not in the set, or moved within it unchanged; one moved
 * into it is added.
 */
const unsigned char *
file_kinds(const struct change *, const struct pattern_set *);

#endif
