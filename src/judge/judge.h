/*
 * From ref updates to a verdict (judging.md).
 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "git/repo.h"
#include "judge/verdict.h"

/*
 * Pushes that were made before, judged again one after the other: what is read
 * for one serves the next.
 */
struct past;
/* Both are borrowed until past_free(). */
struct past *past_new(struct repo *, const struct limits *);
void past_free(struct past *);

struct judge_input {
	char id[PUSH_ID_SIZE]; /* of the push: push_id_make() */
	const struct push *push;
	const struct push_options *options;
	struct repo *repo;
	struct layers *layers;
	struct pusher pusher;
	const char *repository;
	const char *hook;
	/* On a developer's machine: the server's branches as they were last
	   seen
	   ("refs/remotes/origin/").  Old values are then taken as given, and
	   what only the server knows is not asked.  NULL in a hook. */
	const char *tracking;
	/* A push of the past: its old values are taken as given, its refs' own
	   states until then are all that is accepted, and what only the server
	   knew is not asked.  NULL in a hook. */
	struct past *past;
	long today; /* days since 1970; 0: by the clock */
	/* Called for every rule that some change of the push is about; may be
	   NULL. */
	void (*met)(void *, const struct rule *);
	void *met_context;
	/* How many pushes have used an exception since that day (-1: it could
	   not be told).  NULL where that can not be known. */
	int64_t (*uses)(
	    void *, const char *exception, long since, struct error *);
	void *uses_context;
	/* Fill in the marks there are on states of this repository, whose array
	   the judge frees and whose texts are put into the arena.  0 or -1.
	   NULL where they can not be known. */
	int (*marks)(
	    void *, struct arena *, struct state_marks *, struct error *);
	void *marks_context;
	void (*progress)(void *, size_t judged); /* or NULL; now and then */
	void *progress_context;
	/* Read the layers and open the repository once more, for a thread that
	   judges beside this one: the two shall share nothing that changes.  0
	   or -1; what was set is freed by the other in either case.  NULL:
	   there is to be one thread. */
	int (*again)(void *, struct judge_input *, struct error *);
	void (*again_end)(struct judge_input *);
	void *again_context;
};

/*
 * Judge all updates.  Fills `verdict`, whose outcomes all begin as "refuse"; a
 * question that could not be answered is an outcome "error", never "accept".
 */
void judge(const struct judge_input *, struct verdict *);

/* Of an exception in `verdict->used` nothing is left after all: what it waived
 * stands again, and the outcomes are what that makes of them. */
void judge_spent(struct verdict *, const struct exception *);

/* A verdict for a push that could not be judged at all. */
void judge_failure(
    const struct judge_input *, const struct error *, struct verdict *);

/* A verdict for an update that was judged before, and accepted, as the push
 * `input->id`. */
void judge_accepted(const struct judge_input *, struct verdict *);

#endif
