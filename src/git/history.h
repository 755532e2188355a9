/*
 * What a protected ref gains: accepted states, changes and their members
 * (judging.md, 3).
 *
 * A walk of our own over a table in which every commit is read once.  Nothing
 * is decided by a date: dates only choose the order in which commits are
 * read, so a lie costs time and never changes an answer.
 */
#ifndef GIT_HISTORY_H
#define GIT_HISTORY_H

#include <stdbool.h>

#include "base/budget.h"
#include "base/mem.h"
#include "git/commit.h"
#include "git/repo.h"

struct history;

/* All arguments are borrowed until history_free(). */
struct history *history_new(struct repo *, struct budget *, struct arena *);
void history_free(struct history *);

/*
 * Accepted states: the first-parent chains of `tips`, and everything at or
 * before `baseline`.  A baseline commit that is not there accepts nothing.
 */
struct states {
	const struct tip {
		const char *branch; /* NULL: of none */
		struct oid id;
	} * tips;
	size_t tip_count;
	const struct oid *baseline;
	size_t baseline_count;
	/*
	 * States on those chains that are not accepted after all, though what
	 * is above them is: a walk then goes on below accepted states to find
	 * these.  With `own` the chain of the first tip is accepted in any
	 * case.  They are looked for only where the care is HISTORY_EXACT.
	 */
	const struct oid *withheld;
	size_t withheld_count;
	bool own;
};

/*
 * A state whose branch was not at its first parent before, but at another
 * commit: what lies on the first-parent chain between was never a state of this
 * branch.  For all walks from now on that accept states of it; the name is
 * borrowed.
 */
struct detour {
	const char *branch;
	struct oid at, before;
};
void history_detour(struct history *, const struct detour *);

/* One change: a commit of the chain, and what else it brings. */
struct gained {
	const struct commit *commit;
	const struct commit **others; /* members but for `commit` itself */
	size_t other_count;
	struct oid base_tree; /* of C^1; only if has_base */
	bool has_base;
};

struct gain {
	struct gained *changes; /* oldest first */
	size_t count;
	size_t commits;   /* changes and members, each counted once */
	size_t members;   /* the same, counted in every change they are in */
	bool meets_state; /* the chain came to an accepted state... */
	struct oid met;   /* ...and this is it */
};

/*
 * How sure a walk has to be.  A FAST one may list changes and members that a
 * lie about dates, or a state it has not met yet, kept it from recognising as
 * accepted: never too few, sometimes too many.  An EXACT one reads all states
 * first.  So what holds for a FAST gain holds, and what does not is looked at
 * again.
 */
enum history_care { HISTORY_FAST, HISTORY_EXACT };

/*
 * The changes from `tip` back to the first accepted state (or to a root).
 * Commits are parsed strictly.  0, or -1 ("object.*").
 */
int history_gain(struct history *, const struct oid *tip, const struct states *,
    enum history_care, struct gain *, struct error *);

/*
 * The gain as one change with content diff(old, tip): for an update whose old
 * value is not on the first-parent chain, where the policy allows that.
 */
int history_gain_whole(struct history *, const struct oid *tip,
    const struct oid *old, const struct states *, enum history_care,
    struct gain *, struct error *);

/* The change of the tip alone, whatever lies before it. */
int history_gain_tip(struct history *, const struct oid *tip,
    const struct states *, struct gain *, struct error *);

/* Is `old` an ancestor of `tip` (or the same)?  1, 0 or -1. */
int history_descends(struct history *, const struct oid *tip,
    const struct oid *old, struct error *);

/*
 * The one best common ancestor of two commits.  1 with `*base`; 0 where they
 * have none, or several of which none is before another; -1.  Dates can make
 * this answer 0 where there is one, never name a wrong one.
 */
int history_merge_base(struct history *, const struct oid *, const struct oid *,
    struct oid *base, struct error *);

/* The tree of a commit.  0 or -1. */
int history_tree(struct history *, const struct oid *commit, struct oid *tree,
    struct error *);

/* Is the commit an accepted state?  1, 0 or -1. */
int history_is_state(struct history *, const struct states *,
    const struct oid *commit, struct error *);

#endif
