/* The whole message, word for word. */
#include "report/pusher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/prose.h"

/* A push with room for two refs and some violations each. */
struct scene {
	struct ref_update updates[2];
	struct violation violations[2][400];
	struct ref_verdict refs[2];
	struct layers layers;
	struct verdict verdict;
};

static const struct rule review = {.name = "peer-review",
    .clause = "2b",
    .clause_title = "Peer code review prior to merging"};
static const struct rule tests_rule = {
    .name = "tests-with-code", .help = "ask in #testing"};
static const struct policy policy = {.file = "/etc/refwarden/policy.yml"};

static struct commit commits[] = {
    {.id = {{0x4f, 0x1c, 0x2a, 0xb0}},
	.author = {"Bob Smith", "bob@example.com", 0},
	.message = "Refresh tokens before they expire\n\nBody\n"},
    {.id = {{0x5f}},
	.author = {"Eve \x1b[2J", "eve@example.com\r", 0},
	.message = "\n\nerase \x1b[2J all\r\nerror: no"},
    {.id = {{0x6f}}, .author = {"", "", 0}, .message = "third"},
    {.id = {{0x7f}}, .author = {"", "", 0}, .message = "fourth"},
    {.id = {{0x8f}}, .author = {"", "", 0}, .message = "fifth"},
    {.id = {{0x9f}}, .author = {"", "", 0}, .message = "sixth"},
    {.id = {{0xaf}}, .author = {"", "", 0}, .message = ""},
};

static void
scene_begin(struct scene *scene)
{
	static const char *const names[] = {"refs/heads/main", "refs/tags/v1"};

	memset(scene, 0, sizeof *scene);
	for (size_t i = 0; i < 2; i++) {
		scene->updates[i].ref = names[i];
		scene->refs[i] =
		    (struct ref_verdict){.update = &scene->updates[i],
			.outcome = OUTCOME_ACCEPT,
			.is_protected = true,
			.rules_checked = 5,
			.violations = scene->violations[i]};
	}
	scene->layers.contact = "platform@example.com";
	scene->layers.document = "https://git.example.com/policy";
	scene->verdict = (struct verdict){.id = "7K3M-Q2XD",
	    .refs = scene->refs,
	    .count = 1,
	    .outcome = OUTCOME_ACCEPT,
	    .hook = "pre-receive",
	    .layers = &scene->layers};
}

static struct violation *
scene_add(struct scene *scene, size_t ref, const struct rule *rule,
    const struct finding finding)
{
	struct ref_verdict *verdict = &scene->refs[ref];
	struct violation *violation =
	    &verdict->violations[verdict->violation_count++];

	*violation = (struct violation){
	    .finding = finding, .rule = rule, .policy = &policy};
	verdict->outcome = scene->verdict.outcome = OUTCOME_REFUSE;
	return violation;
}

static struct finding
missing_review(const struct commit *commit)
{
	return (struct finding){.code = "review.missing",
	    .commit = commit,
	    .need = "1 review by maintainers",
	    .found = "0",
	    .from = "ada, carol, dmitri",
	    .hint = "once one of them has reviewed 4f1c2ab, name them and push "
		    "again",
	    .commands =
		"git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
		"git push"};
}

static void
assert_message(struct scene *scene, bool accepted,
    const struct error *log_error, enum message_form form, const char *expected)
{
	struct text text = {0};

	message_make(&scene->verdict, accepted, log_error, form, &text);
	assert_string_equal(text.data != NULL ? text.data : "", expected);
	text_free(&text);
}

static void
assert_full(struct scene *scene, const char *expected)
{
	assert_message(scene, scene->verdict.outcome == OUTCOME_ACCEPT, NULL,
	    MESSAGE_FULL, expected);
}

#define CLOSING                                                             \
	"refused: 1 error, nothing was changed on the server (7K3M-Q2XD)\n" \
	"Policy https://git.example.com/policy   Help platform@example.com\n"

static struct scene scene;

static void
a_refusal_reads_as_designed(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_add(&scene, 0, &review, missing_review(&commits[0]));
	assert_full(&scene,
	    "error[review.missing]: main needs 1 review by maintainers, "
	    "found 0\n"
	    "\n"
	    "  commit  4f1c2ab Refresh tokens before they expire\n"
	    "  author  Bob Smith <bob@example.com>\n"
	    "  rule    peer-review, clause 2b: Peer code review prior to "
	    "merging\n"
	    "  from    ada, carol, dmitri\n"
	    "\n"
	    "hint: once one of them has reviewed 4f1c2ab, name them and push "
	    "again:\n"
	    "\n"
	    "  git commit --amend --trailer \"Reviewed-by: NAME <EMAIL>\"\n"
	    "  git push\n"
	    "\n" CLOSING);
}

