/* The file of marks on states: appended to, and read as a whole. */
#include "record/states.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "record/files.h"

static const char states_name[] = "states", what[] = "list of states";
static const char waived[] = "waived", foxtrot[] = "foxtrot", torn[] = "torn";

/* Some 500,000 commits; more are a mistake to be looked at by somebody. */
enum { SIZE_LIMIT = 64 * 1024 * 1024 };

/* No ref has a name that a pattern with a blank or a control could match. */
static bool
is_word(const char *pattern)
{
	for (const char *at = pattern; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || *at == '\x7f')
			return false;
	return pattern[0] != '\0';
}

static void
mark_print(const struct state_mark *mark, struct text *out)
{
	char digits[OID_DIGITS + 1];

	if (mark->rule == NULL)
		text_add_format(
		    out, "%s %s", foxtrot, oid_format(&mark->before, digits));
	else
		text_add_format(out, "%s %s", waived, mark->rule);
	for (size_t i = 0; i < mark->refs.count; i++)
		if (is_word(mark->refs.list[i]))
			text_add_format(out, " %s", mark->refs.list[i]);
	/* The commit comes last, so that half a line has none. */
	text_add_format(out, " %s\n", oid_format(&mark->commit, digits));
}

int
states_add(
    const char *git_dir, const struct state_marks *marks, struct error *err)
{
	int directory = journal_directory(git_dir, err), fd, result = -1;
	struct text text = {0};
	struct stat status;
	int is_torn;

	if (directory < 0)
		return -1;
	fd = journal_file_open(directory, states_name,
	    O_RDWR | O_CREAT | O_APPEND, &status, what, err);
	if (fd < 0)
		goto out;
	is_torn = journal_file_is_torn(fd, status.st_size);
	/* What a crash left of a line is said to be that: it never counted. */
	if (is_torn == 1)
		text_add_format(&text, " %s\n", torn);
	if (is_torn != -1) {
		for (size_t i = 0; i < marks->count; i++)
			mark_print(&marks->list[i], &text);
		if (write_all(fd, text.data, text.len) == 0 &&
		    fdatasync(fd) == 0 && fsync(directory) == 0)
			result = 0;
	}
	if (result == -1)
		journal_fault(what, strerror(errno), err);
	close(fd);
out:
	text_free(&text);
	close(directory);
	return result;
}

/* The words of a line, which it is cut into. */
static const char **
words_split(char *line, struct arena *arena, size_t *count)
{
	const char **words;
	char *word;

	*count = 1;
	for (const char *at = line; *at != '\0'; at++)
		*count += *at == ' ';
	words = arena_zero(arena, *count * sizeof *words);
	for (size_t i = 0; (word = strsep(&line, " ")) != NULL; i++)
		words[i] = word;
	return words;
}

/* 1 a mark, 0 a torn line, -1 neither. */
static int
mark_parse(const char **words, size_t count, struct state_mark *mark)
{
	const char *last = words[count - 1];

	*mark = (struct state_mark){.rule = NULL};
	if (strcmp(last, torn) == 0)
		return 0;
	if (count < 3 || !oid_parse(&mark->commit, last, strlen(last)))
		return -1;
	mark->refs = (struct texts){words + 2, count - 3};
	if (strcmp(words[0], waived) == 0) {
		mark->rule = words[1];
		return 1;
	}
	return strcmp(words[0], foxtrot) == 0 && mark->refs.count == 1 &&
		       oid_parse(&mark->before, words[1], strlen(words[1]))
		   ? 1
		   : -1;
}

/* A last line without its end was never counted on. */
static int
lines_parse(const struct text *text, struct arena *arena,
    struct state_marks *marks, struct error *err)
{
	const char *at = text->data, *end;

	if (strlen(at) != text->len)
		return journal_fault(what, "can not be read", err);
	for (; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		char *line = arena_bytes(arena, at, (size_t)(end - at));
		size_t count;
		const char **words = words_split(line, arena, &count);
		struct state_mark mark;
		int result = mark_parse(words, count, &mark);

		if (result == -1)
			return journal_fault(what, "can not be read", err);
		if (result == 0)
			continue;
		marks->list = mem_grow(marks->list, &marks->capacity,
		    marks->count + 1, sizeof *marks->list);
		marks->list[marks->count++] = mark;
	}
	return 0;
}

int
states_read(const char *git_dir, struct arena *arena, struct state_marks *marks,
    struct error *err)
{
	int directory = journal_directory_find(git_dir, err), fd, result;
	struct text text = {0};
	struct stat status;

	if (directory < 0)
		return directory == -2 ? 0 : -1;
	if (fstatat(directory, states_name, &status, AT_SYMLINK_NOFOLLOW) !=
		0 &&
	    errno == ENOENT) {
		close(directory);
		return 0;
	}
	fd = journal_file_open(
	    directory, states_name, O_RDONLY, &status, what, err);
	close(directory);
	if (fd < 0)
		return -1;
	if ((result = read_all(fd, SIZE_LIMIT, &text)) != 0)
		result = journal_fault(what,
		    result == 1 ? "larger than 64 MiB" : strerror(errno), err);
	else
		result = lines_parse(&text, arena, marks, err);
	text_free(&text);
	close(fd);
	return result;
}
