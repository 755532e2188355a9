/* A file's lines, from the last to the first. */
#ifndef RECORD_BACKWARD_H
#define RECORD_BACKWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct backward {
	int fd;    /* borrowed */
	off_t end; /* what lies before it was not yet given */
	char *window;
	size_t capacity;
	off_t base; /* where in the file the window begins */
};

struct backward_line {
	const char *text; /* NUL-terminated, until the next call */
	size_t len;
	off_t end;  /* behind its line feed */
	bool whole; /* false: the file ends without a line feed */
};

void backward_begin(struct backward *, int fd, off_t size);
/* 1; 0 at the beginning of the file; -1 with errno. */
int backward_next(struct backward *, struct backward_line *);
void backward_end(struct backward *);

#endif
