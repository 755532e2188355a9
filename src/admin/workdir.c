/* Directories of one test, made and taken away again. */
#include "admin/workdir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"

enum {
	TIME_LIMIT = 30000, /* milliseconds for a program */
	OPEN_LIMIT = 16,    /* directories open while they are removed */
	ROOT_LIMIT = WORKDIR_SIZE - 20, /* bytes of $TMPDIR */
};

int
workdir_make(char dir[WORKDIR_SIZE], struct error *err)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp == NULL || strlen(tmp) > ROOT_LIMIT)
		tmp = "/tmp";
	snprintf(dir, WORKDIR_SIZE, "%s/refwarden-XXXXXX", tmp);
	if (mkdtemp(dir) != NULL)
		return 0;
	error_set(err, "%s: %s", dir, strerror(errno));
	dir[0] = '\0';
	return -1;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void
workdir_remove(const char *dir)
{
	if (dir[0] != '\0')
		nftw(dir, remove_one, OPEN_LIMIT, FTW_DEPTH | FTW_PHYS);
}

int
workdir_write(const char *path, const char *data, size_t len, struct error *err)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result;

	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	if ((result = write_all(fd, data, len)) == -1)
		error_set(err, "%s can not be written", path);
	close(fd);
	return result;
}

int
workdir_run(const char *const argv[], const char *input, size_t len,
    struct text *output, struct error *err)
{
	struct text said = {0};
	int status = process_run(argv, input, len, TIME_LIMIT, &said, err);

	if (status > 0)
		status = error_set(err, "%s: %.200s", argv[0],
		    said.len > 0 ? said.data : "failed");
	if (status == 0 && output != NULL)
		text_add_bytes(output, said.data, said.len);
	text_free(&said);
	return status;
}
