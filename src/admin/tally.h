/* Figures under names: rows that are made when they are first met. */
#ifndef ADMIN_TALLY_H
#define ADMIN_TALLY_H

#include <stddef.h>
#include <stdint.h>

enum { TALLY_FIGURES = 16 };

struct tally_row {
	char *name;
	int64_t figures[TALLY_FIGURES];
};

/* A zeroed struct is an empty one; the owner calls tally_free(). */
struct tally {
	struct tally_row *rows;
	size_t count, capacity;
	size_t *slots, slot_count; /* numbers of rows from 1; 0 is free */
};

/* Good until the next call. */
struct tally_row *tally_at(struct tally *, const char *name);

/* The most of this figure first, then by name; tally_at() must not follow. */
void tally_sort(struct tally *, int figure);
void tally_free(struct tally *);

#endif
