/* What a report says, in whatever form. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "checks/code.h"
#include "report/audit_cells.h"

enum {
	TOP_LIMIT = 15, /* rows of a list of the most */
	BARS_LIMIT = 12,
};

static void
say_facts(struct report *report)
{
	const struct figures *figures = report->figures;
	static const struct column columns[] = {
	    {"", COLUMN_TEXT}, {"", COLUMN_TEXT}};
	char from[16], to[16], made[25];
	struct text text = {0};

	grid_begin(report, columns, 2);
	cell(report, "Period");
	text_add_format(&text, "%s to %s, both days included (UTC)",
	    day_format(figures->from, from), day_format(figures->to, to));
	cell(report, text.data);
	cell(report, "Repositories");
	cell_names(report, &figures->repos);
	cell(report, "Servers");
	cell_names(report, &figures->hosts);
	if (*figures->document != '\0') {
		cell(report, "Written policy");
		cell(report, figures->document);
	}
	if (figures->policy != NULL) {
		cell(report, "Policy file");
		cell(report, figures->policy);
		text.len = 0;
		text_add_format(
		    &text, "SHA-256 begins with %s", figures->policy_hash);
		small(report, text.data);
	}
	cell(report, "Made");
	clock_format(figures->made, made);
	text.len = 0;
	text_add_format(&text, "%.10s %.5s UTC by refwarden %s", made,
	    made + 11, figures->version);
	cell(report, text.data);
	text_free(&text);
	grid_end(report);
}

static void
say_summary(struct report *report)
{
	const struct figures *f = report->figures;
	const struct tile tiles[] = {
	    {"Pushes", f->pushes},
	    {"Refs judged", f->decisions[COUNT_ALL]},
	    {"Accepted", accepted_of(f->decisions)},
	    {"Of these under exception", f->decisions[COUNT_EXCEPTED]},
	    {"Refused", f->decisions[COUNT_REFUSED]},
	    {"Errors", f->decisions[COUNT_ERRORS]},
	    {"Pushes accepted", f->pushes_accepted},
	    {"Pushes refused", f->pushes_refused},
	    {"Only warned", f->decisions[COUNT_WARNED]},
	    {"Only observed", f->decisions[COUNT_OBSERVED]},
	    {"Imported unjudged", f->imported},
	    {"Commits accepted", f->commits},
	};

	heading(report, "Summary");
	report->form->tiles(report->out, tiles, sizeof tiles / sizeof *tiles);
	say(report,
	    "A push brings one or more refs, and is refused as a whole when "
	    "one of them is: the others are held, they did not move.");
	if (f->checks > 0)
		say(report,
		    "Not among these figures: %" PRId64
		    " decisions of pushes that asked for a check only.",
		    f->checks);
}

static void
say_weeks(struct report *report)
{
	heading(report, "Decisions per week");
	report->form->weeks(report->out, report->figures);
}

static void
say_bars(struct report *report, struct row **rows, size_t count)
{
	struct bar bars[BARS_LIMIT];
	size_t n = 0;

	while (
	    n < count && n < BARS_LIMIT && rows[n]->counts[COUNT_REFUSED] > 0) {
		bars[n] =
		    (struct bar){rows[n]->name, rows[n]->counts[COUNT_REFUSED]};
		n++;
	}
	if (n > 0)
		report->form->bars(report->out, bars, n);
}

