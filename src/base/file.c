/* Reading and writing until nothing is left, and what tells files apart. */
#include "base/file.h"

#include <errno.h>
#include <unistd.h>

int
read_all(int fd, size_t limit, struct text *text)
{
	char buffer[16 * 1024];
	ssize_t n;

	text_add(text, "");
	while ((n = read(fd, buffer, sizeof buffer)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text_add_bytes(text, buffer, (size_t)n);
		if (text->len > limit)
			return 1;
	}
	return 0;
}

int
write_all(int fd, const void *data, size_t len)
{
	const char *at = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}
