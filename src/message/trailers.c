/* The strict reader of trailers: what it returns is all that ever counts. */
#include "message/trailers.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "message/line.h"

static size_t
keys_count(struct line_reader reader)
{
	struct line line;
	size_t count = 0;

	while (line_next(&reader, &line))
		if (line_key(&line) > 0)
			count++;
	return count;
}

static void
join(struct text *value, struct line piece)
{
	piece = line_trimmed(piece);
	if (value->len > 0 && piece.len > 0)
		text_add_char(value, ' ');
	text_add_bytes(value, piece.text, piece.len);
}

/* Read a trailer and what continues it; `value` is room to use again. */
static void
trailer_read(struct line_reader *reader, const struct line *first,
    struct text *value, struct arena *arena, struct trailer *trailer)
{
	size_t key = line_key(first);
	struct line_reader ahead = *reader;
	struct line line = *first;

	*trailer = (struct trailer){
	    .key = arena_bytes(arena, first->text, key),
	    .line = first->number,
	};
	line.text += key + 1;
	line.len -= key + 1;
	value->len = 0;
	join(value, line);
	while (line_next(&ahead, &line) && line_continues(&line)) {
		join(value, line);
		trailer->folded = true;
		*reader = ahead;
	}
	trailer->value = arena_bytes(arena, value->data, value->len);
}

int
trailers_parse(const char *message, size_t len, size_t limit,
    struct arena *arena, struct trailers *trailers, struct error *err)
{
	struct line_reader reader;
	struct text value = {0};
	struct trailer *list;
	struct line line;
	size_t count;

	*trailers = (struct trailers){NULL, 0};
	if (paragraph_last(message, len, &reader) < 2 ||
	    !lines_are_trailers(reader))
		return 0;
	count = keys_count(reader);
	if (count > limit)
		return error_code(err, "object.limit",
		    "more than %zu trailers in one message (limit: trailers)",
		    limit);
	list = arena_zero(arena, count * sizeof *list);
	while (line_next(&reader, &line)) {
		if (line_key(&line) == 0)
			continue;
		trailer_read(
		    &reader, &line, &value, arena, &list[trailers->count]);
		if (list[trailers->count].value[0] != '\0')
			trailers->count++;
	}
	trailers->list = list;
	text_free(&value);
	return 0;
}

bool
trailer_is(const struct trailer *trailer, const char *key)
{
	return strcasecmp(trailer->key, key) == 0;
}

static bool
line_has_key(const struct line *line, const char *key)
{
	size_t len = strlen(key);

	return line->len > len && line->text[len] == ':' &&
	       strncasecmp(line->text, key, len) == 0;
}

struct trailers
trailers_anywhere(
    const char *message, size_t len, const char *key, struct arena *arena)
{
	struct line_reader reader = {message, message + len, 0}, ahead = reader;
	struct text value = {0};
	struct trailer *list;
	struct line line;
	size_t count = 0;

	while (line_next(&ahead, &line))
		count += line_has_key(&line, key);
	list = arena_zero(arena, count * sizeof *list);
	for (size_t i = 0; i < count && line_next(&reader, &line);)
		if (line_has_key(&line, key))
			trailer_read(&reader, &line, &value, arena, &list[i++]);
	text_free(&value);
	return (struct trailers){list, count};
}

/* What a reader can not see, or could mistake, is no part of a person. */
static bool
is_plain(const char *text, size_t len, const char *without)
{
	uint32_t rune;
	size_t n;

	for (; *without != '\0'; without++)
		if (memchr(text, *without, len) != NULL)
			return false;
	for (size_t i = ascii_run(text, len); i < len; i += n) {
		n = utf8_decode(text + i, len - i, &rune);
		if (n == 0 || rune_is_unsafe(rune))
			return false;
	}
	return len > 0;
}

bool
trailer_person(const struct trailer *trailer, struct arena *arena,
    const char **name, const char **address)
{
	const char *value = trailer->value, *open = strstr(value, " <");
	size_t len = strlen(value), name_len, address_len;

	if (trailer->folded || open == NULL || value[len - 1] != '>' ||
	    len < (size_t)(open - value) + 3)
		return false;
	name_len = (size_t)(open - value);
	address_len = len - name_len - 3;
	if (!is_plain(value, name_len, "<>") || value[name_len - 1] == ' ' ||
	    !is_plain(open + 2, address_len, "<> "))
		return false;
	*name = arena_bytes(arena, value, name_len);
	*address = arena_bytes(arena, open + 2, address_len);
	return true;
}
