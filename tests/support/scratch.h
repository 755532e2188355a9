/*
 * A directory of the test's own, and git in it.
 *
 * Every function ends the test program where it fails: a test that could not be
 * set up must not pass.
 */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include "base/oid.h"
#include "base/text.h"

/* Make a directory, go there and give git an environment that is the same
 * everywhere.  For cmocka's group set-up and tear-down. */
int scratch_enter(void **state);
int scratch_leave(void **state);

/* Run a shell command; it must succeed. */
void scratch_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, for what it prints; the caller calls text_free(). */
struct text
scratch_output(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The object `git rev-parse` says `name` is. */
struct oid scratch_object(const char *repository, const char *name);

#endif
