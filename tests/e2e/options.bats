#!/usr/bin/env bats
# Push options: to ask without pushing, and to be answered by a machine.
# shellcheck disable=SC2016,SC2154 # Perl, and words of lib.bash

load lib.bash

setup() {
	server_start
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	good=$(git rev-parse HEAD)
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
}

# Nothing moved, and on record as only a check.
assert_only_checked() { # accept|refuse
	[ "$status" -ne 0 ] || fail "accepted"
	cmp -s "$root/refs.before" "$root/refs.after" || fail "a ref moved"
	assert_recorded_twice
	[ "$(record check)" = true ] || fail "not recorded as a check"
	[ "$(record verdict)" = "$1" ] || fail "not recorded as $1"
	[ "$(record push)" = refuse ] || fail "recorded as accepted"
}

@test "a check of a good push says so and moves nothing" {
	push -o refwarden.check "$good:main"
	assert_only_checked accept
	[[ $output == *"remote: success: main would accept this push, 2 rules checked"* ]]
	[[ $output == *"only a check"* ]]
	[[ $output != *"error["* ]]
}

@test "a check of a bad push says what is wrong and moves nothing" {
	push -o refwarden.check HEAD:main
	assert_only_checked refuse
	[[ $output == *"error[review.missing]"* ]]
	[[ $output != *"would accept"* ]]
}

@test "a check of several refs answers for each" {
	push -o refwarden.check "$good:main" HEAD:refs/heads/topic \
	    "HEAD:refs/heads/release/1"
	[ "$status" -ne 0 ]
	cmp "$root/refs.before" "$root/refs.after"
	[[ $output == *"success: main would accept"* ]]
	[[ $output != *"success: release/1"* ]]
	[ "$(decisions | grep -c '"check":true')" = 3 ]
}

# The last line of what the hook said.
json() {
	grep '^remote: ' <<<"$output" | sed 's/^remote: //; s/[[:space:]]*$//' |
	    tail -n 1
}

assert_json() { # PERL-EXPRESSION about $j
	json | perl -MJSON::PP -e '
		<STDIN> =~ /^refwarden-json (\{.*\})$/ or die "no JSON";
		my $j = JSON::PP->new->utf8->decode($1);
		eval($ARGV[0]) or die "$ARGV[0]: $1";' "$1" || fail "$1"
}

@test "refwarden.json adds one line for machines" {
	push -o refwarden.json HEAD:main
	assert_refused review.missing HEAD
	assert_json '$j->{verdict} eq "refuse"'
	assert_json '$j->{id} =~ /^.{4}-.{4}$/'
	assert_json 'grep { $_ eq "review.missing" }
	    map { @{$_->{codes}} } @{$j->{refs}}'
	push -o refwarden.json -o refwarden.check "$good:main"
	assert_only_checked accept
	assert_json '$j->{verdict} eq "accept"'
	push -o refwarden.json "$good:main"
	assert_accepted
	assert_json '$j->{verdict} eq "accept"'
	push -o refwarden.json HEAD:refs/heads/topic
	assert_accepted
	assert_json '$j->{verdict} eq "accept"'
	rm "$server/refwarden.yml"
	push -o refwarden.json HEAD:refs/heads/topic3
	assert_refused policy.missing
}

@test "an unknown option of ours refuses, so that a slip is no push" {
	for option in refwarden.chek Refwarden.check REFWARDEN.CHECK \
	    refwarden. refwarden.check=no \
	    refwarden.json=1 'refwarden.check '; do
		push -o "$option" "$good:main"
		assert_refused input.malformed
	done
}

@test "options of others are theirs" {
	push -o ci.skip -o 'merge_request.create' -o refwardenx \
	    "$good:main"
	assert_accepted
	[ -z "$(record check)" ]
}

@test "a hostile option is not repeated as it is" {
	push -o $'refwarden.\e[31m\xe2\x80\xaex' "$good:main"
	assert_refused input.malformed
	[[ $output != *$'\e[31m'* && $output != *$'\xe2\x80\xae'* ]]
}

@test "more options than anybody needs refuse" {
	options=()
	for i in {1..257}; do
		options+=(-o "x$i")
	done
	push "${options[@]}" "$good:main"
	assert_refused input.limit
}
