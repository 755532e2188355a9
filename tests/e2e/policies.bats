#!/usr/bin/env bats
# The policy on disk: who may have written it, what is wrong with it, whose word
# counts, and how much of that a pusher is told.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	repository_policy=$server/refwarden.yml
	system_policy=$root/etc/refwarden/policy.yml
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
}

system_policy() { # standard input is the system's policy from now on
	mkdir -p "${system_policy%/*}"
	cat >"$system_policy"
}

# Refused for what is on the server: the pusher learns that, and no place or
# word of it; the records have the details.
assert_server_fault() { # CODE DETAIL
	assert_refused "$1"
	[[ $output == *"not about your commits"* ]] || fail "whose fault?"
	! grep '^remote:' <<<"$output" | grep -qE "$root|[.]yml|/etc" ||
	    fail "the pusher was told a path of the server"
	[ "$(record verdict)" = error ] || fail "not an error"
	grep '"event":"violation"' "$root/records" | grep -qF -- "$2" ||
	    fail "no record says: $2"
	assert_hint_is_no_push
}

# Nothing that the pusher does can help.
assert_hint_is_no_push() {
	[[ $output != *"git commit"* ]] || fail "commits are not at fault"
}

@test "without any policy every push is refused" {
	rm "$repository_policy"
	push HEAD:main
	assert_server_fault policy.missing ''
	push HEAD:topic
	assert_server_fault policy.missing ''
}

@test "a policy that is not valid refuses every push" {
	while IFS='|' read -r yaml detail; do
		printf '%b' "$yaml" | policy
		for branch in main topic; do
			push "HEAD:refs/heads/$branch"
			assert_server_fault policy.invalid "$detail"
		done
	done <<'END'
|refwarden.yml:1:1
{|refwarden.yml:
version: 1\n|refwarden.yml:1:1
version: 2\nprotected: [main]\nrules: [{id: r, require: {review: {}}}]\n|refwarden.yml:1:10
version: 1\nprotected: [main]\nprotected: [dev]\nrules: [{id: r, require: {review: {}}}]\n|refwarden.yml:3:1
version: 1\nprotected: [main]\nmoed: warn\nrules: [{id: r, require: {review: {}}}]\n|refwarden.yml:3:1
version: 1\nprotected: []\nrules: [{id: r, require: {review: {}}}]\n|refwarden.yml:2:12
version: 1\nprotected: [main]\nrules: [{id: r, require: {review: {by: nobody}}}]\n|refwarden.yml:3:
END
}

@test "a policy that others could have written refuses every push" {
	other=$root/elsewhere.yml
	chmod 664 "$repository_policy"
	push HEAD:topic
	assert_server_fault policy.unsafe writable
	chmod 646 "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe writable
	chmod 644 "$repository_policy"
	mv "$repository_policy" "$other"
	ln -s "$other" "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe 'symbolic link'
	rm "$repository_policy"
	ln -s nowhere "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe 'symbolic link'
	rm "$repository_policy"
	mkdir "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe regular
	rmdir "$repository_policy"
	mkfifo "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe regular
}

@test "a directory that anybody may write to makes its policy unsafe" {
	policy_default enforce | system_policy
	chmod 777 "$root/etc/refwarden"
	push HEAD:main
	assert_server_fault policy.unsafe directory
	chmod 1777 "$root/etc/refwarden"
	push HEAD:main
	assert_server_fault policy.unsafe directory
	chmod 755 "$root/etc/refwarden"
	push HEAD:main
	assert_accepted
}

@test "a policy of somebody else is unsafe" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
	chown nobody "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe belongs
	chown root "$repository_policy"
	policy_default enforce | system_policy
	chown nobody "$root/etc/refwarden"
	push HEAD:main
	assert_server_fault policy.unsafe directory
}

@test "a policy that can not be read is invalid" {
	[ "$(id -u)" -ne 0 ] || skip "root reads everything"
	chmod 0 "$repository_policy"
	push HEAD:main
	assert_server_fault policy.invalid 'can not be read'
}

@test "a policy of more than 256 KiB is invalid" {
	{
		policy_default enforce
		head -c 300000 /dev/zero | tr '\0' '#'
	} | policy
	push HEAD:main
	assert_server_fault policy.invalid 'larger than'
}

@test "a broken layer is not made up for by the other one" {
	policy_default enforce | system_policy
	echo 'version: 3' | policy
	push HEAD:main
	assert_server_fault policy.invalid refwarden.yml
	policy_default enforce | policy
	echo 'version: 3' | system_policy
	push HEAD:main
	assert_server_fault policy.invalid policy.yml
	rm "$repository_policy"
	push HEAD:main
	assert_server_fault policy.invalid policy.yml
}

