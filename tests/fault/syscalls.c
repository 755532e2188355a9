/*
 * pre-receive, killed at every system call, and with every system call failing
 * once, over a push that is to be accepted and one that is to be refused: there
 * is never an accept that is not on record, and never one of what is bad.
 *
 * FAULT_STEP=1 takes every call; without it every 11th, which is quick.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../support/scratch.h"
#include "tracee.h"

static const struct {
	int number;
	const char *name;
} faults[] = {{FAULT_KILL, "SIGKILL"}, {EIO, "EIO"}, {ENOSPC, "ENOSPC"},
    {ENOMEM, "ENOMEM"}};

static const char policy[] =
    "version: 1\n"
    "name: Policy\n"
    "mode: enforce\n"
    "people: {ada: [ada@example.com]}\n"
    "groups: {reviewers: [ada]}\n"
    "protected: [main]\n"
    "rules:\n"
    "  - id: peer-review\n"
    "    require: {review: {count: 1, by: reviewers}}\n";

static char hook[4096], root[4096];
static int step = 11, syslog_socket = -1;

/* A repository that has the objects of both pushes already. */
static int
setup(void **state)
{
	const char *build = getenv("REFWARDEN_BUILD");
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (build == NULL)
		build = "build";
	if (realpath(build, root) == NULL)
		return -1;
	snprintf(hook, sizeof hook, "%.4000s/test/pre-receive", root);
	if (getenv("FAULT_STEP") != NULL)
		step = atoi(getenv("FAULT_STEP"));
	if (step < 1 || scratch_enter(state) != 0 ||
	    getcwd(root, sizeof root) == NULL)
		return -1;
	scratch_run("git init -q --bare -b main server.git && cd server.git && "
		    "printf '%s' >refwarden.yml && "
		    "tree=$(git mktree </dev/null) && "
		    "base=$(git commit-tree -m Begin $tree) && "
		    "good=$(printf 'Good\\n\\nReviewed-by: Ada "
		    "<ada@example.com>\\n' | "
		    "git commit-tree -p $base $tree) && "
		    "bad=$(git commit-tree -m Bad -p $base $tree) && "
		    "git update-ref refs/heads/main $base && "
		    "echo $base $good refs/heads/main >../accept && "
		    "echo $base $bad refs/heads/main >../refuse",
	    policy);
	setenv("GIT_DIR", ".", 1);
	setenv("REFWARDEN_USER", "bob", 1);
	/* Looking for leaks takes a debugger of its own. */
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	setenv("REFWARDEN_TEST_ROOT", root, 1);
	syslog_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memcpy(address.sun_path, "log", 4);
	return bind(syslog_socket, (struct sockaddr *)&address,
		   sizeof address) == 0 &&
		       chdir("server.git") == 0
		   ? 0
		   : -1;
}

static int
teardown(void **state)
{
	close(syslog_socket);
	return scratch_leave(state);
}

static struct tracee_end
run(const char *input, int which, int fault)
{
	char *const argv[] = {hook, NULL};
	struct tracee_end end = tracee_run(argv, input, which, fault);
	char record[4096];

	while (recv(syslog_socket, record, sizeof record, MSG_DONTWAIT) > 0)
		continue;
	return end;
}

static bool
exited_0(const struct tracee_end *end)
{
	return WIFEXITED(end->status) && WEXITSTATUS(end->status) == 0;
}

/* The lines of the journal; NULL if there is none. */
static char *
journal(void)
{
	FILE *file = fopen("refwarden/journal.jsonl", "r");
	struct text text = {0};
	char buffer[4096];
	size_t n;

	if (file == NULL)
		return NULL;
	while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
		text_add_bytes(&text, buffer, n);
	fclose(file);
	return text.data;
}

/* Does the last decision in the journal say that the push was accepted? */
static bool
accept_is_recorded(void)
{
	char *lines = journal(), *last = NULL, *at;
	bool answer;

	for (at = lines; at != NULL && (at = strstr(at, "\"decision\"")); at++)
		last = at;
	if (last == NULL) {
		free(lines);
		return false;
	}
	last[strcspn(last, "\n")] = '\0';
	answer = strstr(last, "\"push\":\"accept\"") != NULL;
	free(lines);
	return answer;
}

static size_t
times(const char *text, const char *word)
{
	size_t count = 0;

	for (; text != NULL && (text = strstr(text, word)); text++)
		count++;
	return count;
}

/* After whatever happened the next push is judged and recorded as ever. */
static void
assert_recovered(const char *input, const char *where)
{
	const struct tracee_end end = run(input, 0, 0);
	char *lines;

	if (exited_0(&end) != (strstr(input, "accept") != NULL))
		fail_msg("the push after %s: status %x", where, end.status);
	lines = journal();
	if (lines == NULL || lines[strlen(lines) - 1] != '\n' ||
	    times(lines, "\"event\":\"begin\"") == 0 ||
	    times(lines, "\n") != times(lines, ",\"prev\":\""))
		fail_msg("the journal after %s: %s", where, lines);
	free(lines);
}

static void
assert_answer(
    const char *input, int which, size_t fault, const struct tracee_end *end)
{
	char where[64], *lines;
	bool good = strstr(input, "accept") != NULL;

	snprintf(where, sizeof where, "%s at call %d of %s", faults[fault].name,
	    which, input);
	if (exited_0(end) && !good)
		fail_msg("accepted what is bad: %s", where);
	if (exited_0(end) && !accept_is_recorded())
		fail_msg("accepted without a record: %s", where);
	if (WIFSIGNALED(end->status) && WTERMSIG(end->status) == SIGALRM)
		fail_msg("hung: %s", where);
	lines = journal();
	if (WIFEXITED(end->status) && times(lines, "\"begin\"") > 0 &&
	    times(lines, "\"decision\"") == 0 &&
	    faults[fault].number == FAULT_KILL)
		fail_msg("begun, ended, and not decided: %s", where);
	free(lines);
	assert_recovered(input, where);
}

static void
every_call_fails(const char *input)
{
	if (!tracee_possible())
		skip();
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct tracee_end end = {.reached = true};
		int which = 1 + (int)i % step;

		for (; end.reached; which += step) {
			scratch_run("rm -rf refwarden");
			end = run(input, which, faults[i].number);
			if (end.reached)
				assert_answer(input, which, i, &end);
		}
		if (which < 50)
			fail_msg("only %d calls?", which);
	}
}

static void
what_is_good_is_not_accepted_without_a_record(void **state)
{
	(void)state;
	every_call_fails("../accept");
}

static void
what_is_bad_is_never_accepted(void **state)
{
	(void)state;
	every_call_fails("../refuse");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_good_is_not_accepted_without_a_record),
	    cmocka_unit_test(what_is_bad_is_never_accepted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
