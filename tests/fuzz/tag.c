/* The reader of annotated tags. */
#include "fuzz.h"

#include <string.h>

#include "git/tag.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct oid id = {{1}};
	struct arena arena = {0};
	struct error err;
	struct tag tag;

	if (tag_parse(&id, (const char *)data, size, &arena, &tag, &err) == 0) {
		must_hold(tag.as_commit.is_tag);
		must_hold(tag.name[0] != '\0');
		must_hold(memchr(tag.as_commit.message, '\0',
			      tag.as_commit.message_len) == NULL);
	}
	arena_free(&arena);
	return 0;
}
