/* Walking back through a journal and its older files. */
#include "record/retrace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "record/files.h"

static void
file_end(struct retrace *retrace)
{
	backward_end(&retrace->backward);
	if (retrace->file >= 0)
		close(retrace->file);
	retrace->file = -1;
}

static int
file_begin(struct retrace *retrace, const char *name, struct error *err)
{
	struct stat status;

	retrace->file = journal_file_open(
	    retrace->directory, name, O_RDONLY, &status, name, err);
	if (retrace->file < 0)
		return -1;
	backward_begin(&retrace->backward, retrace->file, status.st_size);
	return 0;
}

int
retrace_open(const char *git_dir, struct retrace *retrace, struct error *err)
{
	struct stat status;

	*retrace =
	    (struct retrace){.file = -1, .first = INT64_MAX, .seq = INT64_MAX};
	retrace->directory = journal_directory_find(git_dir, err);
	if (retrace->directory == -1)
		return -1;
	if (retrace->directory < 0 || (fstatat(retrace->directory, journal_name,
					   &status, AT_SYMLINK_NOFOLLOW) != 0 &&
					  errno == ENOENT))
		return 0;
	if (file_begin(retrace, journal_name, err) == 0)
		return 0;
	retrace_close(retrace);
	return -1;
}

void
retrace_close(struct retrace *retrace)
{
	file_end(retrace);
	if (retrace->directory >= 0)
		close(retrace->directory);
	retrace->directory = -1;
}

/* 1 the file before is open, 0 there is none, -1. */
static int
file_before(struct retrace *retrace, struct error *err)
{
	char name[JOURNAL_NAME_SIZE];
	int found;

	file_end(retrace);
	found = journal_rotated(retrace->directory, &retrace->first, name, err);
	if (found == 1 && file_begin(retrace, name, err) != 0)
		return -1;
	return found;
}

int
retrace_next(struct retrace *retrace, const char **text, struct error *err)
{
	struct backward_line line;
	int64_t seq;
	int result;

	while (retrace->directory >= 0) {
		result = retrace->file < 0
			     ? 0
			     : backward_next(&retrace->backward, &line);
		if (result == -1)
			return journal_fault("file", strerror(errno), err);
		if (result == 0) {
			if ((result = file_before(retrace, err)) != 1)
				return result;
			continue;
		}
		seq = line.whole ? journal_seq(line.text, line.len) : 0;
		/* The file that is read may be rotated meanwhile. */
		if (seq == 0 || seq >= retrace->seq)
			continue;
		retrace->seq = seq;
		*text = line.text;
		return 1;
	}
	return 0;
}
