/* Build the repository of a declared push with git itself, and judge it. */
#include "admin/stage.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/witness.h"
#include "base/process.h"

enum {
	TIME_LIMIT = 30000,      /* milliseconds for git */
	OPEN_LIMIT = 16,         /* directories open while they are removed */
	FIRST_DATE = 1700000000, /* of the first commit; the same every time */
	MINUTE = 60,
};

static const char git[] = "/usr/bin/git";
static const char maker[] = "Maker <maker@example.com>";
static const char pushed[] = "refs/policy-test/pushed";

/* The commits of one branch, as they are written. */
struct line {
	const char *ref;
	unsigned tip;      /* mark; 0: none yet */
	struct text edits; /* all changes to files since the start */
};

struct stage {
	const struct scenario *scenario;
	struct text stream; /* of git-fast-import(1) */
	unsigned marks;
	unsigned start; /* mark where what is pushed begins; 0: at nothing */
	struct line *lines; /* the pushed one first */
	size_t line_count;
	struct arena arena;
	char dir[64];
};

/* ---- the stream */

static void
add_data(struct text *out, const char *data)
{
	text_add_format(out, "data %zu\n%s\n", strlen(data), data);
}

static void
add_file(struct text *out, const char *path, const char *data)
{
	text_add_format(out, "M 100644 inline %s\n", path);
	add_data(out, data);
}

static unsigned
add_commit(struct stage *stage, const char *ref, const char *author,
    const char *committer, const char *message)
{
	unsigned mark = ++stage->marks;
	long date = FIRST_DATE + (long)mark * MINUTE;

	text_add_format(&stage->stream,
	    "commit %s\nmark :%u\nauthor %s %ld +0000\n"
	    "committer %s %ld +0000\n",
	    ref, mark, author, date, committer, date);
	add_data(&stage->stream, message);
	return mark;
}

static void
add_edits(struct stage *stage, struct text *edits,
    const struct scene_commit *commit, unsigned mark)
{
	struct arena *arena = &stage->arena;

	for (size_t i = 0; i < commit->added.count; i++)
		add_file(edits, commit->added.list[i],
		    arena_format(arena, "%s, new in commit %u\n",
			commit->added.list[i], mark));
	for (size_t i = 0; i < commit->modified.count; i++)
		add_file(edits, commit->modified.list[i],
		    arena_format(arena, "%s\nchanged in commit %u\n",
			commit->modified.list[i], mark));
	for (size_t i = 0; i < commit->deleted.count; i++)
		text_add_format(edits, "D %s\n", commit->deleted.list[i]);
	for (size_t i = 0; i < commit->written_count; i++)
		add_file(
		    edits, commit->written[i].path, commit->written[i].text);
}

static struct line *
line_for(struct stage *stage, const char *branch)
{
	const char *ref = pushed;

	if (branch != NULL)
		ref = arena_format(
		    &stage->arena, "refs/policy-test/side/%s", branch);
	for (size_t i = 0; i < stage->line_count; i++)
		if (strcmp(stage->lines[i].ref, ref) == 0)
			return &stage->lines[i];
	stage->lines[stage->line_count] =
	    (struct line){.ref = ref, .tip = stage->start};
	return &stage->lines[stage->line_count++];
}

/* A merge takes over what the other branch did to the files. */
static void
add_change(struct stage *stage, const struct scene_commit *commit)
{
	struct line *line = line_for(stage, commit->branch);
	const struct line *side =
	    commit->merge != NULL ? line_for(stage, commit->merge) : NULL;
	unsigned before = line->tip;
	struct text edits = {0};

	line->tip = add_commit(stage, line->ref, commit->author,
	    commit->committer, commit->message);
	if (before != 0)
		text_add_format(&stage->stream, "from :%u\n", before);
	if (side != NULL)
		text_add_format(&stage->stream, "merge :%u\n", side->tip);
	if (side != NULL && side->edits.len > 0)
		text_add(&edits, side->edits.data);
	add_edits(stage, &edits, commit, line->tip);
	if (edits.len > 0) {
		text_add(&stage->stream, edits.data);
		text_add(&line->edits, edits.data);
	}
	text_free(&edits);
}