static void
faults_of_what_the_pusher_wrote_are_told_each_on_a_line(void **state)
{
	struct finding finding = {.code = "policy.invalid",
	    .need = "a policy without errors",
	    .found = "p.yml:1:1: one (and 5 more)",
	    .faults = "p.yml:1:1: o\x1bne\np.yml:2:1: two\np.yml:3:1: three\n"
		      "p.yml:4:1: four\np.yml:5:1: five\np.yml:6:1: six"};

	(void)state;
	scene_begin(&scene);
	scene_add(&scene, 0, NULL, finding)->policy = NULL;
	assert_full(&scene,
	    "error[policy.invalid]: main needs a policy without errors\n"
	    "\n"
	    "  fault   p.yml:1:1: o?ne\n"
	    "  fault   p.yml:2:1: two\n"
	    "  fault   p.yml:3:1: three\n"
	    "  fault   p.yml:4:1: four\n"
	    "  fault   p.yml:5:1: five\n"
	    "  and 1 more\n"
	    "\n"
	    "hint: check the file; each error is shown with its line and "
	    "column:\n"
	    "\n"
	    "  refwarden policy check FILE\n"
	    "\n" CLOSING);
}

static void
an_accepted_push_is_silent(void **state)
{
	(void)state;
	scene_begin(&scene);
	assert_full(&scene, "");
}

static void
what_is_observed_is_not_told(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_add(&scene, 0, &review, missing_review(&commits[0]))->mode =
	    MODE_OBSERVE;
	assert_message(&scene, true, NULL, MESSAGE_FULL, "");
}

static void
errors_come_before_warnings_and_commits_are_listed(void **state)
{
	(void)state;
	scene_begin(&scene);
	for (size_t i = 0; i < 7; i++)
		scene_add(&scene, 0, &tests_rule,
		    (struct finding){.code = "touches.missing",
			.commit = &commits[i],
			.need = "a change in tests",
			.found = "none",
			.hint = "the author adds to tests"})
		    ->mode = MODE_WARN;
	scene_add(&scene, 0, NULL,
	    (struct finding){.code = "history.root",
		.commit = &commits[1],
		.need = "its own history",
		.found = "a root commit",
		.hint = "start from main"});
	assert_full(&scene,
	    "error[history.root]: main needs its own history, found a root "
	    "commit\n"
	    "\n"
	    "  commit  5f00000 erase ?[2J all\n"
	    "  author  Eve ?[2J <eve@example.com?>\n"
	    "\n"
	    "hint: start from main\n"
	    "\n"
	    "warning[touches.missing]: main needs a change in tests, found "
	    "none\n"
	    "\n"
	    "  commit  4f1c2ab Refresh tokens before they expire\n"
	    "  commit  5f00000 erase ?[2J all\n"
	    "  commit  6f00000 third\n"
	    "  commit  7f00000 fourth\n"
	    "  commit  8f00000 fifth\n"
	    "  and 2 more\n"
	    "  rule    tests-with-code\n"
	    "  help    ask in #testing\n"
	    "\n"
	    "hint: the author adds to tests\n"
	    "\n" CLOSING);
}

static void
what_does_not_fit_the_first_line_is_told_below(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_add(&scene, 0, &review,
	    (struct finding){.code = "review.misplaced",
		.path = "src/a\nerror: b.c",
		.need = "1 review by maintainers or security people",
		.found = "a review in the wrong place",
		.from = "ada@example.com, bob@example.com, carol@example.com, "
			"dmitri@example.com, eve@example.com",
		.note = "line 3 stands in the subject; trailers are the last "
			"paragraph, after a blank line",
		.hint = "move it."});
	assert_full(&scene,
	    "error[review.misplaced]: main needs 1 review by maintainers or "
	    "securi...\n"
	    "\n"
	    "  path    src/a?error: b.c\n"
	    "  rule    peer-review, clause 2b: Peer code review prior to "
	    "merging\n"
	    "  from    ada@example.com, bob@example.com and 3 more\n"
	    "  needs   1 review by maintainers or security people\n"
	    "  found   a review in the wrong place\n"
	    "  note    line 3 stands in the subject; trailers are the last "
	    "paragraph,\n"
	    "          after a blank line\n"
	    "\n"
	    "hint: move it\n"
	    "\n" CLOSING);
}

