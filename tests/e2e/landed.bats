#!/usr/bin/env bats
# What landed in a way that other branches do not have to follow: under an
# exception, or beside the first-parent chain.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib

setup() {
	server_start
	exceptions=$root/exceptions
	states=$server/refwarden/states
	mkdir "$exceptions"
	person[dana]='Dana Chief <dana@example.com>'
	{
		policy_default enforce |
		    sed 's/^protected: .*/protected: [main, production, "release\/*", "tags\/v*"]/
			/^people:/a\  dana: {emails: [dana@example.com], logins: [dana]}
			/^groups:/a\  chiefs: [dana]'
		printf '%s\n' "exceptions:" "  directory: $exceptions" \
		    "  approved_by: chiefs" "  proof: sign-off"
	} | policy
	git push -q --receive-pack="$unguarded" origin "$base:refs/heads/production"
}

exception() { # ID REFS [RULES]
	exception_record "$1" "s|refs:.*|refs: $2|" \
	    "s/^rules:.*/rules: ${3-[tests-with-code]}/" >"$exceptions/$1.yml"
}

# On main, under that exception: code without a test, and more on top of it.
landed_under() { # ID
	commit_as bob "Code without a test$by_ada
Exception: $1" src/app.c
	fault=$(git rev-parse HEAD)
	push HEAD:main
	assert_accepted
	[ "$(record exceptions)" = "[\"$1\"]" ] || fail "$1 was not used"
	commit_as bob "Tested$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	assert_accepted
}

@test "what landed under an exception goes where it covers, and nowhere else" {
	exception EX-1 '[main]'
	landed_under EX-1
	push HEAD:production
	assert_refused touches.missing "$fault"
	assert_refused exception.scope
	[ "$(record commits)" = 2 ] || fail "not two commits"
	[ "$(grep -c '"event":"violation".*"touches.missing"' "$root/records")" = 1 ]
	exception EX-2 '[production]'
	push -o exception=EX-2 HEAD:production
	assert_accepted
	[ "$(record exceptions)" = '["EX-2"]' ]
	commit_as bob "Tested$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	push HEAD:production
	assert_accepted
	[ -z "$(record exceptions)" ]
}

@test "an exception that covers both branches is asked for once" {
	exception EX-1 '[main, "prod*"]'
	landed_under EX-1
	rm "$exceptions/EX-1.yml"
	push HEAD:production
	assert_accepted
	[ -z "$(record codes)" ]
}

@test "a new branch takes no exception of another with it" {
	exception EX-1 '[main]'
	landed_under EX-1
	push HEAD:release/1
	assert_refused touches.missing "$fault"
	push "$base:refs/heads/release/1"
	assert_accepted
	exception EX-1 '[main, "release/*"]'
	push HEAD:release/2
	assert_accepted
	[ "$(record exceptions)" = '["EX-1"]' ]
	exception EX-1 '["release/*"]'
	push HEAD:release/3
	assert_accepted
	[ -z "$(record codes)" ] || fail "asked again, though release/2 is covered"
}

@test "nor does a merge of what landed there" {
	exception EX-1 '[main]' '[peer-review]'
	commit_as bob "Not reviewed

Exception: EX-1" src/app.c tests/app_test.c
	fault=$(git rev-parse HEAD)
	push HEAD:main
	assert_accepted
	commit_as bob "Reviewed$by_ada" docs/guide.md
	git branch -f topic
	push HEAD:main
	assert_accepted
	git reset -q --hard "$base"
	merge_as bob "Merge main" topic
	push HEAD:production
	assert_refused review.missing
	exception EX-1 '[production]' '[peer-review]'
	push -o exception=EX-1 HEAD:production
	assert_accepted
}

@test "what no push ever broke is not looked for" {
	commit_as bob "Tested$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	push HEAD:production
	push HEAD:release/1
	assert_accepted
	[ ! -e "$states" ]
}

@test "what is known of states outlives a crash, and is not guessed" {
	exception EX-1 '[main]'
	landed_under EX-1
	printf 'waived repository/tests-with-code main' >>"$states"
	push HEAD:production
	assert_refused touches.missing "$fault"
	exception EX-2 '[production]'
	push -o exception=EX-2 HEAD:production
	assert_accepted
	grep -qx 'waived repository/tests-with-code main torn' "$states"
	push HEAD:release/1
	assert_refused touches.missing "$fault"
	echo "waived repository/tests-with-code" >>"$states"
	push HEAD:release/1
	assert_refused log.unavailable
	sed -i '$d' "$states"
	chmod o+w "$states"
	push HEAD:release/1
	assert_refused log.unavailable
	rm "$states"
	push HEAD:release/1
	assert_accepted
}

@test "an exception that could not be kept in mind is not used" {
	exception EX-1 '[main]'
	mkdir -p "$states"
	commit_as bob "Code without a test$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	[ "$status" -ne 0 ]
	[ "$(server_value main)" = "$base" ]
	rmdir "$states"
	push HEAD:main
	assert_accepted
}

