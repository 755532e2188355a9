/* `trailer`: the change carries a trailer of a form. */
#include "checks/check.h"

#include <string.h>

#include "base/regex.h"
#include "git/tree_path.h"
#include "yaml/field.h"

struct trailer_rule {
	const char *name;
	const struct group *by;
	struct regex *matches;
	const struct pattern_set *in;
};

#define TRAILER(member) offsetof(struct trailer_rule, member)

static const struct field trailer_fields[] = {
    {.key = "name",
	.type = FIELD_TEXT,
	.offset = TRAILER(name),
	.summary = "The trailer's key, such as Ticket.",
	.required = true},
    {.key = "by",
	.type = FIELD_GROUP,
	.offset = TRAILER(by),
	.summary = "It names a person of this group."},
    {.key = "matches",
	.type = FIELD_REGEX,
	.offset = TRAILER(matches),
	.summary = "A pattern its whole value matches."},
    {.key = "in",
	.type = FIELD_PATHS,
	.offset = TRAILER(in),
	.summary = "Its value is a file of this set that the commit has."},
    {.key = NULL},
};

/* Why a trailer does not do; `code` NULL if it does. */
struct misfit {
	const char *code, *found;
};

static struct misfit
person_misfit(const struct trailer_rule *rule, const struct change *change,
    const struct trailer *trailer)
{
	const char *name, *address;
	struct who who;

	if (!trailer_person(trailer, change->arena, &name, &address))
		return (struct misfit){"trailer.ambiguous",
		    "one that names nobody as \"Name <address>\""};
	who = who_by_address(change->people, address);
	if (!group_has(rule->by, &who))
		return (struct misfit){"trailer.unknown",
		    arena_format(change->arena, "%s <%s>", name, address)};
	if (!who_counts(&who, change->today))
		return (struct misfit){"trailer.unknown",
		    arena_format(change->arena, "%s, who does not count today",
			who_name(&who))};
	return (struct misfit){NULL, NULL};
}

static bool
set_has(const struct pattern_set *set, const char *path)
{
	struct globs *globs = globs_new(GLOBS_EXACT);
	bool result = globs_match(
	    globs, globs_add(globs, set->patterns, set->count), path);

	globs_free(globs);
	return result;
}

static int
path_misfit(const struct trailer_rule *rule, const struct change *change,
    const char *path, struct misfit *misfit, struct error *err)
{
	enum tree_mode mode = MODE_NONE;
	struct oid id;

	if (!set_has(rule->in, path)) {
		*misfit = (struct misfit){"trailer.mismatch",
		    arena_format(change->arena, "\"%s\", which is not in %s",
			path, rule->in->name)};
		return 0;
	}
	if (change->new_tree != NULL &&
	    tree_path(change->repo, change->new_tree, path, change->budget,
		&mode, &id, err) < 0)
		return -1;
	if (mode != MODE_FILE && mode != MODE_EXECUTABLE)
		*misfit = (struct misfit){"trailer.mismatch",
		    arena_format(change->arena,
			"\"%s\", which is no file of this commit", path)};
	return 0;
}

static int
trailer_misfit(const struct trailer_rule *rule, const struct change *change,
    const struct trailer *trailer, struct misfit *misfit, struct error *err)
{
	*misfit = (struct misfit){NULL, NULL};
	if (rule->by != NULL)
		*misfit = person_misfit(rule, change, trailer);
	if (misfit->code == NULL && rule->matches != NULL) {
		int matches = regex_match(
		    rule->matches, trailer->value, strlen(trailer->value), err);

		if (matches < 0)
			return -1;
		if (matches == 0)
			*misfit = (struct misfit){
			    "trailer.mismatch", arena_format(change->arena,
						    "\"%s\"", trailer->value)};
	}
	if (misfit->code == NULL && rule->in != NULL)
		return path_misfit(rule, change, trailer->value, misfit, err);
	return 0;
}

