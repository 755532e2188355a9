/* The reader of records: as a journal, and as a file of a syslog daemon. */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "place.h"
#include "record/read.h"

static void
look(const struct line *line, enum read_result result)
{
	must_hold(line->number > 0 && line->len <= READ_LINE_LIMIT);
	must_hold(memchr(line->data, '\n', line->len) == NULL);
	if (result == READ_DAMAGED)
		must_hold(line->fault[0] != '\0');
	if (result != READ_RECORD)
		return;
	must_hold(line->json[0] == '{');
	for (size_t i = 0; i < line->json_len; i++)
		must_hold((unsigned char)line->json[i] >= ' ');
}

static void
read_as(const char *name, const uint8_t *data, size_t size)
{
	struct reader *reader = reader_new();
	enum read_result result;
	char path[sizeof place + 32];
	struct error err;
	struct line line;
	int dir = place_open(NULL);

	snprintf(path, sizeof path, "%s/%s", place, name);
	file_write(dir, name, data, size);
	must_hold(reader_add(reader, path, &err) == 0);
	if (reader_settle(reader, &err) == 0)
		while ((result = reader_next(reader, &line, &err)) > READ_END)
			look(&line, result);
	reader_free(reader);
	unlinkat(dir, name, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as("journal.jsonl", data, size);
	read_as("syslog", data, size);
	return 0;
}
