/* Counting lines added and deleted by libgit2's copy of git's own diff. */
#include "git/numstat.h"

#include <git2.h>
#include <string.h>

#include "git/lines.h"
#include "git/store.h"

/* What a side of the file has: a blob's content, or of a submodule what git
 * shows for it. */
struct side {
	struct object blob;
	char link[sizeof "Subproject commit \n" + OID_DIGITS];
	const char *data;
	size_t size;
};

static int
side_open(struct repo *repo, enum tree_mode mode, const struct oid *id,
    const struct limits *limits, struct side *side, struct error *err)
{
	char hex[OID_DIGITS + 1];

	memset(side, 0, sizeof *side);
	side->data = side->link;
	if (mode == MODE_GITLINK)
		side->size = (size_t)snprintf(side->link, sizeof side->link,
		    "Subproject commit %s\n", oid_format(id, hex));
	if (mode == MODE_NONE || mode == MODE_GITLINK)
		return 0;
	if (object_read(repo, id, OBJECT_BLOB, (size_t)limits->blob_size,
		&side->blob, err) < 0)
		return strcmp(err->code, "object.limit") == 0
			   ? error_prefix(err, "over limits: blob_size")
			   : -1;
	side->data = side->blob.data;
	side->size = side->blob.size;
	return 0;
}

static int
count_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
    const git_diff_line *line, void *payload)
{
	int64_t *lines = payload;

	(void)delta;
	(void)hunk;
	*lines += line->origin == GIT_DIFF_LINE_ADDITION ||
		  line->origin == GIT_DIFF_LINE_DELETION;
	return 0;
}

static int
count(struct repo *repo, const struct side *old, const struct side *new,
    int64_t *lines, struct error *err)
{
	git_diff_options options;

	if (bytes_are_binary(old->data, old->size) ||
	    bytes_are_binary(new->data, new->size))
		return 0;
	/* libgit2 has to be started before anything of it is called. */
	if (store_library(repo_store(repo), err) == NULL)
		return -1;
	if (git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION) != 0)
		return error_set(err, "libgit2 is of another version");
	options.flags = GIT_DIFF_FORCE_TEXT;
	options.context_lines = 0;
	if (git_diff_buffers(old->data, old->size, NULL, new->data, new->size,
		NULL, &options, NULL, NULL, NULL, count_line, lines) != 0)
		return error_set(err, "libgit2 can not compare two files");
	return 0;
}

int
numstat(struct repo *repo, const struct file *file, const struct limits *limits,
    int64_t *lines, struct error *err)
{
	struct side old, new;
	int result = -1;

	*lines = 0;
	if (oid_equal(&file->old_id, &file->new_id))
		return 0;
	if (side_open(repo, file->old_mode, &file->old_id, limits, &old, err) <
	    0)
		return -1;
	if (side_open(repo, file->new_mode, &file->new_id, limits, &new, err) ==
	    0)
		result = count(repo, &old, &new, lines, err);
	object_release(&old.blob);
	object_release(&new.blob);
	return result;
}
