/* `when`: does a rule speak about this change? */
#include "checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "git/numstat.h"
#include "yaml/field.h"

static const char *const kind_names[] = {"added", "modified", "deleted", NULL};

static unsigned
kind_parse(const char *name)
{
	for (unsigned i = 0; kind_names[i] != NULL; i++)
		if (strcmp(name, kind_names[i]) == 0)
			return 1u << i;
	return 0;
}

static void
kind_read(struct load *load, const struct node *node, unsigned *kinds)
{
	unsigned kind = node->kind == NODE_SCALAR ? kind_parse(node->text) : 0;

	if (kind == 0)
		fault_at(load->faults, node,
		    "a kind is \"added\", \"modified\" or \"deleted\"");
	else if (*kinds & kind)
		fault_at(
		    load->faults, node, "\"%s\" is given twice", node->text);
	*kinds |= kind;
}

static void
kinds_read(struct load *load, const struct field *field,
    const struct node *node, void *member)
{
	unsigned kinds = 0;

	if (node->kind == NODE_MAP ||
	    (node->kind == NODE_LIST && node->count == 0)) {
		fault_at(load->faults, node,
		    "\"%s\" is a list of \"added\", \"modified\", \"deleted\"",
		    field->key);
		return;
	}
	if (node->kind == NODE_SCALAR)
		kind_read(load, node, &kinds);
	for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
		kind_read(load, &node->items[i], &kinds);
	*(unsigned *)member = kinds;
}

#define CONDITION(member) offsetof(struct condition, member)

const struct field condition_fields[] = {
    {.key = "paths",
	.type = FIELD_PATHS,
	.offset = CONDITION(paths),
	.summary = "A changed path is in the set."},
    {.key = "kinds",
	.type = FIELD_OWN,
	.offset = CONDITION(kinds),
	.summary = "Narrows paths: added, modified, deleted.",
	.form = FORM_SOME,
	.item = FIELD_CHOICE,
	.choices = kind_names,
	.read = kinds_read},
    {.key = "only_paths",
	.type = FIELD_PATHS,
	.offset = CONDITION(only_paths),
	.summary = "Every changed path is in the set."},
    {.key = "lines",
	.type = FIELD_NUMBER,
	.offset = CONDITION(lines),
	.summary = "At least so many lines are added plus deleted.",
	.min = 1},
    {.key = "files",
	.type = FIELD_NUMBER,
	.offset = CONDITION(files),
	.summary = "At least so many paths are changed.",
	.min = 1},
    {.key = "author",
	.type = FIELD_GROUP,
	.offset = CONDITION(author),
	.summary = "The author of some commit is in the group."},
    {.key = "author_not",
	.type = FIELD_GROUP,
	.offset = CONDITION(author_not),
	.summary = "The author of some commit is not in the group."},
    {.key = "pusher",
	.type = FIELD_GROUP,
	.offset = CONDITION(pusher),
	.summary = "The authenticated pusher is in the group."},
    {.key = "pusher_not",
	.type = FIELD_GROUP,
	.offset = CONDITION(pusher_not),
	.summary = "The authenticated pusher is not in the group."},
    {.key = NULL},
};

/* A file on the side where it appears or disappears. */
struct end {
	size_t file;
	enum tree_mode mode;
	struct oid id;
};

static int
end_order(const void *left, const void *right)
{
	const struct end *a = left, *b = right;

	if (a->mode != b->mode)
		return a->mode < b->mode ? -1 : 1;
	return memcmp(a->id.bytes, b->id.bytes, OID_BYTES);
}

struct ends {
	struct end *list;
	size_t count;
};

static struct ends
ends_of(const struct change *change, const unsigned char *kinds,
    enum file_kind kind)
{
	const struct tree_diff *diff = change->files;
	struct ends ends = {NULL, 0};

	for (size_t i = 0; i < diff->count; i++)
		ends.count += kinds[i] == kind;
	ends.list = mem_array(ends.count, sizeof *ends.list);
	ends.count = 0;
	for (size_t i = 0; i < diff->count; i++) {
		const struct file *file = &diff->files[i];

		if (kinds[i] != kind)
			continue;
		ends.list[ends.count++] =
		    kind == FILE_ADDED
			? (struct end){i, file->new_mode, file->new_id}
			: (struct end){i, file->old_mode, file->old_id};
	}
	qsort(ends.list, ends.count, sizeof *ends.list, end_order);
	return ends;
}

