/* The commits that a policy test declares, from its scenario to git. */
#include "admin/commits.h"

#include <stdlib.h>
#include <string.h>

const char commits_pushed[] = "refs/policy-test/pushed";

/* The commits of one branch, as they are written. */
struct line {
	const char *ref;
	const char *tip;
	struct text edits; /* all changes to files since the start */
};

struct making {
	struct server *server;
	const struct scenario *scenario;
	struct stream *stream;
	struct arena *arena;
	const char *start;  /* where what is pushed begins */
	struct line *lines; /* the pushed one first */
	size_t line_count;
};

static void
edits_add(struct making *making, struct text *edits,
    const struct scene_commit *commit)
{
	struct arena *arena = making->arena;
	unsigned number = making->stream->marks;

	for (size_t i = 0; i < commit->added.count; i++)
		stream_file(edits, commit->added.list[i],
		    arena_format(arena, "%s, new in commit %u\n",
			commit->added.list[i], number));
	for (size_t i = 0; i < commit->modified.count; i++)
		stream_file(edits, commit->modified.list[i],
		    arena_format(arena, "%s\nchanged in commit %u\n",
			commit->modified.list[i], number));
	for (size_t i = 0; i < commit->deleted.count; i++)
		text_add_format(edits, "D %s\n", commit->deleted.list[i]);
	for (size_t i = 0; i < commit->written_count; i++)
		stream_file(
		    edits, commit->written[i].path, commit->written[i].text);
}

static struct line *
line_for(struct making *making, const char *branch)
{
	const char *ref = commits_pushed;

	if (branch != NULL)
		ref = arena_format(
		    making->arena, "refs/policy-test/side/%s", branch);
	for (size_t i = 0; i < making->line_count; i++)
		if (strcmp(making->lines[i].ref, ref) == 0)
			return &making->lines[i];
	making->lines[making->line_count] =
	    (struct line){.ref = ref, .tip = making->start};
	return &making->lines[making->line_count++];
}

/* A merge takes over what the other branch did to the files. */
static void
change_write(
    struct making *making, const struct scene_commit *commit, struct line *line)
{
	const struct line *side =
	    commit->merge != NULL ? line_for(making, commit->merge) : NULL;
	struct text *out = &making->stream->text;
	const char *before = line->tip;
	struct text edits = {0};

	line->tip = stream_commit(making->stream, line->ref, commit->author,
	    commit->committer, commit->message);
	text_add_format(out, "from %s\n", before);
	if (side != NULL)
		text_add_format(out, "merge %s\n", side->tip);
	if (side != NULL && side->edits.len > 0)
		text_add(&edits, side->edits.data);
	edits_add(making, &edits, commit);
	if (edits.len > 0) {
		text_add(out, edits.data);
		text_add(&line->edits, edits.data);
	}
	text_free(&edits);
}

static int
change_make(
    struct making *making, const struct scene_commit *commit, struct error *err)
{
	struct line *line = line_for(making, commit->branch);

	change_write(making, commit, line);
	if (commit->signed_by != NULL)
		line->tip = stream_sign(making->stream, "commit", line->ref,
		    making->server->signers, commit->signed_by, err);
	return line->tip != NULL ? 0 : -1;
}

/* What must be there before it can be changed. */
static void
present_add(struct making *making, const struct texts *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		stream_file(&making->stream->text, paths->list[i],
		    arena_format(making->arena, "%s\n", paths->list[i]));
}

static void
all_present_add(struct making *making)
{
	const struct scenario *scenario = making->scenario;

	present_add(making, &scenario->present);
	present_add(making, &scenario->only.modified);
	present_add(making, &scenario->only.deleted);
	for (size_t i = 0; i < scenario->commit_count; i++) {
		present_add(making, &scenario->commits[i].modified);
		present_add(making, &scenario->commits[i].deleted);
	}
}

/* The branch that the server has before the push. */
static const char *
branch_before(const struct scenario *scenario)
{
	return scenario_is_tag(scenario) || scenario->update == SCENE_CREATE
		   ? scenario->on
		   : scenario->ref;
}

/* The branch of the register is there too, unless the push makes it. */
static void
register_branch(struct making *making, const char *before)
{
	const struct register_setting *setting =
	    &making->server->signers->policy->findings;
	const char *ref =
	    setting->place.ref != NULL ? setting->place.ref : "refs/heads/main";

	if (setting->configured && strcmp(ref, before) != 0 &&
	    strcmp(ref, making->scenario->ref) != 0)
		stream_reset(making->stream, ref, making->start);
}

/* What is accepted before the push; a rewrite leaves its last commit out. */
static int
start_make(struct making *making, struct error *err)
{
	struct stream *stream = making->stream;
	const char *ref = branch_before(making->scenario);

	making->start =
	    stream_commit(stream, ref, stream_maker, stream_maker, "Begin\n");
	stream_file(&stream->text, "README", "Begin\n");
	all_present_add(making);
	if (server_findings(making->server, err) == -1)
		return -1;
	register_branch(making, ref);
	if (making->scenario->update != SCENE_REWRITE)
		return 0;
	stream_commit(stream, ref, stream_maker, stream_maker, "Go on\n");
	text_add_format(&stream->text, "from %s\n", making->start);
	stream_file(&stream->text, "README", "Go on\n");
	return 0;
}

static int
tag_make(struct making *making, const char *tip, struct error *err)
{
	const struct scenario *scenario = making->scenario;
	const struct scene_commit *tag = &scenario->only;

	stream_tag(
	    making->stream, scenario->ref, tip, tag->author, tag->message);
	if (tag->signed_by == NULL)
		return 0;
	return stream_sign(making->stream, "tag", scenario->ref,
		   making->server->signers, tag->signed_by, err) != NULL
		   ? 0
		   : -1;
}

/* The commits of a tag's scenario are on its branch already. */
static int
tip_make(struct making *making, struct error *err)
{
	const struct scenario *scenario = making->scenario;
	const struct texts *also = &scenario->also;
	const char *tip = line_for(making, NULL)->tip;

	stream_reset(making->stream, commits_pushed, tip);
	for (size_t i = 0; i < also->count; i++)
		stream_reset(making->stream,
		    ref_pattern_full(making->arena, also->list[i]), tip);
	if (!scenario_is_tag(scenario))
		return 0;
	stream_reset(making->stream, scenario->on, tip);
	return scenario->lightweight ? 0 : tag_make(making, tip, err);
}

static int
all_make(struct making *making, struct error *err)
{
	const struct scenario *scenario = making->scenario;
	int result = start_make(making, err);

	for (size_t i = 0; i < scenario->commit_count && result == 0; i++)
		result = change_make(making, &scenario->commits[i], err);
	if (result == 0 && scenario->has_only && !scenario_is_tag(scenario))
		result = change_make(making, &scenario->only, err);
	if (result == 0)
		result = tip_make(making, err);
	return result == 0 ? stream_flush(making->stream, err) : -1;
}

int
commits_make(struct server *server, struct error *err)
{
	const struct scenario *scenario = server->scenario;
	struct making making = {.server = server,
	    .scenario = scenario,
	    .stream = server->stream,
	    .arena = server->stream->arena};
	int result;

	making.lines =
	    mem_array(scenario->commit_count + 2, sizeof *making.lines);
	result = all_make(&making, err);
	for (size_t i = 0; i < making.line_count; i++)
		text_free(&making.lines[i].edits);
	free(making.lines);
	return result;
}
