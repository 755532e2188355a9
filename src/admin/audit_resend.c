/* `refwarden audit resend`: what syslog did not take when it was written. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/options.h"
#include "admin/owner.h"
#include "base/mem.h"
#include "base/place.h"
#include "git/repo.h"
#include "record/read.h"
#include "record/retrace.h"
#include "record/spool.h"
#include "record/syslog.h"

static const struct command_line command = {
    .usage =
	"usage: refwarden audit resend [-n] [REPO | DIR...]\n"
	"\n"
	"Send syslog the records of the journal that are marked as not sent,\n"
	"oldest first.  Their marks go away as they are taken; a record may\n"
	"be sent twice.  With -n only say how many there are.\n",
    .letters = "n",
    .most = INT_MAX,
};

/* Records that share a sender, and so its patience. */
enum { BATCH = 200 };

struct resending {
	const char *repository, *git_dir;
	struct spool_mark *marks; /* by `seq` */
	char **lines;             /* of the same; NULL where it is not found */
	size_t count;
};

/* A line of the journal as syslog is told it. */
static char *
without_prev(const char *line)
{
	static const char key[] = ",\"prev\":\"";
	char *copy = mem_string(line), *start = strstr(copy, key), *end;

	if (start != NULL &&
	    (end = strchr(start + sizeof key - 1, '"')) != NULL)
		memmove(start, end + 1, strlen(end + 1) + 1);
	return copy;
}

static int
lines_find(struct resending *r, struct error *err)
{
	struct retrace retrace;
	const char *line;
	int result;

	if (retrace_open(r->git_dir, &retrace, err) != 0)
		return -1;
	while ((result = retrace_next(&retrace, &line, err)) == 1 &&
	       retrace.seq >= r->marks[0].seq) {
		const struct spool_mark *mark =
		    spool_find(r->marks, r->count, retrace.seq);

		if (mark != NULL)
			r->lines[mark - r->marks] = without_prev(line);
	}
	retrace_close(&retrace);
	return result == -1 ? -1 : 0;
}

/* A batch from `from` on; `*count` marks of it were sent. */
static int
batch_send(struct resending *r, size_t from, size_t *count, struct error *err)
{
	struct syslog_sender *sender = syslog_open(place_syslog(), 0);
	struct spool_mark *sent = mem_array(BATCH, sizeof *sent);
	size_t end = r->count - from < BATCH ? r->count : from + BATCH;
	struct error removing;
	int result = 0;

	*count = 0;
	for (size_t i = from; i < end && result == 0; i++) {
		if (r->lines[i] == NULL)
			continue;
		result = syslog_send(sender, r->marks[i].priority, r->lines[i],
		    strlen(r->lines[i]), err);
		if (result == 0)
			sent[(*count)++] = r->marks[i];
	}
	if (*count > 0 &&
	    spool_remove(r->git_dir, sent, *count, &removing) != 0) {
		*err = removing;
		result = -1;
	}
	free(sent);
	syslog_close(sender);
	return result;
}

static enum exit_status
marks_send(struct resending *r, struct error *err)
{
	size_t sent = 0, count, lost = 0;
	int result = lines_find(r, err);

	for (size_t from = 0; from < r->count && result == 0; from += BATCH) {
		result = batch_send(r, from, &count, err);
		sent += count;
	}
	for (size_t i = 0; i < r->count; i++)
		lost += r->lines[i] == NULL;
	fprintf(stderr, "%s: %zu of %zu records sent\n", r->repository, sent,
	    r->count);
	if (result != 0) {
		fprintf(stderr, "%s: %s\n", r->repository, err->text);
		return EXIT_ENVIRONMENT;
	}
	if (lost > 0)
		fprintf(stderr, "%s: %zu records are not in the journal\n",
		    r->repository, lost);
	return lost > 0 ? EXIT_NO : EXIT_YES;
}

/* As its owner: files that root wrote there, its hooks could not. */
static enum exit_status
repository_resend(const char *path, bool dry)
{
	struct resending r = {.repository = path};
	enum exit_status status = EXIT_YES;
	struct error err;
	struct repo *repo = repo_open(path, &err);

	if (repo == NULL) {
		fprintf(stderr, "refwarden: %s\n", err.text);
		return EXIT_ENVIRONMENT;
	}
	owner_become(repo_dir(repo));
	if (spool_read(repo_dir(repo), &r.marks, &r.count, &err) != 0) {
		fprintf(stderr, "%s: %s\n", path, err.text);
		status = EXIT_ENVIRONMENT;
	} else if (dry) {
		fprintf(stderr, "%s: %zu records to send\n", path, r.count);
	} else if (r.count > 0) {
		r.git_dir = repo_dir(repo);
		r.lines = mem_array(r.count, sizeof *r.lines);
		status = marks_send(&r, &err);
		for (size_t i = 0; i < r.count; i++)
			free(r.lines[i]);
		free(r.lines);
	}
	owner_resign();
	free(r.marks);
	repo_close(repo);
	return status;
}

/* The repositories below a directory that have journals. */
static enum exit_status
directory_resend(const char *path, bool dry)
{
	struct reader *reader = reader_new();
	enum exit_status worst = EXIT_YES, status;
	const struct source *sources;
	const char *last = "";
	size_t count = 0;
	struct error err;

	if (reader_add(reader, path, &err) != 0) {
		fprintf(stderr, "refwarden: %s\n", err.text);
		worst = EXIT_ENVIRONMENT;
	}
	sources = reader_sources(reader, &count);
	for (size_t i = 0; i < count; i++) {
		const char *dir =
		    sources[i].git_dir != NULL ? sources[i].git_dir : path;

		if (strcmp(dir, last) == 0)
			continue;
		last = dir;
		if ((status = repository_resend(dir, dry)) > worst)
			worst = status;
	}
	reader_free(reader);
	return worst;
}

static enum exit_status
resend(const char *path, bool dry)
{
	return repo_exists(path) ? repository_resend(path, dry)
				 : directory_resend(path, dry);
}

int
audit_resend_command(int argc, char **argv)
{
	struct options options;
	int status = options_read(&command, argc, argv, &options);
	int worst = EXIT_YES;

	if (status != -1)
		return status;
	if (options.count == 0)
		return resend(".", options.dry_run);
	for (int i = 0; i < options.count; i++) {
		status = resend(options.operands[i], options.dry_run);
		if (status > worst)
			worst = status;
	}
	return worst;
}
