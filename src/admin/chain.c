/* Following a ref through its records. */
#include "admin/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
chain_free(struct chain *chain)
{
	free(chain->accepted);
	*chain = (struct chain){0};
}

static bool
is_accepted(const struct chain *chain, const struct oid *value)
{
	for (size_t i = 0; i < chain->count; i++)
		if (oid_equal(&chain->accepted[i], value))
			return true;
	return false;
}

bool
chain_allows(const struct chain *chain, const struct oid *value)
{
	return !chain->seen || oid_equal(&chain->value, value) ||
	       is_accepted(chain, value);
}

void
chain_accept(struct chain *chain, const struct oid *old, const struct oid *new)
{
	/* git moves a ref only from the value that was judged. */
	if (!oid_equal(&chain->value, old) || chain_allows(chain, new))
		return;
	chain->accepted = mem_grow(chain->accepted, &chain->capacity,
	    chain->count + 1, sizeof *chain->accepted);
	chain->accepted[chain->count++] = *new;
}

static bool
had(const struct chain *chain, const struct oid *value, uint64_t began)
{
	for (size_t i = 0; i < chain->past_count; i++)
		if (chain->past[i].until >= began &&
		    oid_equal(&chain->past[i].value, value))
			return true;
	return false;
}

static void
move_to(struct chain *chain, const struct oid *value, uint64_t number)
{
	if (chain->past_count == CHAIN_PAST)
		memmove(chain->past, chain->past + 1,
		    --chain->past_count * sizeof *chain->past);
	if (chain->seen)
		chain->past[chain->past_count++] =
		    (struct chain_past){chain->value, number};
	chain->value = *value;
	chain->seen = true;
	chain->count = 0;
}

bool
chain_see(struct chain *chain, const struct oid *value, uint64_t began,
    uint64_t number)
{
	bool allowed = chain_allows(chain, value);

	if (chain->seen && oid_equal(&chain->value, value))
		return true;
	/* A push that took long to judge saw what is gone by now. */
	if (!allowed && had(chain, value, began))
		return true;
	move_to(chain, value, number);
	return allowed;
}

bool
chain_land(struct chain *chain, const struct oid *old, const struct oid *new,
    uint64_t number)
{
	bool allowed = chain_allows(chain, new);

	if (oid_equal(&chain->value, new) && chain->seen)
		return true;
	/* Pushes that came after may be on record before it. */
	if (!oid_equal(&chain->value, old) && had(chain, new, 0))
		return true;
	move_to(chain, new, number);
	return allowed;
}
