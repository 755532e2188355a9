/*
 * Memory that is there or ends the program: no caller checks for NULL.
 *
 * When memory runs out the program tells its exhaustion handler (the hook
 * records the refusal there) and exits 1, which git reads as "refuse".
 * Nothing else in the library ends a program.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_zero(size_t size);                   /* zeroed; caller frees */
void *mem_array(size_t count, size_t size);    /* zeroed, overflow checked */
void *mem_room(size_t size);                   /* not zeroed */
char *mem_string(const char *text);            /* a copy; caller frees */
char *mem_bytes(const void *data, size_t len); /* a copy, NUL added */

/*
 * Make room for at least `need` elements of `size` bytes, doubling `*capacity`.
 * Returns the array, moved or not; new elements are not zeroed.
 */
void *mem_grow(void *array, size_t *capacity, size_t need, size_t size);

/*
 * A hint: this thread is going to need that many bytes, in small pieces.  They
 * are then had from the system at once and not given back; page by page, every
 * page would be a fault, and threads would wait for each other.
 */
void mem_expect(size_t size);

/* Called once, with no memory to spare, before the program exits 1. */
void mem_on_exhaustion(void (*handler)(void));

/* For memory that others could not get: ends the program as told above. */
_Noreturn void mem_exhausted(void);

/*
 * An arena: things that live as long as the push and are freed at once.
 * A zeroed struct is an empty arena.
 */
struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes handed out so far, for budgets */
};

void *arena_zero(struct arena *, size_t size);
char *arena_bytes(struct arena *, const void *data, size_t len); /* NUL added */
char *arena_string(struct arena *, const char *text);
char *arena_format(struct arena *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The `size` bytes of an allocation, which is freed; `data` may be NULL. */
void *arena_move(struct arena *, void *data, size_t size);
void arena_free(struct arena *); /* empties it; it can be used again */

/* Empties it too, but keeps a block for what comes next. */
void arena_clear(struct arena *);

#endif
