/* Reading a file from its end, a window at a time. */
#include "record/backward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* The first is small: often nothing but the last line is asked for. */
enum { FIRST_WINDOW = 2048, WINDOW = 8192 };

void
backward_begin(struct backward *backward, int fd, off_t size)
{
	*backward = (struct backward){.fd = fd, .end = size, .base = size};
}

void
backward_end(struct backward *backward)
{
	free(backward->window);
	*backward = (struct backward){.fd = -1};
}

/* At least the last `want` bytes that were not given, or all of them. */
static int
window_read(struct backward *backward, size_t want)
{
	off_t end = backward->end;
	off_t base = end > (off_t)want ? end - (off_t)want : 0;
	size_t len = (size_t)(end - base), got = 0;
	ssize_t n;

	backward->window =
	    mem_grow(backward->window, &backward->capacity, len + 1, 1);
	while (got < len) {
		n = pread(backward->fd, backward->window + got, len - got,
		    base + (off_t)got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ESTALE;
		if (n <= 0)
			return -1;
		got += (size_t)n;
	}
	backward->base = base;
	return 0;
}

int
backward_next(struct backward *backward, struct backward_line *line)
{
	const char *feed = NULL;
	size_t have, start;
	size_t want = backward->window == NULL ? FIRST_WINDOW : WINDOW;

	if (backward->end == 0)
		return 0;
	for (;; want *= 2) {
		have = backward->window == NULL
			   ? 0
			   : (size_t)(backward->end - backward->base);
		if (have > 0)
			feed = memrchr(backward->window, '\n', have - 1);
		if (feed != NULL || (have > 0 && backward->base == 0))
			break;
		if (window_read(backward, want) != 0)
			return -1;
	}
	start = feed != NULL ? (size_t)(feed - backward->window) + 1 : 0;
	line->whole = backward->window[have - 1] == '\n';
	line->end = backward->end;
	line->text = backward->window + start;
	line->len = have - start - line->whole;
	backward->window[start + line->len] = '\0';
	backward->end = backward->base + (off_t)start;
	return 1;
}
