/* Repositories for tests, made by the git that is installed. */
#include "bare.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
must(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	abort();
}

static int
open_in(const struct bare *bare, const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", bare->dir, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	must(fd >= 0, path);
	return fd;
}

static void
write_input(const struct bare *bare, const struct text *input)
{
	int fd = open_in(bare, "input", O_WRONLY | O_CREAT | O_TRUNC);
	size_t len = input != NULL ? input->len : 0;

	if (len > 0)
		must(write(fd, input->data, len) == (ssize_t)len, "write");
	close(fd);
}

static struct text
read_output(const struct bare *bare)
{
	int fd = open_in(bare, "output", O_RDONLY);
	struct text output = {0};
	char buffer[8192];
	ssize_t n;

	text_add(&output, "");
	while ((n = read(fd, buffer, sizeof buffer)) > 0)
		text_add_bytes(&output, buffer, (size_t)n);
	must(n == 0, "read");
	close(fd);
	return output;
}

static void
become_git(const struct bare *bare, const char *const *arguments)
{
	const char *argv[20] = {"git", "-C", bare->dir};
	size_t count = 3;

	while (count < 19 && (argv[count] = *arguments++) != NULL)
		count++;
	dup2(open_in(bare, "input", O_RDONLY), 0);
	dup2(open_in(bare, "output", O_WRONLY | O_CREAT | O_TRUNC), 1);
	execvp("git", (char *const *)argv);
	_exit(127);
}

struct text
bare_git(
    struct bare *bare, const struct text *input, const char *const *arguments)
{
	int status;
	pid_t child;

	write_input(bare, input);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0)
		become_git(bare, arguments);
	must(waitpid(child, &status, 0) == child, "waitpid");
	if (status != 0) {
		fprintf(stderr, "git %s: wait status %d in %s\n", arguments[0],
		    status, bare->dir);
		abort();
	}
	return read_output(bare);
}

static struct oid
take_id(struct text output)
{
	struct oid id;

	must(output.len > OID_DIGITS && oid_parse(&id, output.data, OID_DIGITS),
	    "an object name");
	text_free(&output);
	return id;
}

struct oid
bare_object(struct bare *bare, const char *type, const void *data, size_t len)
{
	struct text input = {0};
	struct oid id;

	text_add_bytes(&input, data, len);
	id = take_id(GIT(bare, &input, "hash-object", "-w", "--literally",
	    "--stdin", "-t", type));
	text_free(&input);
	return id;
}

struct oid
bare_id(struct bare *bare, const char *name)
{
	return take_id(GIT(bare, NULL, "rev-parse", "--verify", name));
}

void
bare_begin(struct bare *bare)
{
	struct text output;

	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	snprintf(bare->dir, sizeof bare->dir, "/tmp/refwarden-XXXXXX");
	must(mkdtemp(bare->dir) != NULL, bare->dir);
	output = GIT(bare, NULL, "init", "-q", "--bare", ".");
	text_free(&output);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
bare_end(struct bare *bare)
{
	must(nftw(bare->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0,
	    bare->dir);
}