static void
without_a_hint_the_code_says_what_to_do(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_add(&scene, 0, NULL,
	    (struct finding){.code = "input.stale",
		.need = "its present value",
		.found = "another"});
	assert_full(&scene,
	    "error[input.stale]: main needs its present value, found another\n"
	    "\n"
	    "hint: fetch, rebase on what is there now, and push again:\n"
	    "\n"
	    "  git pull --rebase\n"
	    "  git push\n"
	    "\n" CLOSING);
}

static void
a_fault_of_the_server_is_told_without_details(void **state)
{
	static const char *const codes[] = {
	    "policy.invalid", "internal.error", "repo.environment", "no.such"};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct text text = {0};

		scene_begin(&scene);
		scene.verdict.count = 2;
		for (size_t ref = 0; ref < 2; ref++)
			scene_add(&scene, ref, NULL,
			    (struct finding){.code = codes[i],
				.found = "/etc/refwarden/policy.yml:3:4: bad"})
			    ->policy = NULL;
		message_make(&scene.verdict, false, NULL, MESSAGE_FULL, &text);
		assert_null(strstr(text.data, "/etc"));
		assert_non_null(strstr(text.data, "not about your commits"));
		assert_non_null(
		    strstr(text.data, "]: this push could not be judged\n"));
		assert_non_null(strstr(text.data, "\nrefused: 1 error,"));
		text_free(&text);
	}
}

static void
records_that_could_not_be_written_are_an_error(void **state)
{
	const struct error err = {
	    .code = "log.unavailable", .text = "/dev/log: gone"};

	(void)state;
	scene_begin(&scene);
	assert_message(&scene, false, &err, MESSAGE_FULL,
	    "error[log.unavailable]: the decision could not be recorded\n"
	    "\n"
	    "  note    this is not about your commits\n"
	    "  fault   The decision could not be recorded. A push that leaves "
	    "no\n"
	    "          record is not accepted.\n"
	    "\n"
	    "hint: tell the administrator, and quote the id at the end\n"
	    "\n" CLOSING);
}

static void
an_exception_used_is_named_with_its_last_day(void **state)
{
	struct exception exception = {.id = "EX-2026-014"}, brief;
	struct rule long_rule = review, longer_rule = review;

	(void)state;
	assert_true(day_parse("2026-11-15", &exception.expires));
	long_rule.name = "tests-with-code";
	longer_rule.name = "tests-with-all-of-the-code";
	brief = exception;
	brief.id = "EX-1";
	scene_begin(&scene);
	scene_add(&scene, 0, &review, missing_review(&commits[0]))->waived_by =
	    &brief;
	for (size_t i = 0; i < 2; i++)
		scene_add(&scene, 0, &review, missing_review(&commits[i]))
		    ->waived_by = &exception;
	scene_add(&scene, 0, &long_rule, missing_review(&commits[0]))
	    ->waived_by = &exception;
	scene_add(&scene, 0, &longer_rule, missing_review(&commits[0]))
	    ->waived_by = &exception;
	assert_message(&scene, true, NULL, MESSAGE_FULL,
	    "hint: exception EX-1 (until 2026-11-15) used for peer-review on "
	    "main\n"
	    "hint: exception EX-2026-014 (until 2026-11-15) used for "
	    "peer-review\n"
	    "hint: exception EX-2026-014 (until 2026-11-15) used for "
	    "tests-with-code\n"
	    "hint: exception EX-2026-014 (until 2026-11-15) used\n");
}

static void
an_update_hook_names_its_ref(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene.verdict.hook = "update";
	scene.layers.contact = scene.layers.document = "";
	scene_add(&scene, 0, NULL,
	    (struct finding){.code = "history.delete",
		.need = "to stay",
		.found = "a deletion",
		.hint = "leave it"});
	assert_full(&scene,
	    "error[history.delete]: main needs to stay, found a deletion\n"
	    "\n"
	    "hint: leave it\n"
	    "\n"
	    "refused: 1 error, main was not changed (7K3M-Q2XD)\n");
}

static void
a_check_says_what_would_be_accepted(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene.verdict.check = true;
	scene.verdict.count = 2;
	scene.refs[1].rules_checked = 1;
	assert_message(&scene, false, NULL, MESSAGE_FULL,
	    "success: main would accept this push, 5 rules checked\n"
	    "success: tags/v1 would accept this push, 1 rule checked\n"
	    "\n"
	    "refused: only a check, nothing was changed on the server "
	    "(7K3M-Q2XD)\n");
}

static void
another_hook_may_refuse(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene.layers.contact = scene.layers.document = "";
	assert_message(&scene, false, NULL, MESSAGE_FULL,
	    "refused by another hook, nothing was changed on the server "
	    "(7K3M-Q2XD)\n");
}

