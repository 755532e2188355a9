/* Judge past changes, each in one of several processes. */
#include "admin/replay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "git/object.h"

enum {
	WORKER_LIMIT = 16,
	FLUSH_AT = 16384, /* bytes a worker keeps back */
	SECONDS_A_DAY = 24 * 60 * 60,
};

/* ---- what there is to judge */

/* One commit of the chain.  1; 0 if it is a root; -1. */
static int
change_read(struct repo *repo, const struct oid *id, int64_t size_limit,
    struct past_change *change, struct error *err)
{
	struct object object;
	struct oid tree;
	int parents;

	if (object_read(repo, id, OBJECT_COMMIT, (size_t)size_limit, &object,
		err) == -1)
		return -1;
	change->commit = *id;
	parents = commit_skim(id, object.data, object.size, &tree,
	    &change->parent, 1, &change->date, err);
	object_release(&object);
	return parents > 0 ? 1 : parents;
}

static void
changes_reverse(struct replay *replay)
{
	struct past_change *list = replay->changes, swap;

	for (size_t i = 0, k = replay->count; i + 1 < k; i++) {
		swap = list[i];
		list[i] = list[--k];
		list[k] = swap;
	}
}

static int
collect_from(
    struct replay *replay, struct repo *repo, int64_t since, struct error *err)
{
	struct ref ref;
	struct oid id;
	int more = 1;

	if (refs_read(repo_refs(repo), replay->ref, &ref, err) == -1)
		return -1;
	if (ref.kind != REF_DIRECT)
		return error_set(
		    err, "%s: no such ref", ref_shown(replay->ref));
	for (id = ref.id; more == 1;) {
		struct past_change *change;

		replay->changes = mem_grow(replay->changes, &replay->capacity,
		    replay->count + 1, sizeof *replay->changes);
		change = &replay->changes[replay->count];
		more = change_read(
		    repo, &id, replay->layers->limits.commit_size, change, err);
		if (more == 1 && change->date < since)
			break;
		id = change->parent;
		replay->count += more == 1;
	}
	changes_reverse(replay);
	return more == -1 ? -1 : 0;
}

int
replay_collect(struct replay *replay, int64_t since, struct error *err)
{
	struct repo *repo = repo_open(replay->repo, err);
	int result = -1;

	if (repo != NULL)
		result = collect_from(replay, repo, since, err);
	repo_close(repo);
	return result;
}

/* ---- a worker: it tells what it finds by a pipe */

enum news_kind { NEWS_MET, NEWS_VIOLATION, NEWS_JUDGED };

struct news {
	enum news_kind kind;
	size_t number;   /* of the change; NEWS_MET: of the rule, of all */
	int layer, rule; /* -1: none */
	enum outcome outcome;
	bool refuses;
	char code[24];
};

struct worker {
	struct replay *replay;
	struct repo *repo;
	struct past *past;
	bool *met; /* by this change, of each rule */
	size_t change;
	struct text out;
	int fd;
};

static int
flush(struct worker *worker)
{
	int result = write_all(worker->fd, worker->out.data, worker->out.len);

	worker->out.len = 0;
	return result;
}

static void
tell(struct worker *worker, const struct news *news)
{
	text_add_bytes(&worker->out, news, sizeof *news);
}

static int
layer_number(const struct layers *layers, const struct policy *policy)
{
	for (size_t i = 0; i < layers->count; i++)
		if (layers->list[i] == policy)
			return (int)i;
	return -1;
}

/* The number of a rule among those of all layers. */
static size_t
rule_number(const struct layers *layers, const struct rule *rule)
{
	size_t number = 0;

	for (size_t i = 0; layers->list[i] != rule->policy; i++)
		number += layers->list[i]->rule_count;
	return number + (size_t)(rule - rule->policy->rules);
}

static void
meet(void *context, const struct rule *rule)
{
	struct worker *worker = context;
	size_t number = rule_number(worker->replay->layers, rule);
	struct news news;

	if (worker->met[number])
		return;
	worker->met[number] = true;
	memset(&news, 0, sizeof news);
	news.kind = NEWS_MET;
	news.number = number;
	tell(worker, &news);
}

