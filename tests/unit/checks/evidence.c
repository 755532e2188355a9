/* Statements of machines, signed by real keys, in real notes. */
#include "checks/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "../../support/files.h"
#include "../../support/keys.h"

#define CI        "{kind: sast, by: maintainers}"
#define CI_MAX    "{kind: sast, by: maintainers, max_age: 1h}"
#define CI_TREE   "{kind: sast, by: maintainers, of: tree}"
#define NAMESPACE "evidence@refwarden"

enum { STATEMENTS = 4, HOUR = 3600 };

/* An object that a statement is about, or hangs on. */
enum about { COMMIT, TREE, OTHER, ABOUTS };

struct said {
	const char *kind, *result;
	int age; /* seconds */
	enum about subject, on;
	const char *signer; /* or NULL; "forged" signs something else */
};

struct row {
	const char *yaml;
	struct said said[STATEMENTS];
	const char *codes;
};

static struct bare bare;
static char keys[] = "/tmp/refwarden-evidence-XXXXXX";
static struct text public_keys[3];
static const char *const owners[] = {"robot", "gone", "bob"};
static struct oid ids[ABOUTS];
static const struct evidence_setting setting = {
    .ref = "refs/notes/evidence", .configured = true};

static void
data_write(const char *path, const char *data, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static void
sign(const char *signer, struct text *statement)
{
	char path[64], signature[72];
	const char *name_space =
	    strcmp(signer, "elsewhere") == 0 ? "git" : NAMESPACE;
	bool forged = strcmp(signer, "forged") == 0;

	snprintf(path, sizeof path, "%s/data", keys);
	snprintf(signature, sizeof signature, "%s.sig", path);
	data_write(path, statement->data, statement->len - (forged ? 1 : 0));
	key_sign(keys, forged || name_space[0] == 'g' ? "robot" : signer,
	    name_space, path);
	file_read(signature, statement);
}

static void
say(const struct said *said, struct text *note)
{
	struct text statement = {0};
	char hex[OID_DIGITS + 1], made[25];

	clock_format(clock_now() - said->age * 1000LL, made);
	text_add_format(&statement,
	    "kind: %s\nresult: %s\ntool: scanner 1.2\nsubject: %s\n"
	    "made: %.19sZ\nopen_critical: 0\n",
	    said->kind, said->result, oid_format(&ids[said->subject], hex),
	    made);
	if (said->signer != NULL)
		sign(said->signer, &statement);
	if (note->len > 0)
		text_add(note, "\n");
	text_add_bytes(note, statement.data, statement.len);
	text_free(&statement);
}

static void
notes_write(const struct text notes[ABOUTS])
{
	struct text script = {0}, out;
	char hex[OID_DIGITS + 1];

	text_add(&script, "commit refs/notes/evidence\n"
			  "committer A <a@example.com> 1 +0000\ndata 0\n"
			  "deleteall\nM 100644 inline README\ndata 1\nx\n");
	for (size_t i = 0; i < ABOUTS; i++) {
		if (notes[i].len == 0)
			continue;
		text_add_format(&script, "M 100644 inline %s\ndata %zu\n",
		    oid_format(&ids[i], hex), notes[i].len);
		text_add_bytes(&script, notes[i].data, notes[i].len);
		text_add(&script, "\n");
	}
	out = GIT(&bare, &script, "fast-import", "--quiet", "--force");
	text_free(&out);
	text_free(&script);
}

static void
maker_begin(struct maker *maker, struct repo *repo, const char *yaml)
{
	maker_init(maker);
	maker_commit(maker, "bob", "subject\n");
	for (size_t i = 0; i < maker->people.count; i++)
		for (size_t k = 0; k < 3; k++)
			if (strcmp(maker->people.list[i].name, owners[k]) == 0)
				maker->people.list[i].keys = (struct texts){
				    (const char **)&public_keys[k].data, 1};
	assert_int_equal(maker_settings(maker, "evidence", yaml), 0);
	maker->change.repo = repo;
	maker->change.tip = &ids[COMMIT];
	maker->change.new_tree = &ids[TREE];
	maker->change.evidence = &setting;
}

static void
table(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct text notes[ABOUTS] = {{0}};
		struct repo *repo;
		struct maker maker;
		struct error err;

		for (const struct said *s = rows[i].said; s->kind != NULL; s++)
			say(s, &notes[s->on]);
		notes_write(notes);
		repo = files_open(&bare);
		maker_begin(&maker, repo, rows[i].yaml);
		assert_int_equal(maker_run(&maker, &err), 0);
		if (strcmp(maker_codes(&maker), rows[i].codes) != 0)
			fail_msg("row %zu: %s, not %s", i, maker_codes(&maker),
			    rows[i].codes);
		maker_free(&maker);
		repo_close(repo);
		for (size_t k = 0; k < ABOUTS; k++)
			text_free(&notes[k]);
	}
}

