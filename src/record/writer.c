/* Ordered JSON with one escaping function. */
#include "record/writer.h"

#include <inttypes.h>
#include <string.h>

static const char cut_mark[] = "...";

void
writer_begin(struct writer *writer)
{
	text_add_char(&writer->text, '{');
}

static void
add_key(struct writer *writer, const char *key)
{
	text_add_format(
	    &writer->text, writer->text.len > 1 ? ",\"%s\":" : "\"%s\":", key);
}

/* The character or stray byte at `data`; returns how many bytes it was. */
static size_t
add_escaped(struct text *out, const char *data, size_t len)
{
	uint32_t rune;
	size_t n = utf8_decode(data, len, &rune);

	if (n == 0) {
		rune = (unsigned char)*data;
		n = 1;
		text_add_format(out, "\\u%04" PRIx32, rune);
	} else if (rune_is_unsafe(rune)) {
		text_add_format(out, "\\u%04" PRIx32, rune);
	} else {
		if (rune == '"' || rune == '\\')
			text_add_char(out, '\\');
		text_add_bytes(out, data, n);
	}
	return n;
}

/* A string of at most `limit` bytes between its quotes. */
static void
add_string(struct text *out, const char *value, size_t limit)
{
	size_t len = strlen(value), whole, start, keep;

	text_add_char(out, '"');
	start = keep = out->len;
	for (whole = 0; whole < len && out->len - start <= limit;) {
		whole += add_escaped(out, value + whole, len - whole);
		if (out->len - start + strlen(cut_mark) <= limit)
			keep = out->len;
	}
	if (out->len - start > limit) {
		out->len = keep;
		text_add(out, cut_mark);
	}
	text_add_char(out, '"');
}

void
writer_text(
    struct writer *writer, const char *key, const char *value, size_t limit)
{
	if (value == NULL || *value == '\0')
		return;
	add_key(writer, key);
	add_string(&writer->text, value, limit);
}

void
writer_list(struct writer *writer, const char *key, const char *const *list,
    size_t count, size_t limit)
{
	enum { QUOTES_AND_COMMA = 3 };
	struct text *out = &writer->text;
	size_t start, before;

	if (count == 0)
		return;
	add_key(writer, key);
	text_add_char(out, '[');
	start = out->len;
	for (size_t i = 0; i < count; i++) {
		before = out->len;
		if (i > 0)
			text_add_char(out, ',');
		add_string(out, list[i], limit - QUOTES_AND_COMMA);
		if (i > 0 && out->len - start > limit) {
			out->len = before;
			writer->left_out += (int64_t)(count - i);
			break;
		}
	}
	text_add_char(out, ']');
}

void
writer_number(struct writer *writer, const char *key, int64_t value)
{
	add_key(writer, key);
	text_add_format(&writer->text, "%" PRId64, value);
}

void
writer_true(struct writer *writer, const char *key)
{
	add_key(writer, key);
	text_add(&writer->text, "true");
}

void
writer_end(struct writer *writer)
{
	if (writer->left_out > 0)
		writer_number(writer, "more", writer->left_out);
	text_add_char(&writer->text, '}');
}
