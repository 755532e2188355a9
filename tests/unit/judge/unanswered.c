/*
 * No question without an answer is passed over: while a push is judged that is
 * to be accepted, each thing that is asked of the repository, of the budget or
 * of a reader that has limits fails once, and then the push is not accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "base/regex.h"
#include "git/refs.h"
#include "judge/judge.h"
#include "message/trailers.h"
#include "people/signature.h"

/*
 * Questions asked so far, and the one that is not answered, from 1 on: whoever
 * asks it again gets no answer either.
 */
static size_t asked, unanswered;
static char about[REF_NAME_LIMIT + 1];

static int
ask(const char *what, struct error *err)
{
	if (++asked == unanswered)
		snprintf(about, sizeof about, "%s", what);
	if (asked < unanswered || unanswered == 0 || strcmp(about, what) != 0)
		return 0;
	return error_set(err, "no answer about %s", what);
}

static int
ask_object(const struct oid *id, struct error *err)
{
	char digits[OID_DIGITS + 1];

	return ask(oid_format(id, digits), err);
}

/* The linker puts each of these before the function it is named after. */
#define QUESTION(name, asked, parameters, arguments)               \
	int __real_##name parameters;                              \
	int __wrap_##name parameters;                              \
	int __wrap_##name parameters                               \
	{                                                          \
		return asked == -1 ? -1 : __real_##name arguments; \
	}

QUESTION(object_read, ask_object(id, err),
    (struct repo * repo, const struct oid *id, enum object_type type,
	size_t limit, struct object *object, struct error *err),
    (repo, id, type, limit, object, err))
QUESTION(object_header, ask_object(id, err),
    (struct repo * repo, const struct oid *id, struct object *object,
	struct error *err),
    (repo, id, object, err))
QUESTION(refs_read, ask(name, err),
    (struct refs * refs, const char *name, struct ref *ref, struct error *err),
    (refs, name, ref, err))
QUESTION(refs_each, ask(prefix, err),
    (struct refs * refs, const char *prefix,
	int (*each)(void *, const char *, const struct oid *, struct error *),
	void *context, struct error *err),
    (refs, prefix, each, context, err))
QUESTION(budget_time, ask("time", err),
    (struct budget * budget, struct error *err), (budget, err))
QUESTION(budget_spend, ask(name, err),
    (struct budget * budget, const char *name, int64_t *spent, int64_t limit,
	int64_t amount, struct error *err),
    (budget, name, spent, limit, amount, err))
QUESTION(trailers_parse, ask(message, err),
    (const char *message, size_t len, size_t limit, struct arena *arena,
	struct trailers *trailers, struct error *err),
    (message, len, limit, arena, trailers, err))
QUESTION(regex_match, ask(text, err),
    (const struct regex *regex, const char *text, size_t len,
	struct error *err),
    (regex, text, len, err))
QUESTION(regex_search, ask(text, err),
    (const struct regex *regex, const char *text, size_t len,
	struct error *err),
    (regex, text, len, err))

/* Every signature is good: who asks ssh-keygen so often would wait for it. */
int __wrap_signature_verify(const char *, size_t, const char *, size_t,
    const char *, const struct texts *, struct error *);
int
__wrap_signature_verify(const char *data, size_t len, const char *signature,
    size_t signature_len, const char *name_space, const struct texts *keys,
    struct error *err)
{
	(void)data, (void)len, (void)signature, (void)signature_len, (void)keys;
	return ask(name_space, err) == -1 ? -1 : 1;
}

/* A rule each for the branch `rule/N`, since no rule shall fail for another. */
static const char *const rules[] = {
    "require: {review: {by: some, count: 1}}",
    "when: {paths: code, kinds: [added, modified], lines: 1}, "
    "require: {touches: tests}",
    "when: {author: some}, require: {paths: {forbid: [\"*.pem\"]}}",
    "require: {paths: {max_size: 1M}}",
    "require: {paths: {portable: true}}",
    "require: {owners: {code: some}}",
    "require: {message: {matches: \"(?s).*\", forbids: X}}",
    "require: {author: some}",
    "require: {sign_off: true}",
    "require: {trailer: {name: See, in: tests}}",
    "require: {trailer: {name: See, matches: \"tests/[0-9]\"}}",
    "require: {trailer: {name: Checked-by, by: some}}",
    "require: {pusher: some}",
    "require: {findings: {open: [high], overdue: medium}}",
    "require: {signed_by: some}",
    "require: {any: [{signed_by: chiefs}, {author: some}]}",
    "require: {evidence: {kind: sast, by: some}}",
};
enum { RULES = sizeof rules / sizeof rules[0] };

/* Nobody signs with it. */
#define KEY            \
	"ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIJ459wSW1YZA9BnTLWWRMFMfwEGTHPMQH3btzwqfEGU/"