#define TABLE(rows) table(rows, sizeof rows / sizeof rows[0])

static void
a_signed_pass_about_the_tip_counts_and_no_other(void **state)
{
	static const struct row rows[] = {
	    {CI, {{"sast", "pass", 5, COMMIT, COMMIT, "robot"}}, ""},
	    {CI, {{NULL, NULL, 0, 0, 0, NULL}}, "evidence.missing"},
	    {CI, {{"dast", "pass", 5, COMMIT, COMMIT, "robot"}},
		"evidence.missing"},
	    {CI, {{"sast", "pass", 5, OTHER, COMMIT, "robot"}},
		"evidence.missing"},
	    {CI, {{"sast", "pass", 5, COMMIT, OTHER, "robot"}},
		"evidence.missing"},
	    {CI, {{"sast", "fail", 5, COMMIT, COMMIT, "robot"}},
		"evidence.failed"},
	    {CI, {{"Sast", "pass", 5, COMMIT, COMMIT, "robot"}},
		"evidence.missing"},
	};

	(void)state;
	TABLE(rows);
}

static void
who_signs_is_in_the_group_and_counts_today(void **state)
{
	static const struct row rows[] = {
	    {CI, {{"sast", "pass", 5, COMMIT, COMMIT, "bob"}},
		"evidence.signer"},
	    {CI, {{"sast", "pass", 5, COMMIT, COMMIT, "gone"}},
		"evidence.signer"},
	    {CI, {{"sast", "pass", 5, COMMIT, COMMIT, NULL}},
		"evidence.signer"},
	    {CI, {{"sast", "pass", 5, COMMIT, COMMIT, "forged"}},
		"evidence.signer"},
	    {CI, {{"sast", "pass", 5, COMMIT, COMMIT, "elsewhere"}},
		"evidence.signer"},
	    {"{kind: sast, by: outsiders}",
		{{"sast", "pass", 5, COMMIT, COMMIT, "bob"}}, ""},
	};

	(void)state;
	TABLE(rows);
}

static void
the_newest_that_is_well_signed_counts(void **state)
{
	static const struct row rows[] = {
	    {CI,
		{{"sast", "fail", 90, COMMIT, COMMIT, "robot"},
		    {"sast", "pass", 5, COMMIT, COMMIT, "robot"}},
		""},
	    {CI,
		{{"sast", "fail", 5, COMMIT, COMMIT, "robot"},
		    {"sast", "pass", 90, COMMIT, COMMIT, "robot"}},
		"evidence.failed"},
	    {CI,
		{{"sast", "fail", 5, COMMIT, COMMIT, "robot"},
		    {"dast", "pass", 1, COMMIT, COMMIT, "robot"}},
		"evidence.failed"},
	    /* Nobody else can take a pass away, or give one. */
	    {CI,
		{{"sast", "pass", 90, COMMIT, COMMIT, "robot"},
		    {"sast", "fail", 5, COMMIT, COMMIT, "bob"}},
		""},
	    {CI,
		{{"sast", "pass", 90, COMMIT, COMMIT, "robot"},
		    {"sast", "fail", 5, COMMIT, COMMIT, NULL}},
		""},
	    {CI,
		{{"sast", "fail", 90, COMMIT, COMMIT, "robot"},
		    {"sast", "pass", 5, COMMIT, COMMIT, "bob"}},
		"evidence.failed"},
	    {CI,
		{{"sast", "what", 90, COMMIT, COMMIT, "robot"},
		    {"sast", "pass", 95, COMMIT, COMMIT, "robot"}},
		""},
	};

	(void)state;
	TABLE(rows);
}

