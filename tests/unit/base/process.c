/* Children: what they are given, what they may not keep, and their end. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

enum { PLENTY = 20000 };

/* The tests may use a shell; the programs never do. */
static int
run(const char *script, const char *input, size_t len, int milliseconds,
    struct text *output, struct error *err)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	*output = (struct text){0};
	return process_run(argv, input, len, milliseconds, output, err);
}

static void
assert_says(const char *script, const char *input, const char *said, int status)
{
	struct text output;
	struct error err;

	assert_int_equal(
	    run(script, input, strlen(input), PLENTY, &output, &err), status);
	text_add(&output, "");
	assert_string_equal(output.data, said);
	text_free(&output);
}

static void
a_child_gets_its_input_and_gives_output_and_status(void **state)
{
	(void)state;
	assert_says("cat", "one\ntwo", "one\ntwo", 0);
	assert_says("cat", "", "", 0);
	assert_says("echo out; echo err >&2; exit 7", "", "out\nerr\n", 7);
	assert_says("exit 255", "", "", 255);
	assert_says("exit 3", "input nobody reads", "", 3);
}

static void
its_environment_is_clean(void **state)
{
	(void)state;
	setenv("SECRET", "1", 1);
	assert_says("/usr/bin/env | /usr/bin/sort | /bin/grep -v '^[_PO]'", "",
	    "LC_ALL=C\n", 0);
	assert_says("echo $PATH", "", "/usr/bin:/bin\n", 0);
	unsetenv("SECRET");
}

static void
it_has_none_of_our_descriptors(void **state)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_true(fd >= 3);
	assert_int_equal(dup2(fd, 50), 50);
	assert_says("for fd in 3 4 5 6 7 8 9 50; do "
		    "test -e /proc/self/fd/$fd && echo $fd; done; :",
	    "", "", 0);
	close(50);
	close(fd);
}

static void
it_ignores_no_signal_of_ours(void **state)
{
	struct text output;
	struct error err;
	sigset_t blocked;

	(void)state;
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	assert_int_equal(
	    run("kill -TERM $$; echo still here", "", 0, PLENTY, &output, &err),
	    -1);
	assert_non_null(strstr(err.text, "was ended by signal 15"));
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	signal(SIGTERM, SIG_DFL);
	text_free(&output);
}

static void
much_input_and_much_output_block_nobody(void **state)
{
	enum { LEN = 1 << 20 };
	char *input = malloc(LEN);
	struct text output;
	struct error err;

	(void)state;
	assert_non_null(input);
	memset(input, 'x', LEN);
	assert_int_equal(run("cat", input, LEN, PLENTY, &output, &err), 0);
	assert_int_equal(output.len, 64 * 1024);
	assert_int_equal(output.data[output.len - 1], 'x');
	text_free(&output);
	assert_int_equal(run("exit 0", input, LEN, PLENTY, &output, &err), 0);
	text_free(&output);
	free(input);
}

static void
what_the_caller_had_is_added_to(void **state)
{
	const char *const argv[] = {"/bin/echo", "b", NULL};
	struct text output = {0};
	struct error err;

	(void)state;
	text_add(&output, "a");
	assert_int_equal(process_run(argv, NULL, 0, PLENTY, &output, &err), 0);
	assert_string_equal(output.data, "ab\n");
	text_free(&output);
}

/* Is it gone, or a zombie nobody has reaped yet? */
static bool
is_dead(int pid)
{
	char path[64], name[64], letter = 'Z';
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	if ((file = fopen(path, "r")) == NULL)
		return true;
	if (fscanf(file, "%*d %63s %c", name, &letter) != 2)
		letter = 'Z';
	fclose(file);
	return letter == 'Z' || letter == 'X';
}

static void
what_a_child_started_ends_with_it(void **state)
{
	int64_t end = clock_ticks() + PLENTY;
	struct text output;
	struct error err;

	(void)state;
	assert_int_equal(
	    run("sleep 100 & echo $!", "", 0, 150, &output, &err), -1);
	assert_non_null(output.data);
	while (!is_dead(atoi(output.data)))
		assert_true(clock_ticks() < end);
	text_free(&output);
}

/* Whichever way it hangs: with output open, closed, or in a grandchild. */
static void
a_child_that_does_not_end_is_killed(void **state)
{
	static const char *const scripts[] = {
	    "exec sleep 100",
	    "exec >&- 2>&-; exec sleep 100",
	    "sleep 100 & echo $!; exit 0",
	    "trap '' TERM INT; sleep 100; sleep 100",
	};

	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		int64_t before = clock_ticks();
		struct text output;
		struct error err;

		assert_int_equal(
		    run(scripts[i], "", 0, 150, &output, &err), -1);
		assert_non_null(strstr(err.text, "did not end within 150 ms"));
		assert_in_range(clock_ticks() - before, 100, PLENTY);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
		text_free(&output);
	}
}

static void
a_program_that_is_not_there_is_an_error(void **state)
{
	static const char *const names[] = {
	    "/nonexistent/program", "/etc/passwd", "sh"};
	struct text output = {0};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *const argv[] = {names[i], NULL};

		assert_int_equal(
		    process_run(argv, NULL, 0, PLENTY, &output, &err), -1);
		assert_non_null(strstr(err.text, "can not be started"));
	}
	text_free(&output);
}

static int
open_count(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void
no_descriptor_is_left_open(void **state)
{
	static const char *const missing[] = {"/nonexistent", NULL};
	int before = open_count();
	struct text output;
	struct error err;

	(void)state;
	assert_int_equal(run("exit 0", "", 0, PLENTY, &output, &err), 0);
	text_free(&output);
	assert_int_equal(run("sleep 100", "", 0, 50, &output, &err), -1);
	text_free(&output);
	assert_int_equal(
	    process_run(missing, NULL, 0, PLENTY, &output, &err), -1);
	assert_int_equal(open_count(), before);
}

static void
a_closed_standard_descriptor_is_an_error(void **state)
{
	int saved = dup(0), result;
	struct text output;
	struct error err;

	(void)state;
	close(0);
	result = run("exit 0", "", 0, PLENTY, &output, &err);
	dup2(saved, 0);
	close(saved);
	assert_int_equal(result, -1);
	text_free(&output);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_child_gets_its_input_and_gives_output_and_status),
	    cmocka_unit_test(its_environment_is_clean),
	    cmocka_unit_test(it_has_none_of_our_descriptors),
	    cmocka_unit_test(it_ignores_no_signal_of_ours),
	    cmocka_unit_test(much_input_and_much_output_block_nobody),
	    cmocka_unit_test(what_the_caller_had_is_added_to),
	    cmocka_unit_test(a_child_that_does_not_end_is_killed),
	    cmocka_unit_test(what_a_child_started_ends_with_it),
	    cmocka_unit_test(a_program_that_is_not_there_is_an_error),
	    cmocka_unit_test(no_descriptor_is_left_open),
	    cmocka_unit_test(a_closed_standard_descriptor_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
