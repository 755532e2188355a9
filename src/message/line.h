/*
 * Lines of a message, as every reader of trailers sees them.
 *
 * A line ends at LF, or at the end of the message; a CR before the LF belongs
 * to the ending.  A line of nothing but blanks is blank and parts paragraphs.
 */
#ifndef MESSAGE_LINE_H
#define MESSAGE_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct line {
	const char *text; /* borrowed from the message, not terminated */
	size_t len;       /* without the ending */
	unsigned number;  /* from 1 */
};

/* The rest of a message: start with {message, message + len, 0}. */
struct line_reader {
	const char *at, *end;
	unsigned number; /* lines read so far */
};

bool line_next(struct line_reader *, struct line *);

bool char_is_blank(char); /* a blank, a tab, a CR */
bool line_is_blank(const struct line *);

/* Does it continue the line above: begin with a blank or a tab? */
bool line_continues(const struct line *);

/* The length of the key if this is `Key: value` or `Key:`, else 0. */
size_t line_key(const struct line *);

/* Every line that trailers may consist of, but for continuations. */
bool line_is_trailer(const struct line *);

/* Without the blanks around it. */
struct line line_trimmed(struct line);

/* Are all lines trailers, or continue one? */
bool lines_are_trailers(struct line_reader);

/*
 * The last paragraph: `reader` is set to read just its lines.  Returns which
 * one it is: 0 if there is none, 1 if it is the only one.
 */
size_t
paragraph_last(const char *message, size_t len, struct line_reader *reader);

#endif
