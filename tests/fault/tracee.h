/* A program whose system calls are counted, and one of them made to fail. */
#ifndef FAULT_TRACEE_H
#define FAULT_TRACEE_H

#include <stdbool.h>

/* Instead of an errno: SIGKILL where the call begins. */
enum { FAULT_KILL = -1 };

struct tracee_end {
	bool reached; /* did it come to that call? */
	int status;   /* as of waitpid(2) */
};

/*
 * Run argv[0] with `input` (a file) as standard input and no output.  Its
 * `which`th system call, from 1, counted from exec on, fails with errno
 * `fault`; none does if `which` is 0.  A program that takes longer than
 * TRACEE_TIME seconds dies of SIGALRM.
 */
enum { TRACEE_TIME = 30 };
struct tracee_end
tracee_run(char *const argv[], const char *input, int which, int fault);

/* Can this be done on this machine? */
bool tracee_possible(void);

#endif
