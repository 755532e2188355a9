#!/usr/bin/env bats
# What syslog did not take is sent to it later, each record at least once.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	policy_default enforce | sed '$a log: {on_failure: spool}' | policy
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	git push -q origin HEAD:main HEAD:topic
	git push -q origin HEAD:other
	grep -v '"event":"begin"' "$server/refwarden/journal.jsonl" |
	    sed 's/"prev":"[0-9a-f]\{64\}",//' >"$root/owed"
}

resend() {
	run logged "$build/test/refwarden" audit resend "$@"
	sed 's/^<[0-9]*>.* refwarden\[[0-9]*\]: @cee: //' "$root/syslog" \
	    >"$root/records"
}

@test "what was marked is sent in order, and once" {
	[ "$(wc -l <"$root/owed")" = 4 ] # three decisions and a policy
	resend -n "$server"
	[ "$status" -eq 0 ]
	[[ $output == *"4 records to send"* ]]
	[ ! -s "$root/records" ]
	resend "$server"
	[ "$status" -eq 0 ]
	[[ $output == *"4 of 4 records sent"* ]]
	diff "$root/owed" "$root/records"
	grep -q '^<85>.*"event":"policy"' "$root/syslog"
	grep -q '^<86>.*"event":"decision"' "$root/syslog"
	resend "$server"
	[ "$status" -eq 0 ]
	[ ! -s "$root/records" ]
	push HEAD:next
	assert_recorded_twice
}

@test "without syslog every mark stays" {
	run "$build/test/refwarden" audit resend "$server"
	[ "$status" -eq 4 ]
	[[ $output == *"can not reach syslog at $root/log: "* ]]
	resend "$server"
	diff "$root/owed" "$root/records"
}

@test "a mark without its record is told and stays" {
	echo '99 86' >>"$server/refwarden/unsent"
	resend "$server"
	[ "$status" -eq 1 ]
	diff "$root/owed" "$root/records"
	[ "$(cat "$server/refwarden/unsent")" = '99 86' ]
}

@test "what is no repository is told" {
	resend /nonexistent "$server"
	[ "$status" -eq 4 ]
	diff "$root/owed" "$root/records"
	resend --what
	[ "$status" -eq 2 ]
}
