/* `refwarden policy init`: a policy to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/options.h"
#include "base/file.h"

static const struct command_line command = {
    .usage = "usage: refwarden policy init [-n] [--output FILE]\n"
	     "\n"
	     "Print a policy to begin with, or write it to FILE, which must "
	     "not exist.\n"
	     "With -n only say whether it would be written.\n",
    .letters = "no",
};

/* The file itself, as the assembler finds it from where make runs. */
__asm__(".pushsection .rodata\n"
	"starter: .incbin \"config/policy-starter.yml\"\n"
	".byte 0\n"
	".popsection\n");
extern const char starter[];

static int
write_starter(int fd)
{
	return write_all(fd, starter, strlen(starter));
}

static int
tell_failure(const char *path)
{
	fprintf(stderr, "refwarden: %s: %s\n", path, strerror(errno));
	return errno == EEXIST ? EXIT_NO : EXIT_ENVIRONMENT;
}

static int
write_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int failed;

	if (fd != -1) {
		failed = write_starter(fd);
		if (close(fd) == 0 && !failed)
			return EXIT_YES;
	}
	return tell_failure(path);
}

static int
write_dry(const char *path)
{
	if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return tell_failure(path);
	}
	if (errno != ENOENT)
		return tell_failure(path);
	fprintf(stderr, "refwarden: %s would be written\n", path);
	return EXIT_YES;
}

int
policy_init_command(int argc, char **argv)
{
	struct options options;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	if (options.output != NULL)
		return options.dry_run ? write_dry(options.output)
				       : write_file(options.output);
	return write_starter(STDOUT_FILENO) == 0 ? EXIT_YES : EXIT_ENVIRONMENT;
}
