/* `paths`: what a change does to paths, wherever they are. */
#include "checks/check.h"

#include <string.h>

#include "checks/portable.h"
#include "git/object.h"
#include "yaml/field.h"

enum { NO_LIMIT = -1 };

struct paths {
	const struct pattern_set *forbid; /* or NULL */
	int64_t max_size;                 /* bytes, or NO_LIMIT */
	bool portable;
};

static const struct paths paths_defaults = {.max_size = NO_LIMIT};

#define PATHS(member) offsetof(struct paths, member)

static const struct field paths_fields[] = {
    {.key = "forbid",
	.type = FIELD_PATHS,
	.offset = PATHS(forbid),
	.summary = "Paths that may not be added, modified or deleted."},
    {.key = "max_size",
	.type = FIELD_SIZE,
	.offset = PATHS(max_size),
	.summary = "The largest content of a file added or modified."},
    {.key = "portable",
	.type = FIELD_BOOL,
	.offset = PATHS(portable),
	.summary = "New names work on every file system."},
    {.key = NULL},
};

/* A change, looked at file by file. */
struct look {
	const struct paths *paths;
	const struct change *change;
	struct findings *findings;
	struct twins *twins; /* made when first asked for */
};

static void
report(struct look *look, const struct file *file, const char *code,
    const char *need, const char *found, const char *step)
{
	const struct commit *commit = look->change->members[0].commit;
	struct finding *finding =
	    finding_add(look->findings, code, commit, need, found);

	finding->path = file->path;
	finding->commands = step_commands(look->change, commit, step);
}

static const char *
step_back(const struct file *file)
{
	return file->old_mode == MODE_NONE ? "git rm --cached PATH"
					   : "git checkout HEAD~ -- PATH";
}

static void
forbid_check(struct look *look, const struct file *file)
{
	const struct pattern_set *forbid = look->paths->forbid;

	if (forbid == NULL || !file_in(file, forbid))
		return;
	report(look, file, "paths.forbidden",
	    arena_format(look->change->arena, "no change in %s", forbid->name),
	    file->old_mode == MODE_NONE   ? "one added"
	    : file->new_mode == MODE_NONE ? "one deleted"
					  : "one modified",
	    step_back(file));
}

static bool
has_new_content(const struct file *file)
{
	return file->new_mode != MODE_NONE && file->new_mode != MODE_GITLINK &&
	       !(file->old_mode != MODE_NONE &&
		   oid_equal(&file->old_id, &file->new_id));
}

static int
size_check(struct look *look, const struct file *file, struct error *err)
{
	struct arena *arena = look->change->arena;
	int64_t limit = look->paths->max_size;
	struct object object;
	int absent;

	if (limit == NO_LIMIT || !has_new_content(file))
		return 0;
	absent = object_header(look->change->repo, &file->new_id, &object, err);
	if (absent == 1)
		return error_code(
		    err, "object.missing", "%s is missing", file->path);
	if (absent != 0)
		return -1;
	if (object.size > (uint64_t)limit)
		report(look, file, "paths.size",
		    arena_format(
			arena, "files of at most %lld bytes", (long long)limit),
		    arena_format(arena, "%zu", object.size), step_back(file));
	return 0;
}

static const char *
path_fault(const char *path, struct arena *arena)
{
	size_t len;
	const char *fault;

	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if ((fault = name_fault(path, len)) != NULL)
			return arena_format(arena, "\"%s\" %s",
			    arena_bytes(arena, path, len), fault);
		if (path[len] == '\0')
			return NULL;
	}
}

static int
portable_check(struct look *look, const struct file *file, struct error *err)
{
	struct arena *arena = look->change->arena;
	const char *fault, *twin;

	if (!look->paths->portable || file->old_mode != MODE_NONE)
		return 0;
	fault = path_fault(file->path, arena);
	if (fault == NULL) {
		if (look->twins == NULL)
			look->twins = twins_new(look->change);
		if (twins_find(look->twins, file->path, &twin, err) < 0)
			return -1;
		if (twin != NULL)
			fault =
			    arena_format(arena, "a name beside \"%s\"", twin);
	}
	if (fault != NULL)
		report(look, file, "paths.portable",
		    "a name that works on every file system", fault,
		    "git mv OLD NEW");
	return 0;
}

static int
paths_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	struct look look = {settings, change, findings, NULL};
	size_t before = findings->count;
	int result = 0;

	if (change->files == NULL)
		return error_set(err, "no list of changed files to look at");
	for (size_t i = 0; result == 0 && i < change->files->count; i++) {
		const struct file *file = &change->files->files[i];

		if (!change->thorough && findings->count > before)
			break;
		forbid_check(&look, file);
		if (size_check(&look, file, err) < 0 ||
		    portable_check(&look, file, err) < 0 ||
		    budget_time(change->budget, err) < 0)
			result = -1;
	}
	if (look.twins != NULL)
		twins_free(look.twins);
	return result;
}

static void
paths_validate(const void *settings, const struct node *node, struct load *load)
{
	const struct paths *paths = settings;

	if (paths->forbid == NULL && paths->max_size == NO_LIMIT &&
	    !paths->portable)
		fault_at(load->faults, node,
		    "\"paths\" asks for nothing: give it forbid, max_size or "
		    "portable: true");
}

const struct check paths_check = {
    .name = "paths",
    .summary = "no changed path is forbidden, too large or not portable",
    .fields = paths_fields,
    .defaults = &paths_defaults,
    .settings_size = sizeof(struct paths),
    .needs = CHANGE_FILES | CHANGE_ALL_FILES,
    .validate = paths_validate,
    .run = paths_run,
};
