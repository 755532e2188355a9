/*
 * The values a ref had, followed through its records: does each decision begin
 * where the one before ended?
 *
 * A decision says what the ref was when it was judged, so every one of them is
 * a sight of the ref.  An accepted one says what the ref may become: it does
 * not before the push is over, and never where another hook refuses later.  So
 * a ref has its last known value or one that was accepted for it since; the
 * sight of anything else is a gap.
 */
#ifndef ADMIN_CHAIN_H
#define ADMIN_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/* A value the ref had. */
struct chain_past {
	struct oid value;
	uint64_t until; /* the record that showed it gone */
};

enum { CHAIN_PAST = 64 /* values; pushes that overlap are few */ };

/* A zeroed struct has seen nothing; chain_free() in the end. */
struct chain {
	bool seen;
	struct oid value;     /* the last that is certain */
	struct oid *accepted; /* what it may have become since */
	size_t count, capacity;
	struct chain_past past[CHAIN_PAST];
	size_t past_count;
};

/*
 * Record `number` tells that the ref had this value at some time since record
 * `began`.  False: no decision leads there, and the chain goes on from it.
 */
bool
chain_see(struct chain *, const struct oid *, uint64_t began, uint64_t number);

/* It may move from one to the other. */
void chain_accept(struct chain *, const struct oid *old, const struct oid *new);

/* Record `number` tells that it moved.  False as above. */
bool chain_land(struct chain *, const struct oid *old, const struct oid *new,
    uint64_t number);

/* May it have this value now? */
bool chain_allows(const struct chain *, const struct oid *);
void chain_free(struct chain *);

#endif
