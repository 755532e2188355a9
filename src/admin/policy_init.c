/* `refwarden policy init`: a policy to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"

static const char usage[] = "usage: refwarden policy init [--output FILE]\n"
			    "\n"
			    "Print a policy to begin with, or write it to "
			    "FILE, which must not exist.\n";

/* The file itself, as the assembler finds it from where make runs. */
__asm__(".pushsection .rodata\n"
	"starter_begin: .incbin \"config/policy-starter.yml\"\n"
	"starter_end: .byte 0\n"
	".popsection\n");
extern const char starter_begin[], starter_end[];

/* 0 if all was written. */
static int
write_all(int fd)
{
	const char *at = starter_begin;
	ssize_t n;

	for (; at < starter_end; at += n)
		if ((n = write(fd, at, (size_t)(starter_end - at))) <= 0)
			return -1;
	return 0;
}

static int
write_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int failed;

	if (fd != -1) {
		failed = write_all(fd);
		if (close(fd) == 0 && !failed)
			return EXIT_YES;
	}
	fprintf(stderr, "refwarden: %s: %s\n", path, strerror(errno));
	return errno == EEXIST ? EXIT_NO : EXIT_ENVIRONMENT;
}

int
policy_init_command(int argc, char **argv)
{
	static const struct option known[] = {
	    {"output", required_argument, NULL, 'o'},
	    {"help", no_argument, NULL, 'h'}, {0}};
	const char *output = NULL;
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "o:", known, NULL)) != -1)
		if (c == 'o')
			output = optarg;
		else if (c == 'h')
			return fputs(usage, stdout), EXIT_YES;
		else
			return fputs(usage, stderr), EXIT_USAGE;
	if (optind < argc)
		return fputs(usage, stderr), EXIT_USAGE;
	if (output != NULL)
		return write_file(output);
	return write_all(STDOUT_FILENO) == 0 ? EXIT_YES : EXIT_ENVIRONMENT;
}
