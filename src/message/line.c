/* Splitting a message into lines and paragraphs. */
#include "message/line.h"

#include <string.h>

static const char cherry_picked[] = "(cherry picked from commit ";

bool
line_next(struct line_reader *reader, struct line *line)
{
	size_t left = (size_t)(reader->end - reader->at);
	const char *lf;

	if (left == 0)
		return false;
	lf = memchr(reader->at, '\n', left);
	line->text = reader->at;
	line->len = lf != NULL ? (size_t)(lf - reader->at) : left;
	line->number = ++reader->number;
	reader->at += lf != NULL ? line->len + 1 : left;
	if (lf != NULL && line->len > 0 && lf[-1] == '\r')
		line->len--;
	return true;
}

bool
char_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool
line_is_blank(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (!char_is_blank(line->text[i]))
			return false;
	return true;
}

bool
line_continues(const struct line *line)
{
	return line->len > 0 && (line->text[0] == ' ' || line->text[0] == '\t');
}

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

size_t
line_key(const struct line *line)
{
	size_t n = 0;

	while (n < line->len && (is_alphanumeric(line->text[n]) ||
				    (n > 0 && line->text[n] == '-')))
		n++;
	return n < line->len && line->text[n] == ':' ? n : 0;
}

bool
line_is_trailer(const struct line *line)
{
	size_t len = sizeof cherry_picked - 1;

	return line_key(line) > 0 ||
	       (line->len > len &&
		   memcmp(line->text, cherry_picked, len) == 0 &&
		   line->text[line->len - 1] == ')');
}

struct line
line_trimmed(struct line line)
{
	while (line.len > 0 && char_is_blank(line.text[line.len - 1]))
		line.len--;
	while (line.len > 0 && char_is_blank(*line.text)) {
		line.text++;
		line.len--;
	}
	return line;
}

bool
lines_are_trailers(struct line_reader reader)
{
	struct line line;
	bool first = true;

	for (; line_next(&reader, &line); first = false)
		if (line_continues(&line) ? first : !line_is_trailer(&line))
			return false;
	return true;
}

size_t
paragraph_last(const char *message, size_t len, struct line_reader *reader)
{
	struct line_reader all = {message, message + len, 0}, before = all;
	struct line line;
	bool blank = true;
	size_t count = 0;

	*reader = all;
	reader->end = reader->at;
	for (; line_next(&all, &line); before = all) {
		if (!line_is_blank(&line)) {
			if (blank) {
				*reader = before;
				count++;
			}
			reader->end = all.at;
		}
		blank = line_is_blank(&line);
	}
	return count;
}
