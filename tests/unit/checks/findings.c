/* The register of findings, and what of it stands in the way. */
#include "checks/register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "../../support/files.h"

/* The maker's today is day 20000. */
#define FOUND    "found_on: 2024-09-01\n"
#define ID(id)   "id: " id "\n"
#define TITLE    "title: Injection\n"
#define HIGH     "severity: high\n"
#define LOW      "severity: low\n"
#define OPEN     "status: open\n"
#define FIXED    "status: fixed\n"
#define ACCEPTED "status: accepted\n"

#define FILE(name, data)                            \
	{                                           \
		"findings/" name, "100644", data, 0 \
	}

enum { FILES = 5 };

struct row {
	const char *yaml;
	struct file_text files[FILES];
	const char *found; /* "CODE PATH" of every finding, one a line; or what
			      of an error */
};

static struct bare bare;

static const char *
found_text(struct maker *maker)
{
	const char *text = "";

	for (size_t i = 0; i < maker->findings.count; i++)
		text = arena_format(&maker->arena, "%s%s %s\n", text,
		    maker->findings.list[i].code, maker->findings.list[i].path);
	return text;
}

static int
run(struct maker *maker, const struct register_setting *setting,
    const struct row *row, struct error *err)
{
	struct repo *repo;
	int result;

	files_tree(&bare, row->files);
	repo = files_open(&bare);
	maker_init(maker);
	maker_commit(maker, "bob", "subject\n");
	assert_int_equal(maker_settings(maker, "findings", row->yaml), 0);
	maker->change.repo = repo;
	maker->change.findings = setting;
	result = maker_run(maker, err);
	repo_close(repo);
	return result;
}

static const struct register_setting setting = {
    .place = {.ref = "refs/heads/files", .path = "findings"},
    .deadlines = {[1] = INT64_C(30) * 86400000},
    .configured = true,
};

static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct maker maker;
		struct error err;

		if (run(&maker, &setting, &rows[i], &err) != 0)
			fail_msg("row %zu: %s", i, err.text);
		assert_string_equal(found_text(&maker), rows[i].found);
		maker_free(&maker);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
a_finding_is_open_until_it_is_fixed(void **state)
{
	static const struct row rows[] = {
	    {"{open: high}",
		{FILE("A.yml", ID("A") TITLE HIGH FOUND OPEN),
		    FILE("B.yml", ID("B") TITLE LOW FOUND OPEN),
		    FILE("C.yml", ID("C") TITLE HIGH FOUND FIXED),
		    FILE("D.yml", ID("D") TITLE HIGH FOUND ACCEPTED), END},
		"findings.open findings/A.yml\n"
		"findings.open findings/D.yml\n"},
	    {"{open: [critical, medium]}",
		{FILE("A.yml", ID("A") TITLE HIGH FOUND OPEN), END}, ""},
	    {"{open: high}", {FILE("README", "high: open\n"), END}, ""},
	};

	(void)state;
	TABLE(rows);
}

