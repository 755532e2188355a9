/* What a policy and its register of exceptions say, for a report. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/audit_figures.h"
#include "policy/layers.h"
#include "waiver/exception.h"

/* ---- the policy */

static char *
join(const struct texts *texts)
{
	struct text text = {0};

	text_add(&text, "");
	for (size_t i = 0; i < texts->count; i++)
		text_add_format(
		    &text, "%s%s", i > 0 ? ", " : "", texts->list[i]);
	return text.data; /* transferred */
}

/* A rule asks for reviews, in whatever alternative. */
static bool
asks_review(const struct node *node)
{
	if (node == NULL || node->kind == NODE_SCALAR)
		return false;
	if (map_get(node, "review") != NULL || map_get(node, "owners") != NULL)
		return true;
	node = map_get(node, "any");
	for (size_t i = 0; node != NULL && i < node->count; i++)
		if (map_get(&node->items[i], "review") != NULL ||
		    map_get(&node->items[i], "owners") != NULL)
			return true;
	return false;
}

static bool
list_asks_review(const struct node *list)
{
	for (size_t i = 0; list != NULL && i < list->count; i++)
		if (asks_review(&list->items[i]))
			return true;
	return asks_review(list);
}

static void
take_rule(struct figures *figures, const struct rule *rule)
{
	struct row *clause = rows_get(&figures->clauses, clause_of(rule));
	struct row *row = rows_get(&figures->rules, rule->name);

	rows_get(&clause->rules, rule->name);
	rows_get(&clause->modes, mode_names[rule->mode]);
	rows_get(&row->modes, mode_names[rule->mode]);
	clause->scoped = true;
	if (list_asks_review(map_get(rule->node, "require")))
		clause->asks_review = true;
	if (row->title == NULL)
		row->title = mem_string(clause_of(rule));
}

static void
hash_format(const unsigned char hash[32], char out[13])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < 12; i++)
		out[i] = digits[hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	out[12] = '\0';
}

void
figures_take_policy(
    struct figures *figures, const struct policy *policy, const char *file)
{
	figures->document = policy->document;
	figures->policy = file;
	hash_format(policy->hash, figures->policy_hash);
	for (size_t i = 0; i < policy->clause_count; i++) {
		const struct clause *clause = &policy->clauses[i];
		struct row *row = rows_get(&figures->clauses, clause->id);

		free(row->title);
		free(row->note);
		free(row->controls);
		row->title =
		    mem_string(clause->title != NULL ? clause->title : "");
		row->note =
		    mem_string(clause->manual != NULL ? clause->manual : "");
		row->controls = join(&clause->controls);
	}
	for (size_t i = 0; i < policy->rule_count; i++)
		take_rule(figures, &policy->rules[i]);
}

static void
keep(char **into, const char *text)
{
	free(*into);
	*into = mem_string(text);
}

void
figures_name_policy(struct figures *figures, const struct policy *policy)
{
	struct row *row = rows_find(&figures->policies, figures->policy_hash);

	if (row != NULL)
		keep(&row->title,
		    *policy->name != '\0' ? policy->name : figures->policy);
}

/* ---- the register of exceptions */

static bool
is_in_force(const struct figures *figures, const struct exception *exception)
{
	return exception->approved_on <= figures->to &&
	       exception->expires >= figures->from &&
	       (exception->revoked_on == 0 ||
		   exception->revoked_on > figures->from);
}

static void
take_exception(struct figures *figures, const struct exception *exception)
{
	struct row *row = rows_find(&figures->exceptions, exception->id);

	if (row == NULL && !is_in_force(figures, exception))
		return;
	row = rows_get(&figures->exceptions, exception->id);
	keep(&row->note, exception->reason);
	keep(&row->approver, exception->approved_by);
	row->approved_on = exception->approved_on;
	row->expires = exception->expires;
	row->revoked_on = exception->revoked_on;
	for (size_t i = 0; i < exception->rules.count; i++)
		rows_get(&row->rules, exception->rules.list[i]);
	for (size_t i = 0; row->last == 0 && i < exception->refs.count; i++)
		rows_get(&row->refs, exception->refs.list[i]);
}

static int
read_exception(struct figures *figures, const char *path, struct error *err)
{
	struct exception exception = {0};
	struct arena arena = {0};
	struct faults faults;
	size_t len;
	char *data;
	int result;

	if (policy_read(path, &data, &len, err) != 0)
		return error_prefix(err, "the register of exceptions");
	faults_init(&faults, path);
	result = exception_parse(data, len, &arena, &exception, &faults);
	if (result == 0)
		take_exception(figures, &exception);
	else
		policy_first_fault(&faults, err);
	faults_free(&faults);
	arena_free(&arena);
	free(data);
	return result;
}

static int
is_record(const struct dirent *file)
{
	size_t len = strlen(file->d_name);

	return file->d_name[0] != '.' && len > 4 &&
	       strcmp(file->d_name + len - 4, ".yml") == 0;
}

void
figures_take_register(struct figures *figures, const struct policy *policy)
{
	const char *directory = policy->exceptions.directory;
	struct dirent **files = NULL;
	struct text path = {0};
	struct error err;
	int count;

	if (directory == NULL)
		return;
	count = scandir(directory, &files, is_record, alphasort);
	if (count < 0)
		audit_tell("%s: %s", directory, strerror(errno));
	figures->register_read = count >= 0;
	for (int i = 0; i < count; i++) {
		path.len = 0;
		text_add_format(&path, "%s/%s", directory, files[i]->d_name);
		if (read_exception(figures, path.data, &err) != 0)
			audit_tell("%s", err.text);
		free(files[i]);
	}
	free(files);
	text_free(&path);
}
