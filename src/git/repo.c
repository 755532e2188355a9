/* Which repository this is, and whether it is of a kind that can be judged. */
#include "git/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "git/library.h"
#include "git/store.h"

/* Far more than a repository's own config, or a path, ever has. */
enum { FILE_LIMIT = 1024 * 1024 };

struct repo {
	char *dir, *common;
	struct refs *refs;
	struct store *store;
};

static char *
path_join(const char *dir, const char *file)
{
	struct text path = {0};

	text_add_format(&path, "%s/%s", dir, file);
	return path.data;
}

/* The content of `dir/name` in `text`: 0; 1 if there is no such file; -1. */
static int
file_read(
    const char *dir, const char *name, struct text *text, struct error *err)
{
	char *path = path_join(dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = 0;

	if (fd < 0 && errno == ENOENT)
		result = 1;
	else if (fd < 0)
		result = error_set(err, "%s: %s", path, strerror(errno));
	else {
		if (read_all(fd, FILE_LIMIT, text) != 0)
			result = error_set(err, "%s can not be read", path);
		close(fd);
	}
	free(path);
	return result;
}

char *
repo_common_dir(const char *git_dir, struct error *err)
{
	struct text text = {0};
	char *path, *real = NULL;
	int result = file_read(git_dir, "commondir", &text, err);

	if (result < 0)
		goto out;
	while (text.len > 0 && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	if (result == 1) {
		real = mem_string(git_dir);
		goto out;
	}
	if (text.len > 0 && text.data[0] == '/')
		path = mem_string(text.data);
	else
		path = path_join(git_dir, text.len > 0 ? text.data : ".");
	if ((real = realpath(path, NULL)) == NULL)
		error_set(err, "%s: %s", path, strerror(errno));
	free(path);
out:
	text_free(&text);
	return real;
}

/*
 * Is every `key = value` of the configuration one of ours?  Only what the
 * file's author can not have meant otherwise is read; any doubt is a no.
 */
static bool
config_allows(const char *config, const char *key, const char *value)
{
	const char *at = config;

	while ((at = strcasestr(at, key)) != NULL) {
		const char *line = at;
		size_t len;

		while (line > config && line[-1] != '\n')
			line--;
		line += strspn(line, " \t");
		at += strlen(key);
		if (*line == '#' || *line == ';')
			continue;
		at += strspn(at, " \t");
		if (*at++ != '=')
			return false;
		at += strspn(at, " \t");
		len = strcspn(at, "\r\n");
		while (len > 0 && strchr(" \t", at[len - 1]) != NULL)
			len--;
		if (len != strlen(value) || strncasecmp(at, value, len) != 0)
			return false;
	}
	return true;
}

/* What git calls repository extensions: other hashes, other stores of refs. */
static int
format_check(const char *common, struct error *err)
{
	struct text config = {0};
	int result = file_read(common, "config", &config, err);

	if (result == 0 && config.len > 0 &&
	    (strlen(config.data) != config.len ||
		!config_allows(config.data, "objectformat", "sha1") ||
		!config_allows(config.data, "refstorage", "files")))
		result = error_code(err, "repo.unsupported",
		    "the repository's object format or ref store is not "
		    "supported");
	text_free(&config);
	return result < 0 ? -1 : 0;
}

/* Takes both directories; `common` may be NULL with an error. */
static struct repo *
repo_new(char *dir, char *common, struct error *err)
{
	struct repo *repo = mem_zero(sizeof *repo);
	char *objects;

	repo->dir = dir;
	repo->common = common;
	if (repo->common == NULL || format_check(repo->common, err) != 0)
		goto fail;
	if ((repo->refs = refs_open(dir, repo->common, err)) == NULL)
		goto fail;
	objects = path_join(repo->common, "objects");
	repo->store = store_open(objects, err);
	free(objects);
	if (repo->store == NULL)
		goto fail;
	return repo;
fail:
	repo_close(repo);
	return NULL;
}

void
repo_close(struct repo *repo)
{
	if (repo == NULL)
		return;
	store_close(repo->store);
	refs_close(repo->refs);
	free(repo->common);
	free(repo->dir);
	free(repo);
}

static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* Variables under which git and we would see different repositories. */
static int
environment_check(struct error *err)
{
	static const char *const others[] = {"GIT_NAMESPACE", "GIT_WORK_TREE",
	    "GIT_COMMON_DIR", "GIT_REPLACE_REF_BASE", "GIT_GRAFT_FILE"};
	size_t i;

	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		if (variable(others[i]) != NULL)
			return error_code(err, "repo.environment",
			    "%s is set in the environment", others[i]);
	if (variable("GIT_DIR") == NULL)
		return error_code(err, "repo.environment",
		    "GIT_DIR is not set: git did not start this");
	/* Set by receive-pack where receive.shallowUpdate lets it through. */
	if (variable("GIT_SHALLOW_FILE") != NULL)
		return error_code(
		    err, "repo.shallow", "the push is from a shallow clone");
	return 0;
}

static int
shallow_check(const char *dir, const char *what, struct error *err)
{
	char *path = path_join(dir, "shallow");
	struct stat st;
	int result = 0;

	if (lstat(path, &st) == 0)
		result = error_code(err, "repo.shallow", "%s is shallow", what);
	else if (errno != ENOENT)
		result = error_set(err, "%s: %s", path, strerror(errno));
	free(path);
	return result;
}

static int
quarantine_add(struct repo *repo, struct error *err)
{
	const char *quarantine = variable("GIT_OBJECT_DIRECTORY");
	const char *others = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES");

	if (shallow_check(repo->common, "the repository", err) != 0)
		return -1;
	if (quarantine != NULL &&
	    (shallow_check(quarantine, "the push", err) != 0 ||
		store_quarantine(repo->store, quarantine, err) != 0))
		return -1;
	return others == NULL ? 0 : store_permits(repo->store, others, err);
}

struct repo *
repo_from_environment(const char *common, struct error *err)
{
	struct repo *repo;
	char *dir;

	if (environment_check(err) != 0)
		return NULL;
	if ((dir = realpath(common, NULL)) == NULL) {
		error_set(err, "GIT_DIR: %s", strerror(errno));
		return NULL;
	}
	if ((repo = repo_new(dir, mem_string(dir), err)) == NULL)
		return NULL;
	if (quarantine_add(repo, err) != 0) {
		repo_close(repo);
		return NULL;
	}
	return repo;
}

struct repo *
repo_open(const char *path, struct error *err)
{
	char *found = library_discover(path, err);
	char *dir;

	if (found == NULL)
		return NULL;
	if ((dir = realpath(found, NULL)) == NULL)
		error_set(err, "%s: %s", found, strerror(errno));
	free(found);
	return dir != NULL ? repo_new(dir, repo_common_dir(dir, err), err)
			   : NULL;
}

bool
repo_exists(const char *path)
{
	struct error ignored;
	struct repo *repo = repo_open(path, &ignored);
	bool exists = repo != NULL;

	repo_close(repo);
	return exists;
}

const char *
repo_dir(const struct repo *repo)
{
	return repo->dir;
}

struct refs *
repo_refs(struct repo *repo)
{
	return repo->refs;
}

struct store *
repo_store(struct repo *repo)
{
	return repo->store;
}
