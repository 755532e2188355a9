/*
 * A change made by hand, for the tests of checks: no repository, settings as a
 * policy writes them.
 */
#ifndef SUPPORT_CHANGE_H
#define SUPPORT_CHANGE_H

#include "checks/check.h"
#include "yaml/field.h"

enum { MAKER_ROOM = 8, MAKER_FILES = 32 };

/* ada, carol and dmitri are `maintainers`, so is `robot`; bob and eve are not.
 * Everybody's addresses are NAME@example.com and NAME@home.example, the login
 * is NAME.  `gone` is a maintainer who does not count any more.
 * The path sets are `code` (src/) and `tests` (tests/). */
struct maker {
	struct arena arena;
	struct budget budget;
	struct people people;
	struct group maintainers, outsiders;
	struct pattern_set code, tests;
	struct member members[MAKER_ROOM];
	struct commit commits[MAKER_ROOM];
	struct tree_diff diff;
	struct file files[MAKER_FILES];
	uint64_t sets[MAKER_FILES];
	struct pusher pusher;
	struct change change;
	struct findings findings;
	struct faults faults; /* of the last settings read */
	const struct check *check;
	void *settings;
};

void maker_init(struct maker *);
void maker_free(struct maker *);

/* A commit by NAME@example.com; the first is the change's own. */
struct commit *
maker_commit(struct maker *, const char *author, const char *message);

/* Make the commit with this index a merge, that adds something of its own or
 * does not. */
void maker_merge(struct maker *, size_t commit, bool mechanical);

/*
 * A file; an id is zero where its mode is MODE_NONE, else the given byte
 * twenty times.  The set follows from the path.
 */
struct file *maker_file(struct maker *, const char *path, enum tree_mode old,
    unsigned char old_id, enum tree_mode new, unsigned char new_id);

/* The value of check `name` in a policy; the number of faults found. */
size_t maker_settings(struct maker *, const char *name, const char *yaml);

/* Fill a condition from the map a policy writes; the number of faults. */
size_t
maker_condition(struct maker *, const char *yaml, struct condition *condition);

/* Run the check; what it found before is forgotten. */
int maker_run(struct maker *, struct error *);

/* "review.self review.missing", in order; "" for no finding. */
const char *maker_codes(struct maker *);

#endif
