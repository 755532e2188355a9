/*
 * Run a program: fixed arguments, an empty environment, a time limit.
 *
 * No shell is involved.  Standard input is `input`; standard output and error
 * are read together into `output` (at most 64 KiB, the rest is discarded).
 * The child gets no other descriptor of ours.  A child still running when the
 * time is up is killed and reaped.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* The exit status (0 to 255), or -1: not started, timed out, died of a signal.
 */
int process_run(const char *const argv[], const void *input, size_t input_len,
    int milliseconds, struct text *output, struct error *);

#endif
