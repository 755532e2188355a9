/* `refwarden audit summary`: how many decisions, and what they were. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/command.h"
#include "admin/tally.h"

static const char *options_fault(const struct audit *);

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit summary [OPTION...] [REPO | DIR | FILE...]\n"
	"\n"
	"Count decisions: all of them, or those of each rule and so on.\n"
	"\n"
	"  --by rule|clause|user|repo\n"
	"  --since DAY, --until DAY   2026-11-22, or 90d or 12w before today\n"
	"  --ref PATTERN --user USER --repo NAME\n"
	"  --json   one object\n"
	"  --plain  columns between tabs, no heading\n",
    .options = "surUpbjP",
    .fault = options_fault,
};

/* Of decisions, each about one ref. */
enum {
	JUDGED,
	ACCEPTED,
	REFUSED,
	ERRORS,
	HELD,      /* not refused, but beside a ref that was */
	EXCEPTION, /* accepted... */
	WARNED,
	OBSERVED,
	IMPORTED,
	CLAIMED,
	PUSHER,
	CONTENT,
	SIGNED,
	DECISION_FIGURES,
};

/* Of what was found: updates of refs for which it was. */
enum {
	BROKEN,
	BROKEN_ENFORCED,
	BROKEN_WARNED,
	BROKEN_OBSERVED,
	BROKEN_WAIVED,
	VIOLATION_FIGURES
};

static const char *const decision_names[] = {"judged", "accepted", "refused",
    "errors", "held", "exception", "warned", "observed", "imported", "claimed",
    "pusher", "content", "signed"};
static const char *const violation_names[] = {
    "broken", "refused", "warned", "observed", "waived"};

_Static_assert((int)DECISION_FIGURES <= (int)TALLY_FIGURES, "a tally has room");

struct summary {
	struct tally_row total;
	struct tally groups, repositories, users, policies;
	int64_t checks;
	char first[25], last[25];
	const char *by;
	struct text update; /* whose violations these are... */
	bool check;         /* ...which was none */
	struct tally seen;  /* groups and modes of that update */
};

static void
count_decision(int64_t *figures, const struct entry *entry)
{
	static const int proofs[] = {CLAIMED, PUSHER, CONTENT, SIGNED};

	figures[JUDGED]++;
	figures[REFUSED] += strcmp(entry->verdict, "refuse") == 0;
	figures[ERRORS] += strcmp(entry->verdict, "error") == 0;
	if (strcmp(entry->verdict, "accept") != 0)
		return;
	if (!entry_landed(entry)) {
		figures[HELD]++;
		return;
	}
	figures[ACCEPTED]++;
	figures[EXCEPTION] += entry->exceptions.count > 0;
	figures[WARNED] += strcmp(entry->mode, "warn") == 0;
	figures[OBSERVED] += strcmp(entry->mode, "observe") == 0;
	figures[IMPORTED] += entry->imported;
	for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++)
		figures[proofs[i]] +=
		    strcmp(entry->proof, decision_names[proofs[i]]) == 0;
}

static int
figure_of(const struct entry *entry)
{
	if (entry->exception[0] != '\0')
		return BROKEN_WAIVED;
	if (strcmp(entry->mode, "warn") == 0)
		return BROKEN_WARNED;
	if (strcmp(entry->mode, "observe") == 0)
		return BROKEN_OBSERVED;
	return BROKEN_ENFORCED;
}

/* An update counts once, however many codes of a rule it broke. */
static void
count_violation(struct summary *summary, const struct entry *entry)
{
	bool by_clause = strcmp(summary->by, "clause") == 0;
	const char *name = by_clause ? entry->clause : entry->rule;
	int figure = figure_of(entry);
	struct tally_row *row, *seen;

	if (summary->check)
		return;
	if (name[0] == '\0')
		name = by_clause ? "(no clause)" : "(built in)";
	row = tally_at(&summary->groups, name);
	seen = tally_at(&summary->seen, name);
	row->figures[BROKEN] += seen->figures[BROKEN]++ == 0;
	row->figures[figure] += seen->figures[figure]++ == 0;
}

static void
begin_update(struct summary *summary, const struct entry *entry)
{
	struct text update = {0};

	text_add_format(
	    &update, "%s\t%s\t%s", entry->id, entry->ref, entry->repo);
	if (summary->update.data == NULL ||
	    strcmp(update.data, summary->update.data) != 0) {
		tally_free(&summary->seen);
		summary->check = false;
	}
	text_free(&summary->update);
	summary->update = update; /* transferred */
	if (entry->event == EVENT_DECISION)
		summary->check = entry->check;
}

static void
note_time(struct summary *summary, const char *time)
{
	if (summary->first[0] == '\0' || strcmp(time, summary->first) < 0)
		snprintf(summary->first, sizeof summary->first, "%s", time);
	if (strcmp(time, summary->last) > 0)
		snprintf(summary->last, sizeof summary->last, "%s", time);
}

static void
count(struct summary *summary, const struct entry *entry)
{
	bool of_rules = strcmp(summary->by, "rule") == 0 ||
			strcmp(summary->by, "clause") == 0;
	const char *name =
	    strcmp(summary->by, "user") == 0 ? entry->user : entry->repo;

	if (of_rules &&
	    (entry->event == EVENT_DECISION || entry->event == EVENT_VIOLATION))
		begin_update(summary, entry);
	if (of_rules && entry->event == EVENT_VIOLATION)
		count_violation(summary, entry);
	if (entry->event != EVENT_DECISION)
		return;
	if (entry->check) {
		summary->checks++;
		return;
	}
	note_time(summary, entry->time);
	count_decision(summary->total.figures, entry);
	tally_at(&summary->repositories, entry->repo);
	tally_at(&summary->users, entry->user);
	if (entry->policy[0] != '\0')
		tally_at(&summary->policies, entry->policy);
	if (summary->by[0] != '\0' && !of_rules)
		count_decision(
		    tally_at(&summary->groups, name[0] != '\0' ? name : "-")
			->figures,
		    entry);
}

