/* libgit2 with its surroundings switched off, for what ours can not read. */
#include "git/library.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct library {
	git_odb *odb;
};

static int
library_fault(const char *what, struct error *err)
{
	const git_error *last = git_error_last();

	return error_set(err, "%s: %s", what,
	    last != NULL ? last->message : "libgit2 does not say why");
}

/* Paired with git_libgit2_shutdown() where it returns 0. */
static int
library_begin(struct error *err)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA,
	    GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
	    GIT_CONFIG_LEVEL_GLOBAL};
	size_t i;
	int failed = 0;

	if (git_libgit2_init() < 0)
		return library_fault("libgit2 can not start", err);
	for (i = 0; i < sizeof levels / sizeof levels[0]; i++)
		failed |=
		    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	/* git has checked the owner, and hashed what was pushed. */
	failed |= git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	failed |= git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	failed |= git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
	if (failed == 0)
		return 0;
	library_fault("libgit2 can not be set up", err);
	git_libgit2_shutdown();
	return -1;
}

struct library *
library_open(const char *const *directories, size_t count, struct error *err)
{
	struct library *library;
	size_t i;

	if (library_begin(err) != 0)
		return NULL;
	library = mem_zero(sizeof *library);
	if (git_odb_new(&library->odb) != 0)
		goto fail;
	for (i = 0; i < count; i++)
		if (git_odb_add_disk_alternate(library->odb, directories[i]) !=
		    0)
			goto fail;
	return library;
fail:
	library_fault("libgit2 can not open the object store", err);
	library_close(library);
	return NULL;
}

void
library_close(struct library *library)
{
	if (library == NULL)
		return;
	git_odb_free(library->odb);
	free(library);
	git_libgit2_shutdown();
}

static int
library_body(struct library *library, const struct want *want,
    const git_oid *id, struct found *found, struct error *err)
{
	git_odb_object *object;
	int type;

	if (git_odb_read(&object, library->odb, id) != 0)
		return want_malformed(want, "is damaged", err);
	found->size = git_odb_object_size(object);
	type = git_odb_object_type(object);
	/* It was looked up by its header before, but nothing holds it still. */
	if (type != (int)found->type || found->size > want->limit) {
		git_odb_object_free(object);
		return want_malformed(want, "changes while it is read", err);
	}
	found->bytes = buffer_new(found->type, found->size);
	if (found->size > 0)
		memcpy(found->bytes->data, git_odb_object_data(object),
		    found->size);
	git_odb_object_free(object);
	return 0;
}

int
library_read(struct library *library, const struct want *want,
    struct found *found, struct error *err)
{
	git_object_t type;
	git_oid id;
	int result;

	memcpy(id.id, want->id->bytes, OID_BYTES);
	result = git_odb_read_header(&found->size, &type, library->odb, &id);
	if (result == GIT_ENOTFOUND)
		return 1;
	if (result != 0)
		return want_malformed(want, "is damaged", err);
	if (type < GIT_OBJECT_COMMIT || type > GIT_OBJECT_TAG)
		return want_malformed(want, "is of no known type", err);
	found->type = (enum object_type)type;
	if (want_check(want, found->type, found->size, err) != 0)
		return -1;
	return want->body ? library_body(library, want, &id, found, err) : 0;
}

/*
 * libgit2 looks at no clock, and whoever pushes can make lines that collide in
 * its tables: so many lines take it seconds at the worst.
 */
enum { LINES_MERGED = 100000 };

static int
can_merge(const struct object *file, git_merge_file_input *input)
{
	const char *end = file->data + file->size, *at = file->data;
	size_t lines = 0;

	*input = (git_merge_file_input){
	    .version = GIT_MERGE_FILE_INPUT_VERSION,
	    .ptr = file->data,
	    .size = file->size,
	    .path = "file",
	};
	if (memchr(file->data, '\0', file->size) != NULL)
		return 0;
	while (at < end && lines <= LINES_MERGED &&
	       (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		lines++;
		at++;
	}
	return lines <= LINES_MERGED ? 1 : -1;
}

int
library_merges(struct library *library, const struct object *base,
    const struct object *ours, const struct object *theirs,
    const struct object *result)
{
	const struct object *files[] = {base, ours, theirs};
	git_merge_file_input inputs[3];
	git_merge_file_result merged = {0};
	int answer = 1;

	(void)library; /* that there is one has started libgit2 */
	for (size_t i = 0; answer == 1 && i < 3; i++)
		answer = can_merge(files[i], &inputs[i]);
	if (answer != 1)
		return answer;
	if (git_merge_file(&merged, &inputs[0], &inputs[1], &inputs[2], NULL) !=
	    0)
		return -1;
	answer = merged.automergeable && merged.len == result->size &&
		 (merged.len == 0 ||
		     memcmp(merged.ptr, result->data, merged.len) == 0);
	git_merge_file_result_free(&merged);
	return answer;
}

char *
library_discover(const char *path, struct error *err)
{
	git_buf found = GIT_BUF_INIT;
	char *dir = NULL;

	if (library_begin(err) != 0)
		return NULL;
	if (git_repository_discover(&found, path, 1, NULL) == 0)
		dir = mem_string(found.ptr);
	else
		error_set(err, "%s is not in a git repository", path);
	git_buf_dispose(&found);
	git_libgit2_shutdown();
	return dir;
}
