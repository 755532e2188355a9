/* Which directories can be the quarantine of a repository. */
#include "git/quarantine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { HASH_DIGITS = 16 };

/* Is `path` the directory of the first `len` bytes of `above`, or below it? */
static bool
is_below(const char *path, const char *above, size_t len)
{
	return strncmp(path, above, len) == 0 &&
	       (path[len] == '/' || path[len] == '\0');
}

/* "quarantine-", a hash, "-" and a number. */
static bool
is_gitaly_name(const char *name)
{
	static const char begin[] = "quarantine-";
	const char *hash = name + sizeof begin - 1, *number;

	if (!starts_with(name, begin) ||
	    strspn(hash, "0123456789abcdef") != HASH_DIGITS ||
	    hash[HASH_DIGITS] != '-')
		return false;
	number = hash + HASH_DIGITS + 1;
	return *number != '\0' &&
	       strspn(number, "0123456789") == strlen(number);
}

static bool
is_private(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() &&
	       (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Both paths are without links. */
static bool
is_in_storage(const char *path, const char *objects)
{
	static const char data[] = "/+gitaly", tmp[] = "/+gitaly/tmp";
	const char *name = strrchr(path, '/');
	size_t storage = name != NULL ? (size_t)(name - path) : 0;
	bool closed;
	char *above;

	if (storage <= sizeof tmp - 1 || !is_gitaly_name(name + 1))
		return false;
	storage -= sizeof tmp - 1;
	if (!starts_with(path + storage, tmp) ||
	    !is_below(objects, path, storage) ||
	    is_below(objects, path, storage + sizeof data - 1))
		return false;
	above = mem_bytes(path, (size_t)(name - path));
	closed = is_private(path) && is_private(above);
	free(above);
	return closed;
}

static bool
is_gitaly(const char *path, const char *objects)
{
	char *real = realpath(path, NULL);
	char *own = realpath(objects, NULL);
	bool is = real != NULL && own != NULL && is_in_storage(real, own);

	free(real);
	free(own);
	return is;
}

/* Is it the directory of the objects, or an entry of it?  Its ".." is where it
 * is, whatever links the path has. */
static bool
is_git(const char *path, const char *objects)
{
	struct text parent = {0};
	struct stat at, above, own;
	bool is;

	text_add_format(&parent, "%s/..", path);
	is = stat(objects, &own) == 0 && stat(path, &at) == 0 &&
	     stat(parent.data, &above) == 0 &&
	     (same_file(&at, &own) || same_file(&above, &own));
	text_free(&parent);
	return is;
}

bool
quarantine_is_own(const char *path, const char *objects)
{
	return is_git(path, objects) || is_gitaly(path, objects);
}
