/* Exceptions in use: every reason why one does not count, and that one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/keys.h"
#include "base/process.h"
#include "git/repo.h"
#include "waiver/waiver.h"

static char root[] = "/tmp/registry-test-XXXXXX";
static char place[64];
static struct text ada, bob, robot, gone;
static struct policy *policy;
static long today;

static const char record[] = "version: 1\n"
			     "id: EX-1\n"
			     "rules: [peer-review, tests, strict, history]\n"
			     "applies_to:\n"
			     "  repositories: [\"platform/*\"]\n"
			     "  refs: [main]\n"
			     "reason: It is needed.\n"
			     "requested_by: bob@example.com\n"
			     "approved_by: ada@example.com\n"
			     "approved_on: 2026-10-15\n"
			     "expires: 2026-11-15\n";

static const char policy_format[] =
    "version: 1\n"
    "protected: [main]\n"
    "people:\n"
    "  ada: {emails: [ada@example.com, ada@home.example], keys: [\"%s\"]}\n"
    "  bob: {emails: [bob@example.com], keys: [\"%s\"]}\n"
    "  robot: {emails: [ci@example.com], keys: [\"%s\"], robot: true}\n"
    "  gone: {emails: [gone@example.com], keys: [\"%s\"],\n"
    "    until: 2026-10-20}\n"
    "groups:\n"
    "  approvers: [ada, robot, gone, keyless@example.com]\n"
    "paths:\n"
    "  code: [\"src/**\"]\n"
    "rules:\n"
    "  - {id: peer-review, require: {review: {by: approvers}}}\n"
    "  - {id: tests, when: {paths: code}, require: {touches: code}}\n"
    "  - {id: strict, waivable: false, require: {sign_off: true}}\n"
    "  - {id: other, require: {sign_off: true}}\n"
    "exceptions: {directory: %s, approved_by: approvers}\n";

static struct policy *
policy_make(void)
{
	struct text text = {0};
	struct faults faults;
	struct policy *made;

	text_add_format(&text, policy_format, ada.data, bob.data, robot.data,
	    gone.data, place);
	faults_init(&faults, "policy.yml");
	made = policy_load(text.data, text.len, LAYER_SYSTEM, &faults);
	if (made == NULL)
		fprintf(stderr, "%u: %s\n", faults.list[0].line,
		    faults.list[0].text);
	faults_free(&faults);
	text_free(&text);
	return made;
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(root) == NULL || !day_parse("2026-11-01", &today))
		return -1;
	snprintf(place, sizeof place, "%s/exceptions", root);
	if (mkdir(place, 0700) != 0)
		return -1;
	key_make(root, "ada", "ed25519", &ada);
	key_make(root, "bob", "ed25519", &bob);
	key_make(root, "robot", "ed25519", &robot);
	key_make(root, "gone", "ed25519", &gone);
	policy = policy_make();
	return policy == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	policy_free(policy);
	text_free(&ada);
	text_free(&bob);
	text_free(&robot);
	text_free(&gone);
	directory_remove(root);
	return 0;
}

static void
write_file(const char *path, const char *from, const char *to)
{
	const char *at = strstr(record, from);
	FILE *out = fopen(path, "w");

	assert_non_null(at);
	assert_non_null(out);
	fprintf(
	    out, "%.*s%s%s", (int)(at - record), record, to, at + strlen(from));
	fclose(out);
	assert_int_equal(chmod(path, 0600), 0);
}

/* EX-1.yml, with `from` replaced by `to`, signed by `signer` unless NULL. */
static void
write_record(const char *from, const char *to, const char *signer)
{
	char path[96], signature[104];

	snprintf(path, sizeof path, "%s/EX-1.yml", place);
	snprintf(signature, sizeof signature, "%s.sig", path);
	unlink(signature);
	write_file(path, from, to);
	if (signer == NULL)
		return;
	key_sign(root, signer, "exception@refwarden", path);
	assert_int_equal(chmod(signature, 0600), 0);
}

/* One question, asked of a push that has everything it needs. */
struct ask {
	struct commit commit, side;
	struct member members[2];
	struct change change;
	struct finding finding;
	struct pusher pusher;
	struct budget budget;
	struct waiver_push push;
	struct waiver_question question;
	struct arena arena;
};