@test "a refused push leaves nothing to keep in mind" {
	exception EX-1 '[main]'
	commit_as bob "Code without a test and a review

Exception: EX-1" src/app.c
	push HEAD:main
	assert_refused review.missing
	[ ! -e "$states" ]
}

# ---- foxtrots, where the policy allows them

# main is at $tip, and before was at $before, which only its second parent leads
# to; on the first-parent chain between lies what nobody reviewed.
foxtrot() {
	printf '%s\n' "history: {first_parent: false}" >>"$server/refwarden.yml"
	commit_as bob "Reviewed$by_ada" src/app.c tests/app_test.c
	before=$(git rev-parse HEAD)
	push HEAD:main
	assert_accepted
	git reset -q --hard "$base"
	commit_as bob "A back door" docs/guide.md
	hidden=$(git rev-parse HEAD)
	as bob git revert --no-edit HEAD >/dev/null
	merge_as bob "Nothing to see$by_ada" "$before"
	tip=$(git rev-parse HEAD)
	push HEAD:main
	assert_accepted
	[ "$(record changes)" = 1 ] || fail "not one change"
}

@test "what lies beside a branch's states was never one of them" {
	foxtrot
	push "$hidden:production"
	assert_refused review.missing "$hidden"
	push "$hidden:refs/heads/release/1"
	assert_refused review.missing "$hidden"
	push "$hidden:refs/tags/v1"
	assert_refused tag.target
	push "$tip:production" "$before:refs/heads/release/1" "$before:refs/tags/v1"
	assert_accepted
}

@test "nor is it one for a tag that comes in the same push" {
	foxtrot
	git push -q --receive-pack="$unguarded" -f origin "$before:main"
	mv "$states" "$root/"
	push "$tip:main" "$hidden:refs/tags/v1"
	assert_refused tag.target
	push "$tip:main" "$before:refs/tags/v1"
	assert_accepted
}

@test "a state before a foxtrot stays accepted" {
	foxtrot
	sed -i 's/^  reviewers: .*/  reviewers: [carol]/' "$server/refwarden.yml"
	mv "$states" "$root/"
	push "$before:refs/heads/release/1"
	assert_refused review.unknown "$before"
	mv "$root/states" "$states"
	push "$before:refs/heads/release/1" "$tip:refs/heads/release/2" \
	    "$base:refs/heads/release/3"
	assert_accepted
}

@test "a foxtrot is of the branch that took it, not of others at that commit" {
	policy <<'END'
version: 1
protected: [main, dev, "release/*"]
history: {first_parent: false}
rules:
  - id: no-secrets
    refs: [dev, "release/*"]
    require: {paths: {forbid: ["secret/**"]}}
END
	commit_as bob "A secret" secret/key
	secret=$(git rev-parse HEAD)
	as bob git revert --no-edit HEAD >/dev/null
	before=$(git rev-parse HEAD)
	push HEAD:main
	assert_accepted
	git push -q --receive-pack="$unguarded" origin "$base:refs/heads/dev"
	git reset -q --hard "$base"
	commit_as bob "Begin" docs/guide.md
	merge_as bob "Follow main" "$before"
	tip=$(git rev-parse HEAD)
	push "$tip:dev" "$tip:main"
	assert_accepted
	push "$secret:refs/heads/release/1"
	assert_refused paths.forbidden "$secret"
	push "$tip^1:refs/heads/release/1"
	assert_accepted
}

@test "nor is it a state where an exception allowed the foxtrot" {
	exception EX-1 '[main]' '[history]'
	commit_as bob "Reviewed$by_ada" src/app.c tests/app_test.c
	before=$(git rev-parse HEAD)
	push HEAD:main
	git reset -q --hard "$base"
	commit_as bob "A back door" docs/guide.md
	hidden=$(git rev-parse HEAD)
	as bob git revert --no-edit HEAD >/dev/null
	merge_as bob "Nothing to see$by_ada" "$before"
	push HEAD:main
	assert_refused history.foxtrot
	push -o exception=EX-1 HEAD:main
	assert_accepted
	push "$hidden:production"
	assert_refused review.missing "$hidden"
}

@test "what can not be kept of a state refuses, and is on record" {
	exception EX-1 '[main]'
	landed_under EX-1
	mark=$(head -n 1 "$states")
	while [ $(($(stat -c %s "$states") + ${#mark})) -lt 32768 ]; do
		echo "$mark" >>"$states"
	done
	mv "$server/hooks/pre-receive" "$server/hooks/real"
	printf '#!/usr/bin/env bash\nulimit -f 32\nexec hooks/real\n' \
	    >"$server/hooks/pre-receive"
	chmod +x "$server/hooks/pre-receive"
	commit_as bob "Code without a test$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	assert_refused log.unavailable
	[ "$(record verdict)" = error ]
	grep '"event":"violation"' "$root/records" |
	    grep -q '"found":"the journal.s list of states: File too large"' ||
	    fail "no record says why"
	mv "$server/hooks/real" "$server/hooks/pre-receive"
	push HEAD:main
	assert_accepted
}
