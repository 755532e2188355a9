/* One child, told everything and trusted with nothing. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum {
	OUTPUT_LIMIT = 64 * 1024, /* what is kept of what a child says */
	STANDARD_FDS = 3,
};

struct child {
	const char *name;
	pid_t pid;
	int output; /* we read what it writes here */
	int64_t end;
};

static int
failed(struct error *err, const char *name, const char *what)
{
	return error_set(err, "%s: %s: %s", name, what, strerror(errno));
}

static int
set_signals(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	if ((errno = posix_spawnattr_setsigdefault(attributes, &all)) != 0 ||
	    (errno = posix_spawnattr_setsigmask(attributes, &none)) != 0 ||
	    (errno = posix_spawnattr_setpgroup(attributes, 0)) != 0)
		return -1;
	errno = posix_spawnattr_setflags(
	    attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
			    POSIX_SPAWN_SETPGROUP);
	return errno == 0 ? 0 : -1;
}

static int
set_files(posix_spawn_file_actions_t *files, int input, int output)
{
	if ((errno = posix_spawn_file_actions_adddup2(files, input, 0)) != 0 ||
	    (errno = posix_spawn_file_actions_adddup2(files, output, 1)) != 0 ||
	    (errno = posix_spawn_file_actions_adddup2(files, output, 2)) != 0 ||
	    (errno = posix_spawn_file_actions_addclosefrom_np(
		 files, STANDARD_FDS)) != 0)
		return -1;
	return 0;
}

static int
spawn(pid_t *pid, const char *const argv[], int input, int output)
{
	static const char *const environment[] = {
	    "PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int result = -1;

	if ((errno = posix_spawn_file_actions_init(&files)) != 0)
		return -1;
	if ((errno = posix_spawnattr_init(&attributes)) != 0)
		goto out;
	if (set_files(&files, input, output) == 0 &&
	    set_signals(&attributes) == 0) {
		errno = posix_spawn(pid, argv[0], &files, &attributes,
		    (char *const *)argv, (char *const *)environment);
		result = errno == 0 ? 0 : -1;
	}
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&files);
	return result;
}

static int
child_start(
    struct child *child, const char *const argv[], int input, struct error *err)
{
	int ends[2], result = -1;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return failed(err, child->name, "pipe");
	/* Ours must not be among those the child's are put over. */
	if (input < STANDARD_FDS || ends[0] < STANDARD_FDS ||
	    ends[1] < STANDARD_FDS)
		error_set(err, "%s: a standard descriptor of ours is closed",
		    child->name);
	else if (spawn(&child->pid, argv, input, ends[1]) != 0)
		failed(err, child->name, "can not be started");
	else
		result = 0;
	close(ends[1]);
	if (result == 0)
		child->output = ends[0];
	else
		close(ends[0]);
	return result;
}

static int
milliseconds_left(const struct child *child)
{
	int64_t left = child->end - clock_ticks();

	return left > 0 ? (int)left : 0;
}

static void
keep_output(struct text *output, const char *data, size_t len)
{
	size_t room =
	    output->len < OUTPUT_LIMIT ? OUTPUT_LIMIT - output->len : 0;

	text_add_bytes(output, data, len < room ? len : room);
}

/* Until the child has closed its output: true.  Time is up: false. */
static bool
read_output(const struct child *child, struct text *output)
{
	struct pollfd poller = {.fd = child->output, .events = POLLIN};
	char buffer[4096];
	ssize_t n;
	int left;

	while ((left = milliseconds_left(child)) > 0) {
		if (poll(&poller, 1, left) <= 0)
			continue;
		n = read(child->output, buffer, sizeof buffer);
		if (n == 0)
			return true;
		if (n > 0)
			keep_output(output, buffer, (size_t)n);
		else if (errno != EINTR)
			return false;
	}
	return false;
}

/* A child that has closed its output is about to end, or has no excuse. */
static bool
reap_in_time(const struct child *child, int *status)
{
	static const struct timespec pause = {0, 200 * 1000};
	pid_t pid;

	for (;;) {
		pid = waitpid(child->pid, status, WNOHANG);
		if (pid == child->pid)
			return true;
		if ((pid < 0 && errno != EINTR) ||
		    milliseconds_left(child) == 0)
			return false;
		nanosleep(&pause, NULL);
	}
}

/* Its whole process group, so that nothing it started stays. */
static void
child_kill(const struct child *child)
{
	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int
process_run(const char *const argv[], const void *input, size_t input_len,
    int milliseconds, struct text *output, struct error *err)
{
	struct child child = {
	    .name = argv[0], .end = clock_ticks() + milliseconds};
	int fd, status, result;

	if ((fd = process_input(input, input_len)) < 0)
		return failed(err, child.name, "its input");
	result = child_start(&child, argv, fd, err);
	close(fd);
	if (result != 0)
		return -1;
	if (!read_output(&child, output) || !reap_in_time(&child, &status)) {
		child_kill(&child);
		result = error_set(err, "%s did not end within %d ms",
		    child.name, milliseconds);
	} else if (WIFEXITED(status)) {
		result = WEXITSTATUS(status);
	} else {
		result = error_set(err, "%s was ended by signal %d", child.name,
		    WTERMSIG(status));
	}
	close(child.output);
	return result;
}

int
process_input(const void *input, size_t len)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write_all(fd, input, len) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

bool
process_ends_well(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
