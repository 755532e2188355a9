/* What the hooks share: a beginning, an answer and an end. */
#ifndef HOOK_HOOK_H
#define HOOK_HOOK_H

#include "hook/walls.h"
#include "judge/judge.h"

struct hook {
	const char *path; /* argv[0]: a hook kept beside it runs after ours */
	char *git_dir;    /* of the repository, not of a worktree */
	bool is_lost;     /* that could not be told */
	struct walls walls;
	struct layers layers;
	struct push push;
	struct push_options options;
	struct judge_input input;
	struct verdict verdict;
	struct arena arena;
	int64_t started; /* clock_ticks() */
	int64_t last_progress;
	bool recorded; /* an accept is on record already */
};

/* Signals, limits, the id of the push; nothing that can fail. */
void hook_begin(struct hook *, const char *name, const char *path);

/* Prepare a record of an error, for when there is no memory or time to judge.
 */
void hook_last_words(struct hook *);

/* Policy and repository.  0 or -1; the hook can answer after either. */
int hook_open(struct hook *, struct error *);

/* Record that the push is going to be judged.  0 or -1. */
int hook_record_begin(struct hook *, struct error *);

/*
 * For an update hook: has pre-receive accepted just this, moments ago?  Then
 * the verdict is set, and is on record.
 */
bool hook_was_accepted(struct hook *);

/* Record which refs of the push have moved.  0 or -1. */
int hook_record_landed(struct hook *, struct error *);

/*
 * Record and tell the verdict.  Returns the exit status: 0 only if every ref is
 * accepted, a hook kept beside ours agrees, and every record is written.
 */
int hook_answer(struct hook *);
void hook_end(struct hook *);

#endif
