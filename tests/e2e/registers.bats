#!/usr/bin/env bats
# Registers on branches: who can bring records there, and which ones count.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib

setup() {
	server_start
	person[dana]='Dana Chief <dana@example.com>'
	by_dana=$(reviewed_by dana)
	guarded_by "waivable: false"
}

# Sign-offs count for what lies on main, where this rule guards it.
guarded_by() { # LINE...
	{
		policy_default enforce |
		    sed '/^people:/a\  dana: {emails: [dana@example.com], logins: [dana]}
			/^groups:/a\  chiefs: [dana]
			s/^  reviewers: .*/  reviewers: [ada, bob, dana]/'
		printf '    %s\n' "require: {owners: {'.refwarden/**': chiefs}}" "$@" |
		    sed '1i\  - id: register'
		printf '%s\n' "exceptions:" "  ref: main" \
		    "  path: .refwarden/exceptions" "  approved_by: chiefs" \
		    "  proof: sign-off"
	} | policy
}

# A record, staged.
exception() { # ID [SED-COMMAND...]
	mkdir -p .refwarden/exceptions
	exception_record "$@" >".refwarden/exceptions/$1.yml"
	git add .refwarden
}

@test "a record that an owner let in is signed off" {
	exception EX-1
	commit_as carol "Ask for it$by_dana"
	push HEAD:main
	assert_accepted
	commit_as bob "Code without a test$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	assert_accepted
	[ "$(record exceptions)" = '["EX-1"]' ]
}

@test "a record that no owner let in is not in the register" {
	exception EX-1
	commit_as carol "Ask for it$by_ada"
	push HEAD:main
	assert_refused owners.missing HEAD
	git push -q --receive-pack="$unguarded" origin HEAD:side
	commit_as bob "Code without a test$by_dana
Exception: EX-1" src/app.c
	push HEAD:main
	assert_refused owners.missing HEAD^
	assert_refused exception.unknown
}

@test "a register that is new starts without records" {
	sed -i -e 's/^  ref: main/  ref: registers/' \
	    -e 's/^protected: \[/&registers, /' \
	    -e 's/^  - id: register/&\n    refs: [registers]/' \
	    -e 's/^  - id: [pt].*/&\n    refs: [main]/' "$server/refwarden.yml"
	exception EX-1
	commit_as carol "Ask for it$by_ada"
	commit_as carol "More$by_ada" docs/guide.md
	push HEAD:main
	assert_accepted
	push HEAD:registers
	assert_refused exception.unsigned
	git switch -q -C registers "$base"
	push registers
	assert_accepted
	exception EX-1
	commit_as carol "Ask for it$by_dana"
	push registers
	assert_accepted
	git switch -q main
	commit_as bob "Code without a test$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	assert_accepted
}

@test "a record does not count for the push that brings it" {
	exception EX-1
	commit_as carol "Ask for it$by_dana"
	commit_as bob "Code without a test$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	assert_refused touches.missing HEAD
	assert_refused exception.unknown
}

@test "no record lets in others, by review or by history" {
	exception EX-1 's/^rules:.*/rules: [register, history]/'
	commit_as carol "Ask for it$by_dana"
	push HEAD:main
	assert_accepted
	exception EX-2
	commit_as carol "Ask for more$by_ada
Exception: EX-1"
	push HEAD:main
	assert_refused owners.missing HEAD
	assert_refused exception.scope
	git reset -q --hard "$base"
	push -f -o exception=EX-1 HEAD:main
	assert_refused history.rewrite
	assert_refused exception.scope
	push -o exception=EX-1 :main
	assert_refused history.delete
}

@test "hooks refuse to believe sign-offs where nothing guards them" {
	exception EX-1
	commit_as carol "Ask for it$by_dana"
	guarded_by "waivable: true"
	push HEAD:main
	assert_refused policy.invalid
	run "$build/refwarden" policy check "$server/refwarden.yml"
	[ "$status" -ne 0 ]
	[[ $output == *"refwarden.yml:"*": an exception can waive rule register: give it \`waivable: false\`"* ]]
}

# ---- findings of many repositories

# The register of another repository has this finding, high and STATUS.
registered() { # STATUS
	local registers=$root/registers.git

	[ -d "$registers" ] || git init -q --bare -b main --template= "$registers"
	rm -rf "$root/tree"
	mkdir -p "$root/tree/findings"
	printf '%s\n' "id: F-1" "title: Injection into the search" \
	    "severity: high" "found_on: $(day -10)" "status: $1" \
	    >"$root/tree/findings/F-1.yml"
	git --git-dir="$registers" --work-tree="$root/tree" add -A
	as ada git --git-dir="$registers" --work-tree="$root/tree" \
	    commit -q -m "Register"
}

findings_at() { # PLACE
	{
		policy_default enforce
		printf '%s\n' "  - id: no-open-findings" \
		    "    require: {findings: {open: high}}" "findings: {$1}"
	} | policy
	commit_as bob "More$by_ada" src/app.c tests/app_test.c
}

@test "findings can be kept in a repository of their own" {
	registered open
	findings_at "repository: $root/registers.git, ref: main, path: findings"
	push HEAD:main
	assert_refused findings.open
	assert_tells findings/F-1.yml
	registered fixed
	push HEAD:main
	assert_accepted
	registered open
	findings_at "repository: $root/registers.git, path: findings"
	push HEAD:main
	assert_refused findings.open
}

@test "findings that can not be had, or that anybody may write, accept nothing" {
	findings_at "repository: $root/registers.git, ref: main, path: findings"
	push HEAD:main
	assert_refused internal.error
	registered fixed
	chmod o+w "$root/registers.git"
	push HEAD:main
	assert_refused policy.unsafe
	grep -q 'registers.git: anybody can write to it' "$root/records"
	chmod o-w "$root/registers.git"
	push HEAD:main
	assert_accepted
	findings_at "repository: $root/registers.git, ref: other, path: findings"
	push HEAD:main
	assert_refused internal.error
	grep -q 'there is no branch refs/heads/other' "$root/records"
}