static void
ask_begin(struct ask *ask)
{
	*ask = (struct ask){
	    .commit = {.id = {{1}},
		.author = {"Bob", "bob@example.com", 0},
		.committer = {"Bob", "bob@example.com", 0},
		.message = "A change\n",
		.message_len = 9},
	    .pusher = {.login = "bob", .proven = true},
	    .budget = budget_new(&default_limits),
	};
	ask->side = ask->commit;
	ask->side.id.bytes[0] = 2;
	ask->members[0].commit = &ask->commit;
	ask->members[1].commit = &ask->side;
	ask->change = (struct change){.members = ask->members,
	    .member_count = 2,
	    .people = &policy->people,
	    .pusher = &ask->pusher,
	    .today = today,
	    .budget = &ask->budget,
	    .arena = &ask->arena};
	ask->finding = (struct finding){.code = "review.missing",
	    .commit = &ask->commit,
	    .need = "1 review",
	    .found = "0"};
	ask->push = (struct waiver_push){.repository = "platform/api",
	    .pusher = &ask->pusher,
	    .today = today,
	    .arena = &ask->arena,
	    .budget = &ask->budget};
	ask->question = (struct waiver_question){.rule = &policy->rules[0],
	    .rule_id = "peer-review",
	    .ref = "refs/heads/main",
	    .change = &ask->change,
	    .finding = &ask->finding};
}

/* `code` NULL: it waives. */
static void
assert_answer(
    struct ask *ask, const char *id, const char *code, const char *about)
{
	struct registry *registry = registry_new(policy, &ask->push);
	const struct exception *used = NULL;
	struct finding refusal = {0};
	struct error err = {.text = ""};
	int result;

	/* The second answer comes from what was kept of the first. */
	for (int i = 0; i < 2; i++) {
		result = registry_waives(
		    registry, id, &ask->question, &refusal, &used, &err);
		if (result == -1)
			fail_msg("%s: error: %s", about, err.text);
		if (code == NULL && result != 1)
			fail_msg(
			    "%s: %s: %s", about, refusal.code, refusal.found);
		if (code != NULL &&
		    (result != 0 || strcmp(refusal.code, code) != 0))
			fail_msg("%s: %d, %s: %s", about, result,
			    refusal.code == NULL ? "" : refusal.code,
			    refusal.found == NULL ? "" : refusal.found);
		if (code == NULL)
			assert_string_equal(used->id, "EX-1");
		else
			assert_non_null(strstr(refusal.need, id));
	}
	registry_free(registry);
	arena_free(&ask->arena);
}

/* What the journal would say; `context` is the answer. */
static int64_t
uses_told(void *context, const char *exception, long since, struct error *err)
{
	int64_t told = *(int64_t *)context;

	assert_string_equal(exception, "EX-1");
	assert_true(since > 0);
	return told >= 0 ? told : error_code(err, "log.unavailable", "gone");
}

static void
uses_are_counted_and_what_can_not_be_counted_waives_nothing(void **state)
{
	struct finding refusal;
	const struct exception *used;
	struct registry *registry;
	struct error err;
	struct ask ask;
	int64_t uses;

	(void)state;
	write_record("version: 1", "version: 1\nmax_uses: 2", "ada");
	for (uses = -1; uses < 4; uses++) {
		ask_begin(&ask);
		ask.push.uses = uses_told;
		ask.push.uses_context = &uses;
		if (uses >= 0) {
			assert_answer(&ask, "EX-1",
			    uses < 2 ? NULL : "exception.spent", "max_uses");
			continue;
		}
		registry = registry_new(policy, &ask.push);
		assert_int_equal(registry_waives(registry, "EX-1",
				     &ask.question, &refusal, &used, &err),
		    -1);
		assert_string_equal(err.code, "log.unavailable");
		registry_free(registry);
		arena_free(&ask.arena);
	}
}

