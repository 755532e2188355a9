/*
 * The table of commits behind the walks of history.h, for its own files:
 * graph.c reads commits into it, history.c finds changes and states,
 * withheld.c those that are none after all, merge_base.c common ancestors,
 * series.c what is not accepted.
 */
#ifndef GIT_GRAPH_H
#define GIT_GRAPH_H

#include <stdint.h>

#include "git/history.h"

#define NO_NODE UINT32_MAX

struct node {
	struct oid id, tree;
	int64_t date;
	const uint32_t *parents; /* nodes; known once `read` */
	uint32_t parent_count;
	bool read;
	uint32_t state, whole, chain; /* the walk that marked it so */
	uint32_t member;              /* the change that listed it last */
	uint32_t place;               /* on the chain, newest first */
	const struct commit *commit;  /* parsed strictly, or NULL */
	uint32_t listed;  /* the walk that counted it for its gain */
	uint32_t painted; /* the walk that put `paint` on it */
	uint8_t paint;
	bool counted;    /* against limits.commits */
	uint32_t detour; /* number of its newest one, from 1; 0: none */
};

/* Nodes waiting to be looked at, the newest first. */
struct heap {
	struct heap_entry {
		int64_t date;
		uint32_t node;
	} * list;
	size_t count, capacity;
};

struct node_detour {
	const char *branch;
	uint32_t before, next; /* `next`: the number of an older one, or 0 */
};

struct history {
	struct repo *repo;
	struct budget *budget;
	struct arena *arena;
	struct node *nodes;
	size_t count, capacity;
	uint32_t *slots; /* open addressing; a power of two of them */
	size_t slot_count;
	uint64_t seed;   /* ids are the pusher's choice, collisions are not */
	uint32_t walk;   /* the mark of the walk under way */
	uint32_t change; /* the mark of the change whose members are listed */
	struct heap states, wanted;
	uint32_t *chain; /* of the walk under way, newest first */
	size_t chain_count, chain_capacity;
	uint32_t met; /* the state at which the chain ends, or NO_NODE */
	struct node_detour *detours;
	size_t detour_count, detour_capacity;
	const char **branches; /* whose states this walk accepts */
	size_t branch_count, branch_capacity;
	bool leaking;         /* some states are withheld from this walk */
	unsigned char *leaks; /* by node; see withheld.c */
	size_t leak_capacity;
};

void heap_push(struct heap *, uint32_t node, int64_t date);
uint32_t heap_pop(struct heap *); /* of a heap that is not empty */

/* The node of a commit, made at the first meeting; the table may move. */
uint32_t node_of(struct history *, const struct oid *);

/* Read what a walk needs of a commit: tree, parents, date.  0 or -1. */
int node_read(struct history *, uint32_t node, struct error *);

/* The state before this one on its chain, which is read; or NO_NODE. */
uint32_t state_before(const struct history *, uint32_t node);

/* Take what is withheld from the states, all of which were met; mark those it
 * is below of.  0 or -1. */
int states_withhold(struct history *, const struct states *, struct error *);

/* Is a state below this one withheld? */
bool state_leaks(const struct history *, uint32_t node);

/* The strictly parsed commit, or NULL: all that is gained goes through it. */
const struct commit *
node_commit(struct history *, uint32_t node, struct error *);

/* Begin a walk with these accepted states; with care EXACT all are met. */
int states_begin(
    struct history *, const struct states *, enum history_care, struct error *);

/* Meet all states that say they are from `date` or later. */
int states_until(struct history *, int64_t date, struct error *);

/* Has the walk under way met it as a state? */
bool is_state(const struct history *, uint32_t node);

#endif
