/*
 * Trailers of a commit message: one strict reader, and a diagnosis of what
 * almost was one.
 *
 * The rules are those of refwarden.policy(5), TRAILERS: the last paragraph,
 * which is not the only one, if every line of it is `Key: value`, a
 * continuation, or
 * `(cherry picked from commit ...)`.  Nothing else is ever counted.
 */
#ifndef MESSAGE_TRAILERS_H
#define MESSAGE_TRAILERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"

struct trailer {
	const char *key;   /* as written */
	const char *value; /* trimmed; a folded one joined by single blanks */
	bool folded;
	unsigned line; /* of the message, from 1 */
};

struct trailers {
	const struct trailer *list;
	size_t count;
};

/* -1 with "object.limit" for more than `limit` trailers; all in the arena. */
int trailers_parse(const char *message, size_t len, size_t limit,
    struct arena *, struct trailers *, struct error *);

bool trailer_is(const struct trailer *, const char *key); /* without case */

/*
 * All lines that would be trailers with this key in the last paragraph,
 * wherever in the message they stand.  They are evidence of nothing; but who
 * is said there to have written the change is not who reviews it.
 */
struct trailers trailers_anywhere(
    const char *message, size_t len, const char *key, struct arena *);

/* `Name <address>` exactly.  False for anything else, and when folded. */
bool trailer_person(const struct trailer *, struct arena *, const char **name,
    const char **address);

/*
 * Would git read trailers with this key otherwise than we do?  (Its rule that
 * a quarter of the lines suffices, the `---` divider, scissors, comment lines,
 * `git interpret-trailers --parse` and `git log --format=%(trailers)`.)
 * True if the list of values either of the two would show for `key` is not the
 * list that trailers_parse() gives; empty values, which count nowhere, apart.
 */
bool trailers_ambiguous(const char *message, size_t len, const char *key);

/* Something that looks like the trailer wanted, and why it does not count. */
enum near_miss_kind {
	NEAR_MISS_NONE,
	NEAR_MISS_SUBJECT,   /* in the subject line */
	NEAR_MISS_PARAGRAPH, /* in a paragraph that is not the last */
	NEAR_MISS_MIXED, /* in the last paragraph, beside lines that are none */
	NEAR_MISS_NO_BLANK, /* no blank line between it and the text above */
	NEAR_MISS_QUOTED,   /* behind `>`, `#` or blanks */
	NEAR_MISS_EMPTY,    /* nothing after the colon */
	NEAR_MISS_SPELLING, /* a misspelt key, or a blank before the colon */
	NEAR_MISS_FOLDED,   /* a person on more than one line */
	NEAR_MISS_FORM,     /* no `Name <address>` */
};

struct near_miss {
	enum near_miss_kind kind;
	unsigned line;
	const char *text; /* the line, in the arena */
};

/*
 * The first near miss for a trailer `key` in the message; kind NONE if there is
 * none.  With `person`, values that are no `Name <address>` are near misses
 * too.
 */
struct near_miss trailers_near_miss(const char *message, size_t len,
    const char *key, bool person, struct arena *);

/* One line for a person: "line 3: in the middle of the message, ..." */
const char *near_miss_text(const struct near_miss *, struct arena *);

#endif