static void
a_finding_is_overdue_after_its_last_day(void **state)
{
	static const struct row rows[] = {
	    {"{overdue: [high, low]}",
		{FILE("A.yml",
		     ID("A") TITLE HIGH FOUND OPEN "due: 2024-10-03\n"),
		    FILE("B.yml",
			ID("B") TITLE HIGH FOUND OPEN "due: 2024-10-04\n"),
		    END},
		"findings.overdue findings/A.yml\n"},
	    /* 30 days after the first of September is the first of October. */
	    {"{overdue: [high, low]}",
		{FILE("A.yml", ID("A") TITLE HIGH FOUND OPEN),
		    FILE("B.yml",
			ID("B") TITLE HIGH OPEN "found_on: 2024-09-04\n"),
		    END},
		"findings.overdue findings/A.yml\n"},
	    {"{overdue: low}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND OPEN), END},
		"findings.overdue findings/A.yml\n"},
	    {"{overdue: low, open: low}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND OPEN), END},
		"findings.open findings/A.yml\n"},
	    {"{overdue: low}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND FIXED), END}, ""},
	};

	(void)state;
	TABLE(rows);
}

static void
a_register_with_a_fault_is_no_answer(void **state)
{
	static const struct row rows[] = {
	    {"{open: critical}", {{"other", "100644", "x", 0}, END},
		"there is no directory findings"},
	    {"{open: critical}", {{"findings", "100644", "x", 0}, END},
		"there is no directory findings"},
	    {"{open: critical}", {FILE("A.yml", "{"), END}, "A.yml:"},
	    {"{open: critical}", {FILE("A.yml", "a\n"), END}, "A.yml:1:1: "},
	    {"{open: critical}", {FILE("A.yml", ID("A") TITLE LOW FOUND), END},
		"missing key \"status\""},
	    {"{open: critical}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND "status: closed\n"),
		    END},
		"A.yml:5:9: expected open"},
	    {"{open: critical}",
		{FILE("A.yml", ID("A") TITLE FOUND OPEN "severity: none\n"),
		    END},
		"expected critical"},
	    {"{open: critical}",
		{FILE("A.yml", ID("B") TITLE LOW FOUND OPEN), END},
		"the id is the name of the file"},
	    {"{open: critical}",
		{FILE(
		     "A.yml", ID("A") TITLE LOW FOUND OPEN "due: 2024-08-31\n"),
		    END},
		"due before it was found"},
	    {"{open: critical}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND OPEN "exception: E\n"),
		    END},
		"only a finding that is accepted"},
	    {"{open: critical}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND OPEN "closed: yes\n"),
		    END},
		"unknown key"},
	    {"{open: critical}", {FILE("A.yaml", "x"), END}, "A.yaml is no"},
	    {"{open: critical}", {FILE("A.YML", "x"), END}, "A.YML is no"},
	    {"{open: critical}",
		{{"findings/A.yml", "120000", "README", 0}, END},
		"A.yml is no"},
	    {"{open: critical}", {FILE("2024/A.yml", "x"), END},
		"2024 is a directory"},
	    {"{open: critical}",
		{FILE("A.yml", ID("A") TITLE LOW FOUND FIXED),
		    FILE("B.yml", "x"), END},
		"B.yml:1:1: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker maker;
		struct error err;

		assert_int_equal(run(&maker, &setting, &rows[i], &err), -1);
		assert_string_equal(err.code, "internal.error");
		if (strstr(err.text, rows[i].found) == NULL)
			fail_msg("row %zu: %s", i, err.text);
		maker_free(&maker);
	}
}

static void
a_register_on_no_branch_is_no_answer(void **state)
{
	static const struct row row = {
	    "{open: critical}", {FILE("README", "x"), END}, ""};
	struct register_setting other = setting;
	struct maker maker;
	struct error err;

	(void)state;
	other.place.ref = "refs/heads/none";
	assert_int_equal(run(&maker, &other, &row, &err), -1);
	assert_non_null(strstr(err.text, "no branch refs/heads/none"));
	maker_free(&maker);
	assert_int_equal(run(&maker, NULL, &row, &err), -1);
	maker_free(&maker);
}

static void
an_accepted_finding_names_its_exception(void **state)
{
	static const struct row row = {"{open: [high, critical]}",
	    {FILE("A.yml", ID("A") TITLE HIGH FOUND ACCEPTED
		 "exception: EX-2026-1\nowner: ada\n"),
		END},
	    ""};
	struct maker maker;
	struct error err;

	(void)state;
	assert_int_equal(run(&maker, &setting, &row, &err), 0);
	assert_int_equal(maker.findings.count, 1);
	assert_string_equal(maker.findings.list[0].exception, "EX-2026-1");
	assert_string_equal(maker.findings.list[0].from, "ada");
	assert_string_equal(
	    maker.findings.list[0].found, "A, high, due 2024-10-01: Injection");
	assert_string_equal(
	    maker.findings.list[0].need, "no open critical or high finding");
	maker_free(&maker);
}

static int
set_up(void **state)
{
	(void)state;
	bare_begin(&bare);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	bare_end(&bare);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_finding_is_open_until_it_is_fixed),
	    cmocka_unit_test(a_finding_is_overdue_after_its_last_day),
	    cmocka_unit_test(a_register_with_a_fault_is_no_answer),
	    cmocka_unit_test(a_register_on_no_branch_is_no_answer),
	    cmocka_unit_test(an_accepted_finding_names_its_exception),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