static void
a_record_must_be_valid_and_approved(void **state)
{
	static const struct {
		const char *from, *to, *signer, *code;
	} cases[] = {
	    {"", "", "ada", NULL},
	    {"expires: 2026-11-15", "expires: 2026-11-01", "ada", NULL},
	    {"approved_on: 2026-10-15", "approved_on: 2026-11-01", "ada", NULL},
	    {"ada@example.com", "ada@home.example", "ada", NULL},
	    {"expires: 2026-11-15", "expires: 2027-01-13", "ada", NULL},
	    {"expires: 2026-11-15", "expires: 2027-01-14", "ada",
		"exception.invalid"},
	    {"expires: 2026-11-15", "expires: 2026-10-31", "ada",
		"exception.expired"},
	    {"approved_on: 2026-10-15", "approved_on: 2026-11-02", "ada",
		"exception.early"},
	    {"version: 1", "version: 2", "ada", "exception.invalid"},
	    {"id: EX-1", "id: EX-2", "ada", "exception.invalid"},
	    {"version: 1", "version: 1\nmax_uses: 1", "ada", "exception.spent"},
	    {"version: 1", "version: 1\nrevoked_on: 2026-11-01", "ada",
		"exception.revoked"},
	    {"version: 1", "version: 1\nrevoked_on: 2026-11-02", "ada", NULL},
	    {"", "", NULL, "exception.unsigned"},
	    {"", "", "bob", "exception.signer"},
	    {"ada@example.com", "bob@example.com", "bob", "exception.signer"},
	    {"ada@example.com", "eve@example.com", "ada", "exception.signer"},
	    {"ada@example.com", "ci@example.com", "robot", "exception.signer"},
	    {"ada@example.com", "gone@example.com", "gone", "exception.signer"},
	    {"ada@example.com", "keyless@example.com", "ada",
		"exception.signer"},
	    {"bob@example.com", "ada@home.example", "ada", "exception.self"},
	    {"rules: [peer-review, tests, strict, history]", "rules: [tests]",
		"ada", "exception.scope"},
	    {"platform/*", "platform/web", "ada", "exception.scope"},
	    {"platform/*", "*", "ada", "exception.scope"},
	    {"platform/*", "**", "ada", NULL},
	    {"[main]", "[\"release/*\"]", "ada", "exception.scope"},
	    {"[main]", "[tags/main]", "ada", "exception.scope"},
	    {"[main]", "[\"**\", \"!main\"]", "ada", "exception.scope"},
	    {"[main]", "[refs/heads/main]", "ada", NULL},
	    {"  refs:",
		"  commits: [0100000000000000000000000000000000000000]\n"
		"  refs:",
		"ada", NULL},
	    {"  refs:",
		"  commits: [0200000000000000000000000000000000000000]\n"
		"  refs:",
		"ada", "exception.scope"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ask ask;

		write_record(cases[i].from, cases[i].to, cases[i].signer);
		ask_begin(&ask);
		assert_answer(&ask, "EX-1", cases[i].code,
		    cases[i].to[0] != '\0' ? cases[i].to : "as it is");
	}
}

static void
a_record_changed_after_it_was_signed_is_not_approved(void **state)
{
	char path[96];
	struct ask ask;

	(void)state;
	write_record("", "", "ada");
	snprintf(path, sizeof path, "%s/EX-1.yml", place);
	write_file(path, "expires: 2026-11-15", "expires: 2026-11-16");
	ask_begin(&ask);
	assert_answer(&ask, "EX-1", "exception.signer", "changed");
}

static void
only_a_record_of_the_register_is_one(void **state)
{
	static const char *const ids[] = {"EX-2", "", "..", "../EX-1",
	    "../exceptions/EX-1", "ex-1", "EX-1.yml", "EX-1/"};

	(void)state;
	write_record("", "", "ada");
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct ask ask;

		ask_begin(&ask);
		assert_answer(&ask, ids[i], "exception.unknown", ids[i]);
	}
}

static void
a_policy_without_exceptions_has_none(void **state)
{
	struct ask ask;

	(void)state;
	write_record("", "", "ada");
	ask_begin(&ask);
	policy->exceptions.configured = false;
	assert_answer(&ask, "EX-1", "exception.unknown", "not configured");
	policy->exceptions.configured = true;
}

static void
a_register_others_can_write_to_is_an_error(void **state)
{
	const struct exception *used;
	struct finding refusal;
	struct registry *registry;
	struct error err;
	struct ask ask;
	char path[96];

	(void)state;
	write_record("", "", "ada");
	snprintf(path, sizeof path, "%s/EX-1.yml", place);
	assert_int_equal(chmod(path, 0666), 0);
	ask_begin(&ask);
	registry = registry_new(policy, &ask.push);
	assert_int_equal(registry_waives(registry, "EX-1", &ask.question,
			     &refusal, &used, &err),
	    -1);
	assert_string_equal(err.code, "policy.unsafe");
	registry_free(registry);
	arena_free(&ask.arena);
}

