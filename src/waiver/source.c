/* Reading files from the register of exceptions, wherever it is. */
#include "waiver/source.h"

#include <stdlib.h>
#include <string.h>

#include "git/repo.h"
#include "git/tree_path.h"

struct source {
	const struct exception_setting *setting;
	struct repo *repo;
	struct budget *budget;
	struct arena *arena;
	bool looked; /* for the place in a tree: */
	struct tree_found found;
};

struct source *
source_new(const struct exception_setting *setting, struct repo *repo,
    struct budget *budget, struct arena *arena)
{
	struct source *source = mem_zero(sizeof *source);

	*source = (struct source){
	    .setting = setting, .repo = repo, .budget = budget, .arena = arena};
	return source;
}

void
source_close(struct source *source)
{
	if (source == NULL)
		return;
	tree_place_close(&source->found);
	free(source);
}

static int
directory_read(struct source *source, const char *name, const char **data,
    size_t *len, struct error *err)
{
	const char *path = arena_format(
	    source->arena, "%s/%s", source->setting->directory, name);
	char *bytes;
	int result = trusted_read(path, &bytes, len, err);

	if (result == 0) {
		*data = arena_bytes(source->arena, bytes, *len);
		free(bytes);
	}
	return result;
}

static int
tree_read(struct source *source, const char *name, const char **data,
    size_t *len, struct error *err)
{
	struct tree_found *found = &source->found;
	enum tree_mode mode;
	struct object object;
	struct oid blob;
	int result = 0;

	if (!source->looked)
		result = tree_place_find(&source->setting->place, source->repo,
		    source->budget, found, err);
	source->looked = result == 0;
	if (result != 0) {
		tree_place_close(found);
		return result;
	}
	if (tree_path(found->repo, &found->tree, name, source->budget, &mode,
		&blob, err) != 0)
		return -1;
	if (mode != MODE_FILE && mode != MODE_EXECUTABLE)
		return 1;
	if (object_read(found->repo, &blob, OBJECT_BLOB, YAML_FILE_LIMIT,
		&object, err) != 0)
		return -1;
	*data = arena_bytes(source->arena, object.data, object.size);
	*len = object.size;
	object_release(&object);
	return 0;
}

int
source_read(struct source *source, const char *name, const char **data,
    size_t *len, struct error *err)
{
	int result = source->setting->directory != NULL
			 ? directory_read(source, name, data, len, err)
			 : tree_read(source, name, data, len, err);

	return result < 0 ? error_prefix(err, "the register of exceptions")
			  : result;
}