static void
a_statement_must_not_be_too_old_or_of_the_future(void **state)
{
	static const struct row rows[] = {
	    {CI, {{"sast", "pass", 999 * HOUR, COMMIT, COMMIT, "robot"}}, ""},
	    {CI_MAX, {{"sast", "pass", HOUR / 2, COMMIT, COMMIT, "robot"}}, ""},
	    {CI_MAX, {{"sast", "pass", 2 * HOUR, COMMIT, COMMIT, "robot"}},
		"evidence.stale"},
	    {CI_MAX, {{"sast", "fail", 2 * HOUR, COMMIT, COMMIT, "robot"}},
		"evidence.failed"},
	    {CI, {{"sast", "pass", -60, COMMIT, COMMIT, "robot"}}, ""},
	    {CI, {{"sast", "pass", -HOUR, COMMIT, COMMIT, "robot"}},
		"evidence.stale"},
	    {CI,
		{{"sast", "pass", -HOUR, COMMIT, COMMIT, "robot"},
		    {"sast", "pass", 5, COMMIT, COMMIT, "robot"}},
		"evidence.stale"},
	};

	(void)state;
	TABLE(rows);
}

static void
a_tree_has_evidence_wherever_it_hangs(void **state)
{
	static const struct row rows[] = {
	    {CI_TREE, {{"sast", "pass", 5, TREE, TREE, "robot"}}, ""},
	    {CI_TREE, {{"sast", "pass", 5, TREE, COMMIT, "robot"}}, ""},
	    {CI_TREE, {{"sast", "pass", 5, COMMIT, COMMIT, "robot"}}, ""},
	    {CI_TREE,
		{{"sast", "pass", 90, TREE, TREE, "robot"},
		    {"sast", "fail", 5, TREE, COMMIT, "robot"}},
		"evidence.failed"},
	    {CI_TREE, {{"sast", "pass", 5, OTHER, TREE, "robot"}},
		"evidence.missing"},
	    {CI, {{"sast", "pass", 5, TREE, COMMIT, "robot"}},
		"evidence.missing"},
	    {CI, {{"sast", "pass", 5, TREE, TREE, "robot"}},
		"evidence.missing"},
	};

	(void)state;
	TABLE(rows);
}

static int
run_with(const char *ref, struct maker *maker, struct error *err)
{
	const struct evidence_setting other = {.ref = ref, .configured = true};
	struct repo *repo = files_open(&bare);
	int result;

	maker_begin(maker, repo, CI);
	maker->change.evidence = &other;
	result = maker_run(maker, err);
	maker->change.evidence = NULL;
	repo_close(repo);
	return result;
}

static void
without_the_ref_there_is_no_evidence(void **state)
{
	struct maker maker;
	struct error err;

	(void)state;
	assert_int_equal(run_with("refs/notes/none", &maker, &err), 0);
	assert_string_equal(maker_codes(&maker), "evidence.missing");
	assert_int_equal(maker_run(&maker, &err), -1);
	maker_free(&maker);
}

static void
notes_that_can_not_be_read_are_no_answer(void **state)
{
	struct text notes[ABOUTS] = {{0}}, out;
	struct maker maker;
	struct error err;

	(void)state;
	notes_write(notes);
	out = GIT(&bare, NULL, "symbolic-ref", "refs/notes/alias",
	    "refs/notes/evidence");
	text_free(&out);
	assert_int_equal(run_with("refs/notes/alias", &maker, &err), -1);
	assert_string_equal(err.code, "internal.error");
	maker_free(&maker);
	out = GIT(&bare, NULL, "update-ref", "refs/notes/tree",
	    "refs/notes/evidence^{tree}");
	text_free(&out);
	assert_int_equal(run_with("refs/notes/tree", &maker, &err), -1);
	assert_string_equal(err.code, "internal.error");
	maker_free(&maker);
	for (size_t i = 0; i < 1001; i++)
		text_add(&notes[COMMIT], "x\n\n");
	notes_write(notes);
	assert_int_equal(run_with("refs/notes/evidence", &maker, &err), -1);
	assert_non_null(strstr(err.text, "1000 statements"));
	maker_free(&maker);
	text_free(&notes[COMMIT]);
}

