/* The frame around the judge: from a process git started to an exit status. */
#include "hook/hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "hook/chain.h"
#include "hook/last_words.h"
#include "hook/parent.h"
#include "record/journal.h"
#include "record/recall.h"
#include "record/sinks.h"
#include "record/states.h"
#include "record/syslog.h"
#include "report/pusher.h"

enum {
	PROGRESS_AFTER = 2000, /* milliseconds of silence */
	PROGRESS_EVERY = 1000,
	SYMREF_DEPTH = 5, /* as git */
};

/* What judging a push of one commit takes, about. */
static const size_t small_push_bytes = (size_t)160 * 1024;

static const char *
git_dir(void)
{
	const char *dir = getenv("GIT_DIR");

	return dir != NULL && dir[0] != '\0' ? dir : ".";
}

/* Policy and journal are those of the repository, whichever of its worktrees
 * was pushed to. */
static void
hook_place(struct hook *hook)
{
	struct error ignored;

	hook->git_dir = repo_common_dir(git_dir(), &ignored);
	hook->is_lost = hook->git_dir == NULL;
	if (hook->is_lost)
		hook->git_dir = mem_string(git_dir());
}

void
hook_begin(struct hook *hook, const char *name, const char *path)
{
	mem_expect(small_push_bytes);
	memset(hook, 0, sizeof *hook);
	hook->path = path;
	hook->started = clock_ticks();
	hook_place(hook);
	hook->input.hook = name;
	hook->input.push = &hook->push;
	hook->input.options = &hook->options;
	hook->input.layers = &hook->layers;
	walls_begin(&hook->walls);
	push_id_make(hook->input.id);
}

void
hook_last_words(struct hook *hook)
{
	last_words_prepare(hook->input.id, hook->input.hook, hook->git_dir);
}

/* The last component of the repository's path, without ".git"; beside a work
 * tree, the work tree's. */
