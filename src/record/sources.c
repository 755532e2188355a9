/* From what a person names to the files of journals, in order. */
#include "record/sources.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static void
source_free(struct source *source)
{
	if (source->copy >= 0)
		close(source->copy);
	free(source->path);
	free(source->git_dir);
}

/* Is the file there?  One of a repository takes the place of itself alone. */
static bool
is_there(
    struct sources *sources, const struct stat *status, const char *git_dir)
{
	for (size_t i = 0; i < sources->count; i++) {
		struct source *source = &sources->list[i];

		if (!same_file(&source->status, status))
			continue;
		if (git_dir == NULL || source->git_dir != NULL)
			return true;
		source_free(source);
		memmove(source, source + 1,
		    (--sources->count - i) * sizeof *source);
		return false;
	}
	return false;
}

/* In front of the first that is of no repository, or at the end. */
static struct source *
make_room(struct sources *sources, const char *git_dir)
{
	size_t at = sources->count++;

	sources->list = mem_grow(sources->list, &sources->capacity,
	    sources->count, sizeof *sources->list);
	for (; git_dir != NULL && at > 0; at--) {
		if (sources->list[at - 1].git_dir != NULL)
			break;
		sources->list[at] = sources->list[at - 1];
	}
	return &sources->list[at];
}

static void
add(struct sources *sources, const char *path, const char *git_dir)
{
	size_t len = strlen(path);
	struct stat status = {0};

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		status.st_ino = 0;
	if (status.st_ino != 0 && is_there(sources, &status, git_dir))
		return;
	*make_room(sources, git_dir) = (struct source){
	    .path = mem_string(path),
	    .git_dir = git_dir != NULL ? mem_string(git_dir) : NULL,
	    .copy = -1,
	    .journal = len > 6 && strcmp(path + len - 6, ".jsonl") == 0,
	    .status = status,
	};
}

void
sources_free(struct sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_free(&sources->list[i]);
	free(sources->list);
	free(sources->first_without);
	*sources = (struct sources){0};
}

/* journal-000000000001.jsonl and the like, and journal.jsonl. */
static int
is_journal(const struct dirent *file)
{
	const char *name = file->d_name;
	size_t digits;

	if (strcmp(name, "journal.jsonl") == 0)
		return 1;
	if (!starts_with(name, "journal-"))
		return 0;
	digits = strspn(name + 8, "0123456789");
	return digits > 0 && strcmp(name + 8 + digits, ".jsonl") == 0;
}

/* Their numbers have as many digits, and '-' sorts before '.'. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The journal in `git_dir`; returns how many files it has, or -1. */
static int
add_journal(struct sources *sources, const char *git_dir, struct error *err)
{
	struct dirent **files = NULL;
	struct text path = {0};
	int count;

	text_add_format(&path, "%s/refwarden", git_dir);
	count = scandir(path.data, &files, is_journal, by_name);
	if (count == -1 && (errno == ENOENT || errno == ENOTDIR))
		count = 0;
	else if (count == -1)
		error_set(err, "%s: %s", path.data, strerror(errno));
	for (int i = 0; i < count; i++) {
		path.len = 0;
		text_add_format(
		    &path, "%s/refwarden/%s", git_dir, files[i]->d_name);
		add(sources, path.data, git_dir);
		free(files[i]);
	}
	free(files);
	text_free(&path);
	return count;
}

/* `path` itself, or the `.git` below it. */
static int
add_repository(struct sources *sources, const char *path, struct error *err)
{
	struct text below = {0};
	int count = add_journal(sources, path, err);

	if (count == 0) {
		text_add_format(&below, "%s/.git", path);
		count = add_journal(sources, below.data, err);
	}
	text_free(&below);
	return count;
}

static bool
is_repository(const char *path)
{
	struct text below = {0};
	bool found;

	text_add_format(&below, "%s/objects", path);
	found = access(below.data, F_OK) == 0;
	below.len = 0;
	text_add_format(&below, "%s/HEAD", path);
	found = found && access(below.data, F_OK) == 0;
	text_free(&below);
	return found;
}

static int
entry_order(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Nobody pushes to that of a work tree. */
static void
note_without(struct sources *sources, const FTSENT *repository)
{
	if (strcmp(repository->fts_name, ".git") != 0 &&
	    sources->without++ == 0)
		sources->first_without = mem_string(repository->fts_path);
}

/* All files of journals below; how many there are, or -1. */
static int
walk_below(struct sources *sources, FTS *walk, struct error *err)
{
	int count = 0, found;
	FTSENT *entry;

	while ((errno = 0, entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			return error_set(err, "%s: %s", entry->fts_path,
			    strerror(entry->fts_errno));
		if (entry->fts_info != FTS_D)
			continue;
		if ((found = add_journal(sources, entry->fts_path, err)) == -1)
			return -1;
		if (found == 0 && !is_repository(entry->fts_path))
			continue;
		if (found == 0)
			note_without(sources, entry);
		fts_set(walk, entry, FTS_SKIP);
		count += found;
	}
	return errno == 0 ? count : error_set(err, "%s", strerror(errno));
}

/* Journals may be where they were copied to, without a repository around. */
static int
add_below(struct sources *sources, const char *path, struct error *err)
{
	char *start = mem_string(path);
	char *const starts[] = {start, NULL};
	FTS *walk = fts_open(
	    starts, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, entry_order);
	int count;

	if (walk == NULL) {
		count = error_set(err, "%s: %s", path, strerror(errno));
	} else {
		count = walk_below(sources, walk, err);
		fts_close(walk);
	}
	free(start);
	return count;
}

int
sources_add(struct sources *sources, const char *path, struct error *err)
{
	struct stat status;
	int count;

	if (strcmp(path, "-") == 0) {
		for (size_t i = 0; i < sources->count; i++)
			if (strcmp(sources->list[i].path, "-") == 0)
				return error_set(
				    err, "standard input is named twice");
		add(sources, path, NULL);
		return 0;
	}
	if (stat(path, &status) != 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(status.st_mode)) {
		add(sources, path, NULL);
		return 0;
	}
	if ((count = add_repository(sources, path, err)) == 0)
		count = add_below(sources, path, err);
	if (count == 0)
		return error_set(err, "%s: no journal here", path);
	return count > 0 ? 0 : -1;
}
