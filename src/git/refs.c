/* Refs as the files backend keeps them: loose files, then packed-refs. */
#include "git/refs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "git/packed_refs.h"

/* "ref: ", the longest target and a line feed fit with room to see more. */
enum { LOOSE_LIMIT = REF_NAME_LIMIT + 16 };

struct refs {
	int head_dir; /* the git directory: HEAD */
	int dir;      /* the common directory: everything else */
	struct packed packed;
};

struct refs *
refs_open(const char *git_dir, const char *common, struct error *err)
{
	struct refs *refs = mem_zero(sizeof *refs);
	struct stat st;

	refs->dir = -1;
	refs->head_dir = open(git_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (refs->head_dir < 0) {
		error_set(err, "%s: %s", git_dir, strerror(errno));
		goto fail;
	}
	refs->dir = open(common, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (refs->dir < 0) {
		error_set(err, "%s: %s", common, strerror(errno));
		goto fail;
	}
	if (fstatat(refs->dir, "reftable", &st, AT_SYMLINK_NOFOLLOW) == 0) {
		error_code(err, "repo.unsupported",
		    "the repository keeps its refs in reftables");
		goto fail;
	}
	return refs;
fail:
	refs_close(refs);
	return NULL;
}

void
refs_close(struct refs *refs)
{
	if (refs == NULL)
		return;
	packed_unload(&refs->packed);
	if (refs->dir >= 0)
		close(refs->dir);
	if (refs->head_dir >= 0)
		close(refs->head_dir);
	free(refs);
}

static int
symbolic_parse(const char *name, const char *data, size_t len, struct ref *ref,
    struct error *err)
{
	while (len > 0 && strchr(" \t\r\n", data[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t", *data) != NULL) {
		data++;
		len--;
	}
	if (len == 0 || len > REF_NAME_LIMIT || memchr(data, '\0', len) != NULL)
		return error_set(err, "%s is a broken symbolic ref", name);
	ref->kind = REF_SYMBOLIC;
	memcpy(ref->target, data, len);
	ref->target[len] = '\0';
	return 0;
}

static int
loose_parse(const char *name, const char *data, size_t len, struct ref *ref,
    struct error *err)
{
	if (len >= 4 && memcmp(data, "ref:", 4) == 0)
		return symbolic_parse(name, data + 4, len - 4, ref, err);
	if (len != OID_DIGITS + 1 || data[OID_DIGITS] != '\n' ||
	    !oid_parse(&ref->id, data, OID_DIGITS))
		return error_set(err, "the file of %s is damaged", name);
	ref->kind = REF_DIRECT;
	return 0;
}

/* Read to the end of `fd` or until `data` is full; -1 as read(2). */
static ssize_t
read_full(int fd, char *data, size_t size)
{
	size_t have = 0;
	ssize_t got = 0;

	while (have < size && (got = read(fd, data + have, size - have)) != 0) {
		if (got < 0 && errno != EINTR)
			return -1;
		if (got > 0)
			have += (size_t)got;
	}
	return (ssize_t)have;
}

/*
 * Read the loose ref in `file` of the directory `dir`.  0; 1 if it is a
 * directory; -1.
 */
static int
loose_read_at(int dir, const char *file, const char *name, struct ref *ref,
    struct error *err)
{
	char data[LOOSE_LIMIT];
	struct stat st;
	ssize_t len;
	int result;
	int fd =
	    openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	ref->kind = REF_ABSENT;
	ref->target[0] = '\0';
	if (fd < 0 && errno == ELOOP) {
		ref->kind = REF_SYMBOLIC;
		return 0;
	}
	if (fd < 0 && (errno == ENOENT || errno == ENAMETOOLONG))
		return 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		result = error_set(err, "%s: %s", name, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		result = 1;
	else if (!S_ISREG(st.st_mode))
		result = error_set(err, "the file of %s is no file", name);
	else if ((len = read_full(fd, data, sizeof data)) < 0)
		result = error_set(err, "%s: %s", name, strerror(errno));
	else
		result = loose_parse(name, data, (size_t)len, ref, err);
	if (fd >= 0)
		close(fd);
	return result;
}

/*
 * Open the directory a name lies in, one component after the other so that
 * no symbolic link is followed, and set `*file` to the last component.  A
 * descriptor; or -1 with `ref->kind` REF_ABSENT or REF_SYMBOLIC, or with -1
 * in `*failed` on an error.
 */
static int
loose_directory(const struct refs *refs, const char *name, const char **file,
    struct ref *ref, int *failed, struct error *err)
{
	char part[REF_NAME_LIMIT + 1];
	int dir = refs->dir;
	const char *slash;

	ref->kind = REF_ABSENT;
	ref->target[0] = '\0';
	*failed = 0;
	for (*file = name; (slash = strchr(*file, '/')) != NULL;
	     *file = slash + 1) {
		size_t len = (size_t)(slash - *file);
		struct stat st;
		int next;

		memcpy(part, *file, len);
		part[len] = '\0';
		next = openat(
		    dir, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && errno == ENOTDIR) {
			if (fstatat(dir, part, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			    S_ISLNK(st.st_mode))
				ref->kind = REF_SYMBOLIC;
		} else if (next < 0 && errno != ENOENT && errno != ENAMETOOLONG)
			*failed =
			    error_set(err, "%s: %s", name, strerror(errno));
		if (dir != refs->dir)
			close(dir);
		if (next < 0)
			return -1;
		dir = next;
	}
	return dir;
}

static int
loose_read(const struct refs *refs, const char *name, struct ref *ref,
    struct error *err)
{
	const char *file;
	int failed, result;
	int dir = loose_directory(refs, name, &file, ref, &failed, err);

	if (dir < 0)
		return failed;
	result = loose_read_at(dir, file, name, ref, err);
	close(dir);
	return result < 0 ? -1 : 0;
}

int
refs_read(
    struct refs *refs, const char *name, struct ref *ref, struct error *err)
{
	const char *fault = ref_name_fault(name, strlen(name));

	if (fault != NULL)
		return error_set(err, "the ref's name %s", fault);
	if (loose_read(refs, name, ref, err) != 0)
		return -1;
	if (ref->kind != REF_ABSENT)
		return 0;
	if (packed_refresh(&refs->packed, refs->dir, err) != 0)
		return -1;
	return packed_find(&refs->packed, name, ref, err);
}

int
refs_head(struct refs *refs, char target[REF_NAME_LIMIT + 1], struct error *err)
{
	struct ref ref;

	if (loose_read_at(refs->head_dir, "HEAD", "HEAD", &ref, err) < 0)
		return -1;
	if (ref.kind == REF_ABSENT ||
	    (ref.kind == REF_SYMBOLIC && ref.target[0] == '\0'))
		return error_set(err, "HEAD is no file");
	memcpy(target, ref.target, sizeof ref.target);
	return 0;
}

/* A walk over all refs below a prefix. */
struct walk {
	struct refs *refs;
	const char *prefix;
	int (*each)(void *context, const char *name, const struct oid *,
	    struct error *);
	void *context;
	char **directories; /* still to be read: "refs/heads/" */
	size_t directory_count, directory_capacity;
	char **seen; /* names of loose refs */
	size_t seen_count, seen_capacity;
};

static void
name_push(char ***names, size_t *count, size_t *capacity, char *name)
{
	*names = mem_grow(*names, capacity, *count + 1, sizeof **names);
	(*names)[(*count)++] = name;
}

static int
walk_entry(struct walk *walk, int dir, const char *directory, const char *file,
    struct error *err)
{
	struct text name = {0};
	struct ref ref;
	int result = 0;

	text_add(&name, directory);
	text_add(&name, file);
	/* Lock files and what else no ref can be called. */
	if (ref_name_fault(name.data, name.len) != NULL)
		goto out;
	result = loose_read_at(dir, file, name.data, &ref, err);
	if (result == 1) {
		text_add_char(&name, '/');
		name_push(&walk->directories, &walk->directory_count,
		    &walk->directory_capacity, mem_string(name.data));
		result = 0;
	} else if (result == 0 && ref.kind != REF_ABSENT &&
		   starts_with(name.data, walk->prefix)) {
		name_push(&walk->seen, &walk->seen_count, &walk->seen_capacity,
		    mem_string(name.data));
		if (ref.kind == REF_DIRECT)
			result =
			    walk->each(walk->context, name.data, &ref.id, err);
	}
out:
	text_free(&name);
	return result;
}

/* Read one directory; one that is gone, or behind a link, is empty. */
static int
walk_directory(struct walk *walk, const char *directory, struct error *err)
{
	const char *last;
	struct ref ref;
	struct dirent *entry;
	DIR *stream = NULL;
	int result = -1, failed, path, fd;

	path =
	    loose_directory(walk->refs, directory, &last, &ref, &failed, err);
	if (path < 0)
		return failed;
	fd = openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (stream = fdopendir(fd)) == NULL) {
		error_set(err, "%s: %s", directory, strerror(errno));
		goto out;
	}
	fd = -1; /* transferred */
	while (errno = 0, (entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '.' &&
		    walk_entry(walk, path, directory, entry->d_name, err) != 0)
			goto out;
	if (errno != 0) {
		error_set(err, "%s: %s", directory, strerror(errno));
		goto out;
	}
	result = 0;
out:
	if (fd >= 0)
		close(fd);
	if (stream != NULL)
		closedir(stream);
	close(path);
	return result;
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One of packed-refs; a loose ref of the name has been told of. */
static int
walk_packed(
    void *context, const char *name, const struct oid *id, struct error *err)
{
	struct walk *walk = context;

	if (walk->seen_count > 0 && bsearch(&name, walk->seen, walk->seen_count,
					sizeof *walk->seen, name_order) != NULL)
		return 0;
	return walk->each(walk->context, name, id, err);
}

static void
names_free(char **names, size_t count)
{
	while (count > 0)
		free(names[--count]);
	free(names);
}

/* The deepest directory all names with the prefix lie in. */
static char *
prefix_directory(const char *prefix)
{
	const char *slash = strrchr(prefix, '/');

	if (slash == NULL)
		return mem_string("refs/");
	return mem_bytes(prefix, (size_t)(slash - prefix) + 1);
}

int
refs_each(struct refs *refs, const char *prefix,
    int (*each)(
	void *context, const char *name, const struct oid *, struct error *),
    void *context, struct error *err)
{
	struct walk walk = {
	    .refs = refs, .prefix = prefix, .each = each, .context = context};
	struct packed packed = {0};
	int result = 0;

	/* Nothing can be called so, and the directories stay below ours. */
	if (strlen(prefix) > REF_NAME_LIMIT || strstr(prefix, "..") != NULL)
		return 0;
	name_push(&walk.directories, &walk.directory_count,
	    &walk.directory_capacity, prefix_directory(prefix));
	while (result == 0 && walk.directory_count > 0) {
		char *directory = walk.directories[--walk.directory_count];

		result = walk_directory(&walk, directory, err);
		free(directory);
	}
	if (walk.seen_count > 0)
		qsort(
		    walk.seen, walk.seen_count, sizeof *walk.seen, name_order);
	/* Loaded last: what was packed during the walk is found here. */
	if (result == 0)
		result = packed_load(&packed, refs->dir, err);
	if (result == 0)
		result = packed_each(&packed, prefix, walk_packed, &walk, err);
	packed_unload(&packed);
	names_free(walk.directories, walk.directory_count);
	names_free(walk.seen, walk.seen_count);
	return result == 0 ? 0 : -1;
}
