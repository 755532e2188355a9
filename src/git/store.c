/* Object directories: which there are, and the search through them. */
#include "git/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "git/cache.h"
#include "git/library.h"
#include "git/loose.h"
#include "git/pack.h"
#include "git/quarantine.h"

/* As deep as git follows alternates of alternates. */
enum { ALTERNATE_DEPTH = 5 };

/* Of one info/alternates; git's own are a line. */
enum { ALTERNATES_LIMIT = 64 * 1024 };

/* A tree is read as the new side of one change and the old one of the next. */
static const size_t recent_bytes = (size_t)1 << 20;

struct pack_place {
	char *name;        /* NULL once it was opened */
	struct pack *pack; /* NULL if it is none of ours */
};

struct directory {
	char *path;
	int fd;
	struct stat status;
	unsigned depth;
	bool quarantine, listed;
	struct pack_place *packs; /* the one of the last find first */
	size_t pack_count, pack_capacity;
	bool loose[256]; /* of the quarantine: is there a file so named? */
};

struct store {
	struct directory *directories; /* in the order of the search */
	size_t count, capacity;
	struct inflater *inflater;
	struct pack_reader *reader;
	struct cache *recent;
	struct library *library;
};

static bool
has_directory(const struct store *store, const struct stat *status)
{
	for (size_t i = 0; i < store->count; i++)
		if (same_file(&store->directories[i].status, status))
			return true;
	return false;
}

/* Add a directory unless we have it.  0; 1 if it can not be opened. */
static int
directory_add(struct store *store, const char *path, unsigned depth)
{
	struct directory new = {.depth = depth};

	new.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (new.fd < 0 || fstat(new.fd, &new.status) != 0) {
		if (new.fd >= 0)
			close(new.fd);
		return 1;
	}
	if (has_directory(store, &new.status)) {
		close(new.fd);
		return 0;
	}
	new.path = mem_string(path);
	store->directories = mem_grow(store->directories, &store->capacity,
	    store->count + 1, sizeof *store->directories);
	store->directories[store->count++] = new;
	return 0;
}

/* One character of a C string literal, after its backslash; or -1. */
static int
escape_read(const char **at)
{
	static const char letters[] = "abfnrtv\"\\";
	static const char values[] = "\a\b\f\n\r\t\v\"\\";
	const char *letter;
	char c = *(*at)++;

	if (c != '\0' && (letter = strchr(letters, c)) != NULL)
		return values[letter - letters];
	if (c < '0' || c > '3' || (*at)[0] < '0' || (*at)[0] > '7' ||
	    (*at)[1] < '0' || (*at)[1] > '7')
		return -1;
	*at += 2;
	return (c - '0') << 6 | ((*at)[-2] - '0') << 3 | ((*at)[-1] - '0');
}

/*
 * The next path of a list, as git reads its alternates: a path may be quoted
 * as in C, and one that begins with # is a comment.  1, 0 at the end, or -1.
 */
static int
path_next(const char **at, char separator, struct text *path)
{
	const char both[] = {separator, '\0'};
	size_t len;

	path->len = 0;
	while (**at == separator)
		++*at;
	if (**at == '\0')
		return 0;
	if (**at != '"') {
		len = strcspn(*at, both);
		text_add_bytes(path, *at, len);
		*at += len;
		return 1;
	}
	for (++*at; **at != '"';) {
		int c = (unsigned char)*(*at)++;

		if (c == '\\')
			c = escape_read(at);
		if (c <= 0)
			return -1;
		text_add_char(path, (char)c);
	}
	++*at;
	return path->len > 0 && (**at == separator || **at == '\0') ? 1 : -1;
}

/* All of info/alternates; NULL without an error where there is none. */
static int
alternates_read(
    const struct directory *directory, struct text *list, struct error *err)
{
	int fd = openat(directory->fd, "info/alternates",
	    O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int result = -1;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd >= 0) {
		result = read_all(fd, ALTERNATES_LIMIT, list);
		close(fd);
	}
	if (result != 0 || strlen(list->data) != list->len)
		return error_set(
		    err, "%s/info/alternates can not be read", directory->path);
	return 0;
}

