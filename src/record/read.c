/* Lines of files, and the records in them. */
#include "record/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "record/seen.h"
#include "record/sources.h"

enum { BLOCK = 262144 }; /* one read: several hundred records */

/* The last decision of a push on a ref, where it takes others back. */
struct taking_back {
	char *key;
	uint64_t at; /* the line, counted over all files */
};

struct reader {
	struct sources sources;
	size_t at;   /* the source that is read... */
	gzFile file; /* ...NULL: not open yet */
	int fd;
	size_t number;  /* lines read of it */
	uint64_t lines; /* of all files */
	uint64_t done;  /* bytes of files that are read to their end */

	char *block;
	size_t start, filled; /* what is left of the block */
	bool ended;
	char *work;          /* the copy that is parsed */
	struct text wrapped; /* a record that was a string of another object */

	struct seen seen; /* only where a record can come twice */
	bool one_journal;
	struct taking_back *taken;
	size_t taken_count, taken_capacity;
};

struct reader *
reader_new(void)
{
	struct reader *reader = mem_zero(sizeof *reader);

	reader->block = mem_zero(BLOCK + 1);
	reader->work = mem_zero(READ_LINE_LIMIT + 1);
	reader->fd = -1;
	return reader;
}

static bool
is_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

static void
close_file(struct reader *reader)
{
	if (reader->file != NULL)
		gzclose(reader->file); /* and its descriptor */
	reader->file = NULL;
	reader->fd = -1;
}

void
reader_free(struct reader *reader)
{
	if (reader == NULL)
		return;
	close_file(reader);
	for (size_t i = 0; i < reader->taken_count; i++)
		free(reader->taken[i].key);
	free(reader->taken);
	seen_free(&reader->seen);
	sources_free(&reader->sources);
	text_free(&reader->wrapped);
	free(reader->block);
	free(reader->work);
	free(reader);
}

/* Are all files those of one journal, which has each record once? */
static bool
is_one_journal(const struct sources *sources)
{
	const char *first = sources->list[0].git_dir;

	if (sources->count == 1)
		return sources->list[0].journal;
	for (size_t i = 0; i < sources->count; i++) {
		const char *git_dir = sources->list[i].git_dir;

		if (git_dir == NULL || strcmp(git_dir, first) != 0)
			return false;
	}
	return true;
}

int
reader_add(struct reader *reader, const char *path, struct error *err)
{
	if (sources_add(&reader->sources, path, err) != 0)
		return -1;
	reader->one_journal = is_one_journal(&reader->sources);
	return 0;
}

const struct source *
reader_sources(const struct reader *reader, size_t *count)
{
	*count = reader->sources.count;
	return reader->sources.list;
}

size_t
reader_without(const struct reader *reader, const char **first)
{
	*first = reader->sources.first_without;
	return reader->sources.without;
}

void
reader_rewind(struct reader *reader)
{
	close_file(reader);
	reader->at = 0;
	reader->lines = reader->done = 0;
	seen_free(&reader->seen);
}

/* All that is left to be read, as a file that can be read again, or -1. */
static int
copy_of(struct reader *reader, int fd)
{
	FILE *copy = tmpfile();
	int result = -1;
	ssize_t n;

	if (copy == NULL)
		return -1;
	while ((n = read(fd, reader->block, BLOCK)) > 0)
		if (fwrite(reader->block, 1, (size_t)n, copy) != (size_t)n)
			break;
	if (n == 0 && fflush(copy) == 0)
		result = fcntl(fileno(copy), F_DUPFD_CLOEXEC, 0);
	fclose(copy);
	return result;
}