static void
say_rules(struct report *report)
{
	static const struct column columns[] = {{"Rule", COLUMN_TEXT},
	    {"Clause", COLUMN_TEXT}, {"Mode", COLUMN_SHORT},
	    {"Refused", COLUMN_NUMBER}, {"Under exception", COLUMN_NUMBER},
	    {"Warned", COLUMN_NUMBER}, {"Observed", COLUMN_NUMBER}};
	const struct rows *rules = &report->figures->rules;
	struct row **rows = rows_by(rules, COUNT_REFUSED);

	heading(report, "Refusals by rule");
	say_bars(report, rows, rules->count);
	grid_begin(report, columns, 7);
	for (size_t i = 0; i < rules->count; i++) {
		const struct row *row = rows[i];

		cell(report, row->name);
		cell(report, row->title != NULL && *row->title != '\0'
				 ? row->title
				 : DASH);
		cell_names(report, &row->modes);
		cell_number(report, row->counts[COUNT_REFUSED]);
		cell_number(report, row->counts[COUNT_EXCEPTED]);
		cell_number(report, row->counts[COUNT_WARNED]);
		cell_number(report, row->counts[COUNT_OBSERVED]);
	}
	grid_end(report);
	free(rows);
	say(report, "A ref that breaks several rules is counted with each.");
}

/* "claimed 12, pusher 3, none recorded 1" */
static void
cell_proof(struct report *report, const int64_t counts[COUNTS])
{
	static const struct {
		enum count count;
		const char *name;
	} grades[] = {{COUNT_SIGNED, "signed"}, {COUNT_CONTENT, "content"},
	    {COUNT_PUSHER, "pusher"}, {COUNT_CLAIMED, "claimed"},
	    {COUNT_UNREVIEWED, "none recorded"}};
	struct text text = {0};

	text_add(&text, "");
	for (size_t i = 0; i < sizeof grades / sizeof *grades; i++) {
		if (counts[grades[i].count] == 0)
			continue;
		text_add_format(
		    &text, "%s%s ", text.len > 0 ? ", " : "", grades[i].name);
		number_add(&text, counts[grades[i].count]);
	}
	cell(report, text.len > 0 ? text.data : DASH);
	text_free(&text);
}

static void
clause_title(struct report *report, const struct row *row)
{
	struct text text = {0};

	cell(report, *row->name != '\0' ? row->name : "(no clause)");
	if (row->title != NULL)
		text_add(&text, row->title);
	if (row->controls != NULL && *row->controls != '\0')
		text_add_format(
		    &text, "%s(%s)", text.len > 0 ? " " : "", row->controls);
	small(report, text.data);
	text_free(&text);
}

static void
clause_rules(struct report *report, const struct row *row)
{
	struct text modes = {0};

	if (row->rules.count == 0) {
		cell(report, "not checked by machine");
		small(report, row->note);
		return;
	}
	cell_names(report, &row->rules);
	for (size_t i = 0; i < row->modes.count; i++)
		text_add_format(&modes, "%s%s", i > 0 ? ", " : "",
		    row->modes.list[i]->name);
	small(report, modes.data);
	text_free(&modes);
}

static void
say_clause(struct report *report, const struct row *row)
{
	struct text told = {0};

	clause_title(report, row);
	clause_rules(report, row);
	if (row->rules.count == 0) {
		for (size_t i = 0; i < 5; i++)
			cell(report, DASH);
		return;
	}
	if (row->scoped)
		cell_number(report, row->counts[COUNT_ALL]);
	else
		cell(report, DASH);
	cell_number(report, row->counts[COUNT_REFUSED]);
	cell_number(report, row->counts[COUNT_EXCEPTED]);
	number_add(&told, row->counts[COUNT_WARNED]);
	text_add(&told, " / ");
	number_add(&told, row->counts[COUNT_OBSERVED]);
	cell(report, told.data);
	text_free(&told);
	cell_proof(report, row->counts);
}

static void
say_clauses(struct report *report)
{
	static const struct column columns[] = {{"Clause", COLUMN_TEXT},
	    {"Rules, modes", COLUMN_TEXT}, {"Judged", COLUMN_NUMBER},
	    {"Refused", COLUMN_NUMBER}, {"Under exception", COLUMN_NUMBER},
	    {"Warned / observed", COLUMN_NUMBER},
	    {"Reviews by proof", COLUMN_TEXT}};
	const struct figures *figures = report->figures;

	heading(report, "The clauses");
	if (figures->policy == NULL)
		say(report,
		    "No policy file was given (--policy): titles, controls, "
		    "what was judged, and clauses that nothing broke are not "
		    "known.");
	if (figures->clauses.count == 0) {
		say(report, "No clause was met.");
		return;
	}
	grid_begin(report, columns, 7);
	for (size_t i = 0; i < figures->clauses.count; i++)
		say_clause(report, figures->clauses.list[i]);
	grid_end(report);
}

