/*
 * What lies on the server before a declared push: statements of machines,
 * findings, reviews, records of exceptions (refwarden.policy-test(5)).
 */
#ifndef ADMIN_PREMISE_H
#define ADMIN_PREMISE_H

#include "yaml/field.h"

enum about { ABOUT_COMMIT, ABOUT_TREE, ABOUTS };

struct premise_statement {
	const char *kind;
	const char *by; /* a person of the policy */
	int result;     /* index of result_names */
	int of;         /* enum about */
	int64_t age;    /* milliseconds */
};
extern const char *const result_names[]; /* as statements say it */

struct premise_finding {
	const char *id, *owner, *exception;
	int severity, status; /* index of severity_names, of status_names */
	long found;           /* days ago */
	long due;             /* days from today */
	bool due_given;
};

struct premise_review {
	const char *login;     /* whose it is */
	const char *signed_by; /* a person of the policy; or NULL */
	bool blocks;
};

struct premise_exception {
	const char *id;
	struct texts rules, refs, paths;
	const char *requested_by, *approved_by; /* a person or an address */
	const char *signed_by;                  /* a person */
	long approved;                          /* days ago */
	long expires;                           /* days from today */
};

struct premise {
	struct premise_statement *statements;
	struct premise_finding *findings;
	struct premise_review *reviews;
	struct premise_exception *exceptions;
	size_t statement_count, finding_count, review_count, exception_count;
	struct texts named; /* exceptions that the push names */
};

/* The keys of these, and readers of lists of them: `member` is the premise. */
extern const struct field premise_statement_fields[], premise_finding_fields[],
    premise_review_fields[], premise_exception_fields[];
void premise_read_statements(
    struct load *, const struct field *, const struct node *, void *member);
void premise_read_findings(
    struct load *, const struct field *, const struct node *, void *member);
void premise_read_reviews(
    struct load *, const struct field *, const struct node *, void *member);
void premise_read_exceptions(
    struct load *, const struct field *, const struct node *, void *member);

#endif
