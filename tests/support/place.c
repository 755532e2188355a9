/* Places for programs under test: all lie below $REFWARDEN_TEST_ROOT. */
#include "base/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

static const char *
place_below(char *buffer, const char *name)
{
	const char *root = getenv("REFWARDEN_TEST_ROOT");

	if (root == NULL || root[0] != '/' ||
	    snprintf(buffer, PATH_MAX, "%s/%s", root, name) >= PATH_MAX) {
		fprintf(stderr, "REFWARDEN_TEST_ROOT is not a full path\n");
		abort();
	}
	return buffer;
}

const char *
place_sysconf(void)
{
	static char path[PATH_MAX];

	return place_below(path, "etc");
}

const char *
place_syslog(void)
{
	static char path[PATH_MAX];

	return place_below(path, "log");
}
