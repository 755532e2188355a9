/* Time, from the server alone: no date in a commit is ever believed. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t
read_clock(clockid_t id)
{
	struct timespec now;

	if (clock_gettime(id, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_ticks(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

long
clock_today(void)
{
	return (long)(clock_now() / DAY_MILLISECONDS);
}

const char *
clock_format(int64_t moment, char out[25])
{
	time_t seconds = (time_t)(moment / 1000);
	struct tm tm;
	char day[64];

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, 25, "%.19s.%03uZ", day, (unsigned)(moment % 1000) % 1000);
	return out;
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar. */
static long
days_of(long year, long month, long day)
{
	long y = month <= 2 ? year - 1 : year;
	long era = y / 400;
	long year_of_era = y - era * 400;
	long shifted = month > 2 ? month - 3 : month + 9;
	long day_of_year = (153 * shifted + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

const char *
day_format(long day, char out[16])
{
	time_t seconds = (time_t)day * 86400;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	strftime(out, 16, "%Y-%m-%d", &tm);
	return out;
}

bool
day_parse(const char *text, long *day)
{
	char again[16];
	long year, month, date;

	if (strlen(text) != 10 || strspn(text, "0123456789-") != 10)
		return false;
	if (sscanf(text, "%4ld-%2ld-%2ld", &year, &month, &date) != 3)
		return false;
	if (year < 1970 || month < 1 || month > 12 || date < 1 || date > 31)
		return false;
	*day = days_of(year, month, date);
	return strcmp(day_format(*day, again), text) == 0;
}

/* 1970-01-01 was a Thursday. */
long
day_monday(long day)
{
	return day - (day + 3) % 7;
}

struct deadline
deadline_in(int64_t milliseconds)
{
	int64_t now = clock_ticks();

	return (struct deadline){.at = milliseconds < INT64_MAX - now
					   ? now + milliseconds
					   : INT64_MAX};
}

bool
deadline_passed(struct deadline *deadline)
{
	if (deadline->at == 0 || deadline->passed)
		return deadline->passed;
	if (deadline->looks++ % 64 == 0)
		deadline->passed = clock_ticks() >= deadline->at;
	return deadline->passed;
}
