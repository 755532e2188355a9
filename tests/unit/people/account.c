/* The account that this process runs as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"
#include "people/account.h"

/* No machine gives this number to anybody. */
enum { NOBODY_AT_ALL = 2000000011 };

static void
an_account_has_the_name_that_id_gives_it(void **state)
{
	static const char *const argv[] = {"/usr/bin/id", "-run", NULL};
	struct arena arena = {0};
	struct text output = {0};
	struct error err;
	const char *name = account_name(&arena);

	(void)state;
	assert_int_equal(process_run(argv, NULL, 0, 10000, &output, &err), 0);
	assert_non_null(name);
	assert_memory_equal(name, output.data, output.len - 1);
	assert_int_equal(strlen(name), output.len - 1);
	text_free(&output);
	arena_free(&arena);
}

static void
a_number_without_a_name_is_nobody(void **state)
{
	struct arena arena = {0};
	int status = 0;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip(); /* it takes root to become nobody */
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(setuid(NOBODY_AT_ALL) == 0 && account_name(&arena) == NULL
			  ? 0
			  : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_account_has_the_name_that_id_gives_it),
	    cmocka_unit_test(a_number_without_a_name_is_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
