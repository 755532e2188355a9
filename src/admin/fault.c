/* Faults as people and programs are shown them. */
#include "admin/fault.h"

#include <stdint.h>
#include <string.h>

#include "admin/color.h"
#include "base/text.h"

enum { EXCERPT_LIMIT = 120 }; /* characters of a line that are shown */

/* One character for each of the text's: what is unsafe is shown as "?". */
static size_t
add_printable(struct text *out, const char *data, size_t len, size_t limit)
{
	size_t count = 0, step;
	uint32_t rune;

	for (; len > 0 && count < limit; count++, data += step, len -= step) {
		step = utf8_decode(data, len, &rune);
		if (step > 0 && !rune_is_unsafe(rune))
			text_add_bytes(out, data, step);
		else
			text_add_char(out, *data == '\t' ? ' ' : '?');
		step = step > 0 ? step : 1;
	}
	return count;
}

/* The line of that number, from 1, without its end; NULL if there is none. */
static const char *
line_find(const char *data, size_t size, unsigned number, size_t *len)
{
	const char *end = data + size, *next;

	for (; number > 1; number--) {
		next = memchr(data, '\n', (size_t)(end - data));
		if (next == NULL)
			return NULL;
		data = next + 1;
	}
	next = memchr(data, '\n', (size_t)(end - data));
	*len = (size_t)((next != NULL ? next : end) - data);
	if (*len > 0 && data[*len - 1] == '\r')
		--*len;
	return data;
}

/* The line and a caret; nothing where the caret would be far to the right. */
static void
add_excerpt(
    struct text *out, const char *data, size_t size, const struct fault *fault)
{
	size_t len;
	const char *line = line_find(data, size, fault->line, &len);

	if (line == NULL || len == 0 || fault->column > EXCERPT_LIMIT)
		return;
	text_add(out, "    ");
	add_printable(out, line, len, EXCERPT_LIMIT);
	text_add_format(out, "\n    %*s^\n", (int)fault->column - 1, "");
}

static void
print_fault(FILE *stream, const char *file, const struct fault *fault,
    const char *data, size_t size)
{
	struct text out = {0};

	add_printable(&out, file, strlen(file), SIZE_MAX);
	if (fault->line > 0)
		text_add_format(&out, ":%u:%u", fault->line, fault->column);
	text_add_format(&out, ": %s%s:%s ",
	    color(stream, fault->warning ? COLOR_YELLOW : COLOR_RED),
	    fault->warning ? "warning" : "error", color(stream, COLOR_END));
	add_printable(&out, fault->text, strlen(fault->text), SIZE_MAX);
	text_add(&out, "\n");
	if (fault->line > 0)
		add_excerpt(&out, data, size, fault);
	fputs(out.data, stream);
	text_free(&out);
}

void
faults_print(
    FILE *stream, const struct faults *faults, const char *data, size_t size)
{
	for (size_t i = 0; i < faults->count; i++)
		print_fault(stream, faults->file, &faults->list[i], data, size);
}

static void
set_text(json_t *object, const char *key, const char *value)
{
	struct text text = {0};

	text_add(&text, "");
	add_printable(&text, value, strlen(value), SIZE_MAX);
	json_object_set_new(
	    object, key, json_string(text.data != NULL ? text.data : ""));
	text_free(&text);
}

static void
append_fault(json_t *findings, const char *file, const struct fault *fault)
{
	json_t *object = json_object();

	set_text(object, "file", file);
	if (fault->line > 0) {
		json_object_set_new(object, "line", json_integer(fault->line));
		json_object_set_new(
		    object, "column", json_integer(fault->column));
	}
	set_text(object, "severity", fault->warning ? "warning" : "error");
	set_text(object, "text", fault->text);
	json_array_append_new(findings, object);
}

void
faults_append(json_t *list, const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		append_fault(list, faults->file, &faults->list[i]);
}
