#!/usr/bin/env bats
# Pushes that keep to the policy are accepted, silently, and recorded.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

setup() {
	server_start
}

@test "a reviewed commit with tests" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	push main
	assert_accepted
	[ "$(record kind)" = update ]
	[ "$(record reviewers)" = '["ada"]' ]
	[ "$(record proof)" = claimed ]
	[ "$(record user)" = bob ]
	[[ $output != *remote:* ]]
}

@test "documentation needs a review and no tests" {
	commit_as bob "Explain parser$by_ada" docs/parser.md README.md
	push main
	assert_accepted
}

@test "several commits, each reviewed by somebody else" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	commit_as ada "Add printer$by_bob" src/printer.c tests/printer_test.c
	commit_as mallory "Add lexer$(reviewed_by carol)" src/lexer.c tests/lexer_test.c
	push main
	assert_accepted
	[ "$(record commits)" = 3 ]
	[ "$(record changes)" = 3 ]
	[ "$(record reviewers)" = '["ada","bob","carol"]' ]
}

@test "a review by any of the addresses that somebody has" {
	commit_as ada "Add parser$by_bob_at_home" src/parser.c tests/parser_test.c
	push main
	assert_accepted
	[ "$(record reviewers)" = '["bob"]' ]
}

@test "a merge whose merge commit is reviewed, whatever it brings" {
	git switch -q -c topic
	commit_as mallory "Add parser" src/parser.c
	commit_as mallory "Test parser" tests/parser_test.c
	git switch -q main
	commit_as ada "Explain parser$by_bob" docs/parser.md
	merge_as bob "Merge topic$by_ada" topic
	push main
	assert_accepted
	[ "$(record commits)" = 4 ]
	[ "$(record changes)" = 2 ]
}

@test "a release branch cut from main, at its tip or before" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	push main
	push main:release/2.0 main^:refs/heads/release/1.9
	assert_accepted
	[ "$(record kind refs/heads/release/2.0)" = create ]
	[ -z "$(record changes refs/heads/release/1.9)" ]
}

@test "a release branch and main gain the same reviewed commit in one push" {
	git push -q --receive-pack="$unguarded" origin main:release/1.0
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	push main main:release/1.0
	assert_accepted
	[ "$(decisions | wc -l)" -eq 2 ]
}

@test "anything to a branch that is not protected, and its end" {
	git switch -q --orphan wild
	commit_as mallory "No review, no tests" src/wild.c
	push wild wild:refs/heads/elsewhere
	assert_accepted
	as mallory git commit -q --amend --allow-empty -m "Rewritten"
	push --force wild :elsewhere
	[ "$status" -eq 0 ]
	assert_recorded_twice
	[ "$(record kind refs/heads/elsewhere)" = delete ]
	[ -z "$(server_value refs/heads/elsewhere)" ]
	[ "$(server_value refs/heads/wild)" = "$(git rev-parse wild)" ]
}

@test "main and a tag on its new tip, with --follow-tags" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	as bob git tag -a -m "Version 1.0$by_ada" v1.0
	push --follow-tags main
	assert_accepted
	[ "$(record kind refs/tags/v1.0)" = create ]
	[ "$(server_value refs/tags/v1.0)" = "$(git rev-parse v1.0)" ]
}

@test "tags on states of main, also before the tip" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	push main
	git tag v1.0 main^
	as bob git tag -a -m "Version 1.1" v1.1 main
	push v1.0 v1.1
	assert_accepted
}

@test "the first push of a whole history with tags" {
	rm -rf "$server" "$client"
	server_start_empty
	commit_as mallory "Begin" src/app.c
	as mallory git tag -a -m "Version 0.1" v0.1
	git switch -q -c side
	commit_as mallory "Aside" src/side.c
	git switch -q main
	commit_as bob "Go on" src/app.c
	merge_as bob "Merge side" side
	git tag v0.2
	git switch -q --orphan lost
	commit_as mallory "On a branch long gone" src/lost.c
	git tag v0.0
	git switch -q main
	push main v0.0 v0.1 v0.2
	assert_accepted
	[ "$(record imported refs/heads/main)" = true ]
	commit_as mallory "No review" src/app.c tests/app_test.c
	push main
	assert_refused review.missing main
}

@test "a value that a ref has already" {
	push_raw "$base $base refs/heads/main"
	assert_accepted
	[ "$(record kind)" = noop ]
}

@test "a force-push while the policy only observes is recorded" {
	policy_default observe | policy
	commit_as bob "Add parser" src/parser.c
	push main
	assert_accepted
	[ "$(record mode)" = observe ]
	[ "$(record codes)" = '["review.missing","touches.missing"]' ]
	git reset -q --hard "$base"
	commit_as bob "Add another" src/parser.c
	push --force main
	assert_accepted
	[ "$(record kind)" = rewrite ]
	[ "$(record mode)" = observe ]
	[[ $(record codes) == *'"history.rewrite"'* ]]
	[[ $output != *remote:* ]]
}
