/* The journal: whole lines, one after the other, or none. */
#include "record/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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

	(void)state;
	snprintf(other, sizeof other, "%s/other", git_dir);
	chmod(directory, 0700);
	unlink(file);
	unlink(other);
	if (rmdir(directory) != 0)
		unlink(directory);
	return rmdir(git_dir);
}

static int
append(const char *line, struct error *err)
{
	return journal_append(git_dir, &line, 1, err);
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
assert_holds(const char *expected)
{
	char got[4096];
	FILE *in = fopen(file, "r");
	size_t n;

	assert_non_null(in);
	n = fread(got, 1, sizeof got - 1, in);
	got[n] = '\0';
	fclose(in);
	assert_string_equal(got, expected);
}

static void
lines_are_appended_in_order(void **state)
{
	const char *lines[] = {"{\"a\":1}", "{\"a\":2}"};
	struct stat status;
	struct error err;

	(void)state;
	umask(022);
	assert_int_equal(journal_append(git_dir, lines, 2, &err), 0);
	assert_int_equal(append("{\"a\":3}", &err), 0);
	assert_holds("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
	assert_int_equal(stat(directory, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0750);
	assert_int_equal(stat(file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
}

static void
half_a_line_left_by_a_crash_is_ended_first(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkdir(directory, 0750), 0);
	write_file("{\"whole\":1}\n{\"ha");
	assert_int_equal(append("{}", &err), 0);
	assert_holds("{\"whole\":1}\n{\"ha\n{}\n");
}

static void
a_full_disk_leaves_nothing_of_the_record(void **state)
{
	struct rlimit old, tight;
	struct error err;
	char longer[300];

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(append("{}", &err), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight = (struct rlimit){.rlim_cur = 100, .rlim_max = old.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(append(longer, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(err.code, "log.unavailable");
	assert_holds("{}\n");
}

static void
no_repository_is_an_error(void **state)
{
	const char *line = "{}";
	struct error err;

	(void)state;
	assert_int_equal(journal_append("/nonexistent", &line, 1, &err), -1);
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
	assert_int_equal(append("{}", &err), -1);
	assert_int_equal(unlink(directory), 0);

	assert_int_equal(mkdir(directory, 0750), 0);
	assert_int_equal(symlink("../other", file), 0);
	assert_int_equal(append("{}", &err), -1);
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(unlink(file), 0);

	write_file("");
	assert_int_equal(link(file, other), 0);
	assert_int_equal(append("{}", &err), -1);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(append("{}", &err), 0);
}

static void
what_everybody_may_write_is_no_journal(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkdir(directory, 0700), 0);
	write_file("");
	assert_int_equal(chmod(file, 0666), 0);
	assert_int_equal(append("{}", &err), -1);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(chmod(directory, 0777), 0);
	assert_int_equal(append("{}", &err), -1);
	assert_int_equal(chmod(directory, 0700), 0);
	assert_int_equal(append("{}", &err), 0);
}

static void
only_a_regular_file_is_a_journal(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(append("{}", &err), -1);
}

enum { WRITERS = 4, ROUNDS = 15 };

static void
write_rounds(char letter)
{
	char line[200];
	struct error err;

	memset(line, letter, sizeof line - 1);
	line[sizeof line - 1] = '\0';
	for (int i = 0; i < ROUNDS; i++)
		if (append(line, &err) != 0)
			_exit(1);
	_exit(0);
}

static void
pushes_at_the_same_time_do_not_mix_lines(void **state)
{
	char line[256];
	int status, count = 0;
	FILE *in;

	(void)state;
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_rounds((char)('a' + i));
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	in = fopen(file, "r");
	assert_non_null(in);
	for (; fgets(line, sizeof line, in) != NULL; count++) {
		assert_int_equal(strlen(line), 200);
		assert_int_equal(strspn(line, (char[]){line[0], '\0'}), 199);
	}
	fclose(in);
	assert_int_equal(count, WRITERS * ROUNDS);
}

#define JOURNAL_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    JOURNAL_TEST(lines_are_appended_in_order),
	    JOURNAL_TEST(half_a_line_left_by_a_crash_is_ended_first),
	    JOURNAL_TEST(a_full_disk_leaves_nothing_of_the_record),
	    JOURNAL_TEST(no_repository_is_an_error),
	    JOURNAL_TEST(links_are_not_followed),
	    JOURNAL_TEST(what_everybody_may_write_is_no_journal),
	    JOURNAL_TEST(only_a_regular_file_is_a_journal),
	    JOURNAL_TEST(pushes_at_the_same_time_do_not_mix_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
