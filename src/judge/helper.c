/* Some of many changes, looked at by a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge/judging.h"

/* Below this a second process costs more than it saves. */
enum { HELPED_LEAST = 500 };

/* Changes that are taken at a time. */
enum { PIECE = 32 };

/* No name of a reviewer is longer; a longer one is a damaged answer. */
enum { NAME_LIMIT = 1 << 20 };

struct helper {
	struct subject *subject;
	struct looks *looks;
	struct range *range;
	size_t pieces;
	atomic_size_t *taken; /* of them, by both of us; shared memory */
	int answers;          /* a pipe */
	pid_t pid;
};

/* What it says when there is no more to take; of each rule follows below. */
struct account {
	size_t pieces;
	int64_t tree_entries, paths; /* spent */
};

/* The witnesses' names follow. */
struct answer {
	bool about, broken;
	enum proof proof;
	size_t names;
};

static bool
piece_take(struct helper *helper)
{
	return atomic_fetch_add(helper->taken, 1) < helper->pieces;
}

/* False once every rule is broken. */
static bool
pieces_look(struct helper *helper, size_t first, size_t end)
{
	size_t count = helper->range->gain.count;

	return looks_take(helper->subject, helper->looks, helper->range,
	    first * PIECE, end * PIECE < count ? end * PIECE : count);
}

static void
leave(void)
{
	_exit(1);
}

static void
put(int fd, const void *data, size_t len)
{
	const char *at = data;
	ssize_t n;

	for (; len > 0; at += n, len -= (size_t)n)
		if ((n = write(fd, at, len)) <= 0)
			leave();
}

static void
answer_put(int fd, const struct look *look)
{
	const struct witnesses *witnesses = &look->findings.witnesses;
	struct answer answer;

	memset(&answer, 0, sizeof answer);
	answer.about = look->about;
	answer.broken = look->broken;
	answer.proof = witnesses->proof;
	answer.names = witnesses->count;
	put(fd, &answer, sizeof answer);
	for (size_t i = 0; i < witnesses->count; i++) {
		size_t len = strlen(witnesses->names[i]);

		put(fd, &len, sizeof len);
		put(fd, witnesses->names[i], len);
	}
}

static _Noreturn void
help(struct helper *helper, int fd)
{
	struct judging *j = helper->subject->judging;
	struct judge_input input = *j->input;
	const struct budget before = j->budget;
	struct account account = {0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGXCPU, SIG_DFL);
	mem_on_exhaustion(leave);
	input.progress = NULL;
	j->input = &input;
	while (piece_take(helper)) {
		size_t left = helper->pieces - account.pieces++;

		if (!pieces_look(helper, left - 1, left))
			leave();
	}
	account.tree_entries = j->budget.tree_entries - before.tree_entries;
	account.paths = j->budget.paths - before.paths;
	put(fd, &account, sizeof account);
	for (size_t i = 0; i < helper->looks->count; i++)
		answer_put(fd, &helper->looks->list[i]);
	_exit(0);
}

static bool
processor_to_spare(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 &&
	       CPU_COUNT(&set) > 1;
}

static bool
helper_start(struct helper *helper)
{
	int ends[2];

	helper->taken = mmap(NULL, sizeof *helper->taken,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (helper->taken == MAP_FAILED)
		return false;
	if (pipe2(ends, O_CLOEXEC) == -1) {
		munmap(helper->taken, sizeof *helper->taken);
		return false;
	}
	if ((helper->pid = fork()) == 0)
		help(helper, ends[1]);
	close(ends[1]);
	helper->answers = ends[0];
	return true;
}

/* End it, whatever it is at. */
static void
helper_end(struct helper *helper)
{
	close(helper->answers);
	munmap(helper->taken, sizeof *helper->taken);
	if (helper->pid == -1)
		return;
	kill(helper->pid, SIGKILL);
	while (waitpid(helper->pid, NULL, 0) == -1 && errno == EINTR)
		;
}

/* All of it, within the time there is. */
static bool
get(const struct helper *helper, void *data, size_t len)
{
	const struct deadline *deadline =
	    &helper->subject->judging->budget.deadline;
	struct pollfd wait = {.fd = helper->answers, .events = POLLIN};
	char *at = data;
	ssize_t n;

	for (; len > 0; at += n, len -= (size_t)n) {
		int64_t left = deadline->at - clock_ticks();

		if (left <= 0 || poll(&wait, 1, (int)left) != 1 ||
		    (n = read(helper->answers, at, len)) <= 0)
			return false;
	}
	return true;
}

static bool
answer_get(const struct helper *helper, struct arena *arena,
    struct answer *answer, struct witnesses *witnesses)
{
	if (!get(helper, answer, sizeof *answer) ||
	    answer->names > REVIEWER_LIMIT)
		return false;
	for (size_t i = 0; i < answer->names; i++) {
		size_t len;
		char *name;

		if (!get(helper, &len, sizeof len) || len > NAME_LIMIT)
			return false;
		name = arena_zero(arena, len + 1);
		if (!get(helper, name, len))
			return false;
		witnesses_add(witnesses, answer->proof, name, arena);
	}
	return true;
}

/* Over a limit every rule is to be looked at again. */
static bool
spend(struct budget *budget, const struct account *account)
{
	budget->tree_entries += account->tree_entries;
	budget->paths += account->paths;
	return budget->tree_entries <= budget->limits.tree_entries &&
	       budget->paths <= budget->limits.paths;
}

/* What it found joins what we found.  False if it did not do `pieces`. */
static bool
answers_join(struct helper *helper, size_t pieces)
{
	struct judging *j = helper->subject->judging;
	struct arena *arena = &j->verdict->arena;
	struct account account;
	struct looks *looks = helper->looks;
	struct answer *answers =
	    arena_zero(arena, (looks->count + 1) * sizeof *answers);
	struct witnesses *witnesses =
	    arena_zero(arena, (looks->count + 1) * sizeof *witnesses);
	bool within;

	if (!get(helper, &account, sizeof account) || account.pieces != pieces)
		return false;
	for (size_t i = 0; i < looks->count; i++)
		if (!answer_get(helper, arena, &answers[i], &witnesses[i]))
			return false;
	within = spend(&j->budget, &account);
	for (size_t i = 0; i < looks->count; i++) {
		struct look *look = &looks->list[i];

		if (look->range != helper->range)
			continue;
		look->about = look->about || answers[i].about;
		look->broken = look->broken || answers[i].broken || !within;
		witnesses_join(&look->findings.witnesses, &witnesses[i], arena);
	}
	return true;
}

bool
looks_share(struct subject *s, struct looks *looks, struct range *range)
{
	struct helper helper = {.subject = s,
	    .looks = looks,
	    .range = range,
	    .pieces = (range->gain.count + PIECE - 1) / PIECE};
	size_t ours = 0;
	bool open = true;

	if (range->gain.count < HELPED_LEAST || !processor_to_spare() ||
	    !helper_start(&helper))
		return false;
	for (; open && piece_take(&helper); ours++)
		open = pieces_look(&helper, ours, ours + 1);
	if (open && ours < helper.pieces &&
	    !answers_join(&helper, helper.pieces - ours))
		pieces_look(&helper, ours, helper.pieces);
	helper_end(&helper);
	return true;
}
