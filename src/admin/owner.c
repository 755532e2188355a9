/* Root asks as who the hooks are asked by. */
#include "admin/owner.h"

#include <sys/stat.h>
#include <unistd.h>

#include "admin/command.h"

void
owner_become(const char *git_dir)
{
	struct stat status;

	if (geteuid() != 0 || stat(git_dir, &status) != 0)
		return;
	if (setegid(status.st_gid) != 0 || seteuid(status.st_uid) != 0)
		owner_resign();
}

void
owner_resign(void)
{
	if (getuid() == 0 && (seteuid(0) != 0 || setegid(getgid()) != 0))
		_exit(EXIT_ENVIRONMENT);
}
