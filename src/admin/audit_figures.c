/* From records to figures. */
#include "admin/audit_figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/*
 * Decisions and pushes whose records may still come: a journal has all of one
 * push together, a syslog file mixes those of pushes at the same time.
 */
enum { RECENT = 256 };

/* That something was counted of a decision, in a row. */
struct mark {
	const struct row *row;
	enum count count;
};

struct recent {
	struct text key;
	uint64_t hash;
	bool decided;  /* its decision was read... */
	bool left_out; /* ...and is not counted */
	struct mark *marks;
	size_t count, capacity;
};

struct counter {
	struct figures *figures;
	const struct policy *policy;
	struct recent recent[RECENT];
	size_t next;
	struct text key;
	struct text scope_ref; /* the ref that `scope` is for */
	struct row **scope;    /* of clauses */
	size_t scope_count, scope_capacity;
};

/* ---- which clauses a ref is for */

const char *
clause_of(const struct rule *rule)
{
	return rule->clause != NULL ? rule->clause : "";
}

/* The clauses with a rule for this ref. */
static void
find_scope(struct counter *counter, const char *ref)
{
	const struct policy *policy = counter->policy;

	if (counter->scope_ref.data != NULL &&
	    strcmp(counter->scope_ref.data, ref) == 0)
		return;
	counter->scope_ref.len = counter->scope_count = 0;
	text_add(&counter->scope_ref, ref);
	for (size_t i = 0; policy != NULL && i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];
		struct row *row =
		    rows_get(&counter->figures->clauses, clause_of(rule));
		bool known = false;

		for (size_t k = 0; k < counter->scope_count; k++)
			known |= counter->scope[k] == row;
		if (known || !rule_applies(rule, ref))
			continue;
		counter->scope =
		    mem_grow(counter->scope, &counter->scope_capacity,
			counter->scope_count + 1, sizeof(struct row *));
		counter->scope[counter->scope_count++] = row;
	}
}

/* ---- what was read a moment ago */

/* FNV-1a: only to spare comparisons. */
static uint64_t
hash_of(const struct text *text)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < text->len; i++)
		hash = (hash ^ (unsigned char)text->data[i]) * 1099511628211u;
	return hash;
}

/* The one of the counter's key, newest first; it takes the oldest's place if
 * there is none. */
static struct recent *
recent_get(struct counter *counter)
{
	uint64_t hash = hash_of(&counter->key);
	struct recent *recent;

	for (size_t i = 1; i <= RECENT; i++) {
		recent =
		    &counter->recent[(counter->next + RECENT - i) % RECENT];
		if (recent->hash == hash && recent->key.data != NULL &&
		    strcmp(recent->key.data, counter->key.data) == 0)
			return recent;
	}
	recent = &counter->recent[counter->next];
	counter->next = (counter->next + 1) % RECENT;
	recent->hash = hash;
	recent->decided = recent->left_out = false;
	recent->count = recent->key.len = 0;
	text_add_bytes(&recent->key, counter->key.data, counter->key.len);
	return recent;
}

static struct recent *
recent_push(struct counter *counter, const struct entry *entry)
{
	counter->key.len = 0;
	text_add_format(&counter->key, "%s\t%s", entry->host, entry->id);
	return recent_get(counter);
}

static struct recent *
recent_decision(struct counter *counter, const struct entry *entry)
{
	counter->key.len = 0;
	text_add_format(&counter->key, "%s\t%s\t%s\t%s", entry->host, entry->id,
	    entry->repo, entry->ref);
	return recent_get(counter);
}

/* Count it in the row, unless that was done for this one. */
static void
count_once(struct recent *recent, struct row *row, enum count count)
{
	for (size_t i = 0; i < recent->count; i++)
		if (recent->marks[i].row == row &&
		    recent->marks[i].count == count)
			return;
	recent->marks = mem_grow(recent->marks, &recent->capacity,
	    recent->count + 1, sizeof *recent->marks);
	recent->marks[recent->count++] = (struct mark){row, count};
	row->counts[count]++;
}

/* ---- counting */

static enum count
result_of(const struct entry *entry)
{
	if (entry_landed(entry))
		return entry->exceptions.count > 0 ? COUNT_EXCEPTED
						   : COUNT_ACCEPTED;
	if (strcmp(entry->verdict, "accept") == 0)
		return COUNT_HELD;
	return strcmp(entry->verdict, "refuse") == 0 ? COUNT_REFUSED
						     : COUNT_ERRORS;
}