@test "the system's policy alone is enough" {
	mkdir -p "${system_policy%/*}"
	mv "$repository_policy" "$system_policy"
	push HEAD:main
	assert_accepted
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing HEAD
	[ "$(record rules)" = '["peer-review"]' ]
}

@test "both layers have to hold, and rules of one name are told apart" {
	policy_default enforce | sed 's/count: 1/count: 2/' | system_policy
	push HEAD:main
	assert_refused review.missing HEAD
	[ "$(record rules)" = '["system/peer-review"]' ]
	[[ $output == *system/peer-review* ]]
	policy_default enforce | system_policy
	policy_default enforce | sed 's/count: 1/count: 2/' | policy
	push HEAD:main
	assert_refused review.missing HEAD
	[ "$(record rules)" = '["peer-review"]' ]
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing
	[ "$(record rules)" = '["system/peer-review","peer-review"]' ]
	git reset -q --hard HEAD~1
	policy_default enforce | policy
	push HEAD:main
	assert_accepted
}

@test "a lower layer loosens nothing" {
	policy_default enforce | system_policy
	cat >"$repository_policy" <<'END'
version: 1
mode: observe
protected: [other]
groups:
  reviewers: ["*"]
history: {create: anything, first_parent: false, roots: true}
rules:
  - id: peer-review
    mode: observe
    require: {review: {by: reviewers}}
END
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing HEAD
	git checkout -q --orphan fresh
	commit_as bob "Begin again$by_ada" src/app.c tests/app_test.c
	push -f HEAD:main
	assert_refused history.rewrite
}

@test "each layer protects its own refs" {
	sed 's/^protected:.*/protected: [dev]/' "$repository_policy" |
	    system_policy
	git -C "$server" update-ref refs/heads/dev "$base"
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	for branch in dev main; do
		push "HEAD:$branch"
		assert_refused review.missing HEAD
	done
	push HEAD:other
	assert_accepted
}

@test "the policy's hash in the records follows the policy" {
	push HEAD:main
	first=$(record policy)
	[[ $first =~ ^[0-9a-f]{12}$ ]]
	[ "$first" = "$(sha256sum "$repository_policy" | cut -c -12)" ]
	echo '# changed' >>"$repository_policy"
	push HEAD:topic
	[[ $(record policy) =~ ^[0-9a-f]{12}$ ]]
	[ "$(record policy)" != "$first" ]
}

@test "in mode warn the pusher is told and not stopped" {
	policy_default warn | policy
	commit_as bob "Not reviewed" src/app.c
	push HEAD:main
	assert_accepted
	[[ $output == *"warning[review.missing]"* ]]
	[[ $output == *"warning[touches.missing]"* ]]
	[ "$(record mode)" = warn ]
	[ "$(record codes)" = '["review.missing","touches.missing"]' ]
	[ -z "$(record rules)" ]
}

@test "in mode observe nobody is told but the records" {
	policy_default observe | policy
	commit_as bob "Not reviewed" src/app.c
	push HEAD:main
	assert_accepted
	[[ $output != *review.missing* && $output != *warning* ]]
	[ "$(record mode)" = observe ]
	[ "$(grep -c '"event":"violation".*"mode":"observe"' "$root/records")" = 2 ]
	git reset -q --hard "$base"
	push -f HEAD:main
	assert_accepted
	[ "$(record kind)" = rewrite ]
	[ "$(record codes)" = '["history.rewrite"]' ]
}

@test "a rule's own mode counts for that rule" {
	policy_default enforce |
	    sed '/id: tests-with-code/a\    mode: warn' | policy
	commit_as bob "Reviewed, not tested$by_ada" src/app.c
	push HEAD:main
	assert_accepted
	[[ $output == *"warning[touches.missing]"* ]]
	commit_as bob "Neither" src/app.c
	push HEAD:main
	assert_refused review.missing
	[ "$(record rules)" = '["peer-review"]' ]
	[ -z "$(record mode)" ]
}

@test "observing excuses no fault of input, repository or server" {
	policy_default observe | policy
	tip=$(git rev-parse HEAD)
	push_raw "$tip $tip refs/heads/main"
	assert_refused input.stale
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/main
	push HEAD:alias
	assert_refused ref.symref
	push HEAD:MAIN
	assert_refused ref.case
	chmod g+w "$repository_policy"
	push HEAD:main
	assert_server_fault policy.unsafe writable
}
