/* Days and moments, with the C library as the judge. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void
every_day_of_four_centuries_comes_back(void **state)
{
	char text[16];
	long parsed;

	(void)state;
	for (long day = 0; day < 400 * 366; day++) {
		time_t seconds = (time_t)day * 86400;
		char expected[16];

		strftime(
		    expected, sizeof expected, "%Y-%m-%d", gmtime(&seconds));
		assert_string_equal(day_format(day, text), expected);
		if (!day_parse(expected, &parsed) || parsed != day)
			fail_msg("%s", expected);
	}
}

static void
what_is_no_day_is_refused(void **state)
{
	static const char *const cases[] = {"", "2026", "2026-1-1",
	    "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10",
	    "2026-10-00", "2026-10-32", "2026-04-31", "1969-12-31",
	    "0000-00-00", "2026-10-15 ", " 2026-10-15", "26-10-2015",
	    "2026/10/15", "2026-1--15", "2026--1-15", "+026-10-15",
	    "2026-10-1x", "20261015", "2026-10-150"};
	long day;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (day_parse(cases[i], &day))
			fail_msg("%s", cases[i]);
	assert_true(day_parse("2028-02-29", &day));
}

static void
a_moment_is_written_to_the_millisecond(void **state)
{
	char out[25];

	(void)state;
	assert_string_equal(clock_format(1795317 * 1000000LL + 422, out),
	    "2026-11-22T03:10:00.422Z");
	assert_string_equal(clock_format(0, out), "1970-01-01T00:00:00.000Z");
	assert_string_equal(clock_format(9, out), "1970-01-01T00:00:00.009Z");
	assert_int_equal(strlen(clock_format(INT64_MAX, out)), 24);
}

static void
today_is_the_day_of_now(void **state)
{
	long before = (long)(clock_now() / 86400000), today = clock_today();
	int64_t ticks = clock_ticks();

	(void)state;
	assert_true(today == before || today == before + 1);
	assert_true(llabs(clock_now() / 1000 - (int64_t)time(NULL)) <= 1);
	assert_true(clock_ticks() >= ticks);
}

static void
a_deadline_passes_and_stays_passed(void **state)
{
	struct deadline never = {0}, over = deadline_in(0),
			far = deadline_in(3600 * 1000),
			farthest = deadline_in(INT64_MAX);

	(void)state;
	for (int i = 0; i < 200; i++) {
		assert_false(deadline_passed(&never));
		assert_false(deadline_passed(&far));
		assert_false(deadline_passed(&farthest));
		assert_true(deadline_passed(&over));
	}
	far.at = clock_ticks() - 1;
	for (int i = 0; i < 64; i++)
		deadline_passed(&far);
	assert_true(deadline_passed(&far));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_day_of_four_centuries_comes_back),
	    cmocka_unit_test(what_is_no_day_is_refused),
	    cmocka_unit_test(a_moment_is_written_to_the_millisecond),
	    cmocka_unit_test(today_is_the_day_of_now),
	    cmocka_unit_test(a_deadline_passes_and_stays_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