/* ---- what it comes to */

static json_t *
figures_json(const int64_t *figures, const char *const *names, int count_of)
{
	json_t *object = json_object();

	for (int i = 0; i < count_of; i++)
		json_object_set_new(object, names[i], json_integer(figures[i]));
	return object;
}

static void
print_as_json(struct summary *summary, const char *const *names, int figures)
{
	json_t *all = figures_json(
	    summary->total.figures, decision_names, DECISION_FIGURES);
	json_t *groups = json_array();

	json_object_set_new(all, "checks", json_integer(summary->checks));
	json_object_set_new(all, "first", json_string(summary->first));
	json_object_set_new(all, "last", json_string(summary->last));
	json_object_set_new(all, "repositories",
	    json_integer((json_int_t)summary->repositories.count));
	json_object_set_new(
	    all, "users", json_integer((json_int_t)summary->users.count));
	json_object_set_new(
	    all, "policies", json_integer((json_int_t)summary->policies.count));
	for (size_t i = 0; i < summary->groups.count; i++) {
		const struct tally_row *row = &summary->groups.rows[i];
		json_t *group = figures_json(row->figures, names, figures);

		json_object_set_new(group, "name", json_string(row->name));
		json_array_append_new(groups, group);
	}
	if (summary->by[0] != '\0') {
		json_object_set_new(all, "by", json_string(summary->by));
		json_object_set_new(all, "groups", json_incref(groups));
	}
	json_decref(groups);
	print_json(all);
}

static void
print_group(const struct audit *audit, const struct tally_row *row, int figures)
{
	print_safe(row->name, audit->plain ? 0 : 24);
	for (int i = 0; i < figures; i++)
		printf(audit->plain ? "\t%" PRId64 : "  %9" PRId64,
		    row->figures[i]);
	putchar('\n');
}

static void
print_groups(const struct audit *audit, const struct summary *summary,
    const char *const *names, int figures)
{
	if (!audit->plain) {
		printf("%-24s", "");
		for (int i = 0; i < figures; i++)
			printf("  %9s", names[i]);
		putchar('\n');
	}
	for (size_t i = 0; i < summary->groups.count; i++)
		print_group(audit, &summary->groups.rows[i], figures);
}

static void
print_figure(const struct audit *audit, const char *name, int64_t figure,
    const char *meaning)
{
	if (audit->plain)
		printf("%s\t%" PRId64 "\n", name, figure);
	else
		printf("%-10s %8" PRId64 "  %s\n", name, figure, meaning);
}

static void
print_total(const struct audit *audit, const struct summary *summary)
{
	static const char *const meanings[] = {"updates of refs",
	    "and told so to the pusher", "for a rule that is enforced",
	    "could not be judged, or not be recorded",
	    "not refused, but pushed beside a ref that was",
	    "accepted under an exception", "accepted with a warning",
	    "accepted, what was found is recorded",
	    "accepted as history that is not judged",
	    "accepted, the weakest review was a trailer",
	    "accepted, the weakest review was the pusher's",
	    "accepted, the weakest review named the content",
	    "accepted, the weakest review was signed"};

	if (!audit->plain)
		printf("%.10s to %.10s, repositories %zu, users %zu, policies "
		       "%zu\n\n",
		    summary->first[0] != '\0' ? summary->first : "-",
		    summary->last[0] != '\0' ? summary->last : "-",
		    summary->repositories.count, summary->users.count,
		    summary->policies.count);
	for (int i = 0; i < DECISION_FIGURES; i++)
		print_figure(audit, decision_names[i],
		    summary->total.figures[i], meanings[i]);
	print_figure(audit, "checks", summary->checks,
	    "asked for with refwarden.check, not counted above");
}

static void
print(const struct audit *audit, struct summary *summary)
{
	bool of_rules = strcmp(summary->by, "rule") == 0 ||
			strcmp(summary->by, "clause") == 0;
	const char *const *names = of_rules ? violation_names : decision_names;
	/* Proofs are for the whole. */
	int figures = of_rules ? VIOLATION_FIGURES : CLAIMED;

	tally_sort(&summary->groups, 0);
	if (audit->json)
		print_as_json(summary, names,
		    of_rules ? VIOLATION_FIGURES : DECISION_FIGURES);
	else if (summary->by[0] != '\0')
		print_groups(audit, summary, names, figures);
	else
		print_total(audit, summary);
}

static const char *
options_fault(const struct audit *audit)
{
	static const char *const names[] = {"rule", "clause", "user", "repo"};

	for (size_t i = 0; audit->by != NULL && i < 4; i++)
		if (strcmp(audit->by, names[i]) == 0)
			return NULL;
	return audit->by != NULL ? "--by rule, clause, user or repo" : NULL;
}

int
audit_summary_command(int argc, char **argv)
{
	struct summary summary = {.by = ""};
	struct audit audit;
	struct line line;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	if (audit.by != NULL)
		summary.by = audit.by;
	while (audit_next(&audit, &line))
		count(&summary, &line.entry);
	print(&audit, &summary);
	tally_free(&summary.groups);
	tally_free(&summary.repositories);
	tally_free(&summary.users);
	tally_free(&summary.policies);
	tally_free(&summary.seen);
	text_free(&summary.update);
	return audit_close(&audit, EXIT_YES);
}
