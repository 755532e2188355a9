/*
 * The schema as data: a table of keys and the members they fill.
 *
 * One table serves the loader, the JSON Schema and the check that the manual
 * documents every key.  A table ends with a row whose key is NULL.
 */
#ifndef YAML_FIELD_H
#define YAML_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "yaml/document.h"

enum field_type {
	FIELD_TEXT,     /* const char * */
	FIELD_BOOL,     /* bool; only `true` and `false`, unquoted */
	FIELD_NUMBER,   /* int64_t between min and max */
	FIELD_SIZE,     /* int64_t bytes: 10M, 512K, 100 */
	FIELD_DURATION, /* int64_t milliseconds: 90d, 12h, 30m, 60s */
	FIELD_DATE,     /* long, days since 1970; 0 = not given */
	FIELD_CHOICE,   /* int, index into `choices` */
	FIELD_REGEX,    /* struct regex *, freed by the owner of the settings */
	FIELD_TEXTS,    /* struct texts: a list, or one scalar */
	FIELD_TABLE,    /* an embedded struct described by `fields` */
	FIELD_GROUP,    /* const struct group *: a name or a list of members */
	FIELD_PATHS,    /* const struct pattern_set *: a name or patterns */
	FIELD_REFS,     /* const struct pattern_set *: a name or patterns */
	FIELD_OWN,      /* read by `read` */
};

/* What the schema says of a FIELD_OWN: one value, or several of them. */
enum field_form {
	FORM_ONE,
	FORM_LIST,
	FORM_SOME, /* a list, or one alone */
	FORM_MAP,  /* by names that the policy chooses */
};

struct texts {
	const char **list;
	size_t count;
};

struct load;

struct field {
	const char *key;
	enum field_type type;
	size_t offset;       /* of the member in the struct filled */
	const char *summary; /* one line, for the schema and editors */
	bool required;
	int64_t min, max;           /* FIELD_NUMBER; max 0 = no upper bound */
	const char *const *choices; /* FIELD_CHOICE: ends with NULL */
	const struct field *fields; /* FIELD_TABLE */

	/* For the schema of a FIELD_OWN: each of its values is of type `item`
	   or, where `fields` is set, may be a map of these.  Items that are
	   FIELD_OWN are maps of checks. */
	enum field_form form;
	enum field_type item;

	void (*read)(struct load *, const struct field *, const struct node *,
	    void *member); /* FIELD_OWN; reports faults itself */
};

/*
 * Where a file is being loaded to.  Strings and lists go to the arena.  Names
 * of groups and sets are resolved by the one who knows them: `resolve` fills
 * `*out` with a group (FIELD_GROUP) or a set, or reports a fault.
 */
struct load {
	struct arena *arena;
	struct faults *faults;
	void (*resolve)(struct load *, enum field_type, const struct node *,
	    const void **out);
	void *context; /* for `resolve` and for own readers */
};

/*
 * Fill `into` from the map `node`; members of keys that are absent keep what
 * they had.  Every fault is reported: unknown key (with "did you mean"), wrong
 * type, out of range, missing.  A node that is no map is a fault.
 */
void fields_load(
    struct load *, const struct field *, const struct node *, void *into);

/* One field from one node, as fields_load() does it. */
void field_load(
    struct load *, const struct field *, const struct node *, void *into);

/* "90d", "12h", "30m" or "60s"; false for anything else. */
bool duration_parse(const char *text, int64_t *milliseconds);

/* The node of a key in a map, or NULL. */
const struct node *map_get(const struct node *map, const char *key);

/* The nearest of `words` to `word`, if it is near enough to be meant. */
const char *
did_you_mean(const char *word, const char *const *words, size_t count);

/* "unknown WHAT "x", did you mean "y"?", or with `advice` if nothing is near.
 */
void fault_unknown(struct load *, const struct node *, const char *what,
    const char *const *words, size_t count, const char *advice);

#endif