/* It brought what rules are about. */
static bool
has_content(const struct entry *entry)
{
	return !entry->imported && *entry->ref != '\0' &&
	       strcmp(entry->kind, "delete") != 0 &&
	       strcmp(entry->kind, "noop") != 0;
}

static enum count
proof_of(const struct entry *entry)
{
	static const char *const names[] = {
	    "claimed", "pusher", "content", "signed"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(entry->proof, names[i]) == 0)
			return (enum count)(COUNT_CLAIMED + i);
	return COUNT_UNREVIEWED;
}

static void
see(struct row *row, long day)
{
	if (row->first == 0 || day < row->first)
		row->first = day;
	if (day > row->last)
		row->last = day;
}

static void
count_row(struct rows *rows, const char *name, enum count result, long day)
{
	struct row *row;

	if (*name == '\0')
		return;
	row = rows_get(rows, name);
	row->counts[COUNT_ALL]++;
	row->counts[result]++;
	see(row, day);
}

static void
count_proof(struct counter *counter, const struct entry *entry)
{
	enum count proof = proof_of(entry);
	bool asked = counter->policy == NULL;

	for (size_t i = 0; i < counter->scope_count; i++)
		if (counter->scope[i]->asks_review) {
			counter->scope[i]->counts[proof]++;
			asked = true;
		}
	if (asked)
		counter->figures->decisions[proof]++;
}

static bool
is_self_pushed(const struct counter *counter, const struct entry *entry)
{
	struct who who = {.login = entry->user};

	if (*entry->user == '\0')
		return false;
	if (counter->policy != NULL)
		who = who_by_login(&counter->policy->people, entry->user);
	return entry_list_has(&entry->reviewers, who_name(&who));
}

/* What the decision brought, where rules had something to look at. */
static void
count_content(struct counter *counter, const struct entry *entry)
{
	if (!has_content(entry))
		return;
	find_scope(counter, entry->ref);
	for (size_t i = 0; i < counter->scope_count; i++)
		counter->scope[i]->counts[COUNT_ALL]++;
	if (!entry_landed(entry))
		return;
	count_proof(counter, entry);
	if (is_self_pushed(counter, entry))
		counter->figures->self_pushed++;
}

static void
count_push(struct counter *counter, const struct entry *entry)
{
	struct figures *figures = counter->figures;
	struct recent *push = recent_push(counter, entry);
	const char *name = entry->exceptions.first;

	for (size_t i = 0; i < entry->exceptions.count; i++) {
		struct row *row = rows_get(&figures->exceptions, name);

		count_once(push, row, COUNT_ALL);
		if (entry_landed(entry))
			count_once(push, row, COUNT_EXCEPTED);
		name += strlen(name) + 1;
	}
	if (push->decided && *entry->id != '\0')
		return;
	push->decided = true;
	figures->pushes++;
	if (strcmp(entry->push, "accept") == 0)
		figures->pushes_accepted++;
	else
		figures->pushes_refused++;
}

/* Of an error there may be no violation. */
static void
count_error(
    struct counter *counter, struct recent *recent, const struct entry *entry)
{
	const char *name = entry->codes.first;

	for (size_t i = 0; i < entry->codes.count; i++) {
		count_once(recent, rows_get(&counter->figures->codes, name),
		    COUNT_REFUSED);
		name += strlen(name) + 1;
	}
}

static void
count_figures(
    struct figures *figures, const struct entry *entry, enum count result)
{
	figures->decisions[COUNT_ALL]++;
	figures->decisions[result]++;
	figures->decisions[COUNT_WARNED] += strcmp(entry->mode, "warn") == 0;
	figures->decisions[COUNT_OBSERVED] +=
	    strcmp(entry->mode, "observe") == 0;
	figures->imported += entry->imported;
	figures->refless += *entry->ref == '\0';
	if (entry_landed(entry)) {
		figures->commits += entry->commits;
		figures->changes += entry->changes;
	}
}

