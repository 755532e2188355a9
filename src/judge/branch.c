/* A protected branch: its integrity first, then the rules on what it gains. */
#include "judge/judging.h"

#include <string.h>

#include "git/object.h"
#include "git/tree_path.h"

/* A built-in finding about the tip; an exception for `history` may waive it.
 * True if it stands in the way of going on. */
static bool
find(struct subject *s, const char *code, const struct commit *commit,
    const struct change *change, const char *need, const char *found)
{
	size_t which = s->ref->violation_count;
	struct violation *violation =
	    violation_built_in(s->ref, s->policy, code, need, found);

	violation->finding.commit = commit;
	waive(s, NULL, change, which);
	return violation_refuses(&s->ref->violations[which]);
}

static const struct change *
tip_of(struct subject *s, struct range *range)
{
	return range->gain.count > 0
		   ? range_change(s, range, range->gain.count - 1)
		   : NULL;
}

enum descent {
	DESCENT_FORWARD,
	DESCENT_FOXTROT,
	DESCENT_NONE,
	DESCENT_UNKNOWN
};

/* How the new value comes from the old one. */
static enum descent
descent(struct subject *s, const struct range *range, struct error *err)
{
	struct history *history = s->judging->history;
	const struct oid *old = &s->ref->old;
	const struct tip met = {.id = range->gain.met};
	struct states below = {.tips = &met, .tip_count = 1};
	int answer = 0;

	if (range->gain.meets_state && oid_equal(&range->gain.met, old))
		return DESCENT_FORWARD;
	/* A baseline may end the chain above the old value. */
	if (range->gain.meets_state && s->policy->baseline_count > 0)
		answer = history_is_state(history, &below, old, err);
	if (answer == 1)
		return DESCENT_FORWARD;
	if (answer == 0)
		answer =
		    history_descends(history, &s->ref->update->new, old, err);
	if (answer == -1)
		return DESCENT_UNKNOWN;
	return answer == 1 ? DESCENT_FOXTROT : DESCENT_NONE;
}

static const char *
foxtrot_commands(struct subject *s)
{
	const struct ref_update *update = s->ref->update;
	const char *ref = plain_word(ref_shown(update->ref), "BRANCH");
	char hex[OID_DIGITS + 1];

	return arena_format(&s->judging->verdict->arena,
	    "git fetch origin %s\n"
	    "git switch --detach FETCH_HEAD\n"
	    "git merge --no-ff %.10s\n"
	    "git push origin HEAD:%s",
	    ref, oid_format(&update->new, hex), ref);
}

static bool
refuse_foxtrot(struct subject *s, struct range *range)
{
	const struct change *tip = tip_of(s, range);
	size_t which = s->ref->violation_count;
	bool refused = find(s, "history.foxtrot",
	    tip != NULL ? tip->members[0].commit : NULL, tip,
	    "its own tip as first parent", "it as a later one");

	s->ref->violations[which].finding.commands = foxtrot_commands(s);
	return refused;
}

/* An update of a branch that exists.  True if its rules may be judged. */
static bool
update_holds(struct subject *s, struct error *err)
{
	struct range *range = range_for(s, NULL, HISTORY_FAST, err);
	enum descent how = DESCENT_UNKNOWN;

	if (range != NULL)
		how = descent(s, range, err);
	switch (how) {
	case DESCENT_FORWARD:
		return true;
	case DESCENT_FOXTROT:
		if (s->policy->history.first_parent && refuse_foxtrot(s, range))
			return false;
		s->whole = true;
		s->ranges = NULL;
		mark_foxtrot(s);
		return true;
	case DESCENT_NONE:
		s->ref->kind = UPDATE_REWRITE;
		s->ranges = NULL;
		return !find(s, "history.rewrite",
		    commit_named(s, &s->ref->update->new), tip_of(s, range),
		    "a fast-forward", "a rewrite");
	case DESCENT_UNKNOWN:
		break;
	}
	violation_from_error(s->judging, s->ref, s->policy, err);
	return false;
}

/* The first push into a repository without a branch that any layer protects. */
static bool
is_import(struct subject *s, bool *import, struct error *err)
{
	struct judging *j = s->judging;

	*import = true;
	for (size_t layer = 0; layer < j->input->layers->count; layer++) {
		const struct branches *branches = branches_of(j, layer, err);

		if (branches == NULL)
			return false;
		if (branches->count > 0)
			*import = false;
	}
	if (s->policy->history.create == CREATE_ANYTHING)
		*import = true;
	return true;
}

static bool
import_holds(struct subject *s, struct error *err)
{
	struct object object;
	int absent = object_header(
	    s->judging->input->repo, &s->ref->update->new, &object, err);

	if (absent == 1)
		error_code(err, "object.missing", "the new tip is missing");
	else if (absent == 0 && object.type != OBJECT_COMMIT)
		absent = error_code(
		    err, "object.malformed", "the new tip is no commit");
	if (absent != 0) {
		violation_from_error(s->judging, s->ref, s->policy, err);
		return false;
	}
	s->ref->imported |= 1u << s->layer;
	return true;
}