static void
say_reviews(struct report *report)
{
	static const struct column columns[] = {
	    {"Weakest proof among the reviews counted", COLUMN_TEXT},
	    {"Refs accepted", COLUMN_NUMBER}};
	static const struct {
		enum count count;
		const char *name, *meaning;
	} grades[] = {
	    {COUNT_SIGNED, "signed",
		"the reviewer signed the reviewed content with a known key"},
	    {COUNT_CONTENT, "content",
		"the reviewer, as authenticated by the server, pushed the "
		"reviewed content"},
	    {COUNT_PUSHER, "pusher",
		"a reviewer named is the authenticated pusher"},
	    {COUNT_CLAIMED, "claimed",
		"a trailer names the reviewer; anyone can type it"},
	    {COUNT_UNREVIEWED, "none recorded",
		"no review was asked for, or an exception or the mode let it "
		"pass"}};
	const struct figures *figures = report->figures;

	heading(report, "Reviews");
	grid_begin(report, columns, 2);
	for (size_t i = 0; i < sizeof grades / sizeof *grades; i++) {
		cell(report, grades[i].name);
		small(report, grades[i].meaning);
		cell_number(report, figures->decisions[grades[i].count]);
	}
	grid_end(report);
	say(report,
	    "%s On %" PRId64
	    " refs the pusher was one of the reviewers, as far as the "
	    "recorded names can tell; authors are not recorded.",
	    figures->policy != NULL
		? "Counted are refs that moved and that a rule about reviews "
		  "is for."
		: "Counted are all refs that moved, protected or not.",
	    figures->self_pushed);
}

static void
approval(struct report *report, const struct row *row)
{
	struct text text = {0};
	char day[16];

	cell(report, row->approver != NULL ? row->approver : DASH);
	if (row->approved_on != 0)
		text_add_format(
		    &text, "on %s", day_format(row->approved_on, day));
	small(report, text.data);
	text_free(&text);
}

static void
say_exception(struct report *report, const struct row *row)
{
	struct text text = {0};
	char day[16];

	cell(report, row->name);
	small(report, row->note);
	cell_names(report, &row->rules);
	cell_names(report, &row->refs);
	cell_number(report, row->counts[COUNT_EXCEPTED]);
	cell_day(report, row->last);
	approval(report, row);
	cell_day(report, row->expires);
	if (row->revoked_on != 0) {
		text_add_format(
		    &text, "revoked %s", day_format(row->revoked_on, day));
		small(report, text.data);
	}
	text_free(&text);
}

static void
say_exceptions(struct report *report)
{
	static const struct column columns[] = {{"Exception", COLUMN_TEXT},
	    {"Rules", COLUMN_TEXT}, {"Where", COLUMN_TEXT},
	    {"Pushes", COLUMN_NUMBER}, {"Last used", COLUMN_SHORT},
	    {"Approved by", COLUMN_TEXT}, {"Expires", COLUMN_SHORT}};
	const struct figures *figures = report->figures;

	heading(report, "Exceptions");
	say(report, figures->register_read
			? "Used in the period, or in force on one of its days "
			  "by the register as it is now."
			: "Used in the period. The register was not read: "
			  "approvers, last days and exceptions that nobody "
			  "used are not known.");
	if (figures->exceptions.count == 0) {
		say(report, "None.");
		return;
	}
	grid_begin(report, columns, 7);
	for (size_t i = 0; i < figures->exceptions.count; i++)
		say_exception(report, figures->exceptions.list[i]);
	grid_end(report);
}

