/* Opening what is nobody else's, and telling the journal's files apart. */
#include "record/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

const char journal_name[] = "journal.jsonl";
static const char directory_name[] = "refwarden";

int
journal_fault(const char *what, const char *why, struct error *err)
{
	return error_code(
	    err, "log.unavailable", "the journal's %s: %s", what, why);
}

/* Nobody but us and root may be able to change what was recorded. */
static int
owner_check(int fd, struct stat *status, const char *what, struct error *err)
{
	if (fstat(fd, status) != 0)
		return journal_fault(what, strerror(errno), err);
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return journal_fault(what,
		    "owned by neither root nor the user the hook runs as", err);
	if ((status->st_mode & S_IWOTH) != 0)
		return journal_fault(what, "writable by everybody", err);
	return 0;
}

int
journal_file_check(
    int fd, struct stat *status, const char *what, struct error *err)
{
	if (owner_check(fd, status, what, err) != 0)
		return -1;
	if (!S_ISREG(status->st_mode) || status->st_nlink != 1)
		return journal_fault(
		    what, "not a regular file with one name", err);
	return 0;
}

int
journal_file_open(int directory, const char *name, int flags,
    struct stat *status, const char *what, struct error *err)
{
	int fd = openat(
	    directory, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);

	if (fd < 0)
		return journal_fault(what, strerror(errno), err);
	if (journal_file_check(fd, status, what, err) == 0)
		return fd;
	close(fd);
	return -1;
}

int
journal_file_is_torn(int fd, off_t size)
{
	char last;

	if (size == 0)
		return 0;
	return pread(fd, &last, 1, size - 1) == 1 ? last != '\n' : -1;
}

static int
directory_make(const char *git_dir, struct error *err)
{
	int git = open(git_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	if (git < 0)
		return journal_fault("repository", strerror(errno), err);
	if (mkdirat(git, directory_name, 0750) == 0)
		result = fsync(git);
	else if (errno != EEXIST)
		result = -1;
	if (result != 0)
		journal_fault("directory", strerror(errno), err);
	close(git);
	return result;
}

int
journal_directory_find(const char *git_dir, struct error *err)
{
	struct text path = {0};
	struct stat status;
	int fd, number;

	text_add_format(&path, "%s/%s", git_dir, directory_name);
	fd = open(path.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		number = errno;
		journal_fault("directory", strerror(number), err);
		fd = number == ENOENT && access(git_dir, F_OK) == 0 ? -2 : -1;
	} else if (owner_check(fd, &status, "directory", err) != 0) {
		close(fd);
		fd = -1;
	}
	text_free(&path);
	return fd;
}

int
journal_directory(const char *git_dir, struct error *err)
{
	int fd = journal_directory_find(git_dir, err);

	if (fd == -2 && directory_make(git_dir, err) == 0)
		fd = journal_directory_find(git_dir, err);
	return fd < 0 ? -1 : fd;
}

void
journal_rotated_name(int64_t first, char name[JOURNAL_NAME_SIZE])
{
	snprintf(
	    name, JOURNAL_NAME_SIZE, "journal-%012" PRId64 ".jsonl", first);
}

/* The number in the name of a rotated file; 0 where it is another file. */
static int64_t
rotated_first(const char *name)
{
	char same[JOURNAL_NAME_SIZE];
	int64_t first = 0;

	if (sscanf(name, "journal-%19" SCNd64, &first) != 1 || first <= 0)
		return 0;
	journal_rotated_name(first, same);
	return strcmp(name, same) == 0 ? first : 0;
}

int
journal_rotated(int directory, int64_t *first, char name[JOURNAL_NAME_SIZE],
    struct error *err)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int64_t best = 0, number;
	int failed;

	if (list == NULL) {
		journal_fault("directory", strerror(errno), err);
		if (fd != -1)
			close(fd);
		return -1;
	}
	while (errno = 0, (entry = readdir(list)) != NULL) {
		number = rotated_first(entry->d_name);
		if (number < *first && number > best)
			best = number;
	}
	failed = errno;
	closedir(list);
	if (failed != 0)
		return journal_fault("directory", strerror(failed), err);
	if (best == 0)
		return 0;
	*first = best;
	journal_rotated_name(best, name);
	return 1;
}

int64_t
journal_seq(const char *line, size_t len)
{
	static const char start[] = "{\"v\":", key[] = ",\"seq\":";
	const char *at;
	int64_t seq;
	char *end;

	if (strlen(line) != len || len == 0 || line[len - 1] != '}' ||
	    !starts_with(line, start))
		return 0;
	/* In a string it would have a backslash before its quotes. */
	if ((at = strstr(line, key)) == NULL)
		return 0;
	at += sizeof key - 1;
	errno = 0;
	seq = strtoll(at, &end, 10);
	if (*at < '1' || *at > '9' || errno != 0 || *end != ',')
		return 0;
	return seq;
}
