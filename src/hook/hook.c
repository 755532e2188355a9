/* The frame around the judge: from a process git started to an exit status. */
#include "hook/hook.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/place.h"
#include "base/sandbox.h"
#include "hook/chain.h"
#include "hook/parent.h"
#include "record/journal.h"
#include "record/recall.h"
#include "record/sinks.h"
#include "record/syslog.h"
#include "report/pusher.h"

enum {
	PROGRESS_AFTER = 2000, /* milliseconds of silence */
	PROGRESS_EVERY = 1000,
	CPU_GRACE = 5, /* seconds after limits.time for the kernel to step in */
	LAST_WORDS_TIME = 10, /* seconds */
	SYMREF_DEPTH = 5,     /* as git */
};

/* A sanitizer's shadow of the memory is more than any limit, and counts. */
#if defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* Ready before anything can go wrong: what is sent when all else has. */
static struct {
	struct syslog_sender *sender;
	const char *git_dir;
	char json[320];
	size_t seam;
} last_words;

static void
speak_last_words(void)
{
	const struct journal_line line = {last_words.json, last_words.seam};
	struct error err;
	int64_t seq;

	/* Should this hang, the signal ends it. */
	signal(SIGALRM, SIG_DFL);
	alarm(LAST_WORDS_TIME);
	syslog_send(
	    last_words.sender, LOG_ERR, line.json, strlen(line.json), &err);
	journal_append(last_words.git_dir, &line, 1, JOURNAL_FLUSH, &seq, &err);
}

static void
out_of_time(int signal)
{
	(void)signal;
	speak_last_words();
	_exit(1);
}

static const char *
git_dir(void)
{
	const char *dir = getenv("GIT_DIR");

	return dir != NULL && dir[0] != '\0' ? dir : ".";
}

void
hook_begin(struct hook *hook, const char *name, const char *path)
{
	const struct rlimit none = {0, 0};

	memset(hook, 0, sizeof *hook);
	hook->path = path;
	hook->started = clock_ticks();
	hook->input.hook = name;
	hook->input.push = &hook->push;
	hook->input.options = &hook->options;
	hook->input.layers = &hook->layers;
	signal(SIGPIPE, SIG_IGN);
	umask(S_IWGRP | S_IRWXO);
	setrlimit(RLIMIT_CORE, &none);

	push_id_make(hook->input.id);
}

void
hook_last_words(struct hook *hook)
{
	char now[25];
	int n;

	last_words.sender = syslog_open(place_syslog(), LOG_AUTHPRIV);
	last_words.git_dir = git_dir();
	n = snprintf(last_words.json, sizeof last_words.json,
	    "{\"v\":1,\"event\":\"decision\",\"id\":\"%s\",\"time\":\"%s\"",
	    hook->input.id, clock_format(clock_now(), now));
	last_words.seam = (size_t)n;
	snprintf(last_words.json + n, sizeof last_words.json - (size_t)n,
	    ",\"verdict\":\"error\",\"push\":\"refuse\","
	    "\"codes\":[\"internal.error\"],\"hook\":\"%s\"}",
	    hook->input.hook);
	mem_on_exhaustion(speak_last_words);
	signal(SIGXCPU, out_of_time);
}

static void
limit(int resource, int64_t value)
{
	struct rlimit now;

	if (getrlimit(resource, &now) == -1)
		return;
	if (now.rlim_cur == RLIM_INFINITY || (rlim_t)value < now.rlim_cur)
		now.rlim_cur = (rlim_t)value;
	setrlimit(resource, &now);
}

/* The last component of the repository's path, without ".git". */
static const char *
name_from_path(struct arena *arena, const char *path)
{
	const char *end = path + strlen(path), *start;

	while (end > path && end[-1] == '/')
		end--;
	for (start = end; start > path && start[-1] != '/';)
		start--;
	if (end - start > 4 && strncmp(end - 4, ".git", 4) == 0)
		end -= 4;
	return arena_bytes(arena, start, (size_t)(end - start));
}

static void
progress(void *context, size_t judged)
{
	struct hook *hook = context;
	int64_t now = clock_ticks();

	if (now - hook->started < PROGRESS_AFTER ||
	    now - hook->last_progress < PROGRESS_EVERY)
		return;
	hook->last_progress = now;
	dprintf(STDERR_FILENO, "judging: %zu changes looked at\n", judged);
}

/*
 * From here on nothing is written but the journal, and what ssh-keygen is given
 * to verify.  A hook that is run after ours would inherit the walls, so where
 * there is one there are none.
 */
static int
enter_sandbox(struct hook *hook, struct error *err)
{
	const char *journal =
	    arena_format(&hook->arena, "%s/refwarden", git_dir());
	const char *const writable[] = {
	    access(journal, F_OK) == 0 ? journal : git_dir(), "/tmp"};

	if (chain_exists(hook->path))
		return 0;
	return sandbox_enter(writable, 2, err);
}

static int64_t
uses(void *context, const char *exception, long since, struct error *err)
{
	const struct hook *hook = context;

	if (!hook->layers.log->journal)
		return error_code(err, "log.unavailable",
		    "max_uses of %s can be counted in a journal only",
		    exception);
	return recall_uses(git_dir(), exception, since, err);
}

