/* `touches`: something of a set, such as tests, grows in the same change. */
#include "checks/check.h"

#include <string.h>

#include "git/blob_index.h"
#include "git/lines.h"
#include "yaml/field.h"

struct touches {
	const struct pattern_set *paths;
};

static const struct field touches_value = {
    .key = "touches",
    .type = FIELD_PATHS,
    .offset = offsetof(struct touches, paths),
    .summary = "The paths of which the change adds to one.",
};

static bool
is_regular(enum tree_mode mode)
{
	return mode == MODE_FILE || mode == MODE_EXECUTABLE;
}

static const struct oid no_blob;

static const struct oid *
old_content(const struct file *file)
{
	return is_regular(file->old_mode) ? &file->old_id : &no_blob;
}

/* Why a file can not count, as far as modes and ids tell; or NULL. */
static const char *
fault_outside(const struct file *file, unsigned kind)
{
	if (kind == 0)
		return "only moved";
	if (file->new_mode == MODE_NONE)
		return "deleted";
	if (file->new_mode == MODE_SYMLINK)
		return "a symbolic link";
	if (!is_regular(file->new_mode))
		return "a submodule";
	if (oid_equal(&file->new_id, old_content(file)))
		return "only its mode changed";
	return NULL;
}

/* Why a regular file with new content does not count; NULL in `*fault` if it
 * does. */
static int
fault_inside(const struct change *change, const struct file *file,
    const char **fault, struct error *err)
{
	struct line_count lines;
	int known = 0;

	*fault = NULL;
	if (lines_added(change->repo, old_content(file), &file->new_id,
		&change->budget->limits, &lines, err) < 0)
		return -1;
	if (lines.binary)
		*fault = "a binary file";
	else if (lines.added == 0 && is_regular(file->old_mode))
		*fault = "no line added but for white space";
	else if (lines.added == 0)
		*fault = "no line that is not blank";
	if (*fault != NULL || is_regular(file->old_mode) ||
	    change->old_tree == NULL)
		return 0;
	known = blob_index_holds(
	    change->blobs, change->old_tree, &file->new_id, err);
	if (known > 0)
		*fault = "only moved or copied";
	return known < 0 ? -1 : 0;
}

/* What was looked at, and what was wrong with the first of it. */
struct search {
	const char *path, *fault;
	struct error err; /* why the first that could not be read was not */
	bool unread, counts;
};

static void
search_fault(struct search *search, const struct file *file, const char *fault)
{
	if (search->path != NULL)
		return;
	search->path = file->path;
	search->fault = fault;
}

/*
 * Whatever can not be read does not count; it matters only if nothing else
 * does.
 */
static void
search_file(struct search *search, const struct change *change,
    const struct file *file, unsigned kind)
{
	const char *fault = fault_outside(file, kind);
	struct error err;

	if (fault == NULL && fault_inside(change, file, &fault, &err) < 0) {
		if (!search->unread)
			search->err = err;
		search->unread = true;
	} else if (fault != NULL) {
		search_fault(search, file, fault);
	} else {
		search->counts = true;
	}
}

/*
 * Files that were there before first: those that were not are looked for in
 * the whole old tree.
 */
static int
search_files(struct search *search, const struct change *change,
    const struct pattern_set *set, struct error *err)
{
	const unsigned char *kinds = file_kinds(change, set);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < change->files->count; i++) {
			const struct file *file = &change->files->files[i];

			if (!file_in(file, set) ||
			    is_regular(file->old_mode) != (pass == 0))
				continue;
			if (budget_time(change->budget, err) < 0)
				return -1;
			search_file(search, change, file, kinds[i]);
			if (search->counts)
				return 0;
		}
	if (search->unread)
		*err = search->err;
	return search->unread ? -1 : 0;
}

/* What would do: "tests/, **_test.c"; nothing for a set without a name, which
 * is its patterns already. */
static const char *
set_patterns(const struct pattern_set *set, struct arena *arena)
{
	const char *list = NULL;

	if (strpbrk(set->name, "*?[/, ") != NULL)
		return NULL;
	for (size_t i = 0; i < set->count; i++)
		list = list == NULL ? set->patterns[i]
				    : arena_format(arena, "%s, %s", list,
					  set->patterns[i]);
	return list;
}

static int
touches_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct touches *touches = settings;
	const struct commit *commit = change->members[0].commit;
	struct search search = {.counts = false};
	struct finding *finding;

	if (change->files == NULL)
		return error_set(err, "no list of changed files to look at");
	if (search_files(&search, change, touches->paths, err) < 0)
		return -1;
	if (search.counts)
		return 0;
	finding = finding_add(findings,
	    search.path == NULL ? "touches.missing" : "touches.hollow", commit,
	    arena_format(change->arena, "a change in %s", touches->paths->name),
	    search.path == NULL ? "none" : "nothing added");
	finding->from = set_patterns(touches->paths, change->arena);
	if (search.path != NULL)
		finding->note = arena_format(
		    change->arena, "%s: %s", search.path, search.fault);
	finding->hint = arena_format(change->arena,
	    "the author adds to %s in the same commit and pushes again",
	    touches->paths->name);
	finding->commands = add_commands(change, commit);
	return 0;
}

const struct check touches_check = {
    .name = "touches",
    .summary = "the same change adds to a file of a set, such as tests",
    .value = &touches_value,
    .settings_size = sizeof(struct touches),
    .needs = CHANGE_FILES,
    .run = touches_run,
};
