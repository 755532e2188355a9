/*
 * Blocks of the pusher's message: all violations of one rule and code on one
 * ref, or an exception that was used.
 */
#ifndef REPORT_BLOCK_H
#define REPORT_BLOCK_H

#include "judge/verdict.h"

enum { BLOCK_ITEMS = 5 }; /* commits or paths that a block lists */

enum weight { WEIGHT_ERROR, WEIGHT_WARNING, WEIGHT_WAIVED };

struct block {
	enum weight weight;
	const struct ref_verdict *ref; /* the first */
	bool many_refs;                /* the same was found for others too */
	const struct violation *violation;        /* the first */
	const struct finding *items[BLOCK_ITEMS]; /* what is at fault */
	const struct finding *last;
	size_t item_count; /* also those not in `items` */
};

struct blocks {
	struct block *list;
	size_t count, capacity;
};

/* Borrowed from the verdict; the caller calls blocks_free(). */
void blocks_collect(const struct verdict *, struct blocks *);
void blocks_free(struct blocks *);

/*
 * The first line, or the whole block with its hint and commands.  `local`: on
 * a developer's machine, where faults of the server can be told.  `landed`: the
 * push is accepted, and it is too late to amend what was only warned of.
 */
void block_head(const struct block *, bool local, struct text *);
void block_add(const struct block *, bool local, bool landed, struct text *);

#endif
