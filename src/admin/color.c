/* Whether there are colours, and the bytes that make them. */
#include "admin/color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum { AUTO, ALWAYS, NEVER } choice;

bool
color_choose(const char *when)
{
	if (when == NULL || strcmp(when, "always") == 0)
		choice = ALWAYS;
	else if (strcmp(when, "never") == 0)
		choice = NEVER;
	else if (strcmp(when, "auto") == 0)
		choice = AUTO;
	else
		return false;
	return true;
}

static bool
is_wanted(FILE *stream)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (choice != AUTO)
		return choice == ALWAYS;
	return (no == NULL || *no == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0 && isatty(fileno(stream));
}

const char *
color(FILE *stream, enum color color)
{
	static const char *const sequences[] = {[COLOR_END] = "\033[m",
	    [COLOR_RED] = "\033[1;31m",
	    [COLOR_GREEN] = "\033[1;32m",
	    [COLOR_YELLOW] = "\033[1;33m",
	    [COLOR_CYAN] = "\033[36m"};

	return is_wanted(stream) ? sequences[color] : "";
}