static const char policy[] =
    "version: 1\n"
    "people:\n"
    "  ada: {emails: [ada@example.com], logins: [ada], keys: [\"" KEY "\"]}\n"
    "  bob: {emails: [bob@example.com], logins: [bob]}\n"
    "  carol: {emails: [carol@example.com], logins: [carol]}\n"
    "groups: {some: [ada, bob], chiefs: [carol]}\n"
    "paths: {code: [\"src/**\"], tests: [\"tests/**\"]}\n"
    "history: {first_parent: false}\n"
    "protected: [main, each, strict, \"rule/*\", \"tags/v*\"]\n"
    "exceptions: {ref: main, path: records, approved_by: some}\n"
    "evidence: {pushers: some}\n"
    "findings: {ref: main, path: findings, deadlines: {medium: 30d}}\n"
    "rules:\n"
    "  - {id: tests-with-code, refs: [main], when: {paths: code},\n"
    "    require: {touches: tests}}\n"
    "  - {id: reviewed, refs: [each],\n"
    "    require: {review: {by: some, per: commit}}}\n"
    "  - {id: read, refs: [strict],\n"
    "    require: {review: {by: some, proof: signed}}}\n"
    "  - {id: version, refs: [\"tags/v*\"],\n"
    "    require: {annotated: true, contained_in: [main]}}\n";

/* `topic` is two commits; `next/...` is what is pushed to a protected ref. */
static const char make[] =
    "git init -q -b main r && cd r && git config user.name Bob &&"
    " git config user.email bob@example.com &&"
    " git config gpg.format ssh && git config commit.gpgsign true &&"
    " git config user.signingkey ../key && ssh-keygen -q -t ed25519 -N ''"
    "  -f ../key &&"
    " export GIT_AUTHOR_NAME=Bob GIT_AUTHOR_EMAIL=bob@example.com &&"
    " end='\n\nReviewed-by: Ada <ada@example.com>\n"
    "Checked-by: Ada <ada@example.com>\n"
    "Signed-off-by: Bob <bob@example.com>\nSee: tests/1' &&"
    " as_ada() { GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com \"$@\"; }"
    " && by_ada='Signed-off-by: Ada <ada@example.com>' &&"
    " say() { git add -A && git commit -q -m \"$1$end\"; } &&"
    " mkdir src tests records findings && seq 9 >src/long &&"
    " echo 1 >tests/1 && echo 1 >src/gone &&"
    " printf '%s\\n' 'id: F-1' 'title: T' 'severity: high'"
    "  'found_on: 2026-01-01' 'status: fixed' 'fixed_in: v1'"
    "  >findings/F-1.yml &&"
    " printf '%s\\n' 'version: 1' 'id: EX-1' 'rules: [tests-with-code]'"
    "  'applies_to: {repositories: [r], refs: [main]}' 'reason: R'"
    "  'requested_by: bob@example.com' 'approved_by: ada@example.com'"
    "  'approved_on: 2026-01-01' 'expires: 2026-02-01'"
    "  'max_uses: 1' >records/EX-1.yml && echo 1 >records/EX-1.yml.sig &&"
    " say begin && git checkout -q -b topic &&"
    " sed -i s/2/two/ src/long && echo 2 >>tests/1 && say 1 &&"
    " sed -i s/3/three/ src/long && rm src/gone && echo 3 >>tests/1 &&"
    " say 2 && git checkout -q main &&"
    " sed -i s/8/eight/ src/long && echo 2 >tests/2 && say main &&"
    " git branch each && git branch strict &&"
    " git tag -s -m Read read topic &&"
    " git update-ref refs/reviews/ada/topic read && git tag -d read >/dev/null "
    "&&"
    " from() { git checkout -q -B next/$1 $2; } &&"
    " from plain main && echo 3 >>src/long && echo 3 >tests/new && say plain &&"
    " from merge main &&"
    " as_ada git merge -q --no-ff -m \"Merge\n\n$by_ada\" topic &&"
    " from foxtrot topic &&"
    " as_ada git merge -q -m \"Merge$end\n$by_ada\" main &&"
    " from squash main && git merge -q --squash topic >/dev/null &&"
    " say squash &&"
    " from rebase topic && git rebase -q main &&"
    " from waived main && echo 3 >>src/long &&"
    " end=\"$end\nException: EX-1\" && say waived &&"
    " git update-ref refs/reviews/ada/block/waived next/waived &&"
    " git tag -a -m 'Version 2' v2 main &&"
    " git update-ref refs/next/v2 v2 && git tag -d v2 >/dev/null &&"
    " for on in plain merge foxtrot squash; do at=$(git rev-parse next/$on) &&"
    "  printf '%s\\n' 'kind: sast' 'result: pass' 'tool: scan 1'"
    "  \"subject: $at\" 'made: 2026-01-14T00:00:00Z'"
    "  '-----BEGIN SSH SIGNATURE-----' AAAA '-----END SSH SIGNATURE-----' |"
    "  git notes --ref=evidence add -F - $at || exit; done &&"
    " git update-ref refs/next/notes refs/notes/evidence &&"
    " git update-ref refs/notes/evidence refs/notes/evidence~1 &&"
    " git repack "
    "-qad";

