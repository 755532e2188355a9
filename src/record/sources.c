/* From what a person names to the files of journals, in order. */
#include "record/sources.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static void
add(struct sources *sources, const char *path, const char *git_dir)
{
	size_t len = strlen(path);

	sources->list = mem_grow(sources->list, &sources->capacity,
	    sources->count + 1, sizeof *sources->list);
	sources->list[sources->count++] = (struct source){
	    .path = mem_string(path),
	    .git_dir = git_dir != NULL ? mem_string(git_dir) : NULL,
	    .journal = len > 6 && strcmp(path + len - 6, ".jsonl") == 0,
	};
}

void
sources_free(struct sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		free(sources->list[i].path);
		free(sources->list[i].git_dir);
	}
	free(sources->list);
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
	if (strncmp(name, "journal-", 8) != 0)
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

/* The journal in `git_dir`; returns how many files it has. */
static int
add_journal(struct sources *sources, const char *git_dir)
{
	struct dirent **files = NULL;
	struct text path = {0};
	int count;

	text_add_format(&path, "%s/refwarden", git_dir);
	count = scandir(path.data, &files, is_journal, by_name);
	for (int i = 0; i < count; i++) {
		path.len = 0;
		text_add_format(
		    &path, "%s/refwarden/%s", git_dir, files[i]->d_name);
		add(sources, path.data, git_dir);
		free(files[i]);
	}
	free(files);
	text_free(&path);
	return count > 0 ? count : 0;
}

/* `path` itself, or the `.git` below it. */
static int
add_repository(struct sources *sources, const char *path)
{
	struct text below = {0};
	int count = add_journal(sources, path);

	if (count == 0) {
		text_add_format(&below, "%s/.git", path);
		count = add_journal(sources, below.data);
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

/* Journals may be where they were copied to, without a repository around. */
static int
add_below(struct sources *sources, const char *path, struct error *err)
{
	char *start = mem_string(path);
	char *const starts[] = {start, NULL};
	size_t before = sources->count;
	FTSENT *entry;
	FTS *walk;

	walk = fts_open(
	    starts, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, entry_order);
	while (walk != NULL && (entry = fts_read(walk)) != NULL)
		if (entry->fts_info == FTS_D &&
		    (add_journal(sources, entry->fts_path) > 0 ||
			is_repository(entry->fts_path)))
			fts_set(walk, entry, FTS_SKIP);
	if (walk == NULL)
		error_set(err, "%s: %s", path, strerror(errno));
	else
		fts_close(walk);
	free(start);
	if (walk == NULL)
		return -1;
	if (sources->count == before)
		return error_set(err, "%s: no journal here", path);
	return 0;
}

int
sources_add(struct sources *sources, const char *path, struct error *err)
{
	struct stat status;

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
	return add_repository(sources, path) > 0
		   ? 0
		   : add_below(sources, path, err);
}