/* Was the same told of this change already? */
static bool
is_known(const struct ref_verdict *ref, size_t which)
{
	const struct violation *v = &ref->violations[which], *other;

	for (size_t i = 0; i < which; i++) {
		other = &ref->violations[i];
		if (other->rule == v->rule && other->policy == v->policy &&
		    violation_refuses(other) == violation_refuses(v) &&
		    strcmp(other->finding.code, v->finding.code) == 0)
			return true;
	}
	return false;
}

static void
tell_verdict(struct worker *worker, const struct ref_verdict *ref)
{
	struct news news;

	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *v = &ref->violations[i];

		if (v->waived_by != NULL || is_known(ref, i))
			continue;
		memset(&news, 0, sizeof news);
		news.kind = NEWS_VIOLATION;
		news.number = worker->change;
		news.layer = layer_number(worker->replay->layers, v->policy);
		news.rule =
		    v->rule != NULL ? (int)(v->rule - v->policy->rules) : -1;
		news.refuses = violation_refuses(v);
		memcpy(news.code, v->finding.code,
		    strnlen(v->finding.code, sizeof news.code - 1));
		tell(worker, &news);
	}
	memset(&news, 0, sizeof news);
	news.kind = NEWS_JUDGED;
	news.number = worker->change;
	news.outcome = ref->outcome;
	tell(worker, &news);
}

static void
change_judge(struct worker *worker)
{
	static const struct push_options options;
	struct replay *replay = worker->replay;
	const struct past_change *change = &replay->changes[worker->change];
	struct ref_update update = {
	    replay->ref, change->parent, change->commit};
	struct push push = {.updates = &update, .count = 1};
	const struct judge_input input = {.push = &push,
	    .options = &options,
	    .repo = worker->repo,
	    .layers = replay->layers,
	    .repository = "",
	    .hook = "replay",
	    .past = worker->past,
	    .today = (long)(change->date / SECONDS_A_DAY),
	    .met = meet,
	    .met_context = worker};
	struct verdict verdict;

	memset(worker->met, 0, replay->met_count * sizeof *worker->met);
	judge(&input, &verdict);
	tell_verdict(worker, &verdict.refs[0]);
	verdict_free(&verdict);
}

/* Judge changes from `first` up to `end`.  The exit status of the process. */
static int
work(struct replay *replay, size_t first, size_t end, int fd)
{
	struct worker worker = {.replay = replay, .change = first, .fd = fd};
	struct error err;
	int status = 1;

	worker.repo = repo_open(replay->repo, &err);
	if (worker.repo == NULL)
		return 1;
	worker.past = past_new(worker.repo, &replay->layers->limits);
	worker.met = mem_array(replay->met_count, sizeof *worker.met);
	for (; worker.change < end; worker.change++) {
		change_judge(&worker);
		if (worker.out.len >= FLUSH_AT && flush(&worker) == -1)
			goto out;
	}
	status = flush(&worker) == 0 ? 0 : 1;
out:
	past_free(worker.past);
	repo_close(worker.repo);
	free(worker.met);
	text_free(&worker.out);
	return status;
}

/* ---- the one that started them */

struct child {
	pid_t pid;
	int fd; /* -1: nothing more to read */
	struct text news;
	size_t counted, judged; /* news counted, and what they say so far */
};

static int
child_start(struct replay *replay, size_t first, size_t end,
    struct child *child, struct error *err)
{
	int fds[2];

	*child = (struct child){.pid = -1, .fd = -1};
	if (pipe(fds) == -1)
		return error_set(err, "pipe: %s", strerror(errno));
	if ((child->pid = fork()) == 0) {
		close(fds[0]);
		_exit(work(replay, first, end, fds[1]));
	}
	close(fds[1]);
	child->fd = fds[0];
	if (child->pid == -1)
		return error_set(err, "fork: %s", strerror(errno));
	return 0;
}

