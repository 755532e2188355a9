/* Read a policy from the tree of a commit. */
#include "policy/in_tree.h"

#include <string.h>

#include "git/tree_path.h"

/* Of the file as a whole: at line 0. */
static int
refuse(struct faults *faults, struct error *err, const char *text)
{
	fault_line(faults, 0, 0, "%s", text);
	return error_code(err, "policy.invalid", "%s: %s", faults->file, text);
}

static int
parse(const struct object *object, struct faults *faults,
    struct policy **policy, struct error *err)
{
	*policy = policy_load(object->data, object->size, LAYER_TREE, faults);
	return *policy != NULL ? 0 : policy_first_fault(faults, err);
}

int
in_tree_load(struct repo *repo, const struct oid *commit, const char *path,
    struct budget *budget, struct faults *faults, struct policy **policy,
    struct error *err)
{
	struct object object;
	enum tree_mode mode;
	struct oid tree, blob;
	int result;

	*policy = NULL;
	if (commit_tree(repo, commit, budget, &tree, err) == -1 ||
	    tree_path(repo, &tree, path, budget, &mode, &blob, err) == -1)
		return -1;
	if (mode == MODE_NONE)
		return 0;
	if (mode != MODE_FILE && mode != MODE_EXECUTABLE)
		return refuse(faults, err, "it is no regular file");
	if (object_read(
		repo, &blob, OBJECT_BLOB, YAML_FILE_LIMIT, &object, err) == -1)
		return strcmp(err->code, "object.limit") == 0
			   ? refuse(faults, err, "it is larger than 256 KiB")
			   : -1;
	result = parse(&object, faults, policy, err);
	object_release(&object);
	return result;
}
