/* The report: harmless whatever was pushed, and whole. */
#include "report/audit_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"

static const char hostile[] =
    "<script>alert(\"1\")</script>|`x`|'y'\n| a | [b](http://c) www.d "
    "\xe2\x80\xae \xff &amp; ![i](j)";

static struct row *
add(struct rows *rows, const char *name, enum count count, int64_t number)
{
	struct row *row = rows_get(rows, name);

	row->counts[count] += number;
	return row;
}

static struct figures
some_figures(const char *from, const char *to)
{
	struct figures figures;
	long first, last;

	assert_true(day_parse(from, &first) && day_parse(to, &last));
	figures_begin(&figures, first, last);
	return figures;
}

static char *
write_report(const struct figures *figures, enum audit_format format)
{
	struct text text = {0};

	audit_write(figures, format, &text);
	return text.data;
}

static struct figures
hostile_figures(void)
{
	struct figures figures = some_figures("2026-08-03", "2026-08-09");
	struct row *row;

	add(&figures.repos, hostile, COUNT_ALL, 1);
	add(&figures.repos, "other", COUNT_ALL, 1);
	add(&figures.hosts, hostile, COUNT_ALL, 1);
	add(&figures.users, hostile, COUNT_REFUSED, 1);
	add(&figures.codes, hostile, COUNT_REFUSED, 1);
	add(&figures.policies, hostile, COUNT_ALL, 1);
	row = add(&figures.rules, hostile, COUNT_REFUSED, 1);
	row->title = mem_string(hostile);
	row = add(&figures.clauses, hostile, COUNT_REFUSED, 1);
	row->title = mem_string(hostile);
	row->controls = mem_string(hostile);
	rows_get(&row->rules, hostile);
	row = add(&figures.clauses, "z", COUNT_REFUSED, 1);
	row->note = mem_string(hostile);
	row = add(&figures.exceptions, hostile, COUNT_EXCEPTED, 1);
	row->note = mem_string(hostile);
	row->approver = mem_string(hostile);
	rows_get(&row->refs, hostile);
	figures.document = figures.policy = hostile;
	return figures;
}

static void
html_has_no_byte_of_a_pusher_as_markup(void **state)
{
	struct figures figures = hostile_figures();
	char *report = write_report(&figures, AUDIT_HTML);

	(void)state;
	assert_null(strstr(report, "<script"));
	assert_null(strstr(report, "alert(\""));
	assert_null(strstr(report, "'y'"));
	assert_null(strstr(report, " &amp; !"));
	assert_null(strstr(report, "\xe2\x80\xae"));
	assert_null(strstr(report, "\xff"));
	assert_non_null(strstr(report,
	    "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;|`x`|"
	    "&#39;y&#39;\\u000a| a |"));
	assert_non_null(strstr(report, "\\u202e \\u00ff &amp;amp; !"));
	free(report);
	figures_free(&figures);
}

/* Columns of a line of a table: pipes that are not behind a backslash. */
static size_t
pipes(const char *line, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		if (line[i] == '\\')
			i++;
		else
			count += line[i] == '|';
	return count;
}

static void
markdown_tables_keep_their_columns(void **state)
{
	struct figures figures = hostile_figures();
	char *report = write_report(&figures, AUDIT_MARKDOWN);
	size_t columns = 0, rows = 0;

	(void)state;
	for (const char *line = report, *end; *line != '\0'; line = end + 1) {
		size_t count;

		end = strchr(line, '\n');
		assert_non_null(end);
		if (*line != '|') {
			columns = 0;
			continue;
		}
		count = pipes(line, (size_t)(end - line));
		assert_true(columns == 0 || count == columns);
		columns = count;
		rows++;
	}
	assert_true(rows > 30);
	free(report);
	figures_free(&figures);
}

static void
markdown_has_no_markup_of_a_pusher(void **state)
{
	struct figures figures = hostile_figures();
	char *report = write_report(&figures, AUDIT_MARKDOWN);

	(void)state;
	assert_null(strstr(report, "<script"));
	assert_null(strstr(report, "\n| a |"));
	assert_null(strstr(report, "http:/"));
	assert_null(strstr(report, "www."));
	assert_null(strstr(report, " [b"));
	assert_null(strstr(report, "\xe2\x80\xae"));
	assert_non_null(strstr(report, "\\\\u000a\\| a \\| \\[b\\]"));
	free(report);
	figures_free(&figures);
}