static void
whoever_had_a_hand_in_it_can_not_approve(void **state)
{
	static const char co_author[] =
	    "A change\n\n"
	    "Co-authored-by: A <ada@home.example>\n";
	struct ask ask;

	(void)state;
	write_record("", "", "ada");
	for (int i = 0; i < 6; i++) {
		ask_begin(&ask);
		if (i == 0)
			ask.pusher.login = "ada";
		if (i == 1)
			ask.commit.author.address = "ADA@example.com";
		if (i == 2)
			ask.side.author.address = "ada@home.example";
		if (i == 3)
			ask.side.committer.address = "ada@home.example";
		if (i == 4) {
			ask.side.message = co_author;
			ask.side.message_len = strlen(co_author);
		}
		if (i == 5) {
			ask.commit.parent_count = 2;
			ask.members[0].merge = MERGE_MECHANICAL;
			ask.commit.author.address = "ada@example.com";
		}
		assert_answer(&ask, "EX-1", "exception.self", "a hand in it");
	}
	ask_begin(&ask);
	ask.pusher.login = NULL;
	ask.question.change = NULL;
	assert_answer(&ask, "EX-1", NULL, "no change and no pusher");
}

static void
some_findings_can_not_be_waived(void **state)
{
	static const struct {
		int rule;
		const char *id, *code;
		bool waived;
	} cases[] = {
	    {0, "peer-review", "review.self", true},
	    {2, "strict", "sign-off.missing", false},
	    {3, "other", "sign-off.missing", false},
	    {0, "peer-review", "object.limit", false},
	    {0, "peer-review", "no.such-code", false},
	    {-1, "history", "history.rewrite", true},
	    {-1, "history", "tag.move", true},
	    {-1, "history", "ref.name", false},
	    {-1, "history", "object.malformed", false},
	    {-1, "history", "pusher.denied", false},
	    {-1, "history", "exception.expired", false},
	};
	struct ask ask;

	(void)state;
	write_record("", "", "ada");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask_begin(&ask);
		ask.question.rule =
		    cases[i].rule < 0 ? NULL : &policy->rules[cases[i].rule];
		ask.question.rule_id = cases[i].id;
		ask.finding.code = cases[i].code;
		assert_answer(&ask, "EX-1",
		    cases[i].waived ? NULL : "exception.scope", cases[i].code);
	}
}

static void
a_sign_off_is_enough_only_where_the_policy_says_so(void **state)
{
	static const struct {
		const char *line, *code;
	} cases[] = {
	    {"version: 1\nsigned_off_by: Ada <ada@home.example>", NULL},
	    {"version: 1", "exception.unsigned"},
	    {"version: 1\nsigned_off_by: Bob <bob@example.com>",
		"exception.signer"},
	    {"version: 1\nsigned_off_by: ada@example.com", "exception.signer"},
	};
	struct ask ask;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_record("version: 1", cases[i].line, NULL);
		ask_begin(&ask);
		policy->exceptions.proof = EXCEPTION_SIGN_OFF;
		assert_answer(&ask, "EX-1", cases[i].code, cases[i].line);
		policy->exceptions.proof = EXCEPTION_SIGNATURE;
		ask_begin(&ask);
		assert_answer(&ask, "EX-1", "exception.unsigned", "no .sig");
	}
}

/* Files of the set `code`, as the judge finds them for the rule `tests`. */
static void
every_path_at_fault_lies_in_the_scope(void **state)
{
	static const struct {
		const char *paths[2], *code, *finding_path;
		bool waived;
	} cases[] = {
	    {{"src/old/a.c", "src/old/b.c"}, "touches.missing", NULL, true},
	    {{"src/old/a.c", "src/new/b.c"}, "touches.missing", NULL, false},
	    {{"src/old/a.c", "src/new/b.c"}, "touches.missing", "src/old/a.c",
		false},
	    {{"src/old/a.c", "src/new/b.c"}, "paths.size", "src/old/a.c", true},
	    {{"src/old/a.c", "src/old/b.c"}, "paths.size", "src/new/b.c",
		false},
	};
	const uint64_t sets = ~(uint64_t)0;
	struct ask ask;

	(void)state;
	write_record("  refs:", "  paths: [\"src/old/**\"]\n  refs:", "ada");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct file files[2];
		struct tree_diff diff = {.files = files, .count = 2};

		for (int k = 0; k < 2; k++)
			files[k] = (struct file){.path = cases[i].paths[k],
			    .new_mode = MODE_FILE,
			    .new_id = {{3}},
			    .sets = &sets};
		ask_begin(&ask);
		ask.change.files = &diff;
		ask.question.rule = &policy->rules[1];
		ask.question.rule_id = "tests";
		ask.finding.code = cases[i].code;
		ask.finding.path = cases[i].finding_path;
		assert_answer(&ask, "EX-1",
		    cases[i].waived ? NULL : "exception.scope",
		    cases[i].paths[1]);
	}
	ask_begin(&ask);
	ask.question.change = NULL;
	assert_answer(&ask, "EX-1", "exception.scope", "no change");
}

