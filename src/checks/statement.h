/*
 * Statements of machines about a commit or a tree, as a note holds them:
 *
 *     kind: sast
 *     result: pass
 *     tool: semgrep 1.90
 *     subject: 4f1c2ab...            40 digits, of a commit or a tree
 *     made: 2026-11-22T03:26:55Z
 *     open_critical: 0               open findings, by severity; optional
 *     -----BEGIN SSH SIGNATURE-----
 *     ...
 *     -----END SSH SIGNATURE-----
 *
 * The signature, in STATEMENT_NAME_SPACE, is over the lines above it with their
 * line feeds.  A statement ends with its signature or at a blank line, so
 * nothing that stands before or behind one can change what it says.
 */
#ifndef CHECKS_STATEMENT_H
#define CHECKS_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/oid.h"

#define STATEMENT_NAME_SPACE "evidence@refwarden"

enum { STATEMENT_LINE_LIMIT = 200, STATEMENT_KIND_LIMIT = 64 };

struct statement {
	const char *kind, *tool;
	struct oid subject;
	bool passed;
	int64_t made;                 /* milliseconds since 1970 */
	const char *data, *signature; /* signed bytes; NULL if not signed */
	size_t data_len, signature_len;
	const char *fault; /* why it says nothing, such as "an unknown key";
			      NULL if it is well formed */
	size_t line;       /* where it begins, from 1 */
};

/* Where a reader is; `data` is what is still to be read. */
struct statements {
	const char *data;
	size_t len, line;
};

/* The next statement of a note; false at the end.  `data` and `signature`
 * point into the note, other text is in the arena. */
bool statement_next(struct statements *, struct arena *, struct statement *);

/* Is this a kind, `[a-z0-9-]+` of at most STATEMENT_KIND_LIMIT bytes? */
bool statement_kind_valid(const char *kind);

/* "2026-11-22T03:26:55Z" to milliseconds since 1970; false for another form. */
bool moment_parse(const char *text, int64_t *moment);

#endif
