/*
 * Colours for somebody in front of a terminal.  NO_COLOR (no-color.org) and
 * TERM=dumb say no; the option --color overrules all.
 */
#ifndef ADMIN_COLOR_H
#define ADMIN_COLOR_H

#include <stdbool.h>
#include <stdio.h>

enum color { COLOR_END, COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_CYAN };

/* The value of --color: auto, always or never; NULL is always.  False where it
 * is something else. */
bool color_choose(const char *when);

/* What begins the colour on this stream, or ends any; "" where there are
 * none. */
const char *color(FILE *, enum color);

#endif
