/* Some of many changes, looked at by a thread that has a judge of its own. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "judge/judging.h"

/* Below this a second thread costs more than it saves. */
enum { HELPED_LEAST = 500 };

/* Changes that are taken at a time. */
enum { PIECE = 16 };

/* What looking at that many takes each of the two. */
static const size_t room_bytes = (size_t)4 << 20;

/* No recursion here is deep. */
static const size_t stack_bytes = (size_t)2 << 20;

/*
 * The two share what is not changed any more (the push and the commits of the
 * range) and the number of pieces taken; all else each has for itself.
 */
struct helper {
	const struct subject *asked;
	const struct looks *wanted;
	const struct range *whole;
	size_t pieces;
	atomic_size_t taken; /* of them, by both */

	struct budget before;

	pthread_t thread;
	size_t done; /* by it */
	struct judge_input input;
	struct verdict verdict; /* its arena only */
	struct judging judging;
	struct subject subject;
	struct range range;
	struct looks looks; /* in the order of those wanted */
};

static bool
piece_take(struct helper *helper)
{
	return atomic_fetch_add(&helper->taken, 1) < helper->pieces;
}

/* False once nothing holds. */
static bool
pieces_look(struct subject *s, struct looks *looks, struct range *range,
    size_t first, size_t end)
{
	size_t count = range->gain.count;

	return looks_take(s, looks, range, first * PIECE,
	    end * PIECE < count ? end * PIECE : count);
}

/* The same rule, of the policy read again. */
static const struct rule *
same_rule(const struct helper *helper, const struct rule *rule)
{
	return rule == NULL ? NULL
			    : helper->subject.policy->rules +
				  (rule - helper->asked->policy->rules);
}

static void
looks_copy(struct helper *helper)
{
	const struct looks *wanted = helper->wanted;
	struct arena *arena = &helper->verdict.arena;

	helper->looks.count = wanted->count;
	helper->looks.list =
	    arena_zero(arena, wanted->count * sizeof *helper->looks.list);
	for (size_t i = 0; i < wanted->count; i++) {
		const struct look *look = &wanted->list[i];

		helper->looks.list[i] = (struct look){
		    .rule = same_rule(helper, look->rule),
		    .range =
			look->range == helper->whole ? &helper->range : NULL,
		    .findings.arena = arena,
		};
	}
}

static void *
help(void *context)
{
	struct helper *helper = context;
	struct judge_input *input = &helper->input;
	struct error err;

	mem_expect(room_bytes);
	if (input->again(input->again_context, input, &err) == 0) {
		helper->subject.policy =
		    input->layers->list[helper->subject.layer];
		judging_begin(&helper->judging);
		looks_copy(helper);
		while (piece_take(helper)) {
			size_t left = helper->pieces - helper->done++;

			if (!pieces_look(&helper->subject, &helper->looks,
				&helper->range, left - 1, left))
				break;
		}
		judging_end(&helper->judging);
	}
	input->again_end(input);
	return NULL;
}

static bool
would_pay(const struct subject *s, const struct range *range)
{
	cpu_set_t set;

	return range->gain.count >= HELPED_LEAST &&
	       s->judging->input->again != NULL &&
	       sched_getaffinity(0, sizeof set, &set) == 0 &&
	       CPU_COUNT(&set) > 1;
}

/* Signals are for the first thread. */
static bool
helper_start(struct helper *helper)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	bool started;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started =
	    pthread_attr_setstacksize(&attributes, stack_bytes) == 0 &&
	    pthread_create(&helper->thread, &attributes, help, helper) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return started;
}

/* Over a limit every rule is to be looked at again. */
static bool
spend(struct budget *budget, const struct budget *before,
    const struct budget *theirs)
{
	budget->tree_entries += theirs->tree_entries - before->tree_entries;
	budget->paths += theirs->paths - before->paths;
	return budget->tree_entries <= budget->limits.tree_entries &&
	       budget->paths <= budget->limits.paths;
}

/* What it saw joins what we saw. */
static void
looks_join(struct helper *helper, struct looks *looks)
{
	struct judging *j = helper->asked->judging;
	bool within =
	    spend(&j->budget, &helper->before, &helper->judging.budget);

	for (size_t i = 0; i < looks->count; i++) {
		struct look *look = &looks->list[i];
		const struct look *theirs = &helper->looks.list[i];

		if (look->range != helper->whole)
			continue;
		look->about = look->about || theirs->about;
		look->broken = look->broken || theirs->broken || !within;
		witnesses_join(&look->findings.witnesses,
		    &theirs->findings.witnesses, &j->verdict->arena);
	}
}

static bool
share(struct subject *s, struct looks *looks, struct range *range)
{
	struct judging *j = s->judging;
	size_t count = range->gain.count, ours = 0;
	struct helper helper = {.asked = s,
	    .wanted = looks,
	    .whole = range,
	    .pieces = (count + PIECE - 1) / PIECE,
	    .before = j->budget,
	    .input = *j->input,
	    .judging = {.budget = j->budget, .today = j->today},
	    .subject = *s,
	    .range = {.gain = range->gain, .care = range->care}};

	helper.input.progress = NULL;
	helper.judging.input = &helper.input;
	helper.judging.verdict = &helper.verdict;
	helper.subject.judging = &helper.judging;
	helper.subject.ranges = NULL;
	if (!helper_start(&helper))
		return false;
	mem_expect(room_bytes);
	while (
	    piece_take(&helper) && pieces_look(s, looks, range, ours, ours + 1))
		ours++;
	/* Where nothing holds it need not go on. */
	atomic_fetch_add(&helper.taken, helper.pieces);
	pthread_join(helper.thread, NULL);
	if (helper.done > 0)
		looks_join(&helper, looks);
	looks_free(&helper.looks);
	arena_free(&helper.verdict.arena);
	return true;
}

bool
looks_share(struct subject *s, struct looks *looks, struct range *range)
{
	return would_pay(s, range) && share(s, looks, range);
}
