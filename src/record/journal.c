/* Whole lines at the end of a chain, or none. */
#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "record/backward.h"
#include "record/files.h"

enum {
	LOCK_WAIT = 5000, /* milliseconds: another push writes a few lines */
	LOCK_PAUSE = 5,
	HEAD_SIZE = 4096, /* holds a first line, or it is none of ours */
};

/* The journal while it is locked. */
struct journal {
	struct journal_hold hold;
	off_t size, end; /* of the file; behind its last record */
	int64_t seq;     /* of the last record; 0: there is none */
	char prev[JOURNAL_HASH_DIGITS + 1];
};

void
journal_hash(const char *line, size_t len, char digits[JOURNAL_HASH_DIGITS + 1])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)line, len);
	sodium_bin2hex(digits, JOURNAL_HASH_DIGITS + 1, hash, sizeof hash);
}

/* The lock belongs to the open file, so closing it is enough to let go. */
static int
file_lock(int fd, struct error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int64_t until = clock_ticks() + LOCK_WAIT;

	while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return journal_fault("lock", strerror(errno), err);
		if (clock_ticks() >= until)
			return journal_fault("lock", "held for too long", err);
		poll(NULL, 0, LOCK_PAUSE);
	}
	return 0;
}

/* Give a full file its number as a name.  1 done, 0 it stays as it is, -1. */
static int
file_rotate(const struct journal *journal, struct error *err)
{
	char head[HEAD_SIZE + 1], name[JOURNAL_NAME_SIZE], *end;
	ssize_t n = pread(journal->hold.file, head, HEAD_SIZE, 0);
	struct stat other;
	int64_t first;

	if (n <= 0 || (end = memchr(head, '\n', (size_t)n)) == NULL)
		return 0;
	*end = '\0';
	if ((first = journal_seq(head, (size_t)(end - head))) == 0)
		return 0;
	journal_rotated_name(first, name);
	if (fstatat(journal->hold.directory, name, &other,
		AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno != ENOENT)
		return 0;
	if (renameat(journal->hold.directory, journal_name,
		journal->hold.directory, name) != 0)
		return 0;
	return fsync(journal->hold.directory) == 0
		   ? 1
		   : journal_fault("directory", strerror(errno), err);
}

/* 1 opened and locked; 0 it is no longer the file of that name; -1. */
static int
file_try(struct journal *journal, struct error *err)
{
	struct stat status, named;
	int result;

	journal->hold.file = openat(journal->hold.directory, journal_name,
	    O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
	    0640);
	if (journal->hold.file < 0)
		return journal_fault("file", strerror(errno), err);
	if (file_lock(journal->hold.file, err) != 0 ||
	    journal_file_check(journal->hold.file, &status, "file", err) != 0)
		return -1;
	journal->size = status.st_size;
	if (fstatat(journal->hold.directory, journal_name, &named,
		AT_SYMLINK_NOFOLLOW) != 0 ||
	    !same_file(&named, &status))
		return 0;
	if (status.st_size < JOURNAL_FILE_LIMIT)
		return 1;
	result = file_rotate(journal, err);
	return result == -1 ? -1 : !result;
}

void
journal_release(struct journal_hold *hold)
{
	if (hold->file >= 0)
		close(hold->file);
	if (hold->directory >= 0)
		close(hold->directory);
}

static int
journal_open(const char *git_dir, struct journal *journal, struct error *err)
{
	int result = 0;

	*journal = (struct journal){.hold = {-1, -1}};
	if ((journal->hold.directory = journal_directory(git_dir, err)) < 0)
		return -1;
	while (result == 0) {
		if (journal->hold.file >= 0)
			close(journal->hold.file);
		result = file_try(journal, err);
	}
	if (result == 1)
		return 0;
	journal_release(&journal->hold);
	return -1;
}

int
journal_hold(const char *git_dir, struct journal_hold *hold, struct error *err)
{
	struct journal journal;

	if (journal_open(git_dir, &journal, err) != 0)
		return -1;
	*hold = journal.hold;
	return 0;
}

/* The last record of a file.  1, 0 if it has none, -1. */
static int
last_find(struct journal *journal, int fd, off_t size, struct error *err)
{
	struct backward backward;
	struct backward_line line;
	int result;

	backward_begin(&backward, fd, size);
	while ((result = backward_next(&backward, &line)) == 1) {
		journal->seq =
		    line.whole ? journal_seq(line.text, line.len) : 0;
		if (journal->seq == 0)
			continue;
		journal_hash(line.text, line.len, journal->prev);
		journal->end = line.end;
		break;
	}
	if (result == -1)
		journal_fault("last line", strerror(errno), err);
	backward_end(&backward);
	return result;
}

/* A new file goes on where the one before it ends. */
static int
rotated_last_find(struct journal *journal, struct error *err)
{
	char name[JOURNAL_NAME_SIZE];
	int64_t first = INT64_MAX;
	struct stat status;
	int fd, result =
		    journal_rotated(journal->hold.directory, &first, name, err);

	if (result != 1)
		return result;
	fd = journal_file_open(
	    journal->hold.directory, name, O_RDONLY, &status, name, err);
	if (fd < 0)
		return -1;
	result = last_find(journal, fd, status.st_size, err);
	if (result == 0)
		result = journal_fault(name, "has no record", err);
	close(fd);
	return result;
}

/* Where the chain goes on. */
static int
tail_find(struct journal *journal, struct error *err)
{
	int result = last_find(journal, journal->hold.file, journal->size, err);

	if (result == 0) {
		memset(journal->prev, '0', JOURNAL_HASH_DIGITS);
		result = rotated_last_find(journal, err);
		journal->end = 0;
	}
	if (result != -1 && journal->seq == INT64_MAX)
		return journal_fault("last line", "has no successor", err);
	return result == -1 ? -1 : 0;
}

/* Copy what lies behind the last record, behind a line about it. */
static int
torn_copy(const struct journal *journal, int torn)
{
	char buffer[8192], time[25];
	off_t at = journal->end;
	struct text head = {0};
	ssize_t n = 1;
	int result;

	text_add_format(&head,
	    "{\"v\":1,\"event\":\"torn\",\"time\":\"%s\",\"after\":%" PRId64
	    ",\"offset\":%lld,\"bytes\":%lld}\n",
	    clock_format(clock_now(), time), journal->seq, (long long)at,
	    (long long)(journal->size - at));
	result = write_all(torn, head.data, head.len);
	for (; result == 0 && at < journal->size; at += n) {
		n = pread(journal->hold.file, buffer, sizeof buffer, at);
		if (n <= 0)
			result = -1;
		else
			result = write_all(torn, buffer, (size_t)n);
	}
	text_free(&head);
	return result == 0 ? write_all(torn, "\n", 1) : -1;
}

/*
 * Move what a crash left behind the last record out of the way.  It is cut off
 * here only once it is on disk there; a crash between leaves it in both.
 */
static int
torn_move(const struct journal *journal, struct error *err)
{
	struct stat status;
	int result = -1;
	int torn = journal_file_open(journal->hold.directory, "journal.torn",
	    O_WRONLY | O_CREAT | O_APPEND, &status, "torn line", err);

	if (torn < 0)
		return -1;
	if (torn_copy(journal, torn) == 0 && fdatasync(torn) == 0 &&
	    fsync(journal->hold.directory) == 0 &&
	    ftruncate(journal->hold.file, journal->end) == 0)
		result = 0;
	else
		journal_fault("torn line", strerror(errno), err);
	close(torn);
	return result;
}

void
journal_stamp(const struct journal_line *line, int64_t seq, const char *prev,
    struct writer *writer)
{
	text_add_bytes(&writer->text, line->json, line->seam);
	if (seq > 0)
		writer_number(writer, "seq", seq);
	writer_text(writer, "prev", prev, JOURNAL_HASH_DIGITS);
	text_add(&writer->text, line->json + line->seam);
}

/* The lines as they will stand in the file. */
static void
lines_chain(struct journal *journal, const struct journal_line *lines,
    size_t count, struct text *all)
{
	for (size_t i = 0; i < count; i++) {
		struct writer writer = {0};

		journal_stamp(
		    &lines[i], ++journal->seq, journal->prev, &writer);
		journal_hash(writer.text.data, writer.text.len, journal->prev);
		text_add_bytes(all, writer.text.data, writer.text.len);
		text_add_char(all, '\n');
		text_free(&writer.text);
	}
}

static int
file_append(const struct journal *journal, const struct text *all,
    enum journal_flush flush, struct error *err)
{
	int number;

	if (write_all(journal->hold.file, all->data, all->len) == 0 &&
	    (flush == JOURNAL_LATER || fdatasync(journal->hold.file) == 0)) {
		/* A file's first records are worth no more than its name. */
		if (journal->end > 0 || fsync(journal->hold.directory) == 0)
			return 0;
	}
	number = errno;
	/* Where even this fails, the next append finds what is torn. */
	if (ftruncate(journal->hold.file, journal->end) != 0)
		number = errno;
	return journal_fault("file", strerror(number), err);
}

int
journal_append_if(const char *git_dir, const struct journal_line *lines,
    size_t count, enum journal_flush flush, const struct journal_gate *gate,
    int64_t *first, struct error *err)
{
	struct journal journal;
	struct text all = {0};
	int result = -1;

	if (journal_open(git_dir, &journal, err) != 0)
		return -1;
	if (tail_find(&journal, err) != 0 ||
	    (journal.end < journal.size && torn_move(&journal, err) != 0) ||
	    (gate != NULL && gate->ask(gate->context, err) != 0))
		goto out;
	*first = journal.seq + 1;
	lines_chain(&journal, lines, count, &all);
	result = file_append(&journal, &all, flush, err);
out:
	text_free(&all);
	journal_release(&journal.hold);
	return result;
}

int
journal_append(const char *git_dir, const struct journal_line *lines,
    size_t count, enum journal_flush flush, int64_t *first, struct error *err)
{
	return journal_append_if(
	    git_dir, lines, count, flush, NULL, first, err);
}
