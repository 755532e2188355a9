/* Load what is in force, and say what it means where that fails. */
#include "admin/in_force.h"

#include <string.h>

#include "admin/command.h"

int
layers_in_force(const char *file, const char *path, struct layers *layers,
    struct error *err)
{
	struct repo *repo;
	int result;

	memset(layers, 0, sizeof *layers);
	if (file != NULL)
		return layers_load_file(file, layers, NULL, err);
	if ((repo = repo_open(path, err)) == NULL)
		return -1;
	result = layers_load(repo_dir(repo), layers, NULL, err);
	if (result == 0)
		result = layers_load_tree(layers, repo, err);
	repo_close(repo);
	return result;
}

int
error_status(const struct error *err)
{
	return strncmp(err->code, "policy.", 7) == 0 ? EXIT_INVALID
						     : EXIT_ENVIRONMENT;
}
