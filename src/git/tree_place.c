/* Finding a directory of a register. */
#include "git/tree_place.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "git/tree_path.h"

static struct repo *
other_open(const char *path, struct error *err)
{
	struct repo *repo = repo_open(path, err);
	struct stat status;

	if (repo == NULL)
		return NULL;
	if (stat(repo_dir(repo), &status) != 0)
		error_set(err, "%s: %s", repo_dir(repo), strerror(errno));
	else if (status.st_mode & S_IWOTH)
		error_code(err, "policy.unsafe", "%s: anybody can write to it",
		    repo_dir(repo));
	else
		return repo;
	repo_close(repo);
	return NULL;
}

/* The tip of the place's branch.  0, 1 if there is none, -1. */
static int
tip_find(
    struct repo *repo, const char *name, struct oid *tip, struct error *err)
{
	char head[REF_NAME_LIMIT + 1];
	struct ref ref;

	if (name == NULL) {
		if (refs_head(repo_refs(repo), head, err) != 0)
			return -1;
		name = head;
	}
	if (refs_read(repo_refs(repo), name, &ref, err) != 0)
		return -1;
	if (ref.kind != REF_DIRECT) {
		error_set(err, "there is no branch %s", name);
		return 1;
	}
	*tip = ref.id;
	return 0;
}

int
tree_place_in(const struct tree_place *place, struct repo *repo,
    const struct oid *commit, struct budget *budget, struct oid *tree,
    struct error *err)
{
	enum tree_mode mode;
	struct oid top;

	if (commit_tree(repo, commit, budget, &top, err) != 0 ||
	    tree_path(repo, &top, place->path, budget, &mode, tree, err) != 0)
		return -1;
	if (mode == MODE_TREE)
		return 0;
	error_set(err, "there is no directory %s", place->path);
	return 1;
}

int
tree_place_find(const struct tree_place *place, struct repo *here,
    struct budget *budget, struct tree_found *found, struct error *err)
{
	struct oid tip;
	int result;

	*found = (struct tree_found){.repo = here};
	if (place->repository != NULL)
		found->repo = found->other = other_open(place->repository, err);
	if (found->repo == NULL)
		return -1;
	if ((result = tip_find(found->repo, place->ref, &tip, err)) != 0)
		return result;
	return tree_place_in(
	    place, found->repo, &tip, budget, &found->tree, err);
}

void
tree_place_close(struct tree_found *found)
{
	repo_close(found->other);
	*found = (struct tree_found){.repo = NULL};
}
