/* States that a branch was in, but that are not accepted everywhere. */
#include <stdlib.h>
#include <string.h>

#include "git/graph.h"

enum { SEEN = 1, LEAKS = 2, WITHHELD = 4 };

void
history_detour(struct history *h, const struct detour *detour)
{
	uint32_t n = node_of(h, &detour->at);
	uint32_t before = node_of(h, &detour->before);

	h->detours = mem_grow(h->detours, &h->detour_capacity,
	    h->detour_count + 1, sizeof *h->detours);
	h->detours[h->detour_count++] =
	    (struct node_detour){detour->branch, before, h->nodes[n].detour};
	h->nodes[n].detour = (uint32_t)h->detour_count;
}

static bool
accepts_branch(const struct history *h, const char *branch)
{
	for (size_t i = 0; i < h->branch_count; i++)
		if (strcmp(h->branches[i], branch) == 0)
			return true;
	return false;
}

uint32_t
state_before(const struct history *h, uint32_t n)
{
	const struct node *node = &h->nodes[n];

	for (uint32_t i = node->detour; i != 0; i = h->detours[i - 1].next)
		if (accepts_branch(h, h->detours[i - 1].branch))
			return h->detours[i - 1].before;
	return node->parent_count > 0 ? node->parents[0] : NO_NODE;
}

bool
state_leaks(const struct history *h, uint32_t n)
{
	return h->leaking && n < h->leak_capacity && (h->leaks[n] & LEAKS);
}

static unsigned char *
leak_of(struct history *h, uint32_t n)
{
	size_t before = h->leak_capacity;

	if (n >= before) {
		h->leaks = mem_grow(h->leaks, &h->leak_capacity,
		    n >= h->count ? n + 1 : h->count, sizeof *h->leaks);
		memset(h->leaks + before, 0, h->leak_capacity - before);
	}
	return &h->leaks[n];
}

/* A chain from its newest state down to what is known already. */
struct path {
	uint32_t *list;
	size_t count, capacity;
};

static int
path_walk(struct history *h, uint32_t n, struct path *path, struct error *err)
{
	path->count = 0;
	while (n != NO_NODE && !(*leak_of(h, n) & SEEN)) {
		if (node_read(h, n, err) == -1 ||
		    budget_time(h->budget, err) == -1)
			return -1;
		*leak_of(h, n) |= SEEN;
		path->list = mem_grow(path->list, &path->capacity,
		    path->count + 1, sizeof *path->list);
		path->list[path->count++] = n;
		n = state_before(h, n);
	}
	/* The last one is where the rest is known from. */
	path->list = mem_grow(
	    path->list, &path->capacity, path->count + 1, sizeof *path->list);
	path->list[path->count] = n;
	return 0;
}

/* Back up the path: below which of its states is one that is withheld? */
static void
path_judge(struct history *h, const struct path *path)
{
	uint32_t end = path->list[path->count];
	bool leaks = false;

	/* What leaks, or is withheld itself, is so for all above it. */
	if (end != NO_NODE)
		leaks = *leak_of(h, end) & LEAKS ||
			(*leak_of(h, end) & WITHHELD &&
			    h->nodes[end].state != h->walk);
	for (size_t i = path->count; i > 0; i--) {
		uint32_t n = path->list[i - 1];

		if (leaks)
			*leak_of(h, n) |= LEAKS;
		/* A baseline is the administrator's word. */
		if (!(*leak_of(h, n) & WITHHELD) ||
		    h->nodes[n].whole == h->walk)
			continue;
		h->nodes[n].state = 0;
		leaks = true;
	}
}

int
states_withhold(
    struct history *h, const struct states *states, struct error *err)
{
	struct path path = {NULL, 0, 0};
	int result = 0;

	h->leaking = states->withheld_count > 0;
	if (!h->leaking)
		return 0;
	if (h->leak_capacity > 0)
		memset(h->leaks, 0, h->leak_capacity);
	for (size_t i = 0; i < states->withheld_count; i++)
		*leak_of(h, node_of(h, &states->withheld[i])) |= WITHHELD;
	for (size_t i = 0; result == 0 && i < states->tip_count; i++) {
		result =
		    path_walk(h, node_of(h, &states->tips[i].id), &path, err);
		if (result == 0 && (i > 0 || !states->own))
			path_judge(h, &path);
	}
	free(path.list);
	return result;
}
