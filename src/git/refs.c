/* Refs as the files backend keeps them: loose files, then packed-refs. */
#include "git/refs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* "ref: ", the longest target and a line feed fit with room to see more. */
enum { LOOSE_LIMIT = REF_NAME_LIMIT + 16 };

/* One version of packed-refs.  Replaced by rename, so a map never changes. */
struct packed {
	struct stat stat; /* zeroed where there is no such file */
	const char *data;
	size_t size, body; /* the body begins after the header line */
	bool sorted;
};

struct refs {
	int head_dir; /* the git directory: HEAD */
	int dir;      /* the common directory: everything else */
	bool loaded;
	struct packed packed;
};

static const char *
component_fault(const char *name, size_t len)
{
	static const char forbidden[] = " ~^:?*[\\";
	size_t i;

	if (len == 0)
		return "has an empty component";
	if (name[0] == '.')
		return "has a component that begins with a dot";
	if (len >= 5 && memcmp(name + len - 5, ".lock", 5) == 0)
		return "has a component that ends in .lock";
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < 0x20 || c == 0x7f)
			return "holds a control character";
		if (strchr(forbidden, c) != NULL)
			return "holds a space or one of ~ ^ : ? * [ \\";
		if (i > 0 && c == '.' && name[i - 1] == '.')
			return "holds two dots in a row";
		if (i > 0 && c == '{' && name[i - 1] == '@')
			return "holds @{";
	}
	return NULL;
}

