/*
 * Fewer rights for a program that reads hostile input.
 *
 * No new privileges by exec, and, where the kernel has Landlock
 * (landlock(7)), no writing outside the directories named.  Reading, running
 * programs and sending to sockets stay as they were.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stddef.h>

#include "base/error.h"

/* A directory that does not exist is passed over.  0, also where the kernel
 * has no Landlock; -1 if it has it and it could not be used. */
int sandbox_enter(const char *const *writable, size_t count, struct error *);

#endif
