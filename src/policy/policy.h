/*
 * A policy file, read into what the judge needs: one layer.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/budget.h"
#include "base/glob.h"
#include "checks/evidence.h"
#include "checks/register.h"
#include "checks/requirement.h"
#include "git/tree_place.h"
#include "people/host.h"
#include "people/people.h"
#include "yaml/document.h"
#include "yaml/field.h"

enum mode { MODE_ENFORCE, MODE_WARN, MODE_OBSERVE };
extern const char *const mode_names[];

struct rule {
	const char *id;
	const char *name; /* shown: `id`, or "LAYER/ID" where a lower layer
			     has one too */
	const char *clause, *clause_title; /* or NULL */
	const char *help;                  /* or NULL */
	const struct pattern_set *refs;    /* NULL: all protected branches */
	struct condition when;
	bool has_when;
	struct requirements require;
	enum mode mode;
	bool waivable;
	unsigned line;
	const struct node *node;     /* as it is written, in policy->source */
	const struct policy *policy; /* the layer it belongs to */
};

struct clause {
	const char *id, *title, *manual; /* manual: "" unless given */
	struct texts controls;
};

enum create { CREATE_TRUSTED, CREATE_ANYTHING };

struct history_setting {
	bool first_parent;
	int64_t max_parents;
	bool roots;
	int create; /* enum create */
};

enum exception_proof { EXCEPTION_SIGNATURE, EXCEPTION_SIGN_OFF };

struct exception_setting {
	const char *directory;   /* one of the two places; or NULL */
	struct tree_place place; /* path is NULL if it is not there */
	const struct group *approved_by;
	int proof; /* enum exception_proof */
	int64_t max_days;
	bool waivable; /* default of the rules' key */
	bool configured;
};

enum on_failure { LOG_REFUSE, LOG_SPOOL };

struct log_setting {
	int facility;   /* a LOG_* facility of <syslog.h> */
	int on_failure; /* enum on_failure */
	bool journal;
};

enum layer_kind { LAYER_SYSTEM, LAYER_REPOSITORY, LAYER_TREE };
extern const char *const layer_names[]; /* "system", "repository", "tree" */

struct policy {
	int version; /* index of it among those known */
	enum layer_kind layer;
	const char *file;                      /* as shown to administrators */
	const char *name, *document, *contact; /* "" if not given */
	int mode;                              /* enum mode */
	struct clause *clauses;
	size_t clause_count;
	struct people people;
	struct groups groups;
	const struct pattern_set *protected_refs;
	const struct pattern_set *named_refs; /* the same but for patterns that
						 match all branches */
	struct history_setting history;
	const struct pattern_set *namespaces; /* the default's if not given */
	bool ref_names_strict;
	struct pusher_setting pusher;
	struct exception_setting exceptions;
	struct evidence_setting evidence;
	struct register_setting findings;
	struct log_setting log;
	struct limits limits; /* as written: 0 = this layer does not say */
	bool namespaces_given, ref_names_given, pusher_given, log_given;
	struct oid *baseline;
	size_t baseline_count;
	const char *repository_policy; /* path in the tree, or NULL */
	struct rule *rules;
	size_t rule_count;

	struct globs *refs,
	    *refs_folded;    /* the same sets, two readings of case */
	struct globs *paths; /* all path sets */
	size_t path_sets;
	struct document *source; /* what it was read from */
	unsigned char hash[32];  /* SHA-256 of the file's bytes */
	struct arena arena;
};

/*
 * Load one layer from bytes.  NULL if there is any error among the faults;
 * warnings alone do not stop it.  The caller calls policy_free().
 */
struct policy *
policy_load(const char *data, size_t len, enum layer_kind, struct faults *);
void policy_free(struct policy *);

/* "policy.invalid": the first error, with its place, and how many there are. */
int policy_first_fault(const struct faults *, struct error *);

/* The tables, for the schema and the manual: top-level keys, keys of a rule. */
extern const struct field policy_fields[], rule_fields[];

extern const struct log_setting default_log;

/*
 * A ref pattern of a policy as a full one: `main` is `refs/heads/main`,
 * `tags/v*` is `refs/tags/v*`, `refs/x` stays; `!` stays in front.
 */
const char *ref_pattern_full(struct arena *, const char *pattern);

/*
 * What is wrong with a ref pattern (without its `!`), or NULL.  One that no
 * ref of git's can match has a fault: it would protect nothing, silently.
 */
const char *ref_pattern_fault(struct arena *, const char *pattern);

bool policy_protects(const struct policy *, const char *ref);
/* ... by a pattern that says something of the name? */
bool policy_names(const struct policy *, const char *ref);
bool rule_applies(const struct rule *, const char *ref); /* and is protected */

/*
 * A ref as people write it: "refs/heads/main" is "main", "refs/tags/v1" is
 * "tags/v1"; one that would then be taken for another stays as it is.
 */
const char *ref_shown(const char *ref);

#endif
