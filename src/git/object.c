/* The one door to objects: what was read lately, else the store. */
#include "git/object.h"

#include <string.h>

#include "git/cache.h"
#include "git/repo.h"
#include "git/store.h"

bool
object_type_parse(const char *word, size_t len, enum object_type *type)
{
	static const char *const names[] = {[OBJECT_COMMIT] = "commit",
	    [OBJECT_TREE] = "tree",
	    [OBJECT_BLOB] = "blob",
	    [OBJECT_TAG] = "tag"};

	for (int i = OBJECT_COMMIT; i <= OBJECT_TAG; i++)
		if (strlen(names[i]) == len &&
		    memcmp(names[i], word, len) == 0) {
			*type = (enum object_type)i;
			return true;
		}
	return false;
}

/* Takes the reference to `bytes`. */
static void
object_fill(struct object *object, struct buffer *bytes)
{
	object->type = bytes->type;
	object->size = bytes->size;
	object->data = bytes->data;
	object->storage = bytes;
	object->incoming = bytes->incoming;
}

/*
 * What is likely to be read again: trees, which are the next change's old ones,
 * and commits of old, which are read for a walk and then perhaps as members.
 */
static bool
is_kept(const struct buffer *bytes)
{
	return bytes->type == OBJECT_TREE ||
	       (bytes->type == OBJECT_COMMIT && !bytes->incoming);
}

int
object_read(struct repo *repo, const struct oid *id, enum object_type expected,
    size_t limit, struct object *object, struct error *err)
{
	struct store *store = repo_store(repo);
	struct want want = {
	    .id = id, .type = expected, .limit = limit, .body = true};
	struct buffer *known = cache_find(store_recent(store), id);
	struct found found;
	char digits[OID_DIGITS + 1];
	int result;

	memset(object, 0, sizeof *object);
	if (known != NULL) {
		if (want_check(&want, known->type, known->size, err) != 0)
			return -1;
		object_fill(object, buffer_share(known));
		return 0;
	}
	result = store_read(store, &want, &found, err);
	if (result == 1)
		return error_code(err, "object.missing",
		    "object %s is not in the repository",
		    oid_format(id, digits));
	if (result != 0)
		return -1;
	if (is_kept(found.bytes))
		cache_add(store_recent(store), id, found.bytes);
	object_fill(object, found.bytes);
	return 0;
}

int
object_header(struct repo *repo, const struct oid *id, struct object *object,
    struct error *err)
{
	struct want want = {.id = id};
	struct found found;
	int result = store_read(repo_store(repo), &want, &found, err);

	memset(object, 0, sizeof *object);
	object->type = found.type;
	object->size = found.size;
	return result;
}

void
object_release(struct object *object)
{
	buffer_drop(object->storage);
	memset(object, 0, sizeof *object);
}

void
object_mark_checked(const struct object *object)
{
	struct buffer *buffer = object->storage;

	if (buffer != NULL)
		buffer->checked = true;
}

bool
object_is_checked(const struct object *object)
{
	const struct buffer *buffer = object->storage;

	return buffer != NULL && buffer->checked;
}
