#!/usr/bin/env bats
# `refwarden policy check`: faults as a compiler shows them.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
	root=$BATS_TEST_DIRNAME/../..
	refwarden=${REFWARDEN_BUILD:-$root/build}/refwarden
	policies=$root/tests/policies
	cd "$BATS_TEST_TMPDIR" || return
	umask 022
}

@test "a valid policy is valid without a word on standard output" {
	cp "$policies/good/02-first-policy.yml" policy.yml
	run --separate-stderr "$refwarden" policy check policy.yml
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr == *"1 file, 0 errors, 0 warnings"* ]]
}

@test "a fault has its place, its line and a caret" {
	cp "$policies/bad/08-wrong-mode.yml" policy.yml
	run --separate-stderr "$refwarden" policy check policy.yml
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == 'policy.yml:3:7: error: '*'did you mean "enforce"?' ]]
	[ "${lines[1]}" = '    mode: enforced' ]
	[ "${lines[2]}" = '          ^' ]
}

@test "all faults of all files are shown" {
	run --separate-stderr "$refwarden" policy check \
	    "$policies"/bad/05-*.yml "$policies"/bad/20-*.yml
	[ "$status" -eq 3 ]
	[[ $stderr == *"2 files, 4 errors"* ]]
}

@test "five mistakes of a newcomer are shown in one run, each with what was meant" {
	cp "$policies/bad/99-five-mistakes-of-a-newcomer.yml" policy.yml
	run --separate-stderr "$refwarden" policy check policy.yml
	[ "$status" -eq 3 ]
	[[ $stderr == *"1 file, 5 errors, 0 warnings"* ]]
	[ "$(grep -c '^ *^$' <<<"$output")" -eq 5 ]
	while IFS='|' read -r place meant; do
		grep -qF "policy.yml:$place: error: " <<<"$output"
		grep -F "policy.yml:$place: " <<<"$output" |
		    grep -qF "did you mean \"$meant\"?"
	done <<-END
		3:1|name
		11:11|enforce
		12:28|reviewers
		14:12|paths
		15:24|tests
	END
}

@test "warnings alone leave a policy valid" {
	run "$refwarden" policy check "$policies/good/05-unused-names.yml"
	[ "$status" -eq 0 ]
	[[ $output == *"warning: nothing uses the group"* ]]
}

@test "who may write to a file that is not installed is a warning" {
	cp "$policies/good/01-smallest.yml" policy.yml
	chmod 666 policy.yml
	run "$refwarden" policy check policy.yml
	[ "$status" -eq 0 ]
	[[ $output == *"policy.yml: warning: "* ]]
}

@test "who may write to the policy of a repository is an error" {
	git init -q --bare api.git
	cp "$policies/good/01-smallest.yml" api.git/refwarden.yml
	chmod 666 api.git/refwarden.yml
	cd api.git
	run "$refwarden" policy check
	[ "$status" -eq 3 ]
	[[ $output == *"/refwarden.yml: error: "* ]]
}

@test "as JSON every fault is an object of one list" {
	cp "$policies/bad/08-wrong-mode.yml" policy.yml
	run --separate-stderr "$refwarden" policy check --json policy.yml
	[ "$status" -eq 3 ]
	[[ $output == "["*'"line": 3,'*'"column": 7,'*'"severity": "error"'*"]" ]]
}

@test "what a file says can not reach the terminal as it is" {
	printf 'version: 1\nmode: "\033[31m"\n' >policy.yml
	run "$refwarden" policy check policy.yml
	[ "$status" -eq 3 ]
	[[ $output != *$'\033'* ]]
}

@test "a file that is not there is no invalid policy" {
	run "$refwarden" policy check nothing.yml
	[ "$status" -eq 4 ]
}

@test "no policy at all is what the hook refuses for" {
	export REFWARDEN_TEST_ROOT=$BATS_TEST_TMPDIR
	git init -q --bare
	for word in check show; do
		run "${refwarden%/*}/test/refwarden" policy "$word"
		[ "$status" -eq 3 ]
		[[ $output == *"there is no policy: neither "*" nor "*" exists"* ]]
	done
}

