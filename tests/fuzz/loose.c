/* Loose objects: the bytes as they are, and as the content of a zlib stream. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "git/loose.h"
#include "place.h"

enum { LIMIT = 1 << 20 };

static const struct oid zero;
static const char file[] = "00/00000000000000000000000000000000000000";

static void
object_try(const uint8_t *data, size_t size)
{
	const struct want want = {.id = &zero, .limit = LIMIT, .body = true};
	struct inflater *inflater = inflater_new();
	int dir = place_open("00");
	struct found found = {0};
	struct error err;
	int result;

	file_write(dir, file, data, size);
	result = loose_read(inflater, dir, &want, &found, &err);
	unlinkat(dir, file, 0);
	must_hold(result == 0 || result == -1);
	if (result == 0) {
		must_hold(found.bytes != NULL && found.size <= LIMIT);
		must_hold(found.bytes->size == found.size);
		buffer_drop(found.bytes);
	}
	inflater_free(inflater);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uLongf len = compressBound(size);
	uint8_t *stream = malloc(len);

	must_hold(stream != NULL);
	must_hold(compress2(stream, &len, data, size, 1) == Z_OK);
	object_try(data, size);
	object_try(stream, len);
	free(stream);
	return 0;
}
