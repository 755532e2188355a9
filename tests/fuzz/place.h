/* A directory for targets whose readers open files by themselves. */
#ifndef FUZZ_PLACE_H
#define FUZZ_PLACE_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

/* In memory: on a disk, files take longer than what reads them. */
static char place[] = "/dev/shm/refwarden-fuzz.XXXXXX";
static const char *place_inside;
static int place_dir = -1;

static inline void
place_remove(void)
{
	if (place_inside != NULL)
		unlinkat(place_dir, place_inside, AT_REMOVEDIR);
	rmdir(place);
}

/* A descriptor of it, the same one each time, with this directory in it unless
 * it is NULL; all goes when the program ends. */
static inline int
place_open(const char *inside)
{
	if (place_dir >= 0)
		return place_dir;
	must_hold(mkdtemp(place) != NULL);
	must_hold(atexit(place_remove) == 0);
	place_dir = open(place, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	must_hold(place_dir >= 0);
	must_hold(inside == NULL || mkdirat(place_dir, inside, 0700) == 0);
	place_inside = inside;
	return place_dir;
}

static inline void
file_write(int dir, const char *name, const void *data, size_t size)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must_hold(fd >= 0);
	must_hold(write(fd, data, size) == (ssize_t)size);
	close(fd);
}

#endif
