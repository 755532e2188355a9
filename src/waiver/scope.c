/* Matching a finding against the scope of an exception. */
#include "waiver/scope.h"

#include <stdlib.h>
#include <string.h>

enum set { SET_REPOSITORIES, SET_REFS, SET_PATHS, SETS };

struct scope {
	const struct exception *exception;
	const struct waiver_push *push;
	struct globs *globs;
	int sets[SETS];

	/* What the last change asked about changed, by its trees. */
	struct oid old_tree, new_tree;
	struct tree_diff changed;
	bool changed_known;
};

struct scope *
scope_new(const struct exception *exception, const struct waiver_push *push)
{
	struct scope *scope = mem_zero(sizeof *scope);
	const struct texts *refs = &exception->refs;
	const char **full = arena_zero(push->arena, refs->count * sizeof *full);

	for (size_t i = 0; i < refs->count; i++)
		full[i] = ref_pattern_full(push->arena, refs->list[i]);
	scope->exception = exception;
	scope->push = push;
	scope->globs = globs_new(GLOBS_EXACT);
	scope->sets[SET_REPOSITORIES] = globs_add(scope->globs,
	    exception->repositories.list, exception->repositories.count);
	scope->sets[SET_REFS] = globs_add(scope->globs, full, refs->count);
	scope->sets[SET_PATHS] = globs_add(
	    scope->globs, exception->paths.list, exception->paths.count);
	return scope;
}

void
scope_free(struct scope *scope)
{
	if (scope == NULL)
		return;
	globs_free(scope->globs);
	free(scope);
}

static bool
in_set(struct scope *scope, enum set set, const char *name)
{
	return globs_match(scope->globs, scope->sets[set], name);
}

static bool
texts_have(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->list[i], text) == 0)
			return true;
	return false;
}

/* The one commit at fault: the finding's, else the change's own. */
static bool
commit_in_scope(const struct scope *scope, const struct waiver_question *ask)
{
	const struct texts *commits = &scope->exception->commits;
	const struct commit *commit = ask->finding->commit;
	char digits[OID_DIGITS + 1];

	if (commits->count == 0)
		return true;
	if (commit == NULL && ask->change != NULL)
		commit = ask->change->members[0].commit;
	return commit != NULL &&
	       texts_have(commits, oid_format(&commit->id, digits));
}

/* Does this check tell of each path by itself? */
static bool
path_by_path(const struct finding *finding)
{
	return finding->path != NULL &&
	       (starts_with(finding->code, "paths.") ||
		   starts_with(finding->code, "owners.") ||
		   starts_with(finding->code, "findings."));
}

/* Do all paths that made the rule speak lie there? */
static int
condition_in_scope(struct scope *scope, const struct condition *when,
    const struct change *change)
{
	const struct tree_diff *files = change->files;
	const unsigned char *kinds = file_kinds(change, when->paths);
	size_t seen = 0;

	for (size_t i = 0; i < files->count; i++) {
		if (kinds[i] == 0 ||
		    (when->kinds != 0 && (kinds[i] & when->kinds) == 0))
			continue;
		if (!in_set(scope, SET_PATHS, files->files[i].path))
			return 0;
		seen++;
	}
	return seen > 0;
}

static int
change_diff(struct scope *scope, const struct change *change, struct error *err)
{
	const struct oid nothing = {{0}};
	struct oid old = change->old_tree != NULL ? *change->old_tree : nothing;
	struct oid new = change->new_tree != NULL ? *change->new_tree : nothing;

	if (scope->changed_known && oid_equal(&scope->old_tree, &old) &&
	    oid_equal(&scope->new_tree, &new))
		return 0;
	scope->changed_known = false;
	scope->changed = (struct tree_diff){0};
	if (tree_diff(scope->push->repo, change->old_tree, change->new_tree,
		NULL, 0, scope->push->budget, scope->push->arena,
		&scope->changed, err) != 0)
		return -1;
	scope->old_tree = old;
	scope->new_tree = new;
	scope->changed_known = true;
	return 0;
}

/* Does every path at fault lie where the exception says? */
static int
paths_in_scope(
    struct scope *scope, const struct waiver_question *ask, struct error *err)
{
	const struct rule *rule = ask->rule;
	const struct tree_diff *changed = &scope->changed;

	if (scope->exception->paths.count == 0)
		return 1;
	if (ask->finding->path != NULL &&
	    !in_set(scope, SET_PATHS, ask->finding->path))
		return 0;
	if (path_by_path(ask->finding))
		return 1;
	if (ask->change == NULL)
		return 0;
	if (rule != NULL && rule->has_when && rule->when.paths != NULL &&
	    ask->change->files != NULL)
		return condition_in_scope(scope, &rule->when, ask->change);
	if (change_diff(scope, ask->change, err) != 0)
		return -1;
	for (size_t i = 0; i < changed->count; i++)
		if (!in_set(scope, SET_PATHS, changed->files[i].path))
			return 0;
	return changed->count > 0;
}

int
scope_covers(struct scope *scope, const struct waiver_question *ask,
    const char **found, struct error *err)
{
	int paths;

	*found = NULL;
	if (!texts_have(&scope->exception->rules, ask->rule_id))
		*found = arena_format(scope->push->arena,
		    "one that does not name %s", ask->rule_id);
	else if (scope->push->repository == NULL ||
		 !in_set(scope, SET_REPOSITORIES, scope->push->repository))
		*found = "one for other repositories";
	else if (!in_set(scope, SET_REFS, ask->ref))
		*found = arena_format(scope->push->arena,
		    "one for other refs than %s", ref_shown(ask->ref));
	else if (!commit_in_scope(scope, ask))
		*found = "one for other commits";
	if (*found != NULL)
		return 0;
	paths = paths_in_scope(scope, ask, err);
	if (paths == 0)
		*found = "one for other paths than were changed";
	return paths;
}
