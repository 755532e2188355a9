/* Common ancestors of two commits, by paint. */
#include "git/graph.h"

/*
 * What the two commits reach is painted, each in its colour.
 * Behind what has both everything is STALE: a common ancestor, but not a best
 * one.  A best one is reached through commits that are no common ancestors
 * alone, so once nothing fresh waits all best ones have both colours; of
 * several, some may be stale without its being known yet.
 */
enum { OURS = 1, THEIRS = 2, BOTH = 3, STALE = 4, WAITING = 8 };

struct painting {
	size_t fresh;   /* nodes that wait and are not stale */
	size_t common;  /* nodes with both colours that are not stale */
	uint32_t sum;   /* of their numbers: of one, its number */
	int64_t oldest; /* date of any node that had both colours */
};

static bool
is_common(uint8_t paint)
{
	return (paint & (BOTH | STALE)) == BOTH;
}

static bool
is_fresh(uint8_t paint)
{
	return (paint & (WAITING | STALE)) == WAITING;
}

static void
paint_set(
    struct history *h, struct painting *painting, uint32_t n, uint8_t paint)
{
	uint8_t *old = &h->nodes[n].paint;

	if (is_fresh(*old) != is_fresh(paint))
		painting->fresh += is_fresh(paint) ? 1 : (size_t)-1;
	if (is_common(*old) != is_common(paint)) {
		painting->common += is_common(paint) ? 1 : (size_t)-1;
		painting->sum += is_common(paint) ? n : -n;
		if (h->nodes[n].date < painting->oldest)
			painting->oldest = h->nodes[n].date;
	}
	*old = paint;
}

static int
paint_add(struct history *h, struct painting *painting, uint32_t n,
    uint8_t colours, struct error *err)
{
	struct node *node;
	bool waits;

	if (node_read(h, n, err) == -1)
		return -1;
	node = &h->nodes[n];
	if (node->painted != h->walk)
		node->paint = 0;
	node->painted = h->walk;
	if ((node->paint | colours) == node->paint)
		return 0;
	waits = node->paint & WAITING;
	paint_set(h, painting, n, node->paint | colours | WAITING);
	if (!waits)
		heap_push(&h->wanted, n, node->date);
	return 0;
}

static int
paint_step(struct history *h, struct painting *painting, struct error *err)
{
	uint32_t n = heap_pop(&h->wanted);
	uint8_t colours = h->nodes[n].paint & (BOTH | STALE);

	paint_set(h, painting, n, colours);
	if ((colours & BOTH) == BOTH)
		colours |= STALE;
	for (uint32_t i = 0; i < h->nodes[n].parent_count; i++)
		if (paint_add(h, painting, h->nodes[n].parents[i], colours,
			err) == -1)
			return -1;
	return 0;
}

int
history_merge_base(struct history *h, const struct oid *ours,
    const struct oid *theirs, struct oid *base, struct error *err)
{
	struct painting painting = {.oldest = INT64_MAX};

	h->walk++;
	h->wanted.count = 0;
	if (paint_add(h, &painting, node_of(h, ours), OURS, err) == -1 ||
	    paint_add(h, &painting, node_of(h, theirs), THEIRS, err) == -1)
		return -1;
	while (painting.fresh > 0 ||
	       (painting.common > 1 && h->wanted.count > 0 &&
		   h->wanted.list[0].date >= painting.oldest))
		if (paint_step(h, &painting, err) == -1)
			return -1;
	if (painting.common != 1)
		return 0;
	*base = h->nodes[painting.sum].id;
	return 1;
}
