#!/usr/bin/env bats
# The real lnav reads records by config/refwarden.lnav.json.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	need lnav
	server_start
	lnav -i "$config/refwarden.lnav.json"
}

@test "the format has no fault and shows what was decided" {
	run lnav -C
	[ "$status" -eq 0 ]
	[[ $output != *refwarden* ]]
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	cp "$server/refwarden/journal.jsonl" "$root/refwarden.jsonl"
	for file in "$server/refwarden/journal.jsonl" "$root/refwarden.jsonl"; do
		shown=$(lnav -n "$file")
		[[ $shown == *" decision  accept bob project refs/heads/main"* ]]
		[[ $shown == *" decision  refuse bob project refs/heads/main"* ]]
		[[ $shown == *" review.missing peer-review $(git rev-parse HEAD)"* ]]
		[[ $shown != *'{'* ]]
	done
}
