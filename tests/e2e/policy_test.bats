#!/usr/bin/env bats
# `refwarden policy test`: declared pushes, judged for real.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
	root=$BATS_TEST_DIRNAME/../..
	refwarden=${REFWARDEN_BUILD:-$root/build}/refwarden
	cd "$BATS_TEST_TMPDIR" || return
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir tmp
	cp "$root"/tests/policies/tested/policy*.yml .
}

test_of() { # a file with these lines about one push
	printf 'policy: policy.yml\ntests:\n  - name: one\n' >one.yml
	sed 's/^/    /' >>one.yml
}

@test "updates, merges, tags, rewrites, deletions and creations are as declared" {
	run "$refwarden" policy test --coverage policy.test.yml
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 1..11 ]
	[ "$(grep -c '^ok ' <<<"$output")" -eq 11 ]
	[ -z "$(ls tmp)" ]
}

@test "every shipped policy does what its tests say, all rules tested" {
	local file

	for file in "$root"/config/*.test.yml; do
		run "$refwarden" policy test --coverage "$file"
		[ "$status" -eq 0 ] || { echo "$file: $output"; false; }
	done
}

@test "a verdict that was not expected is not ok, with what was found" {
	test_of <<'END'
files: {added: [src/a.c]}
expect: accept
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == "not ok 1 - one" ]]
	[[ $output == *"# one.yml:3"* ]]
	[[ $output == *"# expected accept, the verdict is refuse"* ]]
	[[ $output == *"# found review.missing of rule peer-review"* ]]
}

@test "rules and codes are compared as sets" {
	test_of <<'END'
files: {added: [src/a.pem]}
expect: refuse
rules: [no-secrets, pushers]
codes: [paths.forbidden, review.missing]
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"# rule pushers was expected"* ]]
	[[ $output == *"# rule peer-review was not expected"* ]]
	[[ $output != *"# code "* ]]
}

@test "a rule that no test breaks or keeps is uncovered" {
	test_of <<'END'
ref: staging
files: {added: [src/a.c]}
expect: accept
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 0 ]
	run "$refwarden" policy test --coverage one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"# policy.yml:"*": no test breaks rule no-secrets"* ]]
	[[ $output != *"no test keeps rule no-secrets"* ]]
	[[ $output == *"no test keeps rule pushers"* ]]
}

@test "evidence is signed by a person of the policy who can" {
	cat >policy.yml <<-END
		version: 1
		people: {ci: {emails: [ci@example.com], robot: true}}
		groups: {machines: [ci]}
		protected: [main]
		evidence: {pushers: machines}
		rules:
		  - id: scanned
		    require: {evidence: {kind: sast, by: machines, max_age: 7d}}
	END
	test_of <<-END
		files: {added: [src/a.c]}
		evidence: [{kind: sast, by: ci, age: 6d}]
		expect: accept
	END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 0 ]
	sed -i s/6d/8d/ one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"# found evidence.stale of rule scanned"* ]]
	sed -i 's/by: ci/by: dana/' one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"not ok 1"*'the policy knows no "dana"'* ]]
	sed -i 's/kind: sast, by: dana/kind: S A/' one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 3 ]
	[[ $output == *'missing key "by"'* && $output == *'"S A" can not be a kind'* ]]
	[ -z "$(ls tmp)" ]
}

@test "evidence needs a place in the policy" {
	test_of <<-END
		evidence: [{kind: sast, by: ada}]
		expect: accept
	END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"the policy keeps no evidence"* ]]
}

@test "faults of the file are told with their places" {
	test_of <<'END'
file: {added: [src/a.c]}
author: Bob
expect: refused
END
	run --separate-stderr "$refwarden" policy test one.yml
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[[ $stderr == *'one.yml:4:5: error: unknown key "file", did you mean "files"?'* ]]
	[[ $stderr == *'one.yml:5:13: error: expected NAME <ADDRESS>, found "Bob"'* ]]
	[[ $stderr == *'one.yml:6:13: error: '*'did you mean "refuse"?'* ]]
}

@test "a commit merges only what there is, and a path is a path" {
	test_of <<'END'
commits: [{merge: side, files: {added: [/a]}}]
expect: accept
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 3 ]
	[[ $output == *'no commit before this one is on a branch "side"'* ]]
	[[ $output == *'"/a" can not be the path of a file here'* ]]
}

@test "what git will not build is not ok" {
	test_of <<'END'
files: {added: [src//a.c]}
expect: refuse
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"not ok 1"*"git"* ]]
	[ -z "$(ls tmp)" ]
}

@test "a policy that is missing or broken ends it before the first test" {
	test_of <<'END'
expect: accept
END
	rm policy.yml
	run --separate-stderr "$refwarden" policy test one.yml
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	run "$refwarden" policy test nothing.yml
	[ "$status" -eq 4 ]
	run "$refwarden" policy test
	[ "$status" -eq 2 ]
}