/* What must be there before it can be changed. */
static void
add_present(struct stage *stage, const struct scene_commit *commit)
{
	for (size_t i = 0; i < commit->modified.count; i++)
		add_file(&stage->stream, commit->modified.list[i],
		    arena_format(
			&stage->arena, "%s\n", commit->modified.list[i]));
	for (size_t i = 0; i < commit->deleted.count; i++)
		add_file(&stage->stream, commit->deleted.list[i],
		    arena_format(
			&stage->arena, "%s\n", commit->deleted.list[i]));
}

static bool
is_tag(const struct scenario *scenario)
{
	return strncmp(scenario->ref, "refs/tags/", 10) == 0;
}

/* The branch that the server has before the push. */
static const char *
branch_before(const struct scenario *scenario)
{
	return is_tag(scenario) || scenario->update == SCENE_CREATE
		   ? scenario->on
		   : scenario->ref;
}

/* What is accepted before the push; a rewrite leaves its last commit out. */
static void
add_start(struct stage *stage)
{
	const struct scenario *scenario = stage->scenario;
	const char *ref = branch_before(scenario);

	stage->start = add_commit(stage, ref, maker, maker, "Begin\n");
	add_file(&stage->stream, "README", "Begin\n");
	for (size_t i = 0; i < scenario->present.count; i++)
		add_file(&stage->stream, scenario->present.list[i],
		    arena_format(
			&stage->arena, "%s\n", scenario->present.list[i]));
	add_present(stage, &scenario->only);
	for (size_t i = 0; i < scenario->commit_count; i++)
		add_present(stage, &scenario->commits[i]);
	if (scenario->update != SCENE_REWRITE)
		return;
	add_commit(stage, ref, maker, maker, "Go on\n");
	text_add_format(&stage->stream, "from :%u\n", stage->start);
	add_file(&stage->stream, "README", "Go on\n");
}

static void
add_reset(struct stage *stage, const char *ref, unsigned mark)
{
	text_add_format(&stage->stream, "reset %s\nfrom :%u\n\n", ref, mark);
}

/* The commits of a tag's scenario are on its branch already. */
static void
add_tag(struct stage *stage, unsigned tip)
{
	const struct scenario *scenario = stage->scenario;

	add_reset(stage, scenario->on, tip);
	if (scenario->lightweight) {
		add_reset(stage, pushed, tip);
		return;
	}
	text_add_format(&stage->stream,
	    "tag %s\nfrom :%u\ntagger %s %ld +0000\n",
	    scenario->ref + strlen("refs/tags/"), tip, scenario->only.author,
	    FIRST_DATE + (long)++stage->marks * MINUTE);
	add_data(&stage->stream, scenario->only.message);
}

static void
add_all(struct stage *stage)
{
	const struct scenario *scenario = stage->scenario;
	unsigned tip;

	add_start(stage);
	for (size_t i = 0; i < scenario->commit_count; i++)
		add_change(stage, &scenario->commits[i]);
	if (scenario->has_only && !is_tag(scenario))
		add_change(stage, &scenario->only);
	tip = line_for(stage, NULL)->tip;
	for (size_t i = 0; i < scenario->also.count; i++)
		add_reset(stage,
		    ref_pattern_full(&stage->arena, scenario->also.list[i]),
		    tip);
	if (is_tag(scenario))
		add_tag(stage, tip);
	else
		add_reset(stage, pushed, tip);
}

/* ---- the repository */

static int
run(const char *const argv[], const struct text *input, struct error *err)
{
	struct text output = {0};
	int status = process_run(argv, input != NULL ? input->data : NULL,
	    input != NULL ? input->len : 0, TIME_LIMIT, &output, err);

	if (status > 0)
		status = error_set(err, "%s %s: %.200s", argv[0], argv[1],
		    output.data != NULL ? output.data : "failed");
	text_free(&output);
	return status;
}

