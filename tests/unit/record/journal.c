/* The journal: whole lines in a chain, whatever a crash left, over all files.
 */
#include "record/journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/files.h"
#include "record/retrace.h"
#include "record/spool.h"

static char git_dir[32], directory[64], file[96];

static int
setup(void **state)
{
	(void)state;
	snprintf(git_dir, sizeof git_dir, "/tmp/journal-test-XXXXXX");
	if (mkdtemp(git_dir) == NULL)
		return -1;
	snprintf(directory, sizeof directory, "%s/refwarden", git_dir);
	snprintf(file, sizeof file, "%s/journal.jsonl", directory);
	return 0;
}

static int
teardown(void **state)
{
	char other[128];
	const struct dirent *entry;
	DIR *list;

	(void)state;
	snprintf(other, sizeof other, "%s/other", git_dir);
	chmod(directory, 0700);
	unlink(other);
	if ((list = opendir(directory)) != NULL) {
		while ((entry = readdir(list)) != NULL)
			unlinkat(dirfd(list), entry->d_name, 0);
		closedir(list);
	}
	if (rmdir(directory) != 0)
		unlink(directory);
	return rmdir(git_dir);
}

/* Records as short as can be; `seq` and `prev` belong behind `v`. */
static const char one[] = "{\"v\":1,\"a\":1}", two[] = "{\"v\":1,\"a\":2}";
enum { SEAM = 6 };

static int
append_many(const char *json, size_t count, struct error *err)
{
	struct journal_line *lines = calloc(count, sizeof *lines);
	int64_t first;
	int result;

	assert_non_null(lines);
	for (size_t i = 0; i < count; i++)
		lines[i] = (struct journal_line){json, SEAM};
	result =
	    journal_append(git_dir, lines, count, JOURNAL_FLUSH, &first, err);
	free(lines);
	return result;
}

static int
append(const char *json, struct error *err)
{
	return append_many(json, 1, err);
}

static char *
file_read(const char *name, size_t *len)
{
	char path[160];
	struct stat status;
	char *data;
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	in = fopen(path, "r");
	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &status), 0);
	*len = (size_t)status.st_size;
	assert_non_null(data = calloc(*len + 1, 1));
	assert_int_equal(fread(data, 1, *len, in), *len);
	fclose(in);
	return data;
}

static void
hash(const char *line, size_t len, char digits[65])
{
	unsigned char sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, (const unsigned char *)line, len);
	sodium_bin2hex(digits, 65, sum, sizeof sum);
}

/* The file's lines are numbered on from `*seq` and chained on from `prev`. */
static size_t
assert_chain(const char *name, int64_t *seq, char prev[65])
{
	char start[128];
	size_t len, count = 0;
	char *data = file_read(name, &len), *end;

	for (char *line = data; *line != '\0'; line = end + 1, count++) {
		assert_non_null(end = strchr(line, '\n'));
		snprintf(start, sizeof start,
		    "{\"v\":1,\"seq\":%" PRId64 ",\"prev\":\"%s\",", ++*seq,
		    prev);
		assert_memory_equal(line, start, strlen(start));
		hash(line, (size_t)(end - line), prev);
	}
	free(data);
	return count;
}

static void
assert_lines(size_t count)
{
	char prev[65];
	int64_t seq = 0;

	memset(prev, '0', 64);
	prev[64] = '\0';
	assert_int_equal(assert_chain("journal.jsonl", &seq, prev), count);
}

