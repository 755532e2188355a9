/*
 * Text for a terminal: safe, cut to columns, wrapped.
 *
 * What a pusher chose comes out as something that can neither steer a terminal
 * nor begin a line: unsafe characters and bytes that are not UTF-8 are shown
 * as `?`, and a line always begins with a word of the message's frame.
 */
#ifndef REPORT_PROSE_H
#define REPORT_PROSE_H

#include "base/text.h"

enum { PROSE_COLUMNS = 72 }; /* git adds "remote: " in front */

/* Add `string`, ending in "..." where it has more than `columns` characters.
 * Returns the number of columns it took. */
size_t safe_add(struct text *, const char *string, size_t columns);

/* One line: `frame`, then the string as far as the line goes. */
void line_add(struct text *, const char *frame, const char *string);

/* The same on as many lines as it takes, at most `lines`. */
void
prose_add(struct text *, const char *frame, const char *string, size_t lines);

#endif
