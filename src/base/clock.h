/* The server's clock: moments, days and the time a push may take. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { DAY_MILLISECONDS = 24 * 60 * 60 * 1000 };

int64_t clock_now(void);   /* milliseconds since 1970, UTC */
int64_t clock_ticks(void); /* milliseconds of a clock nobody can set */
long clock_today(void);    /* days since 1970-01-01, UTC */

/* "2026-11-22T03:26:55.422Z"; returns `out`. */
const char *clock_format(int64_t moment, char out[25]);

/* "2026-11-22" to days since 1970-01-01; false unless it is a real day. */
bool day_parse(const char *text, long *day);
const char *day_format(long day, char out[16]);

/* The first day of the week it is in. */
long day_monday(long day);

/*
 * The time budget of a push.  A zeroed struct never ends.  Looking at it is
 * cheap enough for every turn of a loop.
 */
struct deadline {
	int64_t at;     /* clock_ticks() when time is up; 0 = never */
	unsigned looks; /* the clock is read at every 64th look only */
	bool passed;
};

struct deadline deadline_in(int64_t milliseconds);
bool deadline_passed(struct deadline *);

#endif