const char *
ref_name_fault(const char *name, size_t len)
{
	size_t start, end;

	if (len > REF_NAME_LIMIT)
		return "is longer than 1024 bytes";
	if (len < 5 || memcmp(name, "refs/", 5) != 0)
		return "does not begin with refs/";
	if (name[len - 1] == '.')
		return "ends with a dot";
	for (start = 0; start <= len; start = end + 1) {
		const char *slash = memchr(name + start, '/', len - start);
		const char *fault;

		end = slash != NULL ? (size_t)(slash - name) : len;
		fault = component_fault(name + start, end - start);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

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

static void
packed_unload(struct packed *packed)
{
	if (packed->data != NULL)
		munmap((void *)(uintptr_t)packed->data, packed->size);
	memset(packed, 0, sizeof *packed);
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

static int
packed_malformed(struct error *err)
{
	return error_set(err, "packed-refs is damaged");
}

/* Look at the header line, which old versions of git did not write. */
static int
packed_begin(struct packed *packed, struct error *err)
{
	static const char header[] = "# pack-refs with:";
	static const char sorted[] = " sorted ";
	const char *end;
	size_t len;

	if (packed->data[packed->size - 1] != '\n')
		return packed_malformed(err);
	if (packed->data[0] != '#')
		return 0;
	end = memchr(packed->data, '\n', packed->size);
	len = (size_t)(end - packed->data);
	packed->body = len + 1;
	packed->sorted =
	    len >= sizeof header - 1 &&
	    memcmp(packed->data, header, sizeof header - 1) == 0 &&
	    memmem(packed->data, len, sorted, sizeof sorted - 1) != NULL;
	return 0;
}

static int
packed_load(const struct refs *refs, struct packed *packed, struct error *err)
{
	int result = 0;
	void *data = NULL;
	int fd =
	    openat(refs->dir, "packed-refs", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	memset(packed, 0, sizeof *packed);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &packed->stat) != 0)
		result = error_set(err, "packed-refs: %s", strerror(errno));
	else if (!S_ISREG(packed->stat.st_mode))
		result = packed_malformed(err);
	else if (packed->stat.st_size > 0) {
		packed->size = (size_t)packed->stat.st_size;
		data = mmap(NULL, packed->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data == MAP_FAILED)
			result =
			    error_set(err, "packed-refs: %s", strerror(errno));
		else {
			packed->data = data;
			result = packed_begin(packed, err);
		}
	}
	if (fd >= 0)
		close(fd);
	if (result != 0)
		packed_unload(packed);
	return result;
}

/*
 * Make the map we have the present one: pack-refs may have moved a loose ref
 * there since, so this comes after the loose file was found to be absent.
 */
static int
packed_refresh(struct refs *refs, struct error *err)
{
	const struct stat *old = &refs->packed.stat;
	struct stat now;

	if (refs->loaded) {
		if (fstatat(refs->dir, "packed-refs", &now, 0) != 0)
			memset(&now, 0, sizeof now);
		if (now.st_dev == old->st_dev && now.st_ino == old->st_ino &&
		    now.st_size == old->st_size &&
		    now.st_mtim.tv_sec == old->st_mtim.tv_sec &&
		    now.st_mtim.tv_nsec == old->st_mtim.tv_nsec)
			return 0;
		packed_unload(&refs->packed);
	}
	refs->loaded = false;
	if (packed_load(refs, &refs->packed, err) != 0)
		return -1;
	refs->loaded = true;
	return 0;
}

struct packed_line {
	struct oid id;
	const char *name;
	size_t name_len;
	size_t next; /* offset of the line after it and its peeled line */
};

/* Read the line of a ref that begins at `offset` (before the end). */
static int
packed_line(const struct packed *packed, size_t offset,
    struct packed_line *line, struct error *err)
{
	const char *start = packed->data + offset;
	size_t left = packed->size - offset;
	const char *end = memchr(start, '\n', left);
	size_t len = end != NULL ? (size_t)(end - start) : 0;

	if (len <= OID_DIGITS + 1 || start[OID_DIGITS] != ' ' ||
	    !oid_parse(&line->id, start, OID_DIGITS))
		return packed_malformed(err);
	line->name = start + OID_DIGITS + 1;
	line->name_len = len - OID_DIGITS - 1;
	line->next = offset + len + 1;
	if (line->next < packed->size && packed->data[line->next] == '^') {
		struct oid peeled;

		if (packed->size - line->next < OID_DIGITS + 2 ||
		    packed->data[line->next + OID_DIGITS + 1] != '\n' ||
		    !oid_parse(
			&peeled, packed->data + line->next + 1, OID_DIGITS))
			return packed_malformed(err);
		line->next += OID_DIGITS + 2;
	}
	return 0;
}

/* The start of the line of a ref that `offset` lies in, not before `low`. */
static size_t
packed_line_start(const struct packed *packed, size_t low, size_t offset)
{
	while (offset > low && (packed->data[offset - 1] != '\n' ||
				   packed->data[offset] == '^'))
		offset--;
	return offset;
}

static int
name_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* Offset of the first line of a sorted file whose name is not below `name`. */
static int
packed_lower_bound(const struct packed *packed, const char *name,
    size_t *offset, struct error *err)
{
	size_t len = strlen(name);
	size_t low = packed->body, high = packed->size;

	while (low < high) {
		struct packed_line line;
		size_t middle =
		    packed_line_start(packed, low, low + (high - low) / 2);

		if (packed_line(packed, middle, &line, err) != 0)
			return -1;
		if (name_compare(line.name, line.name_len, name, len) < 0)
			low = line.next;
		else
			high = middle;
	}
	*offset = low;
	return 0;
}

static int
packed_find(const struct packed *packed, const char *name, struct ref *ref,
    struct error *err)
{
	size_t len = strlen(name);
	size_t offset = packed->body;
	struct packed_line line;

	if (packed->sorted && packed_lower_bound(packed, name, &offset, err))
		return -1;
	for (; offset < packed->size; offset = line.next) {
		if (packed_line(packed, offset, &line, err) != 0)
			return -1;
		if (name_compare(line.name, line.name_len, name, len) == 0) {
			ref->kind = REF_DIRECT;
			ref->id = line.id;
			return 0;
		}
		if (packed->sorted)
			return 0;
	}
	return 0;
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
	if (packed_refresh(refs, err) != 0)
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
		   strncmp(name.data, walk->prefix, strlen(walk->prefix)) ==
		       0) {
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

static int
walk_packed(struct walk *walk, const struct packed *packed, struct error *err)
{
	size_t prefix_len = strlen(walk->prefix);
	size_t offset = packed->body;
	struct packed_line line;
	int result = 0;

	if (packed->sorted &&
	    packed_lower_bound(packed, walk->prefix, &offset, err) != 0)
		return -1;
	for (; result == 0 && offset < packed->size; offset = line.next) {
		char *name;

		if (packed_line(packed, offset, &line, err) != 0)
			return -1;
		if (line.name_len < prefix_len ||
		    memcmp(line.name, walk->prefix, prefix_len) != 0) {
			if (packed->sorted)
				return 0;
			continue;
		}
		if (ref_name_fault(line.name, line.name_len) != NULL)
			return packed_malformed(err);
		name = mem_bytes(line.name, line.name_len);
		if (walk->seen_count == 0 ||
		    bsearch(&name, walk->seen, walk->seen_count,
			sizeof *walk->seen, name_order) == NULL)
			result = walk->each(walk->context, name, &line.id, err);
		free(name);
	}
	return result;
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
		result = packed_load(refs, &packed, err);
	if (result == 0)
		result = walk_packed(&walk, &packed, err);
	packed_unload(&packed);
	names_free(walk.directories, walk.directory_count);
	names_free(walk.seen, walk.seen_count);
	return result == 0 ? 0 : -1;
}
