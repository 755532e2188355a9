/* Reading files from the register of exceptions, wherever it is. */
#include "waiver/source.h"

#include <stdlib.h>
#include <string.h>

#include "git/repo.h"
#include "git/tree_path.h"

struct source {
	const struct exception_setting *setting;
	struct repo *repo;  /* the one the ref is in */
	struct repo *other; /* the same, if it is ours to close */
	struct budget *budget;
	struct arena *arena;
	bool found;      /* `tree` is known */
	struct oid tree; /* of the ref's tip */
};

struct source *
source_new(const struct exception_setting *setting, struct repo *repo,
    struct budget *budget, struct arena *arena)
{
	struct source *source = mem_zero(sizeof *source);

	*source = (struct source){.setting = setting,
	    .repo = setting->repository == NULL ? repo : NULL,
	    .budget = budget,
	    .arena = arena};
	return source;
}

void
source_close(struct source *source)
{
	if (source == NULL)
		return;
	repo_close(source->other);
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

/* The tree of the commit at the ref's tip; 1 if there is no such ref. */
static int
tree_find(struct source *source, struct error *err)
{
	const char *name =
	    ref_pattern_full(source->arena, source->setting->ref);
	struct ref ref;

	if (source->repo == NULL)
		source->repo = source->other =
		    repo_open(source->setting->repository, err);
	if (source->repo == NULL ||
	    refs_read(repo_refs(source->repo), name, &ref, err) != 0)
		return -1;
	if (ref.kind != REF_DIRECT)
		return 1;
	if (commit_tree(
		source->repo, &ref.id, source->budget, &source->tree, err) != 0)
		return -1;
	source->found = true;
	return 0;
}

static int
tree_read(struct source *source, const char *name, const char **data,
    size_t *len, struct error *err)
{
	const char *path =
	    arena_format(source->arena, "%s/%s", source->setting->path, name);
	enum tree_mode mode;
	struct object object;
	struct oid blob;
	int result = source->found ? 0 : tree_find(source, err);

	if (result != 0)
		return result;
	if (tree_path(source->repo, &source->tree, path, source->budget, &mode,
		&blob, err) != 0)
		return -1;
	if (mode != MODE_FILE && mode != MODE_EXECUTABLE)
		return 1;
	if (object_read(source->repo, &blob, OBJECT_BLOB, YAML_FILE_LIMIT,
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