/* Of what can be read once only, such as a pipe. */
static int
make_copy(struct reader *reader, struct source *source, struct error *err)
{
	int fd = is_input(source->path)
		     ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
		     : open(source->path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		source->copy = copy_of(reader, fd);
	if (source->copy < 0)
		error_set(err, "%s: %s", source->path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return source->copy < 0 ? -1 : 0;
}

/* A descriptor at the start of the source, or -1. */
static int
open_source(struct reader *reader, struct source *source, struct error *err)
{
	struct stat status;
	int fd;

	if (!is_input(source->path) && stat(source->path, &status) == 0 &&
	    S_ISREG(status.st_mode)) {
		fd = open(source->path, O_RDONLY | O_CLOEXEC);
	} else {
		/* Nobody named it: it may never end. */
		if (source->git_dir != NULL)
			return error_set(
			    err, "%s: no regular file", source->path);
		if (source->copy < 0 && make_copy(reader, source, err) == -1)
			return -1;
		fd = fcntl(source->copy, F_DUPFD_CLOEXEC, 0);
		if (fd >= 0)
			lseek(fd, 0, SEEK_SET);
	}
	return fd >= 0
		   ? fd
		   : error_set(err, "%s: %s", source->path, strerror(errno));
}

/* By xz, zstd, bzip2, lz4, or UTF-16: no line of it would be a record. */
static bool
is_encoded(int fd)
{
	static const char *const signs[] = {"\xfd\x37zXZ", "\x28\xb5\x2f\xfd",
	    "BZh", "\x04\x22\x4d\x18", "\xff\xfe", "\xfe\xff"};
	char head[8] = "";

	if (pread(fd, head, sizeof head - 1, 0) <= 0)
		return false;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (starts_with(head, signs[i]))
			return true;
	return false;
}

static int
open_file(struct reader *reader, struct source *source, struct error *err)
{
	if ((reader->fd = open_source(reader, source, err)) == -1)
		return -1;
	/* All lines of a journal are told, whatever they are. */
	if (!source->journal && is_encoded(reader->fd)) {
		close(reader->fd);
		reader->fd = -1;
		return error_set(
		    err, "%s: neither text nor gzipped", source->path);
	}
	if ((reader->file = gzdopen(reader->fd, "rb")) == NULL) {
		close(reader->fd);
		return error_set(err, "%s: can not be read", source->path);
	}
	gzbuffer(reader->file, BLOCK / 2);
	reader->number = reader->start = reader->filled = 0;
	reader->ended = false;
	return 0;
}

/* More bytes behind those that are left. */
static int
fill(struct reader *reader, const char *path, struct error *err)
{
	size_t left = reader->filled - reader->start;
	int n, number;

	memmove(reader->block, reader->block + reader->start, left);
	reader->start = 0;
	reader->filled = left;
	n = gzread(
	    reader->file, reader->block + left, (unsigned)(BLOCK - left));
	if (n < 0)
		return error_set(
		    err, "%s: %s", path, gzerror(reader->file, &number));
	reader->filled += (size_t)n;
	/* Half a gzipped file is an error only zlib's close would tell. */
	if (n == 0) {
		gzerror(reader->file, &number);
		if (number == Z_BUF_ERROR)
			return error_set(
			    err, "%s: unexpected end of file", path);
	}
	reader->ended = n == 0;
	return 0;
}

/* The next line of this file, in the block: 1, 0 at the end, -1.  Of a line
 * that is too long the last bytes. */
static int
next_line(struct reader *reader, struct line *line, struct error *err)
{
	bool skip = false;
	char *lf;

	for (;;) {
		size_t left = reader->filled - reader->start;
		char *data = reader->block + reader->start;

		lf = left > 0 ? memchr(data, '\n', left) : NULL;
		if (lf == NULL && left > READ_LINE_LIMIT) {
			skip = true;
			reader->start = reader->filled - 1;
		} else if (lf != NULL || reader->ended) {
			line->data = data;
			line->len = lf != NULL ? (size_t)(lf - data) : left;
			line->cut = lf == NULL;
			break;
		}
		if (fill(reader, line->source->path, err) == -1)
			return -1;
	}
	reader->start += line->len + (lf != NULL);
	if (line->len == 0 && line->cut)
		return 0;
	line->number = ++reader->number;
	line->fault = skip || line->len > READ_LINE_LIMIT ? "too long" : NULL;
	reader->lines++;
	return 1;
}

/* A record as text in an object of journald or of a template of rsyslog. */
static const char *
parse_wrapped(struct reader *reader, struct line *line)
{
	const char *mark = strstr(line->entry.message, "@cee:");

	reader->wrapped.len = 0;
	if (mark == NULL)
		return NULL;
	mark += strlen("@cee:");
	mark += strspn(mark, " ");
	text_add(&reader->wrapped, mark);
	line->json = reader->wrapped.data;
	line->json_len = reader->wrapped.len;
	memcpy(reader->work, line->json, line->json_len + 1);
	return entry_parse(reader->work, line->json_len, &line->entry);
}

/* Where in the line is the object?  NULL: nowhere. */
static const char *
find_object(const struct line *line)
{
	const char *end = line->data + line->len, *at = line->data;

	while (at < end && *at == ' ')
		at++;
	if (at < end && *at == '{')
		return at;
	at = memmem(line->data, line->len, "@cee:", 5);
	if (at == NULL)
		return NULL;
	for (at += 5; at < end && *at == ' ';)
		at++;
	return at;
}

static bool
is_ours(const struct line *line)
{
	return line->source->journal ||
	       memmem(line->data, line->len, "refwarden[", 10) != NULL ||
	       memmem(line->data, line->len, "{\"v\":1,\"event\":", 15) != NULL;
}

static bool
is_record(const struct entry *entry)
{
	return entry->v > 0 && *entry->event_name != '\0';
}

static const char *
parse(struct reader *reader, struct line *line)
{
	const char *fault;

	if (line->fault != NULL)
		return line->fault;
	if ((line->json = find_object(line)) == NULL)
		return "not a record";
	line->json_len = (size_t)(line->data + line->len - line->json);
	memcpy(reader->work, line->json, line->json_len);
	reader->work[line->json_len] = '\0';
	fault = entry_parse(reader->work, line->json_len, &line->entry);
	if (fault == NULL && !is_record(&line->entry))
		fault = parse_wrapped(reader, line);
	if (fault == NULL && !is_record(&line->entry))
		fault = "not a record";
	return fault;
}

static int
by_key(const void *a, const void *b)
{
	const struct taking_back *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* NUL-free, and no two pushes have the same. */
static void
key_add(struct text *key, const struct entry *entry)
{
	text_add_format(key, "%s\t%s\t%s\t%s", entry->id, entry->ref,
	    entry->repo, entry->host);
}

static bool
is_taken_back(const struct reader *reader, const struct entry *entry)
{
	struct taking_back wanted = {0}, *found;
	struct text key = {0};

	if (reader->taken_count == 0 ||
	    (entry->event != EVENT_DECISION && entry->event != EVENT_VIOLATION))
		return false;
	key_add(&key, entry);
	wanted.key = key.data;
	found = bsearch(
	    &wanted, reader->taken, reader->taken_count, sizeof wanted, by_key);
	text_free(&key);
	return found != NULL && reader->lines < found->at;
}

static void
next_file(struct reader *reader)
{
	struct stat status;

	if (fstat(reader->fd, &status) == 0)
		reader->done += (uint64_t)status.st_size;
	close_file(reader);
	reader->at++;
}

/* The next line of all files: 1, 0 at the end, -1. */
static int
read_line(struct reader *reader, struct line *line, struct error *err)
{
	int result = 0;

	while (reader->at < reader->sources.count) {
		struct source *source = &reader->sources.list[reader->at];

		line->source = source;
		if (reader->file == NULL &&
		    open_file(reader, source, err) == -1)
			return -1;
		if ((result = next_line(reader, line, err)) != 0)
			return result;
		next_file(reader);
	}
	return 0;
}

enum read_result
reader_next(struct reader *reader, struct line *line, struct error *err)
{
	int result = read_line(reader, line, err);

	if (result <= 0)
		return result < 0 ? READ_FAILED : READ_END;
	line->fault = parse(reader, line);
	if (line->fault != NULL)
		return is_ours(line) ? READ_DAMAGED : READ_PASSED;
	line->superseded = is_taken_back(reader, &line->entry);
	/* What syslog was sent (it has no `prev`) may have been sent again. */
	line->repeated =
	    (!reader->one_journal || line->entry.prev[0] == '\0') &&
	    seen_before(&reader->seen, &line->entry);
	return READ_RECORD;
}

/* Only one that could not be logged takes back what was decided. */
static void
settle_line(struct reader *reader, const struct entry *entry)
{
	struct text key = {0};

	if (entry->event != EVENT_DECISION ||
	    !entry_list_has(&entry->codes, "log.unavailable"))
		return;
	key_add(&key, entry);
	reader->taken = mem_grow(reader->taken, &reader->taken_capacity,
	    reader->taken_count + 1, sizeof *reader->taken);
	reader->taken[reader->taken_count++] =
	    (struct taking_back){key.data /* transferred */, reader->lines};
}

/* Of equal keys the last line alone. */
static void
settle_order(struct reader *reader)
{
	size_t kept = 0;

	if (reader->taken_count == 0)
		return;
	qsort(
	    reader->taken, reader->taken_count, sizeof *reader->taken, by_key);
	for (size_t i = 1; i < reader->taken_count; i++) {
		struct taking_back *last = &reader->taken[kept];

		if (by_key(last, &reader->taken[i]) != 0) {
			reader->taken[++kept] = reader->taken[i];
			continue;
		}
		if (reader->taken[i].at > last->at)
			last->at = reader->taken[i].at;
		free(reader->taken[i].key);
	}
	reader->taken_count = kept + 1;
}

int
reader_settle(struct reader *reader, struct error *err)
{
	static const char sign[] = "log.unavailable";
	struct line line = {0};
	int result;

	reader_rewind(reader);
	while ((result = read_line(reader, &line, err)) > 0)
		if (memmem(line.data, line.len, sign, strlen(sign)) != NULL &&
		    parse(reader, &line) == NULL)
			settle_line(reader, &line.entry);
	settle_order(reader);
	reader_rewind(reader);
	return result;
}

void
reader_position(const struct reader *reader, uint64_t *done, uint64_t *all)
{
	const struct sources *sources = &reader->sources;
	struct stat status;

	*all = 0;
	for (size_t i = 0; i < sources->count; i++)
		if (stat(sources->list[i].path, &status) == 0)
			*all += (uint64_t)status.st_size;
	*done = reader->done;
	if (reader->file != NULL && gzoffset(reader->file) > 0)
		*done += (uint64_t)gzoffset(reader->file);
}
