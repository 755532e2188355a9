/* Budgets: the last unit is free to spend, the next one refuses. */
#include "base/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
a_counter_may_reach_its_limit_and_not_pass_it(void **state)
{
	struct budget budget = budget_new(&default_limits);
	struct error err;

	(void)state;
	assert_int_equal(
	    budget_spend(&budget, "paths", &budget.paths, 10, 4, &err), 0);
	assert_int_equal(
	    budget_spend(&budget, "paths", &budget.paths, 10, 6, &err), 0);
	assert_int_equal(
	    budget_spend(&budget, "paths", &budget.paths, 10, 0, &err), 0);
	assert_int_equal(
	    budget_spend(&budget, "paths", &budget.paths, 10, 1, &err), -1);
	assert_string_equal(err.code, "object.limit");
	assert_non_null(strstr(err.text, "limits: paths, 10"));
	assert_int_equal(
	    budget_spend(&budget, "paths", &budget.paths, 10, 0, &err), -1);
	assert_int_equal(budget.commits, 0);
}

static void
time_that_is_up_refuses_whatever_is_left(void **state)
{
	struct limits limits = default_limits;
	struct budget budget;
	struct error err;

	(void)state;
	limits.time = 0;
	budget = budget_new(&limits);
	assert_int_equal(budget_time(&budget, &err), -1);
	assert_string_equal(err.code, "object.limit");
	assert_int_equal(
	    budget_spend(&budget, "commits", &budget.commits, 10, 1, &err), -1);
	assert_non_null(strstr(err.text, "limits: time"));
}

static void
directories_lie_as_deep_as_the_limit_and_no_deeper(void **state)
{
	struct budget budget = budget_new(&default_limits);
	struct error err;

	(void)state;
	budget.limits.tree_depth = 3;
	assert_int_equal(budget_depth(&budget, 3, &err), 0);
	assert_int_equal(budget_depth(&budget, 4, &err), -1);
	assert_string_equal(err.code, "object.limit");
	assert_non_null(strstr(err.text, "limits: tree_depth, 3"));
}

static void
every_default_is_a_limit(void **state)
{
	const int64_t *values = (const int64_t *)&default_limits;

	(void)state;
	for (size_t i = 0; i < sizeof default_limits / sizeof *values; i++)
		assert_true(values[i] > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_counter_may_reach_its_limit_and_not_pass_it),
	    cmocka_unit_test(time_that_is_up_refuses_whatever_is_left),
	    cmocka_unit_test(
		directories_lie_as_deep_as_the_limit_and_no_deeper),
	    cmocka_unit_test(every_default_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
