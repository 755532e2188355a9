/* The options of all commands but `audit`, which has its own (audit.h). */
#ifndef ADMIN_OPTIONS_H
#define ADMIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* What was given; NULL, 0 and false where it was not. */
struct options {
	const char *repo, *ref, *policy, *remote, *output;
	const char *push, *login, *topic;
	int64_t since; /* milliseconds of age; -1: not given */
	bool json, plain, list, in_tree, coverage, dry_run;
	bool block, sign;
	char **operands; /* up to NULL */
	int count;
};

/* What a command takes: its usage, letters of the table in options.c, and how
 * many operands. */
struct command_line {
	const char *usage, *letters;
	int least, most;
};

/* -1 to go on, else an exit status: help was asked for, or it is wrong. */
int options_read(
    const struct command_line *, int argc, char **argv, struct options *);

/* Wrong usage: say why (NULL: somebody has), and return that status. */
int options_wrong(const struct command_line *, const char *why, ...)
    __attribute__((format(printf, 2, 3)));

#endif
