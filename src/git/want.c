/* What readers of objects have in common: counted bytes and their refusals. */
#include "git/want.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

struct buffer *
buffer_new(enum object_type type, size_t size)
{
	const size_t head = sizeof(struct buffer) + 1;
	struct buffer *buffer =
	    mem_room(size <= SIZE_MAX - head ? size + head : SIZE_MAX);

	buffer->references = 1;
	buffer->type = type;
	buffer->checked = buffer->incoming = false;
	buffer->size = size;
	buffer->data[size] = '\0';
	return buffer;
}

struct buffer *
buffer_share(struct buffer *buffer)
{
	buffer->references++;
	return buffer;
}

void
buffer_drop(struct buffer *buffer)
{
	if (buffer != NULL && --buffer->references == 0)
		free(buffer);
}

int
want_check(const struct want *want, enum object_type type, size_t size,
    struct error *err)
{
	/* What a blob is read for has limits of several names. */
	static const char *const keys[] = {[OBJECT_COMMIT] = "commit_size",
	    [OBJECT_TREE] = "tree_size",
	    [OBJECT_TAG] = "commit_size"};
	char digits[OID_DIGITS + 1];
	const char *key = type == OBJECT_BLOB ? NULL : keys[type];

	if (want->type != 0 && want->type != type)
		return want_malformed(want, "is of the wrong type", err);
	if (want->body && size > want->limit)
		return error_code(err, "object.limit",
		    "object %s has %zu bytes, more than %zu%s%s%s",
		    oid_format(want->id, digits), size, want->limit,
		    key != NULL ? " (limits: " : "", key != NULL ? key : "",
		    key != NULL ? ")" : "");
	return 0;
}

int
want_malformed(const struct want *want, const char *what, struct error *err)
{
	char digits[OID_DIGITS + 1];

	return error_code(err, "object.malformed", "object %s %s",
	    oid_format(want->id, digits), what);
}
