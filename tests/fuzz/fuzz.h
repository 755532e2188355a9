/*
 * A fuzz target: one reader of foreign bytes, and what must hold of it.
 *
 * driver.c runs it over its corpus and mutations of that; `make fuzz` has
 * libFuzzer do it, which finds more and takes longer.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's name for it.  Returns 0; what must not happen aborts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program with the place, where a property does not hold. */
#define must_hold(property) \
	((property) ? (void)0 : fuzz_broken(#property, __FILE__, __LINE__))

static inline _Noreturn void
fuzz_broken(const char *property, const char *file, int line)
{
	__builtin_printf("# %s:%d: not true: %s\n", file, line, property);
	__builtin_trap();
}

#endif