static void
what_does_not_count_is_told(void **state)
{
	struct text notes[ABOUTS] = {{0}};
	struct said said = {"sast", "pass", 5, COMMIT, COMMIT, "bob"};
	struct maker maker;
	struct error err;

	(void)state;
	text_add(&notes[COMMIT], "kind: sast\n");
	say(&said, &notes[COMMIT]);
	said.signer = NULL;
	say(&said, &notes[COMMIT]);
	notes_write(notes);
	assert_int_equal(run_with("refs/notes/evidence", &maker, &err), 0);
	assert_string_equal(maker_codes(&maker), "evidence.signer");
	assert_string_equal(maker.findings.list[0].need,
	    "a passing sast signed by maintainers");
	assert_string_equal(maker.findings.list[0].note,
	    "not counted: 1 not signed, 1 not signed by maintainers, "
	    "1 malformed (no \"result\", at line 1)");
	maker_free(&maker);
	text_free(&notes[COMMIT]);
}

/* Each is a process: a note can not make a push start hundreds of them. */
static void
too_many_that_nobody_trusted_has_signed_are_no_answer(void **state)
{
	struct text notes[ABOUTS] = {{0}};
	struct said said = {"sast", "pass", 500, COMMIT, COMMIT, "robot"};
	struct maker maker;
	struct error err;

	(void)state;
	say(&said, &notes[COMMIT]);
	said.signer = "bob";
	for (said.age = 5; said.age < 5 + 16; said.age++)
		say(&said, &notes[COMMIT]);
	notes_write(notes);
	assert_int_equal(run_with("refs/notes/evidence", &maker, &err), -1);
	assert_non_null(strstr(err.text, "more than 16 statements"));
	maker_free(&maker);
	text_free(&notes[COMMIT]);
}

static void
settings_that_mean_nothing_are_refused(void **state)
{
	static const char *const yamls[] = {"{by: maintainers}", "{kind: sast}",
	    "{kind: SAST, by: maintainers}", "{kind: '', by: maintainers}",
	    "{kind: sast, by: maintainers, max_age: 0d}",
	    "{kind: sast, by: maintainers, of: blob}", "sast"};
	struct maker maker;

	(void)state;
	maker_init(&maker);
	for (size_t i = 0; i < sizeof yamls / sizeof yamls[0]; i++)
		assert_true(maker_settings(&maker, "evidence", yamls[i]) > 0);
	maker_free(&maker);
}

static int
set_up(void **state)
{
	(void)state;
	bare_begin(&bare);
	assert_non_null(mkdtemp(keys));
	for (size_t i = 0; i < 3; i++)
		key_make(keys, owners[i], "ed25519", &public_keys[i]);
	for (size_t i = 0; i < ABOUTS; i++)
		memset(&ids[i], 0x41 + (int)i, sizeof ids[i]);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		text_free(&public_keys[i]);
	directory_remove(keys);
	bare_end(&bare);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_signed_pass_about_the_tip_counts_and_no_other),
	    cmocka_unit_test(who_signs_is_in_the_group_and_counts_today),
	    cmocka_unit_test(the_newest_that_is_well_signed_counts),
	    cmocka_unit_test(a_statement_must_not_be_too_old_or_of_the_future),
	    cmocka_unit_test(a_tree_has_evidence_wherever_it_hangs),
	    cmocka_unit_test(without_the_ref_there_is_no_evidence),
	    cmocka_unit_test(notes_that_can_not_be_read_are_no_answer),
	    cmocka_unit_test(what_does_not_count_is_told),
	    cmocka_unit_test(
		too_many_that_nobody_trusted_has_signed_are_no_answer),
	    cmocka_unit_test(settings_that_mean_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
