/* ptrace(2), as far as it takes to make one system call fail. */
#include "tracee.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALL_STOP = SIGTRAP | 0x80 };

#if defined(__x86_64__)
static int
call_skip(pid_t child)
{
	return ptrace(PTRACE_POKEUSER, child,
		   offsetof(struct user_regs_struct, orig_rax), -1L) == 0
		   ? 0
		   : -1;
}

static int
call_answer(pid_t child, int number)
{
	return ptrace(PTRACE_POKEUSER, child,
		   offsetof(struct user_regs_struct, rax), -(long)number) == 0
		   ? 0
		   : -1;
}
#elif defined(__aarch64__)
static int
call_skip(pid_t child)
{
	int none = -1;
	struct iovec part = {&none, sizeof none};

	return ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &part) == 0
		   ? 0
		   : -1;
}

static int
call_answer(pid_t child, int number)
{
	struct user_regs_struct all;
	struct iovec part = {&all, sizeof all};

	if (ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &part) != 0)
		return -1;
	all.regs[0] = (unsigned long long)-(long long)number;
	return ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &part) == 0 ? 0
									: -1;
}
#else
static int
call_skip(pid_t child)
{
	(void)child;
	return -1;
}

static int
call_answer(pid_t child, int number)
{
	(void)child;
	(void)number;
	return -1;
}
#endif

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(99);
}

static _Noreturn void
become(char *const argv[], const char *input)
{
	int null = open("/dev/null", O_WRONLY), in = open(input, O_RDONLY);

	if (null < 0 || in < 0 || dup2(in, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(98);
	close(null);
	close(in);
	alarm(TRACEE_TIME);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
		_exit(98);
	execv(argv[0], argv);
	_exit(98);
}

/* On to the next stop; false once it has ended. */
static bool
go_on(pid_t child, int signal, int *status)
{
	if (ptrace(PTRACE_SYSCALL, child, NULL, (long)signal) != 0 &&
	    errno != ESRCH)
		die("PTRACE_SYSCALL");
	while (waitpid(child, status, 0) != child)
		if (errno != EINTR)
			die("waitpid");
	return WIFSTOPPED(*status);
}

static bool
is_entry(pid_t child)
{
	struct __ptrace_syscall_info info = {0};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0)
		die("PTRACE_GET_SYSCALL_INFO");
	return info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* The child is where the call begins. */
static void
fail_call(pid_t child, int fault, int *status)
{
	if (fault == FAULT_KILL) {
		kill(child, SIGKILL);
		while (go_on(child, 0, status))
			continue;
		return;
	}
	if (call_skip(child) != 0)
		die("skipping a call");
	/* exit_group(2) has no end to come to unless it is skipped. */
	if (go_on(child, 0, status) && WSTOPSIG(*status) == CALL_STOP &&
	    call_answer(child, fault) != 0)
		die("answering a call");
}

struct tracee_end
tracee_run(char *const argv[], const char *input, int which, int fault)
{
	struct tracee_end end = {0};
	bool counting = false;
	pid_t child = fork();
	int count = 0, signal = 0;

	if (child == 0)
		become(argv, input);
	if (child < 0 || waitpid(child, &end.status, 0) != child)
		die("fork");
	if (ptrace(PTRACE_SETOPTIONS, child, NULL,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
		    PTRACE_O_EXITKILL) != 0)
		die("PTRACE_SETOPTIONS");
	while (go_on(child, signal, &end.status)) {
		signal = 0;
		if (end.status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			counting = true;
		else if (WSTOPSIG(end.status) != CALL_STOP)
			signal = WSTOPSIG(end.status);
		else if (counting && is_entry(child) && ++count == which) {
			end.reached = true;
			fail_call(child, fault, &end.status);
			if (!WIFSTOPPED(end.status))
				break;
		}
	}
	return end;
}

bool
tracee_possible(void)
{
#if defined(__x86_64__) || defined(__aarch64__)
	return true;
#else
	return false;
#endif
}