@test "an unknown option is wrong usage" {
	run "$refwarden" policy check --jsno
	[ "$status" -eq 2 ]
	[[ $output == *"usage: refwarden policy check"* ]]
}

@test "a reviewer who is the only author is a warning, by the history" {
	cat >policy.yml <<'END'
version: 1
protected: [main]
people: {ada: [ada@example.com], bob: [bob@example.com]}
groups: {reviewers: [ada]}
rules:
  - id: review
    require: {review: {by: reviewers}}
END
	git init -q -b main work
	for who in ada ada ada; do
		git -C work -c user.name="$who" -c user.email="$who@example.com" \
		    commit -q --allow-empty -m "By $who"
	done
	run "$refwarden" policy check policy.yml
	[[ $output != *"nobody could review"* ]]
	run "$refwarden" policy check --repo work policy.yml
	[ "$status" -eq 0 ]
	[[ $output == *"policy.yml:7:28: warning: "*"last 2 changes: nobody could review"* ]]
	git -C work -c user.name=bob -c user.email=bob@example.com \
	    commit -q --allow-empty -m "By bob"
	run "$refwarden" policy check --repo work policy.yml
	[[ $output != *"nobody could review"* ]]
	run "$refwarden" policy check --repo nowhere policy.yml
	[ "$status" -eq 4 ]
}

@test "a policy test among the policies is read as what it is" {
	run --separate-stderr "$refwarden" policy check "$root"/config/*.yml
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr == *"policy-starter.test.yml: read as a policy test"* ]]
	[[ $stderr == *"6 files, 0 errors"* ]]
}

@test "a fault of a policy test has its place" {
	cat >by-any-name.yml <<'END'
policy: policy.yml
tests:
  - name: a push
    expect: acept
END
	run --separate-stderr "$refwarden" policy check by-any-name.yml
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == 'by-any-name.yml:4:13: error: '*'did you mean "accept"?' ]]
}

@test "a policy with a key of a policy test is no policy test" {
	cp "$policies/good/02-first-policy.yml" policy.test.yml
	echo 'tests: []' >>policy.test.yml
	run --separate-stderr "$refwarden" policy check policy.test.yml
	[ "$status" -eq 3 ]
	[[ $output == *'unknown key "tests"'* ]]
}

@test "keys of layers on disk are faults in a file that is to lie in a tree" {
	cp "$policies/bad/52-settings-of-the-server-in-tree.yml" policy.yml
	run --separate-stderr "$refwarden" policy check policy.yml
	[ "$status" -eq 0 ]
	run --separate-stderr "$refwarden" policy check --in-tree policy.yml
	[ "$status" -eq 3 ]
	[[ $stderr == *"1 file, 8 errors"* ]]
	run "$refwarden" policy check --in-tree
	[ "$status" -eq 2 ]
}

@test "the file that a policy on disk names is read as the one in the tree" {
	git init -q -b main work
	sed '1a repository_policy: .refwarden/policy.yml' \
	    "$policies/good/02-first-policy.yml" >work/.git/refwarden.yml
	mkdir work/.refwarden
	cp "$policies/bad/52-settings-of-the-server-in-tree.yml" \
	    work/.refwarden/policy.yml
	cp work/.refwarden/policy.yml work/other.yml
	cd work/.refwarden
	run --separate-stderr "$refwarden" policy check policy.yml
	[ "$status" -eq 3 ]
	[[ $stderr == *"policy.yml: read as the policy in the tree"* ]]
	run --separate-stderr "$refwarden" policy check ../other.yml
	[ "$status" -eq 0 ]
	echo 'mode: nothing' >../.git/refwarden.yml
	run --separate-stderr "$refwarden" policy check ../other.yml
	[ "$status" -eq 0 ]
	[[ $stderr == *"other.yml: read as a policy on the server, for it is unknown"* ]]
}

@test "colours are shown where they are asked for" {
	run "$refwarden" policy check --color "$policies/bad/08-wrong-mode.yml"
	[[ $output == *$'.yml:3:7: \e[1;31merror:\e[m '* ]]
	run "$refwarden" policy check --color=always --json \
	    "$policies/bad/08-wrong-mode.yml"
	[[ $output != *$'\e'* ]]
}
