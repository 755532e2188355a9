#!/usr/bin/env bats
# Reviews that are pushed: whose namespace a review lies in, and what it covers.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

setup() {
	server_start
}

push_as() { # LOGIN REFSPEC...
	local REFWARDEN_USER=$1

	export REFWARDEN_USER
	shift
	push "$@"
}

@test "everybody writes below their own login" {
	commit_as bob "Change" src/app.c
	push_as ada HEAD:refs/reviews/ada/change
	assert_accepted
	commit_as bob "Another" src/app.c
	push_as ada +HEAD:refs/reviews/ada/change HEAD:refs/reviews/ada/more/deep
	assert_accepted
	push_as ada :refs/reviews/ada/change
	[ "$status" -eq 0 ]
	[ -z "$(server_value refs/reviews/ada/change)" ]
}

@test "nobody creates, moves or deletes in the namespace of another" {
	commit_as bob "Change" src/app.c
	push_as bob HEAD:refs/reviews/ada/change
	assert_refused pusher.denied
	assert_tells "refs/reviews/bob/"
	push_as ada HEAD:refs/reviews/ada/change
	assert_accepted
	commit_as bob "Another" src/app.c
	for who in bob ad adaa Ada; do
		push_as "$who" +HEAD:refs/reviews/ada/change
		assert_refused pusher.denied
		push_as "$who" :refs/reviews/ada/change
		assert_refused pusher.denied
		push_as "$who" -o exception=EX-2026-1 HEAD:refs/reviews/ada/block/x
		assert_refused pusher.denied
	done
}

@test "what has no login or no topic is nobody's" {
	echo 'namespaces: ["refs/**"]' >>"$server/refwarden.yml"
	commit_as bob "Change" src/app.c
	push_as ada HEAD:refs/reviews/ada
	assert_refused pusher.denied
	push_as ada HEAD:refs/reviews
	assert_refused pusher.denied
	for name in refs/Reviews refs/Reviews/ada/change refs/reviewS/bob/change; do
		push_as ada "HEAD:$name"
		assert_refused ref.case
	done
	push_as ada HEAD:refs/reviewers/ada
	assert_accepted
}

@test "where the host names nobody, nobody reviews" {
	commit_as bob "Change" src/app.c
	push_as '' HEAD:refs/reviews/ada/change
	assert_refused pusher.unknown
	assert_tells "administrator"
	unset REFWARDEN_USER
	push "HEAD:refs/reviews/$(id -un)/change"
	assert_refused pusher.unknown
	echo 'pusher: account' >>"$server/refwarden.yml"
	push "HEAD:refs/reviews/$(id -un)/change"
	assert_accepted
	push HEAD:refs/reviews/ada/change
	assert_refused pusher.denied
}

@test "it is so whatever the rules ask for, and in a trial too" {
	policy_default observe | policy
	commit_as bob "Change" src/app.c
	push_as bob HEAD:refs/reviews/ada/change
	assert_refused pusher.denied
}
