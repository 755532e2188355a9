/* Build the repository of a declared push with git itself, and judge it. */
#include "admin/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/commits.h"
#include "admin/server.h"
#include "base/clock.h"

struct stage {
	const struct scenario *scenario;
	const struct staging *staging;
	struct stream stream;
	struct arena arena;
	char dir[WORKDIR_SIZE];
	const char *exceptions; /* the directory of records; NULL: none */
};

/* ---- the repository */

static int
repository_make(struct stage *stage, struct error *err)
{
	const char *const init[] = {"/usr/bin/git", "init", "--quiet", "--bare",
	    "--template=", "--initial-branch=main", stage->dir, NULL};

	if (workdir_make(stage->dir, err) == -1)
		return -1;
	stage->stream =
	    (struct stream){.dir = stage->dir, .arena = &stage->arena};
	return workdir_run(init, NULL, 0, NULL, err);
}

static int
stage_build(struct stage *stage, struct error *err)
{
	const struct staging *staging = stage->staging;
	struct server server = {.scenario = stage->scenario,
	    .signers = staging->signers,
	    .stream = &stage->stream,
	    .today = staging->today != 0 ? staging->today : clock_today()};

	if (repository_make(stage, err) == -1 ||
	    commits_make(&server, err) == -1 ||
	    server_evidence(&server, commits_pushed, err) == -1 ||
	    server_reviews(&server,
		scenario_is_tag(stage->scenario) &&
			!stage->scenario->lightweight
		    ? stage->scenario->ref
		    : commits_pushed,
		err) == -1)
		return -1;
	return server_exceptions(&server, &stage->exceptions, err);
}

static void
stage_free(struct stage *stage)
{
	workdir_remove(stage->dir);
	stream_free(&stage->stream);
	arena_free(&stage->arena);
}

/* ---- the push */

static int
value_of(struct repo *repo, const char *name, struct oid *id, struct error *err)
{
	struct ref ref;

	memset(id, 0, sizeof *id);
	if (refs_read(repo_refs(repo), name, &ref, err) == -1)
		return -1;
	if (ref.kind == REF_DIRECT)
		*id = ref.id;
	return 0;
}

/* A tag was imported where it is to be pushed to: take it away again. */
static int
tag_take(
    struct stage *stage, struct repo *repo, struct oid *id, struct error *err)
{
	const char *ref = stage->scenario->ref;

	if (value_of(repo, ref, id, err) == -1)
		return -1;
	if (unlink(arena_format(&stage->arena, "%s/%s", stage->dir, ref)) != 0)
		return error_set(err, "%s: %s", ref, strerror(errno));
	return 0;
}

static int
update_of(struct stage *stage, struct repo *repo, struct ref_update *update,
    struct error *err)
{
	const struct scenario *scenario = stage->scenario;
	int result = 0;

	memset(update, 0, sizeof *update);
	update->ref = scenario->ref;
	if (scenario_is_tag(scenario) && !scenario->lightweight)
		result = tag_take(stage, repo, &update->new, err);
	else if (scenario->update != SCENE_DELETE)
		result = value_of(repo, commits_pushed, &update->new, err);
	if (result == -1)
		return -1;
	return value_of(repo, scenario->ref, &update->old, err);
}

static int
push_judge(struct stage *stage, struct repo *repo, struct error *err)
{
	const struct scenario *scenario = stage->scenario;
	const struct staging *staging = stage->staging;
	const struct texts *named = &scenario->premise.named;
	const struct push_options options = {
	    .exceptions = named->list, .exception_count = named->count};
	struct ref_update update;
	const struct push push = {.updates = &update, .count = 1};
	const struct judge_input input = {.push = &push,
	    .options = &options,
	    .repo = repo,
	    .layers = staging->layers,
	    .pusher = {.login = scenario->pusher,
		.via = scenario->pusher != NULL ? "test" : NULL,
		.proven = scenario->pusher != NULL},
	    .repository = "policy-test",
	    .hook = "test",
	    .today = staging->today,
	    .met = staging->met,
	    .met_context = staging->context};
	struct verdict verdict;

	if (update_of(stage, repo, &update, err) == -1)
		return -1;
	judge(&input, &verdict);
	staging->look(staging->context, &verdict);
	verdict_free(&verdict);
	return 0;
}

/* Records of the test stand in the place of those that the policy names. */
static int
stage_push(struct stage *stage, struct error *err)
{
	struct exception_setting *setting =
	    &stage->staging->layers->list[0]->exceptions;
	const struct exception_setting before = *setting;
	struct repo *repo = repo_open(stage->dir, err);
	int result;

	if (repo == NULL)
		return -1;
	if (stage->exceptions != NULL) {
		setting->place = (struct tree_place){.path = NULL};
		setting->directory = stage->exceptions;
	}
	result = push_judge(stage, repo, err);
	*setting = before;
	repo_close(repo);
	return result;
}

int
stage_judge(const struct scenario *scenario, const struct staging *staging,
    struct error *err)
{
	struct stage stage = {.scenario = scenario, .staging = staging};
	int result = stage_build(&stage, err);

	if (result == 0)
		result = stage_push(&stage, err);
	stage_free(&stage);
	return result;
}
