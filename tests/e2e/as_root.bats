#!/usr/bin/env bats
# What root asks about a repository of somebody else's is answered as the hooks
# there, which run as its owner, would be.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash
bats_require_minimum_version 1.5.0

setup() {
	[ "$(id -u)" -eq 0 ] || skip "only root can be somebody else"
	server_start
	policy_default enforce | sed '$a log: {on_failure: spool}' | policy
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	git push -q origin HEAD:main
	place=$(mktemp -d) # that others may enter
	chmod 755 "$place"
	mkdir "$place/git"
	cp -r "$server" "$place/git/project.git"
	chown -R nobody: "$place/git"
	export REFWARDEN_TEST_ROOT=$place
	cd "$place/git/project.git" || return
}

teardown() {
	rm -rf "${place-}"
}

refwarden() {
	run --separate-stderr "$build/test/refwarden" "$@"
}

@test "a policy of the repository's owner is one that hooks believe" {
	refwarden policy check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	for command in 'policy show' 'policy replay' 'explain peer-review' 'audit gaps'; do
		# shellcheck disable=SC2086 # words
		refwarden $command
		[ "$status" -eq 0 ]
		[[ $stderr != *"taking all refs"* ]]
	done
}

@test "a policy that the owner can not read is told" {
	chown root: refwarden.yml
	chmod 600 refwarden.yml
	refwarden policy check
	[ "$status" -eq 4 ]
	[[ $stderr == *"refwarden.yml: Permission denied"* ]]
	chmod 644 refwarden.yml
	refwarden policy check
	[ "$status" -eq 0 ]
}

@test "a policy of a third is one that hooks do not believe" {
	chown daemon: refwarden.yml
	refwarden policy check
	[ "$status" -eq 3 ]
	[[ $output == *"belongs to neither root nor the user the hook runs as"* ]]
}

@test "what is sent again stays its owner's" {
	root=$place
	umask 0 # as /dev/log, which everybody may write to
	run logged "$build/test/refwarden" audit resend "$place/git"
	[ "$status" -eq 0 ]
	[[ $output == *"2 of 2 records sent"* ]]
	[ ! -s refwarden/unsent ]
	[ -z "$(find . -user root)" ]
}
