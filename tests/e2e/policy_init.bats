#!/usr/bin/env bats
# `refwarden policy init`: a policy to begin with.

setup() {
	root=$BATS_TEST_DIRNAME/../..
	refwarden=${REFWARDEN_BUILD:-$root/build}/refwarden
	cd "$BATS_TEST_TMPDIR" || return
	umask 022
}

@test "what is printed is the starter policy, and valid" {
	"$refwarden" policy init >policy.yml
	cmp policy.yml "$root/config/policy-starter.yml"
	"$refwarden" policy check policy.yml
}

@test "a file that is written holds the same" {
	"$refwarden" policy init --output policy.yml
	cmp policy.yml "$root/config/policy-starter.yml"
}

@test "a file that exists stays as it is" {
	echo mine >policy.yml
	run "$refwarden" policy init --output policy.yml
	[ "$status" -eq 1 ]
	[ "$(cat policy.yml)" = mine ]
}

@test "a file that can not be made is a failure around us" {
	run "$refwarden" policy init --output nowhere/policy.yml
	[ "$status" -eq 4 ]
}

@test "a dry run writes nothing" {
	run "$refwarden" policy init -n --output policy.yml
	[ "$status" -eq 0 ]
	[[ $output == *"policy.yml would be written"* ]]
	[ ! -e policy.yml ]
	echo mine >policy.yml
	run "$refwarden" policy init --dry-run --output policy.yml
	[ "$status" -eq 1 ]
}