static void
gitlab_shows_the_first_lines_and_the_end(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_add(&scene, 0, &review, missing_review(&commits[0]));
	assert_message(&scene, false, NULL, MESSAGE_GITLAB_WEB,
	    "GL-HOOK-ERR: error[review.missing]: main needs 1 review by "
	    "maintainers, found 0\n"
	    "GL-HOOK-ERR: refused: 1 error, nothing was changed on the server "
	    "(7K3M-Q2XD)\n"
	    "GL-HOOK-ERR: Policy https://git.example.com/policy   Help "
	    "platform@example.com\n");
}

static void
programs_get_a_last_line(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene.verdict.json = true;
	assert_full(&scene,
	    "refwarden-json {\"id\":\"7K3M-Q2XD\",\"verdict\":\"accept\","
	    "\"refs\":[{\"ref\":\"refs/heads/main\",\"verdict\":\"accept\","
	    "\"codes\":[],\"rules\":[],\"commits\":[]}]}\n");
	scene.updates[0].ref = "refs/heads/\xff\n";
	scene.layers.contact = scene.layers.document = "";
	scene_add(&scene, 0, &review,
	    (struct finding){.code = "review.missing",
		.commit = &commits[0],
		.need = "a",
		.found = "b",
		.hint = "c"});
	assert_full(&scene,
	    "error[review.missing]: ?? needs a, found b\n"
	    "\n"
	    "  commit  4f1c2ab Refresh tokens before they expire\n"
	    "  author  Bob Smith <bob@example.com>\n"
	    "  rule    peer-review, clause 2b: Peer code review prior to "
	    "merging\n"
	    "\n"
	    "hint: c\n"
	    "\n"
	    "refused: 1 error, nothing was changed on the server (7K3M-Q2XD)\n"
	    "refwarden-json {\"id\":\"7K3M-Q2XD\",\"verdict\":\"refuse\","
	    "\"refs\":[{\"ref\":\"refs/heads/??\",\"verdict\":\"refuse\","
	    "\"codes\":[\"review.missing\"],\"rules\":[\"peer-review\"],"
	    "\"commits\":[\"4f1c2ab000000000000000000000000000000000\"]}]}\n");
}

static void
a_message_stays_within_its_lines_and_columns(void **state)
{
	static struct rule rules[200];
	static char word[3000];
	struct text text = {0};
	size_t lines = 0;

	(void)state;
	memset(word, 'w', sizeof word - 1);
	scene_begin(&scene);
	for (size_t i = 0; i < 200; i++) {
		rules[i] = (struct rule){.name = word, .help = word};
		scene_add(&scene, 0, &rules[i],
		    (struct finding){.code = "review.missing",
			.commit = &commits[i % 7],
			.path = word,
			.need = word,
			.found = word,
			.from = word,
			.note = word,
			.hint = word})
		    ->mode = i < 150 ? MODE_ENFORCE : MODE_WARN;
	}
	message_make(&scene.verdict, false, NULL, MESSAGE_FULL, &text);
	for (char *line = text.data, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		if (end - line > PROSE_COLUMNS)
			fail_msg("%.*s", (int)(end - line), line);
		lines++;
	}
	assert_in_range(lines, 40, 60);
	assert_non_null(strstr(text.data,
	    " more errors, 50 more warnings; the records hold them all\n"));
	assert_non_null(strstr(text.data, "\nrefused: 150 errors,"));
	text_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_refusal_reads_as_designed),
	    cmocka_unit_test(
		faults_of_what_the_pusher_wrote_are_told_each_on_a_line),
	    cmocka_unit_test(an_accepted_push_is_silent),
	    cmocka_unit_test(what_is_observed_is_not_told),
	    cmocka_unit_test(
		errors_come_before_warnings_and_commits_are_listed),
	    cmocka_unit_test(what_does_not_fit_the_first_line_is_told_below),
	    cmocka_unit_test(without_a_hint_the_code_says_what_to_do),
	    cmocka_unit_test(a_fault_of_the_server_is_told_without_details),
	    cmocka_unit_test(records_that_could_not_be_written_are_an_error),
	    cmocka_unit_test(an_exception_used_is_named_with_its_last_day),
	    cmocka_unit_test(an_update_hook_names_its_ref),
	    cmocka_unit_test(a_check_says_what_would_be_accepted),
	    cmocka_unit_test(another_hook_may_refuse),
	    cmocka_unit_test(gitlab_shows_the_first_lines_and_the_end),
	    cmocka_unit_test(programs_get_a_last_line),
	    cmocka_unit_test(a_message_stays_within_its_lines_and_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
