/* Marks of what is still to be sent, under the journal's lock. */
#include "record/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "record/files.h"
#include "record/journal.h"

static const char spool_name[] = "unsent", new_name[] = "unsent.new";
static const char what[] = "list of unsent records";

struct marks {
	struct spool_mark *list;
	size_t count, capacity;
};

/* A line without its end was never counted on. */
static void
marks_parse(const struct text *text, struct marks *marks)
{
	const char *line = text->data, *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		struct spool_mark mark = {0};
		char stop = '\0';

		if (sscanf(line, "%19" SCNd64 " %9d%c", &mark.seq,
			&mark.priority, &stop) != 3 ||
		    stop != '\n' || mark.seq <= 0)
			continue;
		marks->list = mem_grow(marks->list, &marks->capacity,
		    marks->count + 1, sizeof *marks->list);
		marks->list[marks->count++] = mark;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct spool_mark *one = a, *other = b;

	return (one->seq > other->seq) - (one->seq < other->seq);
}

/* What is in the file; nothing, if there is none. */
static int
marks_load(int directory, struct marks *marks, struct error *err)
{
	struct text text = {0};
	struct stat status;
	int fd, result;

	if (fstatat(directory, spool_name, &status, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT)
		return 0;
	if ((fd = journal_file_open(
		 directory, spool_name, O_RDONLY, &status, what, err)) < 0)
		return -1;
	if ((result = read_all(fd, SIZE_MAX, &text)) == -1)
		journal_fault(what, strerror(errno), err);
	else
		marks_parse(&text, marks);
	text_free(&text);
	close(fd);
	return result;
}

static void
marks_print(const struct spool_mark *marks, size_t count, struct text *out)
{
	for (size_t i = 0; i < count; i++)
		text_add_format(
		    out, "%" PRId64 " %d\n", marks[i].seq, marks[i].priority);
}

/* Write a new file, and give it the name once it is on disk. */
static int
marks_store(int directory, const struct marks *marks, struct error *err)
{
	struct text text = {0};
	struct stat status;
	int fd = journal_file_open(directory, new_name,
	    O_WRONLY | O_CREAT | O_TRUNC, &status, what, err);
	int result = -1;

	if (fd < 0)
		return -1;
	marks_print(marks->list, marks->count, &text);
	if (write_all(fd, text.data, text.len) == 0 && fdatasync(fd) == 0 &&
	    renameat(directory, new_name, directory, spool_name) == 0 &&
	    fsync(directory) == 0)
		result = 0;
	else
		journal_fault(what, strerror(errno), err);
	text_free(&text);
	close(fd);
	return result;
}

int
spool_add(const char *git_dir, const struct spool_mark *marks, size_t count,
    struct error *err)
{
	struct journal_hold hold;
	struct text text = {0};
	struct stat status;
	int fd, torn, result = -1;

	if (journal_hold(git_dir, &hold, err) != 0)
		return -1;
	fd = journal_file_open(hold.directory, spool_name,
	    O_RDWR | O_CREAT | O_APPEND, &status, what, err);
	if (fd < 0)
		goto out;
	torn = journal_file_is_torn(fd, status.st_size);
	if (torn == 1)
		text_add_char(&text, '\n');
	marks_print(marks, count, &text);
	if (torn >= 0 && write_all(fd, text.data, text.len) == 0 &&
	    fdatasync(fd) == 0 && fsync(hold.directory) == 0)
		result = 0;
	else
		journal_fault(what, strerror(errno), err);
	close(fd);
out:
	text_free(&text);
	journal_release(&hold);
	return result;
}

int
spool_read(const char *git_dir, struct spool_mark **list, size_t *count,
    struct error *err)
{
	struct marks marks = {0};
	size_t kept = 0;
	int directory = journal_directory_find(git_dir, err), result = 0;

	if (directory == -1)
		return -1;
	if (directory >= 0) {
		result = marks_load(directory, &marks, err);
		close(directory);
	}
	if (marks.count > 0)
		qsort(marks.list, marks.count, sizeof *marks.list, compare);
	for (size_t i = 0; i < marks.count; i++)
		if (kept == 0 || marks.list[i].seq != marks.list[kept - 1].seq)
			marks.list[kept++] = marks.list[i];
	*list = marks.list;
	*count = kept;
	return result;
}

const struct spool_mark *
spool_find(const struct spool_mark *marks, size_t count, int64_t seq)
{
	const struct spool_mark wanted = {.seq = seq};

	return count == 0
		   ? NULL
		   : bsearch(&wanted, marks, count, sizeof *marks, compare);
}

int
spool_remove(const char *git_dir, const struct spool_mark *gone, size_t count,
    struct error *err)
{
	struct marks marks = {0};
	struct journal_hold hold;
	size_t kept = 0;
	int result;

	if (journal_hold(git_dir, &hold, err) != 0)
		return -1;
	result = marks_load(hold.directory, &marks, err);
	for (size_t i = 0; i < marks.count; i++)
		if (spool_find(gone, count, marks.list[i].seq) == NULL)
			marks.list[kept++] = marks.list[i];
	marks.count = kept;
	if (result == 0)
		result = marks_store(hold.directory, &marks, err);
	free(marks.list);
	journal_release(&hold);
	return result;
}
