#!/usr/bin/env bats
# Who is pushing, as the host says, and what that proves.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	proven_by_pusher
	commit_as bob "Ada's to integrate$by_ada" src/app.c tests/app_test.c
}

proven_by_pusher() { # [LINE...]: more of the policy
	{
		policy_default enforce |
		    sed 's/review: {/&proof: pusher, /
			s/^  bob: .*/  bob: {emails: [bob@example.com], logins: [bob, robert]}/'
		printf '%s\n' "$@"
	} | policy
}

@test "the reviewer who pushes proves the review" {
	REFWARDEN_USER=ada push HEAD:main
	assert_accepted
	[ "$(record proof)" = pusher ]
	[ "$(record user)" = ada ]
	[ "$(record via)" = wrapper ]
}

@test "anybody else who pushes proves nothing" {
	for who in bob robert carol mallory; do
		REFWARDEN_USER=$who push HEAD:main
		assert_refused review.proof HEAD
		[ "$(record user)" = "$who" ]
	done
}

@test "authors who push their own change prove nothing, by whatever login" {
	for who in bob robert; do
		git reset -q --hard "$base"
		commit_as bob "My own$by_bob" src/app.c tests/app_test.c
		REFWARDEN_USER=$who push HEAD:main
		assert_refused review.self HEAD
	done
}

@test "a name that is no login proves nothing and is not repeated" {
	for who in '' 'a da' $'ada\n' 'ada;x' '../ada' "$(printf 'a%.0s' {1..256})"; do
		REFWARDEN_USER=$who push HEAD:main
		assert_refused pusher.unknown HEAD
		[ -z "$(record user)" ]
	done
}

@test "the Unix account is shown and is nobody's proof" {
	unset REFWARDEN_USER
	sed -i "s/^  ada: .*/  ada: {emails: [ada@example.com], logins: [$(id -un)]}/" \
	    "$server/refwarden.yml"
	push HEAD:main
	assert_refused review.proof HEAD
	[ "$(record user)" = "$(id -un)" ]
	[ "$(record via)" = account ]
	echo 'pusher: account' >>"$server/refwarden.yml"
	push HEAD:main
	assert_accepted
	[ "$(record proof)" = pusher ]
	[ "$(record user)" = "$(id -un)" ]
}

@test "with pusher: none or another host the wrapper's word counts for nothing" {
	proven_by_pusher 'pusher: account'
	REFWARDEN_USER=ada push HEAD:main
	assert_refused review.proof HEAD
	for pusher in none gitolite '{env: PUSHER}'; do
		proven_by_pusher "pusher: $pusher"
		REFWARDEN_USER=ada push HEAD:main
		assert_refused pusher.unknown HEAD
	done
	PUSHER=ada push HEAD:main
	assert_accepted
	[ "$(record via)" = env ]
}

@test "each host says it in its own way" {
	while read -r variable via; do
		git reset -q --hard "$base"
		commit_as bob "Ada's to integrate$by_ada" src/app.c tests/app_test.c
		export "$variable=ada"
		push -o refwarden.check HEAD:main
		unset "$variable"
		[ "$(record verdict)" = accept ]
		[ "$(record user)" = ada ]
		[ "$(record via)" = "$via" ]
		[ "$(record check)" = true ]
	done <<'END'
GL_USER gitolite
GL_USERNAME gitlab
GITEA_PUSHER_NAME gitea
GITHUB_USER_LOGIN github
BB_USER_NAME bitbucket
SOFT_SERVE_USERNAME soft-serve
END
	unset REFWARDEN_USER
	REMOTE_USER=ada push HEAD:main
	assert_accepted
	[ "$(record via)" = http ]
}

@test "the address is the connection's, or none" {
	SSH_CONNECTION='192.0.2.7 1234 192.0.2.1 22' push HEAD:topic
	[ "$(record addr)" = 192.0.2.7 ]
	SSH_CONNECTION='<script> 1 2 3' push HEAD:topic2
	[ -z "$(record addr)" ]
}
