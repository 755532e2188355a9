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
	cp "$root"/tests/policies/tested/*.yml .
}

test_of() { # [POLICY]: a file with these lines about one push
	printf 'policy: %s\ntests:\n  - name: one\n' "${1-policy.yml}" >one.yml
	sed 's/^/    /' >>one.yml
}

@test "updates, merges, tags, rewrites, deletions and creations are as declared" {
	run "$refwarden" policy test --coverage policy.test.yml
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 1..11 ]
	[ "$(grep -c '^ok ' <<<"$output")" -eq 11 ]
	[ -z "$(ls tmp)" ]
}

@test "a name can not make TAP of itself" {
	test_of <<-'END'
		author: Ada <ada@example.com>
		message: x
		expect: accept
	END
	sed -i 's/name: one/name: "one # TODO \\\\# SKIP"/' one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = 'not ok 1 - one \# TODO \\\# SKIP' ]
}

@test "evidence, findings, signatures and exceptions are as declared" {
	run "$refwarden" policy test --coverage proof.test.yml
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 1..16 ]
	[ "$(grep -c '^ok ' <<<"$output")" -eq 16 ]
	[ -z "$(ls tmp)" ]
}

@test "reviews that are pushed are as declared" {
	run "$refwarden" policy test --coverage reviews.test.yml
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 1..11 ]
	[ "$(grep -c '^ok ' <<<"$output")" -eq 11 ]
	[ -z "$(ls tmp)" ]
	test_of reviews.yml <<'END'
files: {added: [a]}
reviews: [{login: "a b"}, {blocks: true}]
expect: accept
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 3 ]
	[[ $output == *"one.yml:5:23: error: the name has other bytes"* ]]
	[[ $output == *'missing key "login"'* ]]
}

@test "an exception is proven by a sign-off where the policy says so" {
	sed -i 's|^exceptions:.*|exceptions: {directory: /none, approved_by: chiefs, proof: sign-off}|' proof.yml
	test_of proof.yml <<'END'
files: {added: [src/a.c]}
exceptions: [{id: EX-1, rules: signed, approved_by: ada}]
expect: accept
END
	"$refwarden" policy test one.yml
	sed -i 's/approved_by: ada/&, signed_by: bob/' one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ]
	[[ $output == *"found exception.signer"* ]]
}

@test "the day of the register and of records is that of the test" {
	test_of proof.yml <<'END'
ref: production
evidence: [{kind: sast, by: ci}, {kind: build, by: ci}]
findings: [{id: F-1, severity: medium, found: 2d, due: -1d}]
expect: refuse
codes: [findings.overdue]
END
	sed -i '1i today: 2020-01-31' one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 1 ] # it changes nothing
	sed -i 's/^    ref:.*/&\n    files: {added: [a]}/' one.yml
	run "$refwarden" policy test one.yml
	[ "$status" -eq 0 ]
	sed -i 's/overdue/open/' one.yml
	run "$refwarden" policy test one.yml
	[[ $output == *"due 2020-01-30"* ]]
}

@test "whoever signs is of the policy, and it asks for what there is" {
	local line

	while IFS='|' read -r line found; do
		test_of <<END
files: {added: [docs/a]}
ref: staging
$line
expect: accept
END
		run "$refwarden" policy test one.yml
		[ "$status" -eq 1 ]
		[[ $output == *"# $found"* ]] || { echo "$output"; false; }
	done <<'END'
signed_by: carol|the policy knows no "carol"
evidence: [{kind: sast, by: ada}]|the policy keeps no evidence
findings: [{id: F-1, severity: low}]|the policy keeps no findings
exceptions: [{id: EX-1, rules: x, approved_by: ada}]|the policy knows no exceptions
END
	[ -z "$(ls tmp)" ]
}

@test "what a proof can not be is told with its place" {
	test_of <<'END'
evidence: [{kind: SAST, by: ci}]
findings: [{id: ../F, severity: bad, found: 3h, due: 99999d}]
exceptions: [{id: ex, rules: x}]
signed_by: [ada]
expect: accept
END
	run "$refwarden" policy test one.yml
	[ "$status" -eq 3 ]
	[[ $output == *'one.yml:4:23: error: "SAST" can not be a kind'* ]]
	[[ $output == *'one.yml:5:21: error: "../F" is not an id'* ]]
	[[ $output == *'found "bad"'* ]]
	[ "$(grep -c 'expected days such as 10d or -3d' <<<"$output")" -eq 2 ]
	[[ $output == *'one.yml:6:23: error: "ex" is not an id'* ]]
	[[ $output == *'missing key "approved_by"'* ]]
	[[ $output == *'one.yml:7:16: error: '* ]]
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
