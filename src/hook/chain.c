/* Running the hook that was there before. */
#include "hook/chain.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"

extern char **environ;

static bool
local_path(const char *hook_path, char out[PATH_MAX])
{
	int n = snprintf(out, PATH_MAX, "%s.local", hook_path);

	return n > 0 && n < PATH_MAX;
}

bool
chain_exists(const char *hook_path)
{
	char path[PATH_MAX];

	return local_path(hook_path, path) && access(path, X_OK) == 0;
}

/* The push as git wrote it, as input; or -1. */
static int
push_as_file(const struct push *push)
{
	char old[OID_DIGITS + 1], new[OID_DIGITS + 1];
	struct text lines = {0};
	int fd;

	for (size_t i = 0; i < push->count; i++)
		text_add_format(&lines, "%s %s %s\n",
		    oid_format(&push->updates[i].old, old),
		    oid_format(&push->updates[i].new, new),
		    push->updates[i].ref);
	fd = process_input(lines.data, lines.len);
	text_free(&lines);
	return fd;
}

/* Start the hook with what git started ours with. */
static int
spawn(const char *path, char *const argv[], int input, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int failed;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXFSZ);
	if (posix_spawnattr_init(&attributes) != 0)
		return -1;
	if (posix_spawn_file_actions_init(&actions) != 0) {
		posix_spawnattr_destroy(&attributes);
		return -1;
	}
	failed = posix_spawnattr_setsigdefault(&attributes, &defaults);
	if (failed == 0)
		failed = posix_spawnattr_setflags(
		    &attributes, POSIX_SPAWN_SETSIGDEF);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(
		    &actions, input, STDIN_FILENO);
	if (failed == 0)
		failed = posix_spawn(
		    child, path, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failed == 0 ? 0 : -1;
}

bool
chain_accepts(const char *hook_path, const struct walls *walls,
    const struct push *push, bool as_arguments)
{
	char path[PATH_MAX], old[OID_DIGITS + 1], new[OID_DIGITS + 1];
	char *argv[] = {path, NULL, NULL, NULL, NULL};
	pid_t child = -1;
	int input, started;

	if (!chain_exists(hook_path))
		return true;
	if (!local_path(hook_path, path) || (input = push_as_file(push)) == -1)
		return false;
	if (as_arguments) {
		argv[1] = (char *)push->updates[0].ref;
		argv[2] = (char *)oid_format(&push->updates[0].old, old);
		argv[3] = (char *)oid_format(&push->updates[0].new, new);
	}
	walls_open(walls);
	started = spawn(path, argv, input, &child);
	close(input);
	return started == 0 && process_ends_well(child);
}
