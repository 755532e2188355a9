/* What others push while a push is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "judge/judge.h"

/*
 * A repository under two layers, the upper of which warns of secrets, and the
 * lower forbids them; `secret` is a commit that brings one.
 */
static const char make[] =
    "git init -q -b main r && cd r && git config user.name N &&"
    " git config user.email e@x && echo 1 >a && git add -A &&"
    " git commit -q -m 1 && git branch production &&"
    " git checkout -q -b secret && echo 2 >secret && git add -A &&"
    " git commit -q -m 2 && cd .. && mkdir -p etc/refwarden &&"
    " layer() { printf '%s\n' 'version: 1' \"mode: $1\""
    "  'protected: [main, production]' 'rules:' '  - id: no-secrets'"
    "  '    require: {paths: {forbid: [\"secret\"]}}'; } &&"
    " layer warn >etc/refwarden/policy.yml &&"
    " layer enforce >r/.git/refwarden.yml";

static int
set_up(void **state)
{
	char root[256];

	umask(022);
	scratch_enter(state);
	assert_non_null(getcwd(root, sizeof root));
	setenv("REFWARDEN_TEST_ROOT", root, 1);
	scratch_run("%s", make);
	return 0;
}

/* While marks are read main moves, under an exception whose mark comes after
 * those that are read. */
static int
main_moves(void *context, struct arena *arena, struct state_marks *marks,
    struct error *err)
{
	(void)context;
	(void)arena;
	(void)marks;
	(void)err;
	scratch_run("git -C r update-ref refs/heads/main secret");
	return 0;
}

static void
what_lands_after_marks_were_read_is_no_state(void **state)
{
	struct ref_update update = {.ref = "refs/heads/production",
	    .old = scratch_object("r", "production"),
	    .new = scratch_object("r", "secret")};
	const struct push push = {.updates = &update, .count = 1};
	const struct push_options options = {.check = false};
	struct judge_input input = {.push = &push,
	    .options = &options,
	    .hook = "pre-receive",
	    .repository = "r",
	    .marks = main_moves};
	struct layers layers;
	struct verdict verdict;
	struct error err;

	(void)state;
	assert_int_equal(layers_load("r/.git", &layers, NULL, &err), 0);
	assert_int_equal(layers.count, 2);
	input.layers = &layers;
	assert_non_null(input.repo = repo_open("r", &err));
	judge(&input, &verdict);
	assert_int_equal(verdict.outcome, OUTCOME_REFUSE);
	assert_int_equal(verdict.refs[0].violation_count, 2);
	assert_string_equal(
	    verdict.refs[0].violations[1].finding.code, "paths.forbidden");
	verdict_free(&verdict);
	repo_close(input.repo);
	layers_free(&layers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_lands_after_marks_were_read_is_no_state),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
