/* Reading a file only if nobody but root and we could have written it. */
#include "yaml/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "yaml/document.h"

static bool
owner_is_trusted(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

static int
unsafe(struct error *err, const char *path, const char *why)
{
	return error_code(err, "policy.unsafe", "%s %s", path, why);
}

static int
unreadable(struct error *err, const char *path, int why)
{
	return error_code(err, "policy.invalid", "%s can not be read: %s", path,
	    strerror(why));
}

/* The directory of a path, opened; -1 with errno. */
static int
open_directory(const char *path, const char **base)
{
	const char *slash = strrchr(path, '/');
	char *name;
	int fd;

	*base = slash == NULL ? path : slash + 1;
	name = slash == NULL ? mem_string(".")
			     : mem_bytes(path, (size_t)(slash - path) + 1);
	fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(name);
	return fd;
}

static int
judge_directory(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return unreadable(err, path, errno);
	if (!owner_is_trusted(&st))
		return unsafe(err, path,
		    "is in a directory of neither root nor the user "
		    "the hook runs as");
	if (st.st_mode & S_IWOTH)
		return unsafe(
		    err, path, "is in a directory that anybody may write to");
	return 0;
}

static int
judge_file(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return unreadable(err, path, errno);
	if (!S_ISREG(st.st_mode))
		return unsafe(err, path, "is not a regular file");
	if (!owner_is_trusted(&st))
		return unsafe(err, path,
		    "belongs to neither root nor the user the hook runs as");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return unsafe(
		    err, path, "is writable by its group or by anybody");
	return 0;
}

static int
file_read(int fd, const char *path, char **data, size_t *len, struct error *err)
{
	struct text text = {0};
	int result = read_all(fd, YAML_FILE_LIMIT, &text);

	if (result == -1)
		unreadable(err, path, errno);
	if (result == 1)
		result = error_code(err, "policy.invalid",
		    "%s is larger than %d bytes", path, YAML_FILE_LIMIT);
	if (result != 0)
		text_free(&text);
	*data = text.data;
	*len = text.len;
	return result;
}

static int
open_failed(const char *path, int why, struct error *err)
{
	if (why == ENOENT)
		return 1;
	if (why == ELOOP)
		return unsafe(err, path, "is a symbolic link");
	return unreadable(err, path, why);
}

int
trusted_read(const char *path, char **data, size_t *len, struct error *err)
{
	const char *base;
	int directory, fd = -1, result = -1;

	if ((directory = open_directory(path, &base)) < 0)
		return open_failed(path, errno, err);
	/* O_NONBLOCK: a named pipe must not hold the push up. */
	fd = openat(directory, base,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		result = open_failed(path, errno, err);
		goto out;
	}
	if (judge_directory(directory, path, err) == 0 &&
	    judge_file(fd, path, err) == 0)
		result = file_read(fd, path, data, len, err);
out:
	if (fd >= 0)
		close(fd);
	close(directory);
	return result;
}
