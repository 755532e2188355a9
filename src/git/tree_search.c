/* Looking for a blob below a tree, one tree at a time. */
#include "git/tree_search.h"

#include <stdlib.h>

#include "base/mem.h"
#include "git/tree.h"

/* Trees that are still to be searched. */
struct trees {
	struct oid *ids;
	size_t count, capacity;
};

static void
add_tree(struct trees *trees, const struct oid *id)
{
	trees->ids = mem_grow(
	    trees->ids, &trees->capacity, trees->count + 1, sizeof *trees->ids);
	trees->ids[trees->count++] = *id;
}

static int
search_entries(const struct object *tree, const struct oid *blob,
    struct trees *trees, struct budget *budget, struct error *err)
{
	struct tree_entry entry;
	size_t offset = 0;
	int more;

	while ((more = tree_next(
		    tree->data, tree->size, &offset, &entry, err)) == 1) {
		if (budget_spend(budget, "tree_entries", &budget->tree_entries,
			budget->limits.tree_entries, 1, err) != 0)
			return -1;
		if (entry.mode == MODE_TREE)
			add_tree(trees, &entry.id);
		else if (entry.mode != MODE_GITLINK &&
			 oid_equal(&entry.id, blob))
			return 1;
	}
	return more;
}

static int
search_tree(struct repo *repo, const struct oid *id, const struct oid *blob,
    struct trees *trees, struct budget *budget, struct error *err)
{
	struct object tree;
	char hex[OID_DIGITS + 1];
	int found;

	if (tree_open(repo, id, budget, &tree, err) != 0)
		return -1;
	found = search_entries(&tree, blob, trees, budget, err);
	object_release(&tree);
	if (found < 0)
		error_prefix(err, "tree %s", oid_format(id, hex));
	return found;
}

int
tree_holds_blob(struct repo *repo, const struct oid *tree,
    const struct oid *blob, struct budget *budget, struct error *err)
{
	struct trees trees = {0};
	struct oid id;
	int found = 0;

	add_tree(&trees, tree);
	while (found == 0 && trees.count > 0) {
		id = trees.ids[--trees.count];
		found = search_tree(repo, &id, blob, &trees, budget, err);
	}
	free(trees.ids);
	return found;
}