static struct misfit
absence(const struct trailer_rule *rule, const struct change *change,
    const struct commit *commit, const char **note)
{
	struct near_miss miss = trailers_near_miss(commit->message,
	    commit->message_len, rule->name, rule->by != NULL, change->arena);

	if (miss.kind != NEAR_MISS_NONE)
		*note = near_miss_text(&miss, change->arena);
	return (struct misfit){"trailer.missing", "none"};
}

static const char *
trailer_need(const struct trailer_rule *rule, struct arena *arena)
{
	const char *need =
	    arena_format(arena, "the trailer \"%s\"", rule->name);

	if (rule->by != NULL)
		need = arena_format(arena, "%s by %s", need, rule->by->name);
	if (rule->matches != NULL)
		need = arena_format(arena, "%s matching %s", need,
		    regex_pattern(rule->matches));
	if (rule->in != NULL)
		need = arena_format(
		    arena, "%s naming a file of %s", need, rule->in->name);
	return need;
}

static void
report(const struct trailer_rule *rule, const struct change *change,
    const struct commit *commit, const struct misfit *misfit, const char *note,
    struct findings *findings)
{
	struct finding *finding = finding_add(findings, misfit->code, commit,
	    trailer_need(rule, change->arena), misfit->found);

	if (rule->by != NULL)
		finding->from = group_members(rule->by, change->arena);
	finding->note = note;
	if (commit->is_tag)
		finding->hint = arena_format(change->arena,
		    "make the tag again with a last paragraph \"%s: %s\"",
		    rule->name, rule->by != NULL ? "NAME <EMAIL>" : "VALUE");
	finding->commands = amend_commands(change, commit,
	    arena_format(change->arena, "--trailer \"%s: %s\"", rule->name,
		rule->by != NULL ? "NAME <EMAIL>" : "VALUE"));
}

static int
trailer_member(const struct trailer_rule *rule, const struct change *change,
    struct member *member, struct findings *findings, struct error *err)
{
	const struct commit *commit = member->commit;
	const struct trailers *trailers = member_trailers(change, member, err);
	struct misfit first = {NULL, NULL}, misfit;
	const char *note = NULL;

	if (trailers == NULL || budget_time(change->budget, err) < 0)
		return -1;
	if (trailers_ambiguous(
		commit->message, commit->message_len, rule->name)) {
		first = (struct misfit){"trailer.ambiguous",
		    "a message that can be read in two ways"};
		note = "git reads other trailers of this name here than "
		       "refwarden does";
	}
	for (size_t i = 0; note == NULL && i < trailers->count; i++) {
		const struct trailer *trailer = &trailers->list[i];

		if (!trailer_is(trailer, rule->name))
			continue;
		if (trailer_misfit(rule, change, trailer, &misfit, err) < 0)
			return -1;
		if (misfit.code == NULL)
			return 0;
		if (first.code == NULL)
			first = misfit;
	}
	if (first.code == NULL)
		first = absence(rule, change, commit, &note);
	report(rule, change, commit, &first, note, findings);
	return 0;
}

static int
trailer_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	size_t found_before = findings->count;
	int mechanical;

	if (trailer_member(
		settings, change, &change->members[0], findings, err) < 0)
		return -1;
	if (findings->count == found_before)
		return 0;
	mechanical = member_mechanical(change, &change->members[0], err);
	if (mechanical != 1)
		return mechanical;
	findings->count = found_before;
	for (size_t i = 1; i < change->member_count; i++)
		if (trailer_member(settings, change, &change->members[i],
			findings, err) < 0)
			return -1;
	return 0;
}

static void
trailer_validate(
    const void *settings, const struct node *node, struct load *load)
{
	const struct trailer_rule *rule = settings;

	trailer_key_validate(rule->name, "name", node, load);
}

static void
trailer_free(void *settings)
{
	struct trailer_rule *rule = settings;

	regex_free(rule->matches);
}

const struct check trailer_check = {
    .name = "trailer",
    .summary = "the change carries a trailer, of a person or a form",
    .fields = trailer_fields,
    .settings_size = sizeof(struct trailer_rule),
    .validate = trailer_validate,
    .run = trailer_run,
    .free = trailer_free,
};
