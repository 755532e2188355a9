/*
 * People: one name for all addresses, logins and keys of a human or robot.
 *
 * Everything read from a push is mapped to a `who` before it is compared.  An
 * address that is not listed is its own person, compared without case.
 */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/glob.h"
#include "base/mem.h"
#include "base/text.h"
#include "yaml/field.h"

struct person {
	const char *name;
	struct texts emails, logins, keys;
	bool robot;
	long from, until; /* days; 0 = no limit; until is the last day */
};

struct people {
	struct person *list;
	size_t count;
};

/* Somebody a push names: a listed person, or an address or login of its own. */
struct who {
	const struct person *person; /* NULL: not listed */
	const char *address; /* as written; NULL if known by login only */
	const char *login;   /* the pusher's; NULL otherwise */
};

struct who who_by_address(const struct people *, const char *address);
struct who who_by_login(const struct people *, const char *login);
bool who_same(const struct who *, const struct who *);
const char *who_name(const struct who *); /* person's name, address or login */

/*
 * What keeps a text from being a login (1 to 255 of `[A-Za-z0-9._@+-]`), such
 * as "the name is empty"; NULL if it is one.
 */
const char *login_fault(const char *login);

/* Does this person count on that day (from, until)?  True if not listed. */
bool who_counts(const struct who *, long today);

/* A group: persons, addresses, address globs, and other groups, flattened. */
struct group {
	const char *name; /* for messages; of an unnamed list, its text */
	const struct person **persons;
	size_t person_count;
	struct texts patterns;   /* addresses and address patterns */
	struct globs *addresses; /* set 0: those patterns, folded case; NULL if
				    there are none */
	bool anybody;            /* "*" is among them */
};

bool group_has(const struct group *, const struct who *);

/* Is everybody in `inner` also in `outer`?  False where that depends on which
 * addresses there are. */
bool group_within(const struct group *inner, const struct group *outer,
    const struct people *);

/* The keys of all who are in it and count today; the list is in the arena. */
struct texts group_keys(
    const struct group *, const struct people *, long today, struct arena *);

/* "ada, carol, *@example.com", cut with a count; or "anybody". */
const char *group_members(const struct group *, struct arena *);

/*
 * The two sections of a policy.  `groups_load` needs the people; a group may
 * name groups before or after it; a circle is a fault.  Groups live in the
 * arena but for their machines, which groups_free() frees.
 */
struct groups {
	struct group *list;
	size_t count;
	bool
	    *used; /* set by groups_find(), for the warning about unused ones */
	struct group **unnamed; /* written in place, in rules */
	size_t unnamed_count, unnamed_capacity;
};

extern const struct field person_fields[];

void people_load(struct load *, const struct node *, struct people *);
void groups_load(
    struct load *, const struct node *, const struct people *, struct groups *);
/*
 * A group by name, or from a list of members, or from one member that is a
 * person, an address or "*" (a scalar); NULL after a fault.
 */
const struct group *groups_find(
    struct load *, struct groups *, const struct people *, const struct node *);
void groups_free(struct groups *);

#endif
