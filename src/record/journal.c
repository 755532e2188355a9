/* Whole lines at the end of a file, or none, and on disk. */
#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum {
	LOCK_WAIT = 5000, /* milliseconds: another push writes a few lines */
	LOCK_PAUSE = 5,
};

static const char directory_name[] = "refwarden";
static const char file_name[] = "journal.jsonl";

static int
unavailable(const char *what, const char *why, struct error *err)
{
	return error_code(
	    err, "log.unavailable", "the journal's %s: %s", what, why);
}

/* Nobody but us and root may be able to change what was recorded. */
static int
owner_check(int fd, struct stat *status, const char *what, struct error *err)
{
	if (fstat(fd, status) != 0)
		return unavailable(what, strerror(errno), err);
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return unavailable(what,
		    "owned by neither root nor the user the hook runs as", err);
	if ((status->st_mode & S_IWOTH) != 0)
		return unavailable(what, "writable by everybody", err);
	return 0;
}

static int
directory_make(int git, struct error *err)
{
	if (mkdirat(git, directory_name, 0750) == 0)
		return fsync(git) == 0
			   ? 0
			   : unavailable("directory", strerror(errno), err);
	return errno == EEXIST ? 0
			       : unavailable("directory", strerror(errno), err);
}

static int
directory_open(const char *git_dir, struct error *err)
{
	int git = open(git_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat status;
	int fd = -1;

	if (git < 0)
		return unavailable("repository", strerror(errno), err);
	if (directory_make(git, err) != 0)
		goto out;
	fd = openat(git, directory_name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		unavailable("directory", strerror(errno), err);
	} else if (owner_check(fd, &status, "directory", err) != 0) {
		close(fd);
		fd = -1;
	}
out:
	close(git);
	return fd;
}

/* The lock belongs to the open file, so closing it is enough to let go. */
static int
file_lock(int fd, struct error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int64_t until = clock_ticks() + LOCK_WAIT;

	while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return unavailable("lock", strerror(errno), err);
		if (clock_ticks() >= until)
			return unavailable("lock", "held for too long", err);
		poll(NULL, 0, LOCK_PAUSE);
	}
	return 0;
}

/* Locked, and still the file of that name; its size is set. */
static int
file_open(int directory, off_t *size, struct error *err)
{
	struct stat status;
	int fd = openat(directory, file_name,
	    O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
	    0640);

	if (fd < 0)
		return unavailable("file", strerror(errno), err);
	if (file_lock(fd, err) != 0 ||
	    owner_check(fd, &status, "file", err) != 0)
		goto fail;
	if (!S_ISREG(status.st_mode) || status.st_nlink != 1) {
		unavailable("file", "not a regular file with one name", err);
		goto fail;
	}
	*size = status.st_size;
	return fd;
fail:
	close(fd);
	return -1;
}

/* 1 where a crash left half a line at the end, 0, or -1. */
static int
line_is_torn(int fd, off_t size, struct error *err)
{
	char last;

	if (size == 0)
		return 0;
	if (pread(fd, &last, 1, size - 1) != 1)
		return unavailable("last line", "can not be read", err);
	return last != '\n';
}

static int
write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
file_append(int fd, off_t size, const char *const *lines, size_t count,
    struct error *err)
{
	int torn = line_is_torn(fd, size, err);
	struct text all = {0};
	int number, result = 0;

	if (torn < 0)
		return -1;
	if (torn)
		text_add_char(&all, '\n');
	for (size_t i = 0; i < count; i++) {
		text_add(&all, lines[i]);
		text_add_char(&all, '\n');
	}
	if (write_all(fd, all.data, all.len) != 0 || fdatasync(fd) != 0) {
		number = errno;
		/* Where even this fails, the next append ends the line. */
		if (ftruncate(fd, size) != 0)
			number = errno;
		result = unavailable("file", strerror(number), err);
	}
	text_free(&all);
	return result;
}

int
journal_append(const char *git_dir, const char *const *lines, size_t count,
    struct error *err)
{
	int directory, file = -1, result = -1;
	off_t size = 0;

	if ((directory = directory_open(git_dir, err)) < 0)
		return -1;
	if ((file = file_open(directory, &size, err)) < 0)
		goto out;
	if (file_append(file, size, lines, count, err) != 0)
		goto out;
	/* A file's first records are worth no more than its name. */
	if (size == 0 && fsync(directory) != 0)
		unavailable("directory", strerror(errno), err);
	else
		result = 0;
out:
	if (file >= 0)
		close(file);
	close(directory);
	return result;
}