static void
child_read(struct child *child)
{
	char data[FLUSH_AT];
	ssize_t n = read(child->fd, data, sizeof data);

	if (n > 0) {
		text_add_bytes(&child->news, data, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		close(child->fd);
		child->fd = -1;
	}
}

static size_t
judged_count(struct child *children, size_t count)
{
	size_t sum = 0;
	struct news news;

	for (size_t i = 0; i < count; i++) {
		struct child *child = &children[i];

		for (; child->counted + sizeof news <= child->news.len;
		     child->counted += sizeof news) {
			memcpy(&news, child->news.data + child->counted,
			    sizeof news);
			child->judged += news.kind == NEWS_JUDGED;
		}
		sum += child->judged;
	}
	return sum;
}

static void
children_read(struct child *children, size_t count, size_t of,
    void (*progress)(size_t, size_t))
{
	struct pollfd fds[WORKER_LIMIT];
	bool open = true;

	while (open) {
		open = false;
		for (size_t i = 0; i < count; i++) {
			fds[i] = (struct pollfd){children[i].fd, POLLIN, 0};
			open = open || children[i].fd != -1;
		}
		if (!open || (poll(fds, count, -1) == -1 && errno != EINTR))
			break;
		for (size_t i = 0; i < count; i++)
			if (children[i].fd != -1 && fds[i].revents != 0)
				child_read(&children[i]);
		if (progress != NULL)
			progress(judged_count(children, count), of);
	}
}

static const struct policy *
layer_of(const struct replay *replay, int number)
{
	return number >= 0 ? replay->layers->list[number] : NULL;
}

static void
violation_keep(struct replay *replay, const struct news *news)
{
	struct past_violation *v;

	replay->violations =
	    mem_grow(replay->violations, &replay->violation_capacity,
		replay->violation_count + 1, sizeof *replay->violations);
	v = &replay->violations[replay->violation_count++];
	*v = (struct past_violation){.change = news->number,
	    .policy = layer_of(replay, news->layer),
	    .refuses = news->refuses};
	if (news->rule >= 0 && v->policy != NULL)
		v->rule = &v->policy->rules[news->rule];
	memcpy(v->code, news->code, sizeof v->code);
}

/* Take over what a child told.  The number of changes it judged. */
static size_t
news_take(struct replay *replay, const struct child *child)
{
	size_t judged = 0;
	struct news news;

	for (size_t at = 0; at + sizeof news <= child->news.len;
	     at += sizeof news) {
		memcpy(&news, child->news.data + at, sizeof news);
		switch (news.kind) {
		case NEWS_MET:
			replay->met[news.number]++;
			break;
		case NEWS_VIOLATION:
			violation_keep(replay, &news);
			break;
		case NEWS_JUDGED:
			replay->outcomes[news.number] =
			    (unsigned char)news.outcome;
			judged++;
			break;
		}
	}
	return judged;
}

static void
replay_prepare(struct replay *replay)
{
	for (size_t i = 0; i < replay->layers->count; i++)
		replay->met_count += replay->layers->list[i]->rule_count;
	replay->met = mem_array(replay->met_count, sizeof *replay->met);
	replay->outcomes = mem_array(replay->count, sizeof *replay->outcomes);
}

int
replay_judge(struct replay *replay, size_t workers,
    void (*progress)(size_t, size_t), struct error *err)
{
	struct child children[WORKER_LIMIT];
	size_t started = 0, judged = 0;
	int result = 0;

	if (workers > WORKER_LIMIT)
		workers = WORKER_LIMIT;
	replay_prepare(replay);
	for (; result == 0 && started < workers; started++)
		result = child_start(replay, replay->count * started / workers,
		    replay->count * (started + 1) / workers, &children[started],
		    err);
	children_read(children, started, replay->count, progress);
	for (size_t i = 0; i < started; i++) {
		if (children[i].pid > 0 &&
		    !process_ends_well(children[i].pid) && result == 0)
			result = error_set(err, "a worker failed");
		judged += news_take(replay, &children[i]);
		text_free(&children[i].news);
	}
	if (result == 0 && judged != replay->count)
		result = error_set(err, "only %zu of %zu changes were judged",
		    judged, replay->count);
	return result;
}

void
replay_free(struct replay *replay)
{
	free(replay->changes);
	free(replay->outcomes);
	free(replay->violations);
	free(replay->met);
}
