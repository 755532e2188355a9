/* From the bytes of a tag to what they say, and from a tag to its commit. */
#include "git/tag.h"

#include <string.h>

#include "git/headers.h"

static int
read_type(
    const struct header *header, enum object_type *type, struct error *err)
{
	return object_type_parse(header->value, header->value_len, type)
		   ? 0
		   : malformed(err, "an unknown type");
}

static int
read_name(const struct header *header, struct arena *arena, const char **name,
    struct error *err)
{
	if (header->value_len == 0)
		return malformed(err, "an empty name");
	for (size_t i = 0; i < header->value_len; i++)
		if ((unsigned char)header->value[i] <= ' ' ||
		    header->value[i] == 0x7f)
			return malformed(err, "a name no ref can have");
	*name = arena_bytes(arena, header->value, header->value_len);
	return 0;
}

static bool
begins_signature(const char *line, size_t len)
{
	static const char *const marks[] = {
	    "-----BEGIN SSH SIGNATURE-----",
	    "-----BEGIN PGP SIGNATURE-----",
	    "-----BEGIN PGP MESSAGE-----",
	    "-----BEGIN SIGNED MESSAGE-----",
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (len >= strlen(marks[i]) &&
		    memcmp(line, marks[i], strlen(marks[i])) == 0)
			return true;
	return false;
}

/* Where the signature begins: the last line that can begin one, as git does. */
static const char *
find_signature(const char *at, const char *end)
{
	const char *found = NULL, *feed;

	for (; at < end; at = feed != NULL ? feed + 1 : end) {
		feed = memchr(at, '\n', (size_t)(end - at));
		if (begins_signature(at, (size_t)(end - at)))
			found = at;
	}
	return found;
}

static void
take_message(const char *data, size_t size, const char *message,
    struct arena *arena, struct commit *tag)
{
	const char *end = data + size;
	const char *signature = find_signature(message, end);

	if (signature != NULL) {
		tag->signature =
		    arena_bytes(arena, signature, (size_t)(end - signature));
		tag->payload_len = (size_t)(signature - data);
		tag->payload = arena_bytes(arena, data, tag->payload_len);
		end = signature;
	}
	tag->message_len = (size_t)(end - message);
	tag->message = arena_bytes(arena, message, tag->message_len);
}

static int
read_tag(const char *data, size_t size, struct arena *arena, struct tag *tag,
    struct error *err)
{
	struct commit *as_commit = &tag->as_commit;
	struct headers headers;
	struct header header;
	int more;

	if (headers_begin(&headers, data, size, err) != 0 ||
	    headers_expect(&headers, "object", &header, err) != 0 ||
	    header_oid(&header, &tag->target, err) != 0 ||
	    headers_expect(&headers, "type", &header, err) != 0 ||
	    read_type(&header, &tag->target_type, err) != 0 ||
	    headers_expect(&headers, "tag", &header, err) != 0 ||
	    read_name(&header, arena, &tag->name, err) != 0 ||
	    headers_expect(&headers, "tagger", &header, err) != 0 ||
	    header_identity(&header, arena, &as_commit->author, err) != 0 ||
	    (more = headers_next(&headers, &header, err)) < 0)
		return -1;
	if (more == 1)
		return malformed(err, "a header after the tagger line");
	as_commit->committer = as_commit->author;
	take_message(data, size, headers.at, arena, as_commit);
	return 0;
}

int
tag_parse(const struct oid *id, const char *data, size_t size,
    struct arena *arena, struct tag *tag, struct error *err)
{
	char hex[OID_DIGITS + 1];

	*tag =
	    (struct tag){.id = *id, .as_commit = {.id = *id, .is_tag = true}};
	if (read_tag(data, size, arena, tag, err) == 0)
		return 0;
	return error_prefix(err, "tag %s", oid_format(id, hex));
}

static int
load_tag(struct repo *repo, const struct oid *id, size_t size_limit,
    struct arena *arena, struct tag *tag, struct error *err)
{
	struct object object;
	int result;

	if (object_read(repo, id, OBJECT_TAG, size_limit, &object, err) != 0)
		return -1;
	result = tag_parse(id, object.data, object.size, arena, tag, err);
	object_release(&object);
	return result;
}

/* The type of an object, which must be `expected` (0 = any) and there. */
static int
find_type(struct repo *repo, const struct oid *id, enum object_type expected,
    enum object_type *type, struct error *err)
{
	struct object object = {0};
	char hex[OID_DIGITS + 1];
	int missing = object_header(repo, id, &object, err);

	if (missing < 0)
		return -1;
	if (missing != 0)
		return error_code(err, "object.missing", "object %s is missing",
		    oid_format(id, hex));
	if (expected != 0 && object.type != expected)
		return malformed(err,
		    "object %s is of another type than its tag says",
		    oid_format(id, hex));
	*type = object.type;
	return 0;
}

int
tag_peel(struct repo *repo, const struct oid *id, size_t size_limit,
    struct arena *arena, struct tag *first, struct oid *commit,
    struct error *err)
{
	struct oid at = *id;
	enum object_type expected = 0, type = 0;
	struct tag tag;

	*first = (struct tag){0};
	for (int depth = 0; depth <= TAG_DEPTH_LIMIT; depth++) {
		if (find_type(repo, &at, expected, &type, err) != 0)
			return -1;
		if (type != OBJECT_TAG) {
			*commit = at;
			return type == OBJECT_COMMIT;
		}
		if (depth == TAG_DEPTH_LIMIT)
			break;
		if (load_tag(repo, &at, size_limit, arena, &tag, err) != 0)
			return -1;
		if (depth == 0)
			*first = tag;
		at = tag.target;
		expected = tag.target_type;
	}
	return 0;
}
