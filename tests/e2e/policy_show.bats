#!/usr/bin/env bats
# `refwarden policy show`: the rules in force.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
	root=$BATS_TEST_DIRNAME/../..
	refwarden=${REFWARDEN_BUILD:-$root/build}/refwarden
	cd "$BATS_TEST_TMPDIR" || return
	umask 022
	cat >policy.yml <<'END'
version: 1
clauses: {"2b": Every change is reviewed}
protected: [main, "tags/v*"]
groups: {reviewers: ["*@example.com"]}
refs: {releases: ["tags/v*"]}
paths: {code: ["src/**"]}
rules:
  - id: peer-review
    clause: "2b"
    when: {paths: code, kinds: [added, modified]}
    require: {review: {count: 2, by: reviewers}, sign_off: true}
  - id: release-notes
    refs: releases
    mode: observe
    require: {trailer: {name: "Notes"}}
END
}

@test "a rule is shown with its place, clause, mode, refs, conditions, checks" {
	run --separate-stderr "$refwarden" policy show --policy policy.yml
	[ "$status" -eq 0 ]
	for line in 'peer-review' '  where     policy.yml:8 (system)' \
	    '  clause    2b: Every change is reviewed' \
	    '  mode      enforce: refuses' \
	    '  refs      all protected branches' \
	    '  when      paths: code' '            kinds: [added, modified]' \
	    '  requires  review: {count: 2, by: reviewers}' \
	    '            sign_off: true' '  waived    never' \
	    '  refs      releases: tags/v*' '  when      always'; do
		grep -Fqx "$line" <<<"$output" || { echo "not shown: $line"; false; }
	done
	[[ $stderr == *"2 rules"* ]]
}

@test "for a ref only the rules that it is held to" {
	run --separate-stderr "$refwarden" policy show --policy policy.yml --ref main
	[ "$status" -eq 0 ]
	[[ $output == *peer-review* && $output != *release-notes* ]]
	run --separate-stderr "$refwarden" policy show --policy policy.yml --ref tags/v1
	[[ $output != *peer-review* && $output == *release-notes* ]]
}

@test "an unprotected ref is said to be one" {
	run --separate-stderr "$refwarden" policy show --policy policy.yml --ref topic
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr == *"topic is not protected"* ]]
}

@test "for a repository the rules of all its layers" {
	git init -q --bare api.git
	cp policy.yml api.git/refwarden.yml
	run --separate-stderr "$refwarden" policy show --repo api.git
	[ "$status" -eq 0 ]
	[[ $output == *"/api.git/refwarden.yml:8 (repository)"* ]]
}

@test "two layers with one id are told apart as in messages and records" {
	local rules

	git init -q --bare api.git
	mkdir -p etc/refwarden
	cp policy.yml etc/refwarden/policy.yml
	sed 's/id: release-notes/id: other/' policy.yml >api.git/refwarden.yml
	rules=$(REFWARDEN_TEST_ROOT=$PWD \
	    "${refwarden%/*}/test/refwarden" policy show --repo api.git | grep '^[a-z]')
	[ "$rules" = "$(printf '%s\n' system/peer-review release-notes \
	    peer-review other)" ]
}

@test "as JSON the settings are there too" {
	run --separate-stderr "$refwarden" policy show --json --policy policy.yml --ref main
	[ "$status" -eq 0 ]
	[[ $output == "["*'"line": 8,'*'"paths": "code"'*'"count": "2"'*"]" ]]
}

@test "without a policy there is nothing to show" {
	git init -q --bare api.git
	run "$refwarden" policy show --repo api.git
	[ "$status" -eq 3 ]
	run "$refwarden" policy show --repo nowhere
	[ "$status" -eq 4 ]
}