/* Add the alternates of a directory of the store, the number `i`. */
static int
alternates_add(struct store *store, size_t i, struct error *err)
{
	const unsigned depth = store->directories[i].depth + 1;
	struct text list = {0}, path = {0}, full = {0};
	const char *at;
	int result = alternates_read(&store->directories[i], &list, err);
	int more = 0;

	at = list.data != NULL ? list.data : "";
	while (result == 0 && (more = path_next(&at, '\n', &path)) == 1) {
		if (path.data[0] == '#')
			continue;
		full.len = 0;
		if (path.data[0] != '/')
			text_add_format(
			    &full, "%s/", store->directories[i].path);
		text_add(&full, path.data);
		/* git, too, goes on without one that is not there. */
		directory_add(store, full.data, depth);
	}
	if (more < 0)
		result = error_set(err, "%s/info/alternates is damaged",
		    store->directories[i].path);
	text_free(&list);
	text_free(&path);
	text_free(&full);
	return result;
}

struct store *
store_open(const char *objects, struct error *err)
{
	struct store *store = mem_zero(sizeof *store);
	size_t i;

	if (directory_add(store, objects, 0) != 0) {
		error_set(err, "%s: %s", objects, strerror(errno));
		goto fail;
	}
	for (i = 0; i < store->count; i++)
		if (store->directories[i].depth < ALTERNATE_DEPTH &&
		    alternates_add(store, i, err) != 0)
			goto fail;
	return store;
fail:
	store_close(store);
	return NULL;
}

static void
directory_close(struct directory *directory)
{
	size_t i;

	for (i = 0; i < directory->pack_count; i++) {
		free(directory->packs[i].name);
		pack_close(directory->packs[i].pack);
	}
	free(directory->packs);
	free(directory->path);
	close(directory->fd);
}

void
store_close(struct store *store)
{
	size_t i;

	if (store == NULL)
		return;
	for (i = 0; i < store->count; i++)
		directory_close(&store->directories[i]);
	free(store->directories);
	pack_reader_free(store->reader);
	inflater_free(store->inflater);
	cache_free(store->recent);
	library_close(store->library);
	free(store);
}

int
store_quarantine(struct store *store, const char *path, struct error *err)
{
	const size_t before = store->count;
	struct directory last;

	if (!quarantine_is_own(path, store->directories[0].path) ||
	    directory_add(store, path, 0) != 0)
		return error_code(err, "repo.environment",
		    "GIT_OBJECT_DIRECTORY is not in the repository: %s", path);
	if (store->count > before) {
		last = store->directories[before];
		last.quarantine = true;
		memmove(store->directories + 1, store->directories,
		    before * sizeof last);
		store->directories[0] = last;
	}
	return 0;
}

static bool
directory_known(const struct store *store, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && has_directory(store, &status);
}

int
store_permits(const struct store *store, const char *list, struct error *err)
{
	struct text path = {0};
	int more, result = 0;

	while (result == 0 && (more = path_next(&list, ':', &path)) != 0)
		if (more < 0 || !directory_known(store, path.data))
			result = error_code(err, "repo.environment",
			    "an alternate object directory is not the "
			    "repository's own: %s",
			    more < 0 ? "its quotes do not end" : path.data);
	text_free(&path);
	return result;
}

static DIR *
directory_stream(const struct directory *directory, const char *name)
{
	int fd =
	    openat(directory->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

	if (fd >= 0 && stream == NULL)
		close(fd);
	return stream;
}

static void
packs_list(struct directory *directory)
{
	DIR *stream = directory_stream(directory, "pack");
	struct dirent *entry;

	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len <= 4 || strcmp(entry->d_name + len - 4, ".idx") != 0)
			continue;
		directory->packs =
		    mem_grow(directory->packs, &directory->pack_capacity,
			directory->pack_count + 1, sizeof *directory->packs);
		directory->packs[directory->pack_count++] =
		    (struct pack_place){.name = mem_string(entry->d_name)};
	}
	if (stream != NULL)
		closedir(stream);
}