/*
 * A sign-off is worth what the owners' review of it is.  A rule that no branch
 * was held to before asks about the tip's change alone, so a branch that is new
 * would bring records past it.  1, 0 or -1.
 */
static int
brings_records(struct subject *s, struct error *err)
{
	const struct exception_setting *setting = &s->policy->exceptions;
	struct judging *j = s->judging;
	const struct oid *new = &s->ref->update->new;
	enum tree_mode mode;
	struct oid tree, id;

	if (setting->proof != EXCEPTION_SIGN_OFF ||
	    setting->place.path == NULL ||
	    strcmp(setting->place.ref, s->ref->update->ref) != 0)
		return 0;
	if (history_tree(j->history, new, &tree, err) == -1 ||
	    tree_path(j->input->repo, &tree, setting->place.path, &j->budget,
		&mode, &id, err) == -1)
		return -1;
	return mode != MODE_NONE;
}

/* A new branch.  True if its rules are to be judged. */
static bool
create_holds(struct subject *s, struct error *err)
{
	struct range *range;
	bool import;
	int records;

	if (!is_import(s, &import, err))
		goto unknown;
	if (import) {
		import_holds(s, err);
		return false;
	}
	if ((range = range_for(s, NULL, HISTORY_FAST, err)) == NULL ||
	    (records = brings_records(s, err)) == -1)
		goto unknown;
	if (records == 1 &&
	    find(s, "exception.unsigned", NULL, tip_of(s, range),
		"a start without records of exceptions",
		"some that no owner let in"))
		return false;
	return range->gain.meets_state ||
	       !find(s, "history.root", range->gain.changes[0].commit,
		   tip_of(s, range), "a start in protected history",
		   "a history of its own");
unknown:
	violation_from_error(s->judging, s->ref, s->policy, err);
	return false;
}

/* What is wrong with a commit's place in history: a code, or NULL. */
static const char *
shape_fault(const struct history_setting *setting, const struct gain *gain,
    const struct commit *commit)
{
	if ((int64_t)commit->parent_count > setting->max_parents)
		return "history.octopus";
	/* Where the whole chain is new, that has been told already. */
	if (commit->parent_count == 0 && !setting->roots && gain->meets_state)
		return "history.root";
	return NULL;
}

static void
refuse_shape(struct subject *s, const char *code, const struct commit *commit,
    const struct change *change)
{
	struct arena *arena = &s->judging->verdict->arena;

	if (commit->parent_count == 0)
		find(s, code, commit, change, "commits with parents",
		    "one without");
	else
		find(s, code, commit, change,
		    arena_format(arena, "merges of at most %lld parents",
			(long long)s->policy->history.max_parents),
		    arena_format(arena, "%zu", commit->parent_count));
}

/* Is a commit of change `i` out of shape?  With `report`, say so. */
static bool
commit_holds(struct subject *s, struct range *range, size_t i,
    const struct commit *commit, bool report)
{
	const char *fault =
	    shape_fault(&s->policy->history, &range->gain, commit);

	if (fault != NULL && report)
		refuse_shape(s, fault, commit, range_change(s, range, i));
	return fault == NULL;
}

/* Merges of too many parents, and roots. */
static bool
shape_holds(struct subject *s, struct range *range, bool report)
{
	bool holds = true;

	for (size_t i = 0; i < range->gain.count; i++) {
		const struct gained *gained = &range->gain.changes[i];

		holds &= commit_holds(s, range, i, gained->commit, report);
		for (size_t m = 0; m < gained->other_count; m++)
			holds &= commit_holds(
			    s, range, i, gained->others[m], report);
	}
	return holds;
}

static void
judge_shape(struct subject *s, struct error *err)
{
	struct range *range = range_for(s, NULL, HISTORY_FAST, err);

	if (range != NULL) {
		s->ref->commits = range->gain.commits;
		s->ref->changes = range->gain.count;
		if (shape_holds(s, range, false))
			return;
	}
	if ((range = range_for(s, NULL, HISTORY_EXACT, err)) == NULL)
		violation_from_error(s->judging, s->ref, s->policy, err);
	else
		shape_holds(s, range, true);
}

void
branch_judge(struct subject *s)
{
	struct error err;
	bool go_on = false;

	switch (s->ref->kind) {
	case UPDATE_DELETE:
		find(s, "history.delete", NULL, NULL, "to stay", "a deletion");
		break;
	case UPDATE_NOOP:
		break;
	case UPDATE_CREATE:
		go_on = create_holds(s, &err);
		break;
	case UPDATE_FORWARD:
	case UPDATE_REWRITE:
		go_on = update_holds(s, &err);
		break;
	}
	if (!go_on)
		return;
	judge_shape(s, &err);
	rules_judge(s);
}
