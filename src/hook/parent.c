/* A parent's id is used again; with its start it is not. */
#include "hook/parent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Field 22 of proc(5)'s `stat`; the second may hold blanks and brackets. */
enum { START_AFTER_COMMAND = 20 };

const char *
parent_name(struct arena *arena)
{
	char path[32], stat[1024], *at;
	long parent = (long)getppid();
	FILE *file;
	size_t n;

	if (parent <= 0)
		return NULL;
	snprintf(path, sizeof path, "/proc/%ld/stat", parent);
	if ((file = fopen(path, "re")) == NULL)
		return NULL;
	n = fread(stat, 1, sizeof stat - 1, file);
	fclose(file);
	stat[n] = '\0';
	at = strrchr(stat, ')');
	for (int i = 0; i < START_AFTER_COMMAND && at != NULL; i++)
		if ((at = strchr(at, ' ')) != NULL)
			at++;
	if (at == NULL || strspn(at, "0123456789") == 0)
		return NULL;
	return arena_format(
	    arena, "%ld/%.*s", parent, (int)strspn(at, "0123456789"), at);
}