int
hook_open(struct hook *hook, struct error *err)
{
	struct judge_input *input = &hook->input;
	int result = layers_load(git_dir(), &hook->layers, NULL, err);

	input->pusher =
	    pusher_from_environment(hook->layers.pusher, &hook->arena);
	input->repository = host_repository(&hook->arena);
	input->progress = progress;
	input->progress_context = hook;
	input->uses = uses;
	input->uses_context = hook;
	limit(RLIMIT_CPU, hook->layers.limits.time / 1000 + CPU_GRACE);
	if (!SANITIZED)
		limit(RLIMIT_DATA, hook->layers.limits.memory);
	if (result == 0 && (input->repo = repo_from_environment(err)) == NULL)
		result = -1;
	if (result == 0)
		result = enter_sandbox(hook, err);
	if (result == 0)
		result = layers_load_tree(&hook->layers, input->repo, err);
	if (input->repository == NULL) {
		char *path = realpath(git_dir(), NULL);

		input->repository = name_from_path(
		    &hook->arena, path != NULL ? path : git_dir());
		free(path);
	}
	return result;
}

static struct sinks
sinks_of(const struct hook *hook)
{
	return (struct sinks){hook->layers.log, git_dir()};
}

int
hook_record_begin(struct hook *hook, struct error *err)
{
	const struct sinks sinks = sinks_of(hook);
	struct records records = {0};
	int result;

	records_make_begin(&hook->input, parent_name(&hook->arena), &records);
	result = records_journal(&records, &sinks, err);
	records_free(&records);
	return result;
}

/* Is there a pre-receive beside this hook, whose answer we could find? */
static bool
has_pre_receive(struct hook *hook)
{
	const char *slash = strrchr(hook->path, '/');
	int length = slash != NULL ? (int)(slash + 1 - hook->path) : 0;

	return access(arena_format(
			  &hook->arena, "%.*spre-receive", length, hook->path),
		   X_OK) == 0;
}

bool
hook_was_accepted(struct hook *hook)
{
	const struct recall_question ask = {
	    .update = &hook->push.updates[0],
	    .user = hook->input.pusher.login,
	    .policy = hook->layers.hash,
	    .process = parent_name(&hook->arena),
	};
	struct error err;
	char id[PUSH_ID_SIZE];

	if (!hook->layers.log->journal || ask.user == NULL ||
	    ask.process == NULL || !has_pre_receive(hook) ||
	    recall_accepted(git_dir(), &ask, id, &err) != 1)
		return false;
	memcpy(hook->input.id, id, sizeof id);
	judge_accepted(&hook->input, &hook->verdict);
	hook->recorded = true;
	return true;
}

/* The ref that git moved where it was told to move this one. */
static const char *
ref_moved(struct hook *hook, const char *name)
{
	struct error err;
	struct ref ref;

	for (int i = 0; i < SYMREF_DEPTH && hook->input.repo != NULL; i++) {
		if (refs_read(repo_refs(hook->input.repo), name, &ref, &err) !=
			0 ||
		    ref.kind != REF_SYMBOLIC || ref.target[0] == '\0')
			break;
		name = arena_string(&hook->arena, ref.target);
	}
	return name;
}

int
hook_record_landed(struct hook *hook, struct error *err)
{
	const struct sinks sinks = sinks_of(hook);
	struct push *push = &hook->push;
	char(*ids)[PUSH_ID_SIZE] = mem_array(push->count, sizeof *ids);
	struct records records = {0};
	struct error ignored;
	int result = 0;

	for (size_t i = 0; i < push->count; i++)
		push->updates[i].ref = ref_moved(hook, push->updates[i].ref);
	if (sinks.log->journal)
		recall_landed(
		    git_dir(), push->updates, push->count, ids, &ignored);
	for (size_t i = 0; i < push->count; i++)
		records_make_landed(&hook->input,
		    ids[i][0] != '\0' ? ids[i] : hook->input.id,
		    &push->updates[i], &records);
	if (records.count > 0)
		result = records_write(&records, &sinks, err);
	records_free(&records);
	free(ids);
	return result;
}

static void
tell(const struct text *message)
{
	const char *data = message->data;
	size_t left = message->len;
	ssize_t n;

	while (left > 0 && (n = write(STDERR_FILENO, data, left)) > 0) {
		data += n;
		left -= (size_t)n;
	}
}

/* Where the journal does not say which was the last one, it is. */
static bool
policy_is_new(const struct hook *hook)
{
	struct error ignored;

	return hook->layers.log->journal && hook->layers.hash[0] != '\0' &&
	       recall_policy(git_dir(), hook->layers.hash, &ignored) != 1;
}

int
hook_answer(struct hook *hook)
{
	struct verdict *verdict = &hook->verdict;
	const char *protocol = getenv("GL_PROTOCOL");
	const struct sinks sinks = sinks_of(hook);
	struct records records = {0};
	struct text message = {0};
	struct error err, *log_error = NULL;
	bool accepted = verdict->outcome == OUTCOME_ACCEPT && !verdict->check;

	if (accepted && !chain_accepts(hook->path, &hook->push,
			    strcmp(verdict->hook, "update") == 0))
		accepted = false;
	if (accepted && hook->recorded)
		return 0;
	if (policy_is_new(hook))
		records_make_policy(verdict, &records);
	records_make(verdict, accepted, &records);
	if (records_write(&records, &sinks, &err) == -1) {
		accepted = false;
		log_error = &err;
	}
	message_make(verdict, accepted, log_error,
	    protocol != NULL && strcmp(protocol, "web") == 0
		? MESSAGE_GITLAB_WEB
		: MESSAGE_FULL,
	    &message);
	tell(&message);
	text_free(&message);
	records_free(&records);
	return accepted ? 0 : 1;
}

void
hook_end(struct hook *hook)
{
	verdict_free(&hook->verdict);
	repo_close(hook->input.repo);
	push_free(&hook->push);
	layers_free(&hook->layers);
	arena_free(&hook->arena);
	mem_on_exhaustion(NULL);
	syslog_close(last_words.sender);
}
