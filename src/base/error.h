/*
 * What went wrong, in words for a person.
 *
 * A function that can fail takes a `struct error *` last and returns 0 or -1,
 * or a pointer or NULL.  The caller owns the struct, usually on its stack; it
 * is filled only on failure.  A finding (a broken rule) is not an error: an
 * error means that a question could not be answered, and always refuses.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/oid.h"

struct error {
	char
	    code[24]; /* a code of checks/code.h; "internal.error" unless set */
	char text[488];    /* one line, no full stop, may be cut */
	struct oid commit; /* at fault; zero: none, or it is not known */
};

/* Set a plain failure ("internal.error").  Always returns -1. */
int error_set(struct error *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with a code of its own, such as "object.limit".  Returns -1. */
int error_code(struct error *, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "context: " before the text on the way up.  Returns -1. */
int error_prefix(struct error *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "commit ID: " there, and let the commit be the one at fault.  Returns -1.
 */
int error_commit(struct error *, const struct oid *);

/* The same calls, so that a compiler and an analyser know their answer. */
static inline int
error_answer(void)
{
	return -1;
}
#define error_set(...)    (error_set(__VA_ARGS__), error_answer())
#define error_code(...)   (error_code(__VA_ARGS__), error_answer())
#define error_prefix(...) (error_prefix(__VA_ARGS__), error_answer())
#define error_commit(...) (error_commit(__VA_ARGS__), error_answer())

#endif
