/* The strict reader of commits, and the lenient one that walks use. */
#include "fuzz.h"

#include <string.h>

#include "git/commit.h"

enum { ROOM = 64 };

/* What the strict one takes the lenient one reads alike. */
static void
compare(const struct commit *commit, const uint8_t *data, size_t size)
{
	struct oid tree, parents[ROOM];
	struct error err;
	int64_t date;
	int count = commit_skim(&commit->id, (const char *)data, size, &tree,
	    parents, ROOM, &date, &err);

	must_hold(count >= 0);
	must_hold((size_t)count == commit->parent_count);
	must_hold(oid_equal(&tree, &commit->tree));
	must_hold(date == commit->committer.date);
	for (size_t i = 0; i < commit->parent_count && i < ROOM; i++)
		must_hold(oid_equal(&parents[i], &commit->parents[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct oid id = {{1}};
	struct oid tree, parent;
	struct commit commit;
	struct arena arena = {0};
	struct error err;
	int64_t date;

	if (commit_parse(
		&id, (const char *)data, size, &arena, &commit, &err) == 0) {
		must_hold(
		    memchr(commit.message, '\0', commit.message_len) == NULL);
		must_hold(
		    (commit.signature == NULL) == (commit.payload == NULL));
		compare(&commit, data, size);
	}
	commit_skim(
	    &id, (const char *)data, size, &tree, &parent, 1, &date, &err);
	arena_free(&arena);
	return 0;
}