static const struct {
	const char *ref, *old, *new;
	enum outcome least; /* without an answer */
} pushes[] = {
    /* What an exception waives stands where it can not be looked at. */
    {"refs/heads/main", "main", "next/waived", OUTCOME_REFUSE},
    {"refs/heads/each", "main", "next/rebase", OUTCOME_ERROR},
    {"refs/heads/strict", "strict", "next/merge", OUTCOME_ERROR},
    {"refs/heads/strict", "strict", "next/squash", OUTCOME_ERROR},
    {"refs/heads/strict", "strict", "next/rebase", OUTCOME_ERROR},
    {"refs/tags/v2", NULL, "refs/next/v2", OUTCOME_ERROR},
    {"refs/notes/evidence", "refs/notes/evidence", "refs/next/notes",
	OUTCOME_ERROR},
};

static struct layers layers;

/* What only the journal knows. */
static int64_t
uses(void *context, const char *exception, long since, struct error *err)
{
	(void)context, (void)since;
	return ask(exception, err);
}

static int
marks(void *context, struct arena *arena, struct state_marks *known,
    struct error *err)
{
	(void)context, (void)arena, (void)known;
	return ask("marks", err);
}

static enum outcome
outcome_of(const struct push *push)
{
	static const struct push_options options = {.check = false};
	struct judge_input input = {.push = push,
	    .options = &options,
	    .hook = "pre-receive",
	    .layers = &layers,
	    .repository = "r",
	    .today = 20468, /* 2026-01-15 */
	    .uses = uses,
	    .marks = marks,
	    .pusher = {.login = "bob", .via = "wrapper", .proven = true}};
	struct verdict verdict;
	enum outcome outcome;
	struct error err;

	assert_non_null(input.repo = repo_open("r", &err));
	asked = 0;
	judge(&input, &verdict);
	outcome = verdict.outcome;
	verdict_free(&verdict);
	repo_close(input.repo);
	return outcome;
}

static void
push_try(const char *ref, const char *was, const char *is, enum outcome least)
{
	struct oid old = {.bytes = {0}}, new = scratch_object("r", is);
	char digits[2][OID_DIGITS + 1];
	struct push push;
	enum outcome outcome;
	struct error err;
	size_t last;

	if (was != NULL)
		old = scratch_object("r", was);
	assert_int_equal(push_from_arguments(ref, oid_format(&old, digits[0]),
			     oid_format(&new, digits[1]), &push, &err),
	    0);
	unanswered = 0;
	if (outcome_of(&push) != OUTCOME_ACCEPT)
		fail_msg("%s: %s is not accepted", ref, is);
	last = asked;
	for (unanswered = 1; unanswered <= last; unanswered++)
		if ((outcome = outcome_of(&push)) == OUTCOME_ACCEPT ||
		    outcome < least)
			fail_msg("%s: %s: %s without answer %zu of %zu, "
				 "about %s",
			    ref, is, outcome_names[outcome], unanswered, last,
			    about);
	push_free(&push);
}

static void
each_push_needs_all_its_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pushes / sizeof pushes[0]; i++)
		push_try(pushes[i].ref, pushes[i].old, pushes[i].new,
		    pushes[i].least);
}

static void
each_rule_needs_all_its_answers(void **state)
{
	char ref[32];

	(void)state;
	scratch_run("git -C r update-ref -d refs/reviews/ada/topic");
	for (size_t i = 0; i < RULES; i++) {
		snprintf(ref, sizeof ref, "refs/heads/rule/%zu", i);
		push_try(ref, "main", "next/plain", OUTCOME_ERROR);
		push_try(ref, "main", "next/merge", OUTCOME_ERROR);
		push_try(ref, "main", "next/foxtrot", OUTCOME_ERROR);
	}
}

static int
set_up(void **state)
{
	struct error err;
	FILE *file;

	scratch_enter(state);
	file = fopen("policy.yml", "w");
	if (file == NULL)
		return -1;
	fputs(policy, file);
	for (size_t i = 0; i < RULES; i++)
		fprintf(file, "  - {id: r%zu, refs: [rule/%zu], %s}\n", i, i,
		    rules[i]);
	if (fclose(file) != 0 ||
	    layers_load_file("policy.yml", &layers, NULL, &err) == -1)
		return -1;
	scratch_run("%s", make);
	for (size_t i = 0; i < RULES; i++)
		scratch_run("git -C r branch rule/%zu main", i);
	return 0;
}

static int
tear_down(void **state)
{
	layers_free(&layers);
	return scratch_leave(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_push_needs_all_its_answers),
	    cmocka_unit_test(each_rule_needs_all_its_answers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
