#!/usr/bin/env bats
# The update hook: the same judge for each ref of a push by itself.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	rm "$server/hooks/pre-receive"
	cp "$build/test/update" "$server/hooks/update"
	git -C "$server" config receive.advertisePushOptions false
	git -C "$server" config receive.denyDeleteCurrent ignore
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	good=$(git rev-parse HEAD)
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	bad=$(git rev-parse HEAD)
}

# Its hook, as git starts it for one ref.
ask() { # ARGUMENT...
	# shellcheck disable=SC2016 # for the shell that is started
	pushing sh -c 'cd "$1" && shift && GIT_DIR=. exec hooks/update "$@"' \
	    sh "$server" "$@"
}

@test "a good push is accepted and recorded by the update hook" {
	push "$good:main"
	assert_accepted
	[ "$(record hook)" = update ]
	[ "$(record reviewers)" = '["ada"]' ]
}

@test "a push that breaks a rule is refused with its commit" {
	push "$bad:main"
	assert_refused review.missing "$bad"
	[[ $output == *"main was not changed"* ]]
	[[ $output != *"nothing was changed"* ]]
	push "$bad:refs/heads/topic"
	assert_accepted
}

@test "each ref of a push has its own verdict" {
	push "$bad:main" "$bad:refs/heads/topic" "$good:refs/heads/release/1"
	[ "$status" -ne 0 ]
	[ "$(server_value main)" = "$base" ]
	[ "$(server_value topic)" = "$bad" ]
	[ "$(server_value release/1)" = "$good" ]
	[ "$(record verdict refs/heads/main)" = refuse ]
	[ "$(record push refs/heads/topic)" = accept ]
	assert_recorded_twice
	[ "$(record push refs/heads/release/1)" = accept ]
	[ "$(record push refs/heads/main)" = refuse ]
	push "$good:main"
	assert_accepted
}

@test "the update hook refuses deletion, rewriting and aliases too" {
	push "$good:main"
	push :main
	assert_refused history.delete
	push -f "$base:main"
	assert_refused history.rewrite
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/main
	push "$bad:alias"
	assert_refused ref.symref
	push "$good:refs/heads/MAIN"
	assert_refused ref.case
}

@test "with no word of what to judge it refuses" {
	for arguments in '' 'refs/heads/main' "refs/heads/main $base" \
	    "main $base $good" "refs/heads/main $base $good $good" \
	    "refs/heads/main ${base^^} $good" "$base $good refs/heads/main"; do
		# shellcheck disable=SC2086 # words
		ask $arguments
		assert_refused input.malformed
		assert_tells "refused: 1 error, the ref was not changed"
	done
	ask refs/heads/main "$base" "$good"$'\n'"$base $good refs/heads/x"
	assert_refused input.malformed
	ask refs/heads/main "$good" "$good"
	assert_refused input.stale
	ask refs/heads/main "$base" "$good"
	[ "$status" -ne 0 ] # its objects are not there
	[[ $(record codes) == *object.missing* ]]
}

@test "without a policy or a log the update hook refuses" {
	mkdir "$server/refwarden.x"
	touch "$server/refwarden"
	push "$good:main"
	[ "$status" -ne 0 ]
	[[ $output == *log.unavailable* ]]
	[ "$(server_value main)" = "$base" ]
	rm "$server/refwarden" "$server/refwarden.yml"
	push "$good:main"
	assert_refused policy.missing
}

@test "both hooks together accept what is good and refuse what is not" {
	cp "$build/test/pre-receive" "$server/hooks/pre-receive"
	push "$good:main" "$bad:refs/heads/topic"
	[ "$status" -eq 0 ]
	assert_recorded_twice
	[ "$(decisions refs/heads/main | grep -c '"verdict":"accept"')" -ge 1 ]
	push "$bad:main"
	assert_refused review.missing "$bad"
	[ "$(record hook)" = pre-receive ]
}

# How often the judge was asked in the last push.
begun() {
	grep -c '"event":"begin"' "$root/journaled"
}

@test "what pre-receive has just accepted is not judged again" {
	cp "$build/test/pre-receive" "$server/hooks/pre-receive"
	push "$good:main" "$bad:refs/heads/topic"
	assert_accepted
	[ "$(begun)" = 1 ]
	[ "$(decisions | wc -l)" = 2 ]
	push :topic
	[ "$(begun)" = 1 ]
	# The same again, by another receive-pack, is pre-receive's to judge.
	push "$bad:refs/heads/topic"
	assert_accepted
	[ "$(begun)" = 1 ]
}

@test "nor is it where the host names nobody" {
	cp "$build/test/pre-receive" "$server/hooks/pre-receive"
	echo "pusher: none" >>"$server/refwarden.yml"
	push "$good:main"
	assert_accepted
	[ "$(begun)" = 1 ]
}

@test "an accept of another process, policy, user or time is none of this push" {
	cp "$build/test/pre-receive" "$server/hooks/pre-receive"
	git -C "$client" push -q --receive-pack="$unguarded" origin "$good:refs/keep/it"
	feed <<<"$base $good refs/heads/main"
	[ "$status" -eq 0 ]
	ask refs/heads/main "$base" "$good"
	[ "$status" -eq 0 ]
	[ "$(begun)" = 1 ]
	[ "$(record hook)" = update ]
}

@test "an update hook that was there and refuses what pre-receive accepted" {
	cp "$build/test/pre-receive" "$server/hooks/pre-receive"
	cat >"$server/hooks/update.local" <<'END'
#!/bin/sh
[ "$1" != refs/heads/closed ]
END
	chmod 755 "$server/hooks/update.local"
	push "$good:refs/heads/closed" "$good:refs/heads/open"
	[ "$status" -ne 0 ]
	[ -z "$(server_value closed)" ]
	[ -n "$(server_value open)" ]
	[ "$(begun)" = 1 ]
	decisions refs/heads/closed | tail -n 1 | grep -q '"push":"refuse"'
	[ "$(decisions refs/heads/open | wc -l)" = 1 ]
	[ "$(decisions | grep -o '"id":"[^"]*"' | sort -u | wc -l)" = 1 ]
}

@test "an update hook that was there is asked after ours" {
	cat >"$server/hooks/update.local" <<'END'
#!/bin/sh
echo "asked: $# $1 $2 $3"
[ "$1" != refs/heads/closed ]
END
	chmod 755 "$server/hooks/update.local"
	push "$good:main"
	assert_accepted
	[[ $output == *"asked: 3 refs/heads/main $base $good"* ]]
	push "$good:refs/heads/closed"
	[ "$status" -ne 0 ]
	[ "$(record push)" = refuse ]
	[ -z "$(server_value closed)" ]
	push "$bad:main"
	assert_refused review.missing "$bad"
	[[ $output != *asked:* ]]
}
