/* Descends to one path, a tree at a time. */
#include "git/tree_path.h"

#include <string.h>

#include "git/commit.h"

int
commit_tree(struct repo *repo, const struct oid *commit, struct budget *budget,
    struct oid *tree, struct error *err)
{
	struct object object;
	int64_t date;
	int parents;

	if (object_read(repo, commit, OBJECT_COMMIT,
		(size_t)budget->limits.commit_size, &object, err) == -1)
		return -1;
	parents = commit_skim(
	    commit, object.data, object.size, tree, NULL, 0, &date, err);
	object_release(&object);
	return parents == -1 ? -1 : 0;
}

/* Look for a name in one tree; sets `*mode` to MODE_NONE if it is not there. */
static int
entry_find(struct repo *repo, const struct oid *tree, const char *name,
    size_t len, struct budget *budget, enum tree_mode *mode, struct oid *id,
    struct error *err)
{
	struct tree_entry entry;
	struct object object;
	size_t offset = 0;
	int result;

	*mode = MODE_NONE;
	if (object_read(repo, tree, OBJECT_TREE,
		(size_t)budget->limits.tree_size, &object, err) < 0)
		return -1;
	while ((result = tree_next(
		    object.data, object.size, &offset, &entry, err)) > 0) {
		if ((result = budget_entry(budget, err)) < 0)
			break;
		if (entry.name_len != len || memcmp(entry.name, name, len) != 0)
			continue;
		*mode = entry.mode;
		*id = entry.id;
		break;
	}
	object_release(&object);
	return result < 0 ? -1 : 0;
}

int
tree_path(struct repo *repo, const struct oid *tree, const char *path,
    struct budget *budget, enum tree_mode *mode, struct oid *id,
    struct error *err)
{
	struct oid at = *tree;
	int64_t depth = 0;

	*id = (struct oid){{0}};
	*mode = MODE_TREE;
	for (;;) {
		size_t len = strcspn(path, "/");

		/* The last component may be a file below so many directories.
		 */
		if (depth++ > budget->limits.tree_depth)
			*mode = MODE_NONE;
		else if (entry_find(
			     repo, &at, path, len, budget, mode, &at, err) < 0)
			return -1;
		if (*mode == MODE_NONE || path[len] == '\0')
			break;
		if (*mode != MODE_TREE) {
			*mode = MODE_NONE;
			break;
		}
		path += len + 1;
	}
	if (*mode != MODE_NONE)
		*id = at;
	return 0;
}