/* Nobody adds to a quarantine any more, so what is not there need not be
 * looked for again and again. */
static void
loose_list(struct directory *directory)
{
	DIR *stream = directory_stream(directory, ".");
	struct dirent *entry;
	unsigned first;
	char rest;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (strlen(entry->d_name) == 2 &&
		    sscanf(entry->d_name, "%2x%c", &first, &rest) == 1 &&
		    first < 256)
			directory->loose[first] = true;
	if (stream != NULL)
		closedir(stream);
}

static void
directory_list(struct directory *directory)
{
	if (directory->listed)
		return;
	packs_list(directory);
	if (directory->quarantine)
		loose_list(directory);
	directory->listed = true;
}

static const struct pack *
pack_get(const struct directory *directory, size_t i)
{
	struct pack_place *place = &directory->packs[i];

	if (place->name != NULL) {
		struct text path = {0};

		text_add_format(&path, "pack/%s", place->name);
		place->pack = pack_open(directory->fd, path.data);
		text_free(&path);
		free(place->name);
		place->name = NULL;
	}
	return place->pack;
}

/* The pack that has the object, which is moved to the front; or NULL. */
static const struct pack *
directory_pack(
    struct directory *directory, const struct oid *id, uint64_t *offset)
{
	size_t i;

	for (i = 0; i < directory->pack_count; i++) {
		const struct pack *pack = pack_get(directory, i);
		struct pack_place first = directory->packs[0];

		if (pack != NULL && pack_find(pack, id, offset)) {
			directory->packs[0] = directory->packs[i];
			directory->packs[i] = first;
			return pack;
		}
	}
	return NULL;
}

static int
directory_read(struct store *store, struct directory *directory,
    const struct want *want, struct found *found, struct error *err)
{
	const struct pack *pack;
	uint64_t offset;
	int result = 1;

	directory_list(directory);
	pack = directory_pack(directory, want->id, &offset);
	if (pack != NULL)
		result =
		    pack_read(store->reader, pack, offset, want, found, err);
	else if (!directory->quarantine || directory->loose[want->id->bytes[0]])
		result = loose_read(
		    store->inflater, directory->fd, want, found, err);
	if (result == 0 && found->bytes != NULL)
		found->bytes->incoming = directory->quarantine;
	return result;
}

static int
library_start(struct store *store, struct error *err)
{
	const char **paths;
	size_t i;

	if (store->library != NULL)
		return 0;
	paths = mem_array(store->count, sizeof *paths);
	for (i = 0; i < store->count; i++)
		paths[i] = store->directories[i].path;
	store->library = library_open(paths, store->count, err);
	free(paths);
	return store->library != NULL ? 0 : -1;
}

int
store_read(struct store *store, const struct want *want, struct found *found,
    struct error *err)
{
	int result = 1;
	size_t i;

	*found = (struct found){0};
	if (store->reader == NULL) {
		store->inflater = inflater_new();
		store->reader = pack_reader_new(store->inflater);
	}
	for (i = 0; result == 1 && i < store->count; i++)
		result = directory_read(
		    store, &store->directories[i], want, found, err);
	if (result != 1)
		return result;
	if (library_start(store, err) != 0)
		return -1;
	return library_read(store->library, want, found, err);
}

struct cache *
store_recent(struct store *store)
{
	if (store->recent == NULL)
		store->recent = cache_new(recent_bytes);
	return store->recent;
}

struct library *
store_library(struct store *store, struct error *err)
{
	return library_start(store, err) == 0 ? store->library : NULL;
}