/* Nothing is fetched, nothing runs. */
static void
html_needs_nothing_else(void **state)
{
	static const char *const words[] = {"<script", "<link", "<img",
	    "<iframe", "src=", "href=", "@import", "http://", "https://",
	    "javascript:", " onload", " onclick"};
	struct figures figures = some_figures("2026-01-01", "2026-12-31");
	char *report;

	(void)state;
	add(&figures.rules, "peer-review", COUNT_REFUSED, 3);
	report = write_report(&figures, AUDIT_HTML);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_null(strstr(report, words[i]));
	assert_non_null(strstr(report, "<svg"));
	free(report);
	figures_free(&figures);
}

static void
nothing_is_called_compliant(void **state)
{
	struct figures figures = hostile_figures();
	char *html = write_report(&figures, AUDIT_HTML);
	char *markdown = write_report(&figures, AUDIT_MARKDOWN);

	(void)state;
	assert_null(strcasestr(html, "complian"));
	assert_null(strcasestr(markdown, "complian"));
	free(html);
	free(markdown);
	figures_free(&figures);
}

static void
a_week_begins_on_monday(void **state)
{
	static const struct {
		const char *from, *to, *monday;
		size_t weeks;
	} table[] = {
	    {"2026-08-03", "2026-08-09", "2026-08-03", 1},
	    {"2026-08-02", "2026-08-03", "2026-07-27", 2},
	    {"2026-08-09", "2026-08-09", "2026-08-03", 1},
	    {"2026-01-01", "2026-12-31", "2025-12-29", 53},
	    {"1970-01-05", "1970-01-11", "1970-01-05", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct figures figures =
		    some_figures(table[i].from, table[i].to);
		char day[16];

		assert_string_equal(
		    day_format(figures.monday, day), table[i].monday);
		assert_int_equal(figures.weeks, table[i].weeks);
		assert_ptr_equal(
		    figures_week(&figures, figures.from), figures.week[0]);
		assert_ptr_equal(figures_week(&figures, figures.to),
		    figures.week[figures.weeks - 1]);
		figures_free(&figures);
	}
}

static void
numbers_are_grouped(void **state)
{
	static const struct {
		int64_t number;
		const char *shown;
	} table[] = {
	    {0, "0"}, {999, "999"}, {1000, "1,000"}, {1234567, "1,234,567"}};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct text text = {0};

		number_add(&text, table[i].number);
		assert_string_equal(text.data, table[i].shown);
		text_free(&text);
	}
}

static void
a_chart_of_many_years_has_few_bars(void **state)
{
	struct figures figures = some_figures("1990-01-01", "2026-12-31");
	struct text text = {0};
	size_t bars = 0;

	(void)state;
	for (size_t i = 0; i < figures.weeks; i++)
		figures.week[i][COUNT_ACCEPTED] = 1;
	chart_weeks(&text, &figures);
	for (const char *at = text.data; (at = strstr(at, "<g>")) != NULL; at++)
		bars++;
	assert_in_range(bars, 30, 60);
	text_free(&text);
	figures_free(&figures);
}

static void
more_names_than_can_be_kept_are_one_row(void **state)
{
	struct rows rows = {0};
	char name[16];

	(void)state;
	for (int i = 0; i < ROW_LIMIT + 100; i++) {
		snprintf(name, sizeof name, "%d", i);
		add(&rows, name, COUNT_ALL, 1);
	}
	assert_int_equal(rows.count, ROW_LIMIT + 1);
	assert_int_equal(rows_find(&rows, "(others)")->counts[COUNT_ALL], 100);
	rows_free(&rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(html_has_no_byte_of_a_pusher_as_markup),
	    cmocka_unit_test(markdown_tables_keep_their_columns),
	    cmocka_unit_test(markdown_has_no_markup_of_a_pusher),
	    cmocka_unit_test(html_needs_nothing_else),
	    cmocka_unit_test(nothing_is_called_compliant),
	    cmocka_unit_test(a_week_begins_on_monday),
	    cmocka_unit_test(numbers_are_grouped),
	    cmocka_unit_test(a_chart_of_many_years_has_few_bars),
	    cmocka_unit_test(more_names_than_can_be_kept_are_one_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