static void
count_decision(struct counter *counter, const struct line *line, long day)
{
	const struct entry *entry = &line->entry;
	struct figures *figures = counter->figures;
	struct recent *recent = recent_decision(counter, entry);
	enum count result = result_of(entry);
	int64_t *week = figures_week(figures, day);

	/* Sent to syslog again, or read from two places at once. */
	if (recent->decided && !recent->left_out && *entry->id != '\0')
		return;
	recent->decided = true;
	recent->left_out = line->superseded || entry->check;
	figures->taken_back += line->superseded;
	figures->checks += entry->check && !line->superseded;
	if (recent->left_out)
		return;
	count_figures(figures, entry, result);
	week[COUNT_ALL]++;
	week[result]++;
	count_row(&figures->repos, entry->repo, result, day);
	count_row(&figures->hosts, entry->host, result, day);
	count_row(&figures->users, entry->user, result, day);
	count_row(&figures->policies, entry->policy, result, day);
	count_content(counter, entry);
	if (result == COUNT_ERRORS)
		count_error(counter, recent, entry);
	count_push(counter, entry);
}

/* Built-in findings go by the first word of their code. */
static struct row *
rule_row(struct figures *figures, const struct entry *entry)
{
	struct text name = {0};
	struct row *row;

	if (*entry->rule != '\0')
		return rows_get(&figures->rules, entry->rule);
	text_add_format(&name, "%.*s (built in)",
	    (int)strcspn(entry->code, "."), entry->code);
	row = rows_get(&figures->rules, name.data);
	text_free(&name);
	return row;
}

static enum count
effect_of(const struct entry *entry)
{
	if (*entry->exception != '\0')
		return COUNT_EXCEPTED;
	if (strcmp(entry->mode, "warn") == 0)
		return COUNT_WARNED;
	return strcmp(entry->mode, "observe") == 0 ? COUNT_OBSERVED
						   : COUNT_REFUSED;
}

static void
count_exception(struct counter *counter, const struct entry *entry, long day)
{
	struct row *row =
	    rows_get(&counter->figures->exceptions, entry->exception);
	struct text where = {0};

	text_add_format(&where, "%s %s", entry->repo, ref_shown(entry->ref));
	rows_get(&row->rules, *entry->rule != '\0' ? entry->rule : "history");
	rows_get(&row->refs, where.data);
	see(row, day);
	text_free(&where);
}

static void
count_violation(struct counter *counter, const struct entry *entry, long day)
{
	struct figures *figures = counter->figures;
	struct recent *recent = recent_decision(counter, entry);
	struct row *rule, *clause;
	enum count effect = effect_of(entry);

	if (recent->left_out)
		return;
	figures->stray += !recent->decided;
	rule = rule_row(figures, entry);
	count_once(recent, rule, effect);
	if (*entry->mode != '\0')
		rows_get(&rule->modes, entry->mode);
	if (effect == COUNT_REFUSED)
		count_once(recent, rows_get(&figures->codes, entry->code),
		    COUNT_REFUSED);
	if (effect == COUNT_EXCEPTED)
		count_exception(counter, entry, day);
	if (*entry->rule == '\0')
		return;
	if (rule->title == NULL)
		rule->title = mem_string(entry->clause);
	clause = rows_get(&figures->clauses, entry->clause);
	count_once(recent, clause, effect);
	rows_get(&clause->rules, entry->rule);
	rows_get(&clause->modes, entry->mode);
}

static bool
day_of(const struct entry *entry, long *day)
{
	char date[11] = "";

	memcpy(date, entry->time, strnlen(entry->time, 10));
	return day_parse(date, day);
}

static void
count_record(struct counter *counter, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct figures *figures = counter->figures;
	long day;

	if (!day_of(entry, &day)) {
		figures->undated++;
		return;
	}
	if (day < figures->from || day > figures->to)
		return;
	figures->cut += entry->more > 0;
	if (entry->event == EVENT_DECISION)
		count_decision(counter, line, day);
	else if (entry->event == EVENT_VIOLATION)
		count_violation(counter, entry, day);
	else if (entry->event == EVENT_LANDED)
		figures->landed++;
}

static void
counter_free(struct counter *counter)
{
	for (size_t i = 0; i < RECENT; i++) {
		text_free(&counter->recent[i].key);
		free(counter->recent[i].marks);
	}
	text_free(&counter->key);
	text_free(&counter->scope_ref);
	free(counter->scope);
	free(counter);
}

void
figures_count(
    struct figures *figures, struct audit *audit, const struct policy *policy)
{
	struct counter *counter = mem_zero(sizeof *counter);
	struct line line;

	counter->figures = figures;
	counter->policy = policy;
	while (audit_next(audit, &line))
		count_record(counter, &line);
	figures->damaged = (int64_t)audit->damaged;
	counter_free(counter);
}