static void
write_file(const char *text)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void
lines_are_numbered_and_chained(void **state)
{
	const struct journal_line lines[] = {{one, SEAM}, {two, SEAM}};
	char prev[65], expected[512];
	struct stat status;
	struct error err;
	int64_t first;
	size_t len;
	char *data;

	(void)state;
	umask(022);
	assert_int_equal(
	    journal_append(git_dir, lines, 2, JOURNAL_LATER, &first, &err), 0);
	assert_int_equal(first, 1);
	assert_int_equal(
	    journal_append(git_dir, lines, 1, JOURNAL_FLUSH, &first, &err), 0);
	assert_int_equal(first, 3);
	assert_lines(3);
	data = file_read("journal.jsonl", &len);
	len = strcspn(data, "\n");
	hash(data, len, prev);
	snprintf(expected, sizeof expected,
	    "{\"v\":1,\"seq\":2,\"prev\":\"%s\",\"a\":2}\n", prev);
	assert_memory_equal(data + len + 1, expected, strlen(expected));
	free(data);
	assert_int_equal(stat(directory, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0750);
	assert_int_equal(stat(file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
}

static void
what_a_crash_left_is_kept_apart(void **state)
{
	static const char *const rests[] = {"{\"v\":1,\"seq\":2,\"ha", "x",
	    "\n", "no record\n", "{\"v\":1,\"seq\":2}", "a\nb"};
	struct error err;
	size_t len;
	FILE *out;
	char *torn;

	(void)state;
	for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
		assert_int_equal(append(one, &err), 0);
		assert_non_null(out = fopen(file, "a"));
		fputs(rests[i], out);
		assert_int_equal(fclose(out), 0);
		assert_int_equal(append(two, &err), 0);
		assert_lines(2 * (i + 1));
		torn = file_read("journal.torn", &len);
		assert_non_null(strstr(torn, rests[i]));
		free(torn);
	}
	torn = file_read("journal.torn", &len);
	assert_non_null(strstr(torn, "\"after\":1,\"offset\":"));
	free(torn);
}

static void
a_file_without_a_record_is_begun_again(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkdir(directory, 0750), 0);
	write_file("{\"v\":1,\"se");
	assert_int_equal(append(one, &err), 0);
	assert_lines(1);
}

/* Long lines, so that files are soon full. */
static void
a_full_file_gets_its_first_number_as_a_name(void **state)
{
	enum { LONG = 2048, FULL = JOURNAL_FILE_LIMIT / LONG + 1 };
	static char longer[LONG];
	static const char name[] = "journal-000000000001.jsonl";
	char prev[65], next[64];
	struct retrace retrace;
	struct error err;
	const char *line;
	int64_t seq = 0;

	(void)state;
	memset(longer, 'x', LONG - 1);
	memcpy(longer, "{\"v\":1,\"a\":\"", 12);
	memcpy(longer + LONG - 3, "\"}", 3);
	assert_int_equal(append_many(longer, FULL, &err), 0);
	assert_int_equal(append_many(longer, FULL, &err), 0);
	assert_int_equal(append(one, &err), 0);
	memset(prev, '0', 64);
	prev[64] = '\0';
	snprintf(next, sizeof next, "journal-%012d.jsonl", FULL + 1);
	assert_int_equal(assert_chain(name, &seq, prev), FULL);
	assert_int_equal(assert_chain(next, &seq, prev), FULL);
	assert_int_equal(assert_chain("journal.jsonl", &seq, prev), 1);

	/* Without the newest file the one before it is gone on from. */
	assert_int_equal(unlink(file), 0);
	assert_int_equal(append(two, &err), 0);
	assert_int_equal(retrace_open(git_dir, &retrace, &err), 0);
	for (seq = 2 * FULL + 1; seq > 0; seq--) {
		assert_int_equal(retrace_next(&retrace, &line, &err), 1);
		assert_int_equal(retrace.seq, seq);
	}
	assert_int_equal(retrace_next(&retrace, &line, &err), 0);
	retrace_close(&retrace);
}

static void
an_older_file_that_ends_in_nothing_refuses(void **state)
{
	char path[128];
	struct error err;

	(void)state;
	assert_int_equal(append(one, &err), 0);
	snprintf(path, sizeof path, "%s/journal-000000000001.jsonl", directory);
	assert_int_equal(rename(file, path), 0);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(append(one, &err), -1);
	assert_string_equal(err.code, "log.unavailable");
}

static void
marks_are_kept_until_they_are_taken_away(void **state)
{
	const struct spool_mark marks[] = {{7, 86}, {3, 84}, {7, 86}, {12, 83}};
	struct spool_mark *got;
	struct error err;
	size_t count;
	char path[128];
	FILE *out;

	(void)state;
	assert_int_equal(spool_read(git_dir, &got, &count, &err), 0);
	assert_int_equal(count, 0);
	free(got);
	assert_int_equal(spool_add(git_dir, marks, 3, &err), 0);
	snprintf(path, sizeof path, "%s/unsent", directory);
	assert_non_null(out = fopen(path, "a"));
	fputs("99 8", out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(spool_add(git_dir, marks + 3, 1, &err), 0);
	assert_int_equal(spool_remove(git_dir, marks, 1, &err), 0);
	assert_int_equal(spool_read(git_dir, &got, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(got[0].seq, 3);
	assert_int_equal(got[0].priority, 84);
	assert_int_equal(got[1].seq, 12);
	free(got);
}

static void
a_full_disk_leaves_nothing_of_the_record(void **state)
{
	struct rlimit old, tight;
	struct error err;
	char longer[400];

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(append(one, &err), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight = (struct rlimit){.rlim_cur = 200, .rlim_max = old.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(append(longer, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(err.code, "log.unavailable");
	assert_lines(1);
}

static void
no_repository_is_an_error(void **state)
{
	const struct journal_line line = {one, SEAM};
	struct error err;
	int64_t first;

	(void)state;
	assert_int_equal(journal_append("/nonexistent", &line, 1, JOURNAL_FLUSH,
			     &first, &err),
	    -1);
	assert_string_equal(err.code, "log.unavailable");
}

static void
links_are_not_followed(void **state)
{
	char other[128];
	struct error err;

	(void)state;
	snprintf(other, sizeof other, "%s/other", git_dir);
	assert_int_equal(symlink("/tmp", directory), 0);
	assert_int_equal(append(one, &err), -1);
	assert_int_equal(unlink(directory), 0);

	assert_int_equal(mkdir(directory, 0750), 0);
	assert_int_equal(symlink("../other", file), 0);
	assert_int_equal(append(one, &err), -1);
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(unlink(file), 0);

	write_file("");
	assert_int_equal(link(file, other), 0);
	assert_int_equal(append(one, &err), -1);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(append(one, &err), 0);
}

static void
what_everybody_may_write_is_no_journal(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkdir(directory, 0700), 0);
	write_file("");
	assert_int_equal(chmod(file, 0666), 0);
	assert_int_equal(append(one, &err), -1);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(chmod(directory, 0777), 0);
	assert_int_equal(append(one, &err), -1);
	assert_int_equal(chmod(directory, 0700), 0);
	assert_int_equal(append(one, &err), 0);
}

static void
only_a_regular_file_is_a_journal(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(append(one, &err), -1);
}

enum { WRITERS = 4, ROUNDS = 15 };

static void
write_rounds(void)
{
	struct error err;

	for (int i = 0; i < ROUNDS; i++)
		if (append(i % 2 ? one : two, &err) != 0)
			_exit(1);
	_exit(0);
}

static void
pushes_at_the_same_time_make_one_chain(void **state)
{
	int status;

	(void)state;
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_rounds();
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_lines(WRITERS * ROUNDS);
}

/* Whether somebody else could write meanwhile. */
struct keeper {
	bool opens, alone;
};

static int
gate_ask(void *context, struct error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct keeper *keeper = context;
	int fd = open(file, O_RDWR);

	assert_true(fd >= 0);
	keeper->alone = fcntl(fd, F_OFD_SETLK, &lock) != 0;
	close(fd);
	return keeper->opens ? 0 : error_code(err, "exception.spent", "no");
}

static void
a_gate_is_asked_under_the_lock(void **state)
{
	const struct journal_line line = {one, SEAM};
	struct keeper keeper = {.opens = true};
	const struct journal_gate gate = {gate_ask, &keeper};
	struct error err;
	int64_t first;

	(void)state;
	assert_int_equal(append(one, &err), 0);
	assert_int_equal(journal_append_if(git_dir, &line, 1, JOURNAL_FLUSH,
			     &gate, &first, &err),
	    0);
	assert_int_equal(first, 2);
	assert_true(keeper.alone);
	keeper = (struct keeper){.opens = false};
	assert_int_equal(journal_append_if(git_dir, &line, 1, JOURNAL_FLUSH,
			     &gate, &first, &err),
	    -1);
	assert_string_equal(err.code, "exception.spent");
	assert_true(keeper.alone);
	assert_lines(2);
	assert_int_equal(append(one, &err), 0);
	assert_lines(3);
}

#define JOURNAL_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    JOURNAL_TEST(lines_are_numbered_and_chained),
	    JOURNAL_TEST(what_a_crash_left_is_kept_apart),
	    JOURNAL_TEST(a_file_without_a_record_is_begun_again),
	    JOURNAL_TEST(a_full_file_gets_its_first_number_as_a_name),
	    JOURNAL_TEST(an_older_file_that_ends_in_nothing_refuses),
	    JOURNAL_TEST(marks_are_kept_until_they_are_taken_away),
	    JOURNAL_TEST(a_full_disk_leaves_nothing_of_the_record),
	    JOURNAL_TEST(no_repository_is_an_error),
	    JOURNAL_TEST(links_are_not_followed),
	    JOURNAL_TEST(what_everybody_may_write_is_no_journal),
	    JOURNAL_TEST(only_a_regular_file_is_a_journal),
	    JOURNAL_TEST(a_gate_is_asked_under_the_lock),
	    JOURNAL_TEST(pushes_at_the_same_time_make_one_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