static const char *
name_from_path(struct arena *arena, const char *path)
{
	const char *end = path + strlen(path), *start;

	while (end > path && end[-1] == '/')
		end--;
	if (end - path > 5 && strncmp(end - 5, "/.git", 5) == 0)
		end -= 5;
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

static int64_t
uses(void *context, const char *exception, long since, struct error *err)
{
	const struct hook *hook = context;

	if (!hook->layers.log->journal)
		return error_code(err, "log.unavailable",
		    "max_uses of %s can be counted in a journal only",
		    exception);
	return recall_uses(hook->git_dir, exception, since, err);
}

static int
marks(void *context, struct arena *arena, struct state_marks *known,
    struct error *err)
{
	const struct hook *hook = context;

	return states_read(hook->git_dir, arena, known, err);
}

/* For a second thread.  A policy that was changed meanwhile is not for it. */
static int
open_again(void *context, struct judge_input *input, struct error *err)
{
	const struct hook *hook = context;
	struct layers *layers = mem_zero(sizeof *layers);

	input->layers = layers;
	input->repo = NULL;
	if (layers_load(hook->git_dir, layers, NULL, err) == -1 ||
	    (input->repo = repo_from_environment(hook->git_dir, err)) == NULL ||
	    layers_load_tree(layers, input->repo, err) == -1)
		return -1;
	return strcmp(layers->hash, hook->layers.hash) == 0
		   ? 0
		   : error_set(err, "the policy was changed");
}

static void
close_again(struct judge_input *input)
{
	repo_close(input->repo);
	layers_free(input->layers);
	free(input->layers);
}

int
hook_open(struct hook *hook, struct error *err)
{
	struct judge_input *input = &hook->input;
	int result = layers_load(hook->git_dir, &hook->layers, NULL, err);

	input->pusher =
	    pusher_from_environment(hook->layers.pusher, &hook->arena);
	input->repository = host_repository(&hook->arena);
	input->progress = progress;
	input->progress_context = hook;
	input->uses = uses;
	input->uses_context = hook;
	input->marks = marks;
	input->marks_context = hook;
	input->again = open_again;
	input->again_end = close_again;
	input->again_context = hook;
	walls_limit(&hook->walls, &hook->layers.limits);
	if (result == 0 && hook->is_lost)
		result = error_set(
		    err, "%s: its repository can not be told", hook->git_dir);
	if (result == 0 &&
	    (input->repo = repo_from_environment(hook->git_dir, err)) == NULL)
		result = -1;
	/* A hook that is run after ours would inherit this wall. */
	if (result == 0 && !chain_exists(hook->path))
		result = walls_close(hook->git_dir, err);
	if (result == 0)
		result = layers_load_tree(&hook->layers, input->repo, err);
	if (input->repository == NULL) {
		char *path = input->repo == NULL
				 ? realpath(hook->git_dir, NULL)
				 : mem_string(repo_dir(input->repo));

		input->repository = name_from_path(
		    &hook->arena, path != NULL ? path : hook->git_dir);
		free(path);
	}
	return result;
}

static struct sinks
sinks_of(const struct hook *hook)
{
	return (struct sinks){hook->layers.log, hook->git_dir};
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

	if (!hook->layers.log->journal || ask.process == NULL ||
	    !has_pre_receive(hook) ||
	    recall_accepted(hook->git_dir, &ask, id, &err) != 1)
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
	const struct push *push = &hook->push;
	char(*ids)[PUSH_ID_SIZE] = mem_array(push->count, sizeof *ids);
	struct ref_update *moved = mem_array(push->count, sizeof *moved);
	struct records records = {0};
	struct error ignored;
	int result = 0;

	for (size_t i = 0; i < push->count; i++) {
		moved[i] = push->updates[i];
		moved[i].ref = ref_moved(hook, moved[i].ref);
	}
	if (sinks.log->journal)
		recall_landed(hook->git_dir, moved, push->count, ids, &ignored);
	for (size_t i = 0; i < push->count; i++)
		records_make_landed(&hook->input,
		    ids[i][0] != '\0' ? ids[i] : hook->input.id, &moved[i],
		    &records);
	if (records.count > 0)
		result = records_write(&records, &sinks, err);
	records_free(&records);
	free(moved);
	free(ids);
	return result;
}

/* Where the journal does not say which was the last one, it is. */
static bool
policy_is_new(const struct hook *hook)
{
	struct error ignored;

	return hook->layers.log->journal && hook->layers.hash[0] != '\0' &&
	       recall_policy(hook->git_dir, hook->layers.hash, &ignored) != 1;
}

/*
 * Record the answer.  It is another one where the last use of an exception was
 * taken since the push was judged.
 */
static int
answer_record(struct hook *hook, bool *accepted, struct error *err)
{
	const struct sinks sinks = sinks_of(hook);
	struct verdict *verdict = &hook->verdict;
	bool new_policy = policy_is_new(hook);
	const struct exception *spent;
	int result;

	do {
		struct records records = {0};

		if (new_policy)
			records_make_policy(verdict, &records);
		records_make(verdict, *accepted, &records);
		result = records_write(&records, &sinks, err);
		spent = records.spent;
		records_free(&records);
		if (spent != NULL)
			judge_spent(verdict, spent);
		*accepted = *accepted && verdict->outcome == OUTCOME_ACCEPT;
	} while (spent != NULL);
	return result;
}

/* What comes next is judged by them.  Where they can not be kept the push is
 * not to land. */
static bool
marks_keep(struct hook *hook)
{
	struct verdict *verdict = &hook->verdict;
	struct error err;

	if (verdict->marks.count == 0 ||
	    states_add(hook->git_dir, &verdict->marks, &err) == 0)
		return true;
	verdict_free(verdict);
	judge_failure(&hook->input, &err, verdict);
	return false;
}

int
hook_answer(struct hook *hook)
{
	struct verdict *verdict = &hook->verdict;
	const char *protocol = getenv("GL_PROTOCOL");
	struct text message = {0};
	struct error err, *log_error = NULL;
	bool accepted = verdict->outcome == OUTCOME_ACCEPT && !verdict->check;

	if (accepted && !chain_accepts(hook->path, &hook->walls, &hook->push,
			    strcmp(verdict->hook, "update") == 0))
		accepted = false;
	if (accepted && hook->recorded)
		return 0;
	accepted = accepted && marks_keep(hook);
	if (answer_record(hook, &accepted, &err) == -1) {
		accepted = false;
		log_error = &err;
	}
	message_make(verdict, accepted, log_error,
	    protocol != NULL && strcmp(protocol, "web") == 0
		? MESSAGE_GITLAB_WEB
		: MESSAGE_FULL,
	    &message);
	write_all(STDERR_FILENO, message.data, message.len);
	text_free(&message);
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
	last_words_forget();
	free(hook->git_dir);
}
