/* Load what is in force, and say what it means where that fails. */
#include "admin/in_force.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/owner.h"
#include "base/place.h"

int
layers_on_disk(struct repo *repo, struct layers *layers, struct error *err)
{
	char *dir = repo_common_dir(repo_dir(repo), err);
	int result;

	if (dir == NULL)
		return -1;
	owner_become(dir);
	result = layers_load(dir, layers, NULL, err);
	owner_resign();
	free(dir);
	return result;
}

/* Where no repository is around, as `err` says: the system's alone. */
static int
layers_of_system(struct layers *layers, struct error *err)
{
	struct text path = {0};
	int result = -1;

	text_add_format(&path, "%s/refwarden/policy.yml", place_sysconf());
	if (access(path.data, F_OK) == 0)
		result = layers_load_file(path.data, layers, NULL, err);
	text_free(&path);
	return result;
}

int
layers_in_force(const char *file, const char *path, struct layers *layers,
    struct error *err)
{
	struct repo *repo;
	int result;

	memset(layers, 0, sizeof *layers);
	if (file != NULL)
		return layers_load_file(file, layers, NULL, err);
	if ((repo = repo_open(path != NULL ? path : ".", err)) == NULL)
		return path == NULL ? layers_of_system(layers, err) : -1;
	result = layers_on_disk(repo, layers, err);
	if (result == 0)
		result = layers_load_tree(layers, repo, err);
	repo_close(repo);
	return result;
}

/* The last directory above `path`, cut there, that is a work tree. */
static bool
work_tree_cut(char *path)
{
	struct text git = {0};
	bool found = false;
	char *slash;

	while (!found && (slash = strrchr(path, '/')) != NULL) {
		*slash = '\0';
		git.len = 0;
		text_add_format(&git, "%s/.git", path);
		found = access(git.data, F_OK) == 0;
	}
	text_free(&git);
	return found;
}

/* Is `file` the one that the policies on disk for `root` name? */
static int
is_named(const char *file, const char *root, struct error *err)
{
	struct layers layers = {.count = 0};
	struct repo *repo = repo_open(root, err);
	int result;

	if (repo == NULL)
		return -1;
	result = layers_on_disk(repo, &layers, err);
	if (result == -1 && strcmp(err->code, "policy.missing") == 0)
		result = 0;
	else if (result == 0 || layers.repository_policy != NULL)
		result = layers.repository_policy != NULL &&
			 strcmp(file + strlen(root) + 1,
			     layers.repository_policy) == 0;
	layers_free(&layers);
	repo_close(repo);
	return result;
}

int
is_in_tree(const char *file, struct error *err)
{
	char *full = realpath(file, NULL), *root;
	int result = 0;

	if (full == NULL)
		return 0;
	root = mem_string(full);
	if (work_tree_cut(root))
		result = is_named(full, root, err);
	free(root);
	free(full);
	return result;
}

int
error_status(const struct error *err)
{
	return starts_with(err->code, "policy.") ? EXIT_INVALID
						 : EXIT_ENVIRONMENT;
}