static void
say_codes(struct report *report)
{
	static const struct column columns[] = {
	    {"Code", COLUMN_TEXT}, {"Refs", COLUMN_NUMBER}};
	const struct rows *met = &report->figures->codes;
	struct row **rows = rows_by(met, COUNT_REFUSED);

	heading(report, "What was refused");
	grid_begin(report, columns, 2);
	for (size_t i = 0; i < met->count && i < TOP_LIMIT; i++) {
		const struct code *code = code_find(rows[i]->name);

		cell(report, rows[i]->name);
		small(report, code != NULL ? code->title : NULL);
		cell_number(report, rows[i]->counts[COUNT_REFUSED]);
	}
	if (met->count > 0)
		grid_end(report);
	else
		say(report, "Nothing.");
	free(rows);
}

/* Names with what became of the refs they pushed, or were pushed to. */
static void
say_results(struct report *report, const char *title,
    const struct column columns[7], const struct rows *set, enum count by)
{
	struct row **rows = rows_by(set, by);

	heading(report, title);
	grid_begin(report, columns, 7);
	for (size_t i = 0; i < set->count && i < TOP_LIMIT; i++) {
		cell(report, rows[i]->name);
		cell_number(report, rows[i]->counts[COUNT_ALL]);
		cell_number(report, accepted_of(rows[i]->counts));
		for (size_t k = 1; k < WEEK_PARTS; k++)
			cell_number(report, rows[i]->counts[week_parts[k]]);
	}
	grid_end(report);
	free(rows);
	if (set->count > TOP_LIMIT)
		say(report, "And %zu more.", set->count - TOP_LIMIT);
}

static void
say_where(struct report *report)
{
	static const struct column repos[] = {{"Repository", COLUMN_TEXT},
	    {"Refs judged", COLUMN_NUMBER}, {"Accepted", COLUMN_NUMBER},
	    {"Of these under exception", COLUMN_NUMBER},
	    {"Held", COLUMN_NUMBER}, {"Refused", COLUMN_NUMBER},
	    {"Errors", COLUMN_NUMBER}};
	static const struct column users[] = {{"Pusher", COLUMN_TEXT},
	    {"Refs judged", COLUMN_NUMBER}, {"Accepted", COLUMN_NUMBER},
	    {"Of these under exception", COLUMN_NUMBER},
	    {"Held", COLUMN_NUMBER}, {"Refused", COLUMN_NUMBER},
	    {"Errors", COLUMN_NUMBER}};
	const struct figures *figures = report->figures;

	if (figures->repos.count > 1)
		say_results(
		    report, "Repositories", repos, &figures->repos, COUNT_ALL);
	if (figures->users.count > 0)
		say_results(report, "Pushers, most refusals first", users,
		    &figures->users, COUNT_REFUSED);
}

static void
say_policies(struct report *report)
{
	static const struct column columns[] = {{"Policy", COLUMN_TEXT},
	    {"First decision", COLUMN_SHORT}, {"Last decision", COLUMN_SHORT},
	    {"Refs judged", COLUMN_NUMBER}};
	const struct figures *figures = report->figures;

	heading(report, "Policy versions");
	if (figures->policies.count == 0) {
		say(report, "None was recorded.");
		return;
	}
	grid_begin(report, columns, 4);
	for (size_t i = 0; i < figures->policies.count; i++) {
		const struct row *row = figures->policies.list[i];

		cell(report, row->name);
		small(report, row->title);
		cell_day(report, row->first);
		cell_day(report, row->last);
		cell_number(report, row->counts[COUNT_ALL]);
	}
	grid_end(report);
	say(report,
	    "A version is named by the first 12 digits of the SHA-256 of its "
	    "file or, where several layers are in force, of their sums.");
}