/* What appears exactly as it disappears elsewhere has moved: one for one. */
static void
moves_clear(const struct change *change, unsigned char *kinds)
{
	struct ends added = ends_of(change, kinds, FILE_ADDED);
	struct ends deleted = ends_of(change, kinds, FILE_DELETED);
	size_t a = 0, d = 0;

	while (a < added.count && d < deleted.count) {
		int order = end_order(&added.list[a], &deleted.list[d]);

		if (order == 0) {
			kinds[added.list[a].file] = 0;
			kinds[deleted.list[d].file] = 0;
		}
		a += order <= 0;
		d += order >= 0;
	}
	free(added.list);
	free(deleted.list);
}

static enum file_kind
file_kind(const struct file *file)
{
	if (file->old_mode == MODE_NONE)
		return FILE_ADDED;
	return file->new_mode == MODE_NONE ? FILE_DELETED : FILE_MODIFIED;
}

const unsigned char *
file_kinds(const struct change *change, const struct pattern_set *set)
{
	const struct tree_diff *diff = change->files;
	unsigned char *kinds = arena_zero(change->arena, diff->count);
	unsigned met = 0;

	for (size_t i = 0; i < diff->count; i++) {
		if (!file_in(&diff->files[i], set))
			continue;
		kinds[i] = (unsigned char)file_kind(&diff->files[i]);
		met |= kinds[i];
	}
	if ((met & FILE_ADDED) && (met & FILE_DELETED))
		moves_clear(change, kinds);
	return kinds;
}

static bool
paths_hold(const struct condition *condition, const struct change *change)
{
	unsigned wanted = condition->kinds != 0
			      ? condition->kinds
			      : FILE_ADDED | FILE_MODIFIED | FILE_DELETED;
	const unsigned char *kinds;

	if (condition->paths == NULL)
		return true;
	kinds = file_kinds(change, condition->paths);
	for (size_t i = 0; i < change->files->count; i++)
		if (kinds[i] & wanted)
			return true;
	return false;
}

static bool
all_paths_hold(const struct condition *condition, const struct change *change)
{
	const struct tree_diff *diff = change->files;

	if ((int64_t)diff->count < condition->files)
		return false;
	for (size_t i = 0; condition->only_paths != NULL && i < diff->count;
	     i++)
		if (!file_in(&diff->files[i], condition->only_paths))
			return false;
	return true;
}

static int
lines_hold(const struct condition *condition, const struct change *change,
    struct error *err)
{
	const struct tree_diff *diff = change->files;
	int64_t sum = 0, lines;

	for (size_t i = 0; sum < condition->lines && i < diff->count; i++) {
		if (budget_time(change->budget, err) < 0 ||
		    numstat(change->repo, &diff->files[i],
			&change->budget->limits, &lines, err) < 0)
			return -1;
		sum += lines;
	}
	return sum >= condition->lines;
}

/*
 * Somebody outside their days counts where that makes the rule apply, and does
 * not where it would make it pass by.
 */
static bool
authors_hold(const struct condition *condition, const struct change *change)
{
	bool in = condition->author == NULL;
	bool out = condition->author_not == NULL;

	for (size_t i = 0; i < change->member_count && !(in && out); i++) {
		struct who who = who_by_address(
		    change->people, change->members[i].commit->author.address);

		in = in || group_has(condition->author, &who);
		out = out || !(group_has(condition->author_not, &who) &&
				 who_counts(&who, change->today));
	}
	return in && out;
}

/* An unknown pusher could be anybody: the rule applies. */
static bool
pusher_holds(const struct condition *condition, const struct change *change)
{
	const struct pusher *pusher = change->pusher;
	struct who who;

	if (change->local || pusher == NULL || pusher->login == NULL ||
	    !pusher->proven)
		return true;
	who = who_by_login(change->people, pusher->login);
	if (condition->pusher != NULL && !group_has(condition->pusher, &who))
		return false;
	return condition->pusher_not == NULL ||
	       !(group_has(condition->pusher_not, &who) &&
		   who_counts(&who, change->today));
}

unsigned
condition_needs(const struct condition *condition)
{
	if (condition->only_paths != NULL || condition->lines > 0 ||
	    condition->files > 0)
		return CHANGE_FILES | CHANGE_ALL_FILES;
	return condition->paths != NULL ? CHANGE_FILES : 0;
}

bool
condition_holds_without_changes(
    const struct condition *condition, const struct change *change)
{
	return condition_needs(condition) == 0 && condition->author == NULL &&
	       condition->author_not == NULL && pusher_holds(condition, change);
}

int
condition_holds(const struct condition *condition, const struct change *change,
    struct error *err)
{
	unsigned needs = condition_needs(condition);

	if (!authors_hold(condition, change) ||
	    !pusher_holds(condition, change))
		return 0;
	if (needs == 0)
		return 1;
	if (change->files == NULL)
		return error_set(
		    err, "a path condition without the list of changed files");
	if (!paths_hold(condition, change) ||
	    !all_paths_hold(condition, change))
		return 0;
	return lines_hold(condition, change, err);
}
