/*
 * Regular expressions: pcre2 in byte mode, the whole text must match.
 *
 * No JIT (a pattern is matched a few times, compiling costs more); match,
 * depth and heap limits are set, and a limit that is hit is an error with code
 * "regex.limit", never "no match".
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include <stddef.h>

#include "base/error.h"

struct regex;

/* NULL with the fault and its offset in the pattern in `err`. */
struct regex *regex_new(const char *pattern, struct error *err);
void regex_free(struct regex *);

/* 1 the whole text matches, 0 it does not, -1 it could not be told. */
int
regex_match(const struct regex *, const char *text, size_t len, struct error *);

/* 1 some part of the text matches, 0 none does, -1 it could not be told. */
int regex_search(
    const struct regex *, const char *text, size_t len, struct error *);

const char *regex_pattern(const struct regex *); /* as it was given */

#endif