static void
say_moved(struct report *report)
{
	static const struct column columns[] = {{"Ref", COLUMN_TEXT},
	    {"Was", COLUMN_SHORT}, {"Became", COLUMN_SHORT},
	    {"After", COLUMN_SHORT}, {"Before", COLUMN_SHORT}};
	const struct figures *f = report->figures;

	grid_begin(report, columns, 5);
	for (size_t i = 0; i < f->gap_count && i < TOP_LIMIT; i++) {
		const struct moved *gap = &f->gaps[i];
		char from[13], to[13];

		snprintf(from, sizeof from, "%.12s", gap->from);
		snprintf(to, sizeof to, "%.12s", gap->to);
		cell(report, gap->ref);
		small(report, gap->repo);
		cell(report, from);
		cell(report, to);
		cell(report, gap->after);
		cell(report, gap->before[0] != '\0' ? gap->before : "now");
	}
	grid_end(report);
	if (f->gap_count > TOP_LIMIT)
		say(report, "And %zu more.", f->gap_count - TOP_LIMIT);
}

static void
say_gaps(struct report *report)
{
	const struct figures *f = report->figures;

	heading(report, "Gaps and damage");
	if (!f->gaps_examined)
		say(report,
		    "Whether a ref moved without a decision was not examined "
		    "here: refwarden audit gaps tells, of repositories.");
	else
		say(report,
		    "Protected refs that were followed from decision to "
		    "decision, over all that is on record, up to what they "
		    "are now: %" PRId64 ". Moves without a decision: %zu.",
		    f->refs_examined, f->gap_count);
	if (f->gap_count > 0)
		say_moved(report);
	say(report,
	    "Whether a record was cut out or changed was not examined here: "
	    "refwarden audit verify tells.");
	say(report,
	    "Lines that should be records and can not be read: %" PRId64
	    ". Records without a date: %" PRId64
	    ". Violations without their decision: %" PRId64
	    ". Records too long to hold all they had to say: %" PRId64
	    ". Decisions that a later record of the same push took back: "
	    "%" PRId64 ". Refs that the server reported to have moved: "
	    "%" PRId64 ". Pushes of which no ref could be read: %" PRId64 ".",
	    f->damaged, f->undated, f->stray, f->cut, f->taken_back, f->landed,
	    f->refless);
}

static void
say_method(struct report *report)
{
	const struct figures *figures = report->figures;

	heading(report, "Method");
	say(report,
	    "All records of the period were read once. The hooks write one "
	    "decision for each ref of a push and a violation for each rule "
	    "broken; of several decisions about one ref in one push the last "
	    "counts. A record that is there twice, in a journal and in a file "
	    "of syslog, is counted once.");
	say(report,
	    "Refused means that an enforced rule was broken; an error, that "
	    "a question could not be answered, and the push was not accepted "
	    "either. Under exception means that a recorded exception, with an "
	    "approver and a last day, stood for a broken rule. Warned and "
	    "observed are rules that were broken and are not enforced.");
	if (figures->policy != NULL)
		say(report,
		    "Judged counts refs that got new content and that a rule "
		    "of the clause is for, by the policy file that was given, "
		    "as it is now. What a rule's conditions left out (no file "
		    "of a kind, say) is not recorded and is among them.");
	say(report,
	    "A proof of review is as strong as the weakest review that was "
	    "counted. Pushers are named by the server's authentication, "
	    "authors by themselves.");
	say(report,
	    "Not observed: what reached a repository past the hooks; what "
	    "happened in repositories that were not named; whether a review "
	    "was thorough or a test good; clauses that no machine checks.");
}

void
audit_write(
    const struct figures *figures, enum audit_format format, struct text *out)
{
	struct report report = {.figures = figures,
	    .out = out,
	    .form = format == AUDIT_HTML ? &audit_html : &audit_markdown};

	report.form->begin(out, "What was observed and enforced");
	say_facts(&report);
	say_summary(&report);
	say_weeks(&report);
	say_rules(&report);
	say_clauses(&report);
	say_reviews(&report);
	say_exceptions(&report);
	say_codes(&report);
	say_where(&report);
	say_policies(&report);
	say_gaps(&report);
	say_method(&report);
	report.form->end(out);
}
