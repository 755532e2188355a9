/*
 * The register of findings: files `<ID>.yml` in a directory of a branch, one
 * finding each, as of the branch's tip on this server.
 *
 *     id: F-7
 *     title: Injection into the search
 *     severity: high                 critical, high, medium or low
 *     found_on: 2026-10-01
 *     due: 2026-11-01                optional; the last day
 *     status: open                   open, fixed or accepted
 *     fixed_in: 4f1c2ab              optional, as is owner
 *     exception: EX-2026-014         optional; for one that is accepted
 */
#ifndef CHECKS_REGISTER_H
#define CHECKS_REGISTER_H

#include "base/budget.h"
#include "git/tree_place.h"
#include "yaml/field.h"

enum { SEVERITIES = 4 };
extern const char *const severity_names[]; /* worst first; ends with NULL */

/* The policy's key `findings`. */
struct register_setting {
	struct tree_place place;
	int64_t deadlines[SEVERITIES]; /* milliseconds; 0: none */
	bool configured;
};

enum finding_status { FINDING_OPEN, FINDING_FIXED, FINDING_ACCEPTED };
extern const char *const status_names[]; /* ends with NULL */

struct registered {
	int64_t version;
	const char *id, *title;
	int severity; /* index of severity_names */
	long found_on;
	long due;   /* the last day, also by a deadline; 0: none */
	int status; /* enum finding_status */
	const char *fixed_in, *owner, *exception; /* or NULL */
	const char *path;
};

struct findings_register {
	struct registered *list;
	size_t count;
};

/*
 * Read all of it.  -1 where any of it can not be read: no branch, no directory,
 * a file that is no such record, or that could pass for one (".yaml").  Other
 * files, such as README, are passed over.  All is in the arena.
 */
int
register_read(const struct register_setting *, struct repo *, struct budget *,
    struct arena *, struct findings_register *, struct error *);

/* Could it be read as this commit has it?  0, 1 (`err` says so) if there is
 * none, -1. */
int register_try(const struct register_setting *, struct repo *,
    const struct oid *commit, struct budget *, struct arena *, struct error *);

#endif
