/* Landlock, called by number: libc has no wrappers for it. */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	WRITING =
	    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	FILE_WRITING = LANDLOCK_ACCESS_FS_WRITE_FILE,
};

static int
allow(int ruleset, const char *path, int flags, unsigned access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	long failed;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC | flags);
	if (rule.parent_fd == -1)
		return errno == ENOENT ? 0 : -1;
	failed = syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return failed == 0 ? 0 : -1;
}

int
sandbox_enter(const char *const *writable, size_t count, struct error *err)
{
	const struct landlock_ruleset_attr handled = {
	    .handled_access_fs = WRITING};
	int ruleset, result;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return error_set(err, "no_new_privs: %s", strerror(errno));
	ruleset = (int)syscall(
	    SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (ruleset == -1 && (errno == ENOSYS || errno == EOPNOTSUPP))
		return 0;
	if (ruleset == -1)
		return error_set(err, "landlock: %s", strerror(errno));
	result = allow(ruleset, "/dev/null", 0, FILE_WRITING);
	for (size_t i = 0; i < count && result == 0; i++)
		result = allow(ruleset, writable[i], O_DIRECTORY, WRITING);
	if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		result = -1;
	if (result == -1)
		error_set(err, "landlock: %s", strerror(errno));
	close(ruleset);
	return result;
}