static void
git(const char *const arguments[], struct text *output)
{
	const char *argv[32] = {"/usr/bin/git", "-C", root, "-c",
	    "user.name=Bob", "-c", "user.email=bob@example.com"};
	struct text ignored = {0};
	struct error err;
	size_t n = 7;

	for (size_t i = 0; arguments[i] != NULL; i++)
		argv[n++] = arguments[i];
	argv[n] = NULL;
	assert_int_equal(process_run(argv, NULL, 0, 10000,
			     output == NULL ? &ignored : output, &err),
	    0);
	text_free(&ignored);
}
#define GIT(...) git((const char *const[]){__VA_ARGS__, NULL}, NULL)

/* A register on a branch; and a rule without `when`, for which every changed
 * path counts. */
static void
a_register_can_be_a_branch(void **state)
{
	char path[96], tree[OID_DIGITS + 2];
	struct text output = {0};
	struct error err;
	struct oid new_tree;
	struct repo *repo;
	struct ask ask;

	(void)state;
	write_record("  refs:", "  paths: [\"exceptions/**\"]\n  refs:", "ada");
	GIT("init", "-q", "-b", "main");
	GIT("add", "exceptions");
	GIT("commit", "-q", "-m", "register");
	git((const char *const[]){"rev-parse", "HEAD^{tree}", NULL}, &output);
	snprintf(tree, sizeof tree, "%s", output.data);
	text_free(&output);
	assert_true(oid_parse(&new_tree, tree, OID_DIGITS));
	snprintf(path, sizeof path, "%s/EX-1.yml", place);
	assert_int_equal(unlink(path), 0);

	repo = repo_open(root, &err);
	assert_non_null(repo);
	policy->exceptions.directory = NULL;
	policy->exceptions.place.ref = "refs/heads/main";
	policy->exceptions.place.path = "exceptions";
	for (int i = 0; i < 4; i++) {
		ask_begin(&ask);
		ask.push.repo = ask.change.repo = repo;
		ask.change.new_tree = &new_tree;
		policy->exceptions.place.repository = i == 1 ? root : NULL;
		if (i == 2)
			policy->exceptions.place.ref = "refs/heads/none";
		if (i == 3)
			policy->exceptions.place.path = "elsewhere";
		assert_answer(&ask, "EX-1", i < 2 ? NULL : "exception.unknown",
		    "on a branch");
		policy->exceptions.place.ref = "refs/heads/main";
	}
	policy->exceptions.place.path = NULL;
	policy->exceptions.place.ref = NULL;
	policy->exceptions.directory = place;
	write_record("  refs:", "  paths: [\"src/**\"]\n  refs:", "ada");
	ask_begin(&ask);
	ask.push.repo = ask.change.repo = repo;
	ask.change.new_tree = &new_tree;
	assert_answer(&ask, "EX-1", "exception.scope", "all changed paths");
	ask_begin(&ask);
	ask.push.repo = ask.change.repo = repo;
	ask.change.old_tree = ask.change.new_tree = &new_tree;
	assert_answer(&ask, "EX-1", "exception.scope", "no changed path");
	repo_close(repo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_must_be_valid_and_approved),
	    cmocka_unit_test(
		uses_are_counted_and_what_can_not_be_counted_waives_nothing),
	    cmocka_unit_test(
		a_record_changed_after_it_was_signed_is_not_approved),
	    cmocka_unit_test(only_a_record_of_the_register_is_one),
	    cmocka_unit_test(a_policy_without_exceptions_has_none),
	    cmocka_unit_test(a_register_others_can_write_to_is_an_error),
	    cmocka_unit_test(whoever_had_a_hand_in_it_can_not_approve),
	    cmocka_unit_test(some_findings_can_not_be_waived),
	    cmocka_unit_test(
		a_sign_off_is_enough_only_where_the_policy_says_so),
	    cmocka_unit_test(every_path_at_fault_lies_in_the_scope),
	    cmocka_unit_test(a_register_can_be_a_branch),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