static int
stage_build(struct stage *stage, struct error *err)
{
	const char *dir = stage->dir;
	const char *const init[] = {git, "init", "--quiet", "--bare",
	    "--template=", "--initial-branch=main", dir, NULL};
	const char *const import[] = {
	    git, "--git-dir", dir, "fast-import", "--quiet", "--force", NULL};
	const char *tmp = getenv("TMPDIR");

	if (tmp == NULL || strlen(tmp) > 30)
		tmp = "/tmp";
	snprintf(stage->dir, sizeof stage->dir, "%s/refwarden-XXXXXX", tmp);
	if (mkdtemp(stage->dir) == NULL) {
		error_set(err, "%s: %s", stage->dir, strerror(errno));
		stage->dir[0] = '\0';
		return -1;
	}
	if (run(init, NULL, err) == -1)
		return -1;
	return run(import, &stage->stream, err);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void
stage_free(struct stage *stage)
{
	if (stage->dir[0] != '\0')
		nftw(stage->dir, remove_one, OPEN_LIMIT, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < stage->line_count; i++)
		text_free(&stage->lines[i].edits);
	free(stage->lines);
	text_free(&stage->stream);
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
	if (is_tag(scenario) && !scenario->lightweight)
		result = tag_take(stage, repo, &update->new, err);
	else if (scenario->update != SCENE_DELETE)
		result = value_of(repo, pushed, &update->new, err);
	if (result == -1)
		return -1;
	return value_of(repo, scenario->ref, &update->old, err);
}

/* What was stated about the commit that is pushed, or tagged. */
static int
stage_witness(struct stage *stage, struct repo *repo, struct layers *layers,
    struct error *err)
{
	const struct scenario *scenario = stage->scenario;
	struct oid commit;

	if (scenario->statement_count == 0)
		return 0;
	if (value_of(repo, is_tag(scenario) ? scenario->on : pushed, &commit,
		err) == -1)
		return -1;
	return witness_state(
	    stage->dir, scenario, &commit, layers->list[0], err);
}

static int
stage_push(struct stage *stage, const struct judge_input *frame,
    void (*look)(void *, const struct verdict *), void *context,
    struct error *err)
{
	struct judge_input input = *frame;
	struct ref_update update;
	struct push push = {.updates = &update, .count = 1};
	struct verdict verdict;

	input.repo = repo_open(stage->dir, err);
	if (input.repo == NULL)
		return -1;
	if (update_of(stage, input.repo, &update, err) == -1 ||
	    stage_witness(stage, input.repo, input.layers, err) == -1) {
		repo_close(input.repo);
		return -1;
	}
	input.push = &push;
	judge(&input, &verdict);
	look(context, &verdict);
	verdict_free(&verdict);
	repo_close(input.repo);
	return 0;
}

int
stage_judge(const struct scenario *scenario, long today, struct layers *layers,
    void (*met)(void *, const struct rule *),
    void (*look)(void *, const struct verdict *), void *context,
    struct error *err)
{
	struct stage stage = {.scenario = scenario};
	const struct push_options options = {
	    .exceptions = scenario->exceptions.list,
	    .exception_count = scenario->exceptions.count};
	const struct judge_input input = {.options = &options,
	    .layers = layers,
	    .pusher = {.login = scenario->pusher,
		.via = scenario->pusher != NULL ? "test" : NULL,
		.proven = scenario->pusher != NULL},
	    .repository = "policy-test",
	    .hook = "test",
	    .today = today,
	    .met = met,
	    .met_context = context};
	int result;

	stage.lines =
	    mem_array(scenario->commit_count + 2, sizeof *stage.lines);
	add_all(&stage);
	result = stage_build(&stage, err);
	if (result == 0)
		result = stage_push(&stage, &input, look, context, err);
	stage_free(&stage);
	return result;
}
