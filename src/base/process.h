/*
 * Run a program: fixed arguments, a clean environment, a time limit.
 *
 * No shell is involved, and argv[0] is the program's whole path.  Its
 * environment is PATH=/usr/bin:/bin and LC_ALL=C, its signals are as by
 * default.  Standard input is a file that holds `input`; standard output and
 * error are added together to `output` (up to 64 KiB, the rest is discarded).
 * The child gets no other descriptor of ours.  It and all it started are killed
 * and it is reaped if it is still running, or anybody still holds its output
 * open, when the time is up.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* The exit status (0 to 255), or -1: not started, timed out, died of a signal.
 */
int process_run(const char *const argv[], const void *input, size_t input_len,
    int milliseconds, struct text *output, struct error *);

/* For a child that is started in another way. */

/* The input as a file in memory: nothing is left to write while the child
 * runs, and no signal comes of a child that does not read.  -1 with errno. */
int process_input(const void *input, size_t len);

/* Wait for it, however long: has it ended by itself, and with 0? */
bool process_ends_well(pid_t);

#endif
