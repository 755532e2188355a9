#!/usr/bin/env bats
# A hook that was there before ours is asked after it, and as if alone.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	tip=$(git rev-parse HEAD)
}

# A former hook; what it is told goes to $root/told.
former() { # standard input: the rest of its script
	{
		printf '#!/bin/sh\n'
		cat
	} >"$server/hooks/pre-receive.local"
	chmod 755 "$server/hooks/pre-receive.local"
}

@test "it gets the same input, environment, arguments and directory" {
	former <<'END'
{
	echo "arguments: $#"
	pwd
	env | grep -E '^(GIT|REFWARDEN)_' | sort
	cat
} >../told
END
	push -o one -o two "$tip:main" "$tip:refs/heads/topic"
	assert_accepted
	grep -qx 'arguments: 0' "$root/told"
	grep -qx "$server" "$root/told"
	grep -qx 'GIT_PUSH_OPTION_COUNT=2' "$root/told"
	grep -qx 'GIT_PUSH_OPTION_1=two' "$root/told"
	grep -qx 'REFWARDEN_USER=bob' "$root/told"
	grep -q '^GIT_QUARANTINE_PATH=' "$root/told"
	grep -v = "$root/told" | tail -n 2 | diff - <(
		echo "$base $tip refs/heads/main"
		echo "0000000000000000000000000000000000000000 $tip refs/heads/topic"
	)
}

@test "it can read the objects of the push and write where it likes" {
	former <<'END'
read old new ref
git cat-file -e "$new" && git log -1 --format=%s "$new" >../told
END
	push "$tip:main"
	assert_accepted
	[ "$(cat "$root/told")" = "Reviewed work" ]
}

@test "its words reach the pusher" {
	former <<'END'
echo to-output
echo to-error >&2
END
	push "$tip:main"
	assert_accepted
	[[ $output == *to-output* && $output == *to-error* ]]
}

@test "its refusal refuses, and the records say so" {
	for end in 'exit 1' 'exit 255' 'kill -9 $$' 'exit 3'; do
		echo "$end" | former
		push "$tip:main" "$tip:refs/heads/topic"
		[ "$status" -ne 0 ]
		cmp "$root/refs.before" "$root/refs.after"
		assert_recorded_twice
		for ref in main topic; do
			[ "$(record verdict "refs/heads/$ref")" = accept ]
			[ "$(record push "refs/heads/$ref")" = refuse ]
		done
		[[ $output == *"refused by another hook"* ]]
		[[ $output == *"($(record id))"* ]]
	done
}

@test "one that can not be started refuses" {
	echo '#!/no/such/interpreter' >"$server/hooks/pre-receive.local"
	chmod 755 "$server/hooks/pre-receive.local"
	push "$tip:main"
	[ "$status" -ne 0 ]
	[ "$(record push)" = refuse ]
}

@test "it is not asked about what ours refuses" {
	echo 'touch ../asked' | former
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing HEAD
	[ ! -e "$root/asked" ]
	push -o refwarden.check "$tip:main"
	[ "$status" -ne 0 ]
	[ ! -e "$root/asked" ]
	rm "$server/refwarden.yml"
	push "$tip:main"
	assert_refused policy.missing
	[ ! -e "$root/asked" ]
}

@test "one that is not executable was none of git's hooks either" {
	echo 'exit 1' | former
	chmod 644 "$server/hooks/pre-receive.local"
	push "$tip:main"
	assert_accepted
}

@test "one that does not read its input accepts all the same" {
	echo 'exit 0' | former
	refs=()
	for i in {1..500}; do
		refs+=("$base:refs/heads/topic/$i")
	done
	push "${refs[@]}"
	[ "$status" -eq 0 ]
}

@test "it finds the umask, the limits and the signals of git" {
	former <<'END'
{
	umask
	ulimit -t
	ulimit -d
	sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status
} >../told
END
	umask 027
	{
		umask
		ulimit -t
		ulimit -d
	} >"$root/expected"
	push "$tip:main"
	assert_accepted
	head -n 3 "$root/told" | diff "$root/expected" -
	# SIGPIPE is signal 13.
	[ $((0x$(tail -n 1 "$root/told") & 0x1000)) -eq 0 ]
}
