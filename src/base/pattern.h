/*
 * One glob pattern, item by item: what is written, not how it is matched.
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum item_kind {
	ITEM_BYTE,
	ITEM_CLASS, /* one byte of some, but no slash; `?` is one */
	ITEM_STAR,  /* any bytes of one component */
	ITEM_ALL,   /* any bytes */
	ITEM_DIRS,  /* a double star and the slash after it, where they begin a
		       component: any number of whole components */
	ITEM_END,
};

/* A set of numbers in 64-bit words, as large as its owner knows. */
static inline void
bit_put(uint64_t *words, size_t bit)
{
	words[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static inline bool
bit_has(const uint64_t *words, size_t bit)
{
	return words[bit / 64] >> (bit % 64) & 1;
}

struct item {
	enum item_kind kind;
	unsigned char byte; /* of ITEM_BYTE */
	bool negated;       /* ITEM_CLASS takes what `class` does not hold */
	uint64_t class[4];
};

/*
 * Read the next item of a pattern and move `*at` behind it; at the end of the
 * text that is ITEM_END.  `first` says that the item begins a component.
 * Returns NULL, or what is wrong.
 */
const char *item_read(const char **at, bool first, struct item *);

/* Does the item after this one begin a component? */
bool item_ends_component(const struct item *);

#endif
