/* How long a verdict took, by a server whose clock is set meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "judge/judge.h"

static time_t set_back;

/* In the place of the C library's: each look at the time of day finds it an
 * hour earlier than the last. */
int
clock_gettime(clockid_t id, struct timespec *now)
{
	long result = syscall(SYS_clock_gettime, id, now);

	if (id == CLOCK_REALTIME)
		now->tv_sec -= set_back += 3600;
	return (int)result;
}

static void
a_clock_set_back_is_not_seen(void **state)
{
	const struct push push = {.count = 0};
	const struct push_options options = {.check = false};
	struct layers layers = {.count = 0};
	struct judge_input input = {.push = &push,
	    .options = &options,
	    .hook = "pre-receive",
	    .layers = &layers};
	struct verdict verdict;
	struct error err;

	(void)state;
	assert_non_null(input.repo = repo_open("r", &err));
	judge(&input, &verdict);
	assert_in_range(verdict.milliseconds, 0, 60000);
	verdict_free(&verdict);
	repo_close(input.repo);
}

static int
set_up(void **state)
{
	scratch_enter(state);
	scratch_run("git init -q r");
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_clock_set_back_is_not_seen),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
