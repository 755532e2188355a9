/* The later half of many changes, looked at by a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge/judging.h"

/* Below this a second process costs more than it saves. */
enum { HELPED_LEAST = 2000 };

/* No name of a reviewer is longer; a longer one is a damaged answer. */
enum { NAME_LIMIT = 1 << 20 };

struct helper {
	const struct range *range;
	size_t first; /* of its changes */
	int answers;  /* a pipe; -1 once it is of no more use */
	pid_t pid;
	int64_t tree_entries, paths; /* it spent, by its last answer */
};

/* What it says of a rule that nothing breaks; the reviewers' names follow. */
struct answer {
	size_t rule; /* of the policy */
	int64_t tree_entries, paths;
	enum proof proof;
	size_t reviewers;
	bool about;
};

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
answer_put(int fd, const struct answer *answer, const struct findings *findings)
{
	put(fd, answer, sizeof *answer);
	for (size_t i = 0; i < answer->reviewers; i++) {
		size_t len = strlen(findings->reviewers[i]);

		put(fd, &len, sizeof len);
		put(fd, findings->reviewers[i], len);
	}
}

/* Look fast at changes from `first` on; whatever is not as it should be is the
 * parent's to look at, so it ends the process. */
static _Noreturn void
help(struct subject *s, struct range *range, size_t first, int fd)
{
	struct judge_input input = *s->judging->input;
	const struct budget before = s->judging->budget;
	struct error err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGXCPU, SIG_DFL);
	mem_on_exhaustion(leave);
	input.progress = NULL;
	s->judging->input = &input;
	for (size_t i = 0; i < s->policy->rule_count; i++) {
		const struct rule *rule = &s->policy->rules[i];
		struct findings findings = {
		    .arena = &s->judging->verdict->arena};
		struct answer answer;

		if (!rule_applies(rule, s->ref->update->ref) ||
		    range_for(s, rule, HISTORY_FAST, &err) != range)
			continue;
		memset(&answer, 0, sizeof answer);
		answer.rule = i;
		if (changes_look(s, rule, range, first, range->gain.count - 1,
			&findings, &answer.about, &err) == -1 ||
		    findings.count > 0)
			leave();
		answer.tree_entries =
		    s->judging->budget.tree_entries - before.tree_entries;
		answer.paths = s->judging->budget.paths - before.paths;
		answer.proof = findings.proof;
		answer.reviewers = findings.reviewer_count;
		answer_put(fd, &answer, &findings);
	}
	_exit(0);
}

static bool
processor_to_spare(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 &&
	       CPU_COUNT(&set) > 1;
}

struct helper *
helper_start(struct subject *s, struct range *range)
{
	struct helper *helper;
	size_t first = range->gain.count - range->gain.count / 2;
	int ends[2];
	pid_t pid;

	if (range->gain.count < HELPED_LEAST || !processor_to_spare() ||
	    pipe2(ends, O_CLOEXEC) == -1)
		return NULL;
	if ((pid = fork()) == 0)
		help(s, range, first, ends[1]);
	close(ends[1]);
	if (pid == -1) {
		close(ends[0]);
		return NULL;
	}
	helper = mem_zero(sizeof *helper);
	helper->range = range;
	helper->first = first;
	helper->answers = ends[0];
	helper->pid = pid;
	return helper;
}

/* End it, whatever it is at; what it was given to do it has not done. */
static void
helper_end(struct helper *helper)
{
	if (helper->answers == -1)
		return;
	close(helper->answers);
	helper->answers = -1;
	kill(helper->pid, SIGKILL);
	while (waitpid(helper->pid, NULL, 0) == -1 && errno == EINTR)
		;
}

void
helper_free(struct helper *helper)
{
	if (helper == NULL)
		return;
	helper_end(helper);
	free(helper);
}

size_t
helper_first(const struct helper *helper, const struct range *range)
{
	if (helper == NULL || helper->answers == -1 || helper->range != range)
		return range->gain.count;
	return helper->first;
}

/* All of it, within the time there is. */
static bool
get(const struct helper *helper, const struct deadline *deadline, void *data,
    size_t len)
{
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
answer_get(const struct helper *helper, const struct deadline *deadline,
    struct answer *answer, struct findings *theirs)
{
	size_t len;

	if (!get(helper, deadline, answer, sizeof *answer) ||
	    answer->reviewers > REVIEWER_LIMIT)
		return false;
	for (size_t i = 0; i < answer->reviewers; i++) {
		char *name;

		if (!get(helper, deadline, &len, sizeof len) ||
		    len > NAME_LIMIT)
			return false;
		name = arena_zero(theirs->arena, len + 1);
		if (!get(helper, deadline, name, len))
			return false;
		findings_accepted(theirs, answer->proof, name);
	}
	theirs->proof = answer->proof;
	return true;
}

/* The answer for a rule; those passed over are of rules that broke before. */
static bool
answer_find(const struct helper *helper, const struct deadline *deadline,
    size_t rule, struct answer *answer, struct findings *theirs)
{
	do {
		findings_free(theirs);
		if (!answer_get(helper, deadline, answer, theirs))
			return false;
	} while (answer->rule < rule);
	return answer->rule == rule;
}

/* Take over what it spent since it was asked last. */
static bool
spend(struct helper *helper, struct budget *budget, const struct answer *answer)
{
	budget->tree_entries += answer->tree_entries - helper->tree_entries;
	budget->paths += answer->paths - helper->paths;
	helper->tree_entries = answer->tree_entries;
	helper->paths = answer->paths;
	return budget->tree_entries <= budget->limits.tree_entries &&
	       budget->paths <= budget->limits.paths;
}

bool
helper_holds(struct helper *helper, struct subject *s, const struct rule *rule,
    struct findings *findings, bool *about)
{
	struct budget *budget = &s->judging->budget;
	struct findings theirs = {.arena = findings->arena};
	struct answer answer;
	bool good = answer_find(helper, &budget->deadline,
			(size_t)(rule - s->policy->rules), &answer, &theirs) &&
		    spend(helper, budget, &answer);

	if (good) {
		*about = *about || answer.about;
		for (size_t i = 0; i < theirs.reviewer_count; i++)
			findings_accepted(
			    findings, theirs.proof, theirs.reviewers[i]);
	} else {
		/* We look for ourselves, and spend it for ourselves. */
		budget->tree_entries -= helper->tree_entries;
		budget->paths -= helper->paths;
		helper_end(helper);
	}
	findings_free(&theirs);
	return good;
}
