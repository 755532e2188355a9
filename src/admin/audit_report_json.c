/* The figures of a report as JSON. */
#include "admin/audit_figures.h"
#include "base/clock.h"

static const char *const count_names[COUNTS] = {[COUNT_ALL] = "judged",
    [COUNT_ACCEPTED] = "accepted",
    [COUNT_EXCEPTED] = "under_exception",
    [COUNT_HELD] = "held",
    [COUNT_REFUSED] = "refused",
    [COUNT_ERRORS] = "errors",
    [COUNT_WARNED] = "warned",
    [COUNT_OBSERVED] = "observed",
    [COUNT_UNREVIEWED] = "review_none",
    [COUNT_CLAIMED] = "review_claimed",
    [COUNT_PUSHER] = "review_pusher",
    [COUNT_CONTENT] = "review_content",
    [COUNT_SIGNED] = "review_signed"};

static void
set_number(json_t *json, const char *key, int64_t number)
{
	json_object_set_new(json, key, json_integer((json_int_t)number));
}

static void
set_text(json_t *json, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		json_object_set_new(json, key, json_string(text));
}

static void
set_day(json_t *json, const char *key, long day)
{
	char text[16];

	if (day != 0)
		set_text(json, key, day_format(day, text));
}

/* Who reads what became of refs asks how many were accepted, in any way. */
static void
set_result(json_t *json, enum count count, const int64_t counts[COUNTS])
{
	set_number(json, count_names[count],
	    count == COUNT_ACCEPTED ? accepted_of(counts) : counts[count]);
}

static void
set_counts(json_t *json, const struct row *row)
{
	bool results = row->rules.count == 0 && row->modes.count == 0;

	for (size_t i = 0; i < COUNTS; i++)
		if (row->counts[i] != 0)
			set_number(json, count_names[i], row->counts[i]);
	if (results && accepted_of(row->counts) > 0)
		set_result(json, COUNT_ACCEPTED, row->counts);
}

static void
set_names(json_t *json, const char *key, const struct rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->count; i++)
		json_array_append_new(list, json_string(rows->list[i]->name));
	if (rows->count > 0)
		json_object_set_new(json, key, list);
	else
		json_decref(list);
}

static void
set_rows(
    json_t *json, const char *key, const char *name, const struct rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = rows->list[i];
		json_t *object = json_object();

		json_object_set_new(object, name, json_string(row->name));
		set_text(object, "title", row->title);
		set_text(object, "controls", row->controls);
		set_text(object, "note", row->note);
		set_names(object, "rules", &row->rules);
		set_names(object, "modes", &row->modes);
		set_names(object, "refs", &row->refs);
		set_counts(object, row);
		set_day(object, "first", row->first);
		set_day(object, "last", row->last);
		set_text(object, "approved_by", row->approver);
		set_day(object, "approved_on", row->approved_on);
		set_day(object, "expires", row->expires);
		set_day(object, "revoked_on", row->revoked_on);
		json_array_append_new(list, object);
	}
	json_object_set_new(json, key, list);
}

static json_t *
weeks_json(const struct figures *figures)
{
	json_t *list = json_array();

	for (size_t i = 0; i < figures->weeks; i++) {
		json_t *week = json_object();

		set_day(week, "week", figures->monday + (long)i * 7);
		for (size_t k = COUNT_ALL; k <= COUNT_ERRORS; k++)
			set_result(week, (enum count)k, figures->week[i]);
		json_array_append_new(list, week);
	}
	return list;
}

static void
set_summary(json_t *json, const struct figures *f)
{
	for (size_t i = 0; i < COUNTS; i++)
		set_result(json, (enum count)i, f->decisions);
	set_number(json, "pushes", f->pushes);
	set_number(json, "pushes_accepted", f->pushes_accepted);
	set_number(json, "pushes_refused", f->pushes_refused);
	set_number(json, "checks", f->checks);
	set_number(json, "imported", f->imported);
	set_number(json, "commits", f->commits);
	set_number(json, "changes", f->changes);
	set_number(json, "reviewer_pushed", f->self_pushed);
	set_number(json, "landed", f->landed);
	set_number(json, "without_refs", f->refless);
	set_number(json, "damaged", f->damaged);
	set_number(json, "undated", f->undated);
	set_number(json, "taken_back", f->taken_back);
	set_number(json, "cut", f->cut);
	if (f->gaps_examined)
		set_number(json, "gaps", (int64_t)f->gap_count);
	set_number(json, "stray", f->stray);
}

json_t *
figures_json(const struct figures *figures)
{
	json_t *json = json_object(), *summary = json_object();

	set_day(json, "from", figures->from);
	set_day(json, "to", figures->to);
	set_text(json, "document", figures->document);
	set_text(json, "policy_file", figures->policy);
	set_text(json, "policy", figures->policy_hash);
	set_summary(summary, figures);
	json_object_set_new(json, "summary", summary);
	json_object_set_new(json, "weeks", weeks_json(figures));
	set_rows(json, "rules", "rule", &figures->rules);
	set_rows(json, "clauses", "clause", &figures->clauses);
	set_rows(json, "exceptions", "exception", &figures->exceptions);
	set_rows(json, "codes", "code", &figures->codes);
	set_rows(json, "repositories", "repo", &figures->repos);
	set_rows(json, "hosts", "host", &figures->hosts);
	set_rows(json, "users", "user", &figures->users);
	set_rows(json, "policies", "policy", &figures->policies);
	return json;
}
