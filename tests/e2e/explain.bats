#!/usr/bin/env bats
# `refwarden explain`: the long text of a code, and what a rule asks.
# shellcheck disable=SC2154 # bats sets stderr

setup() {
	root=$BATS_TEST_DIRNAME/../..
	refwarden=${REFWARDEN_BUILD:-$root/build}/refwarden
	policy=$root/config/policy-starter.yml
	cd "$BATS_TEST_TMPDIR" || return
}

bats_require_minimum_version 1.5.0

@test "all codes are listed, one a line" {
	run "$refwarden" explain
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == input.malformed* ]]
	[[ $output == *"review.self "* ]]
	for line in "${lines[@]}"; do
		[ ${#line} -le 72 ]
	done
}

@test "a code is explained with an example and commands to copy" {
	run "$refwarden" explain review.missing
	[ "$status" -eq 0 ]
	[[ $output == "review.missing: "* ]]
	[[ $output == *"For example"* ]]
	[[ $output == *'    git commit --amend --trailer "Reviewed-by: NAME <EMAIL>"'* ]]
	[[ $output == *"an exception that"* ]]
}

@test "a misspelt code is wrong usage, and the right one is offered" {
	run "$refwarden" explain reveiw.missing
	[ "$status" -eq 2 ]
	[[ $output == *'did you mean "review.missing"?'* ]]
}

@test "a rule is shown with its place, clause, mode and checks" {
	run "$refwarden" explain --policy "$policy" tests-with-code
	[ "$status" -eq 0 ]
	line=$(grep -n 'id: tests-with-code' "$policy")
	[[ $output == *"policy-starter.yml:${line%%:*} "* ]]
	[[ $output == *"2a"* ]]
	[[ $output == *"enforce"* ]]
	[[ $output == *"touches: "* ]]
}

@test "a rule nobody knows is wrong usage, a broken policy is not" {
	run "$refwarden" explain --policy "$policy" test-with-code
	[ "$status" -eq 2 ]
	[[ $output == *'did you mean "tests-with-code"?'* ]]
	echo 'version: 7' >broken.yml
	run "$refwarden" explain --policy broken.yml peer-review
	[ "$status" -eq 3 ]
}

@test "where no repository is around, the system's rules are known" {
	tested=${refwarden%/*}/test/refwarden
	export REFWARDEN_TEST_ROOT=$BATS_TEST_TMPDIR
	run "$tested" explain peer-review
	[ "$status" -eq 2 ]
	run --separate-stderr "$tested" policy show
	[ "$status" -eq 4 ]
	mkdir -p etc/refwarden
	cp "$policy" etc/refwarden/policy.yml
	run "$tested" explain peer-review
	[ "$status" -eq 0 ]
	[[ $output == *"policy.yml:"*" (system)"* ]]
	run --separate-stderr "$tested" policy show
	[ "$status" -eq 0 ]
	[ "$stderr" = "refwarden: 2 rules" ]
}

@test "wrong usage is told with what is wrong" {
	while IFS=: read -r words why; do
		# shellcheck disable=SC2086 # words
		run "$refwarden" $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "refwarden: $why" ] || { echo "$output"; false; }
		[[ ${lines[1]} == "usage: refwarden ${words%% *} "* ]]
	done <<'END'
policy replay --since foo:--since: not "foo"
policy show --color=foo:--color: not "foo"
policy test:an argument is missing
policy check --in-tree:--in-tree: which file?
explain review.self review.stale:"review.stale" is one too many
END
}

@test "JSON has the same in members" {
	"$refwarden" explain --json >all.json
	"$refwarden" explain --json history.root >one.json
	"$refwarden" explain --json --policy "$policy" peer-review >rule.json
	grep -q '"code": "review.stale"' all.json
	grep -q '"class": "layer"' one.json
	grep -q '"check": "review"' rule.json
}

@test "a command that is none is named by all its words" {
	run "$refwarden" policy chek
	[ "$status" -eq 2 ]
	[[ $output == 'refwarden: no command "policy chek"'* ]]
	[[ $output == *"policy check "* && $output != *"audit"* ]]
	run "$refwarden" polcy check
	[ "$status" -eq 2 ]
	[[ $output == 'refwarden: no command "polcy"'* ]]
}

@test "the commands of a group are listed" {
	run --separate-stderr "$refwarden" policy
	[ "$status" -eq 2 ]
	[[ $stderr == "usage: refwarden policy COMMAND"*"policy check "* ]]
	for help in --help -h; do
		run --separate-stderr "$refwarden" policy "$help"
		[ "$status" -eq 0 ]
		[[ $output == *"policy check "* && $output != *"audit"* ]]
		run --separate-stderr "$refwarden" "$help"
		[ "$status" -eq 0 ]
		[[ $output == *"policy check "* && $output == *"audit log "* ]]
	done
	run --separate-stderr "$refwarden" policy check -h
	[ "$status" -eq 0 ]
	[[ $output == "usage: refwarden policy check"* ]]
	run --separate-stderr "$refwarden" policy check --nonsense
	[ "$status" -eq 2 ]
	[[ $stderr == "refwarden: "* ]]
}
