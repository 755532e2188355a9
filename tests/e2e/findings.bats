#!/usr/bin/env bats
# The register of findings: what stands in the way of a release.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

setup() {
	server_start
	findings_policy "ref: main"
	git checkout -q -b release/1 "$base"
	git push -q --receive-pack="$unguarded" origin release/1
	mkdir "$root/exceptions"
}

key() { # NAME: a key of ssh's, made once
	[ -e "$root/$1" ] ||
	    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$root/$1"
	cut -d ' ' -f 1-2 "$root/$1.pub"
}

findings_policy() { # PLACE
	policy <<END
version: 1
people:
  ada: {emails: [ada@example.com], keys: ['$(key ada)']}
protected: [main, "release/*"]
findings: {$1, path: findings, deadlines: {medium: 30d}}
exceptions: {directory: $root/exceptions, approved_by: [ada]}
rules:
  - id: no-open-findings
    refs: ["release/*"]
    require: {findings: {open: [critical, high], overdue: medium}}
END
}

finding() { # ID SEVERITY STATUS [LINE...]: into the working tree
	local id=$1

	mkdir -p findings
	printf '%s\n' "id: $id" "title: Injection into the search" \
	    "severity: $2" "found_on: $(day -10)" "status: $3" "${@:4}" \
	    >"findings/$id.yml"
}

# The register on main is what lies in findings/ now.
register() {
	git add -A findings
	as ada git commit -q -m "Register" --allow-empty
	git push -q -f --receive-pack="$unguarded" origin HEAD:main
	git reset -q --hard "$base"
}

assert_records() { # TEXT
	grep -qF "$1" "$root/records" || fail "not recorded: $1"
}

release() { # one more commit on it
	git fetch -q origin release/1
	git reset -q --hard FETCH_HEAD
	commit_as bob "Release" src/app.c
	push release/1
}

@test "an open finding stops a release until it is fixed" {
	finding F-1 high open "owner: ada@example.com"
	finding F-2 low open
	register
	release
	assert_refused findings.open
	assert_tells "findings/F-1.yml"
	[[ $output != *F-2* ]]
	finding F-1 high fixed "fixed_in: 1.2"
	register
	release
	assert_accepted
}

@test "every finding in the way is told" {
	finding F-1 high open
	finding F-2 critical open
	finding F-3 medium open "due: $(day -1)"
	register
	release
	assert_refused findings.open
	assert_refused findings.overdue
	for id in F-1 F-2 F-3; do
		assert_tells "findings/$id.yml"
	done
}

@test "a finding is overdue after its last day, or the policy's" {
	finding F-1 medium open
	finding F-2 medium open "due: $(day 0)"
	register
	release
	assert_accepted
	finding F-1 medium open
	sed -i "s/^found_on: .*/found_on: $(day -31)/" findings/F-1.yml
	register
	release
	assert_refused findings.overdue
	assert_tells F-1
}

@test "a push can not mend the register it is judged by" {
	finding F-1 high open
	register
	git reset -q --hard "$base"
	finding F-1 high fixed
	git add findings
	commit_as bob "Release" src/app.c
	push HEAD:release/1
	assert_refused findings.open
	push HEAD:release/1 HEAD:main
	assert_refused findings.open
}

@test "a push can not break the register" {
	finding F-1 high fixed
	register
	git fetch -q origin main
	git reset -q --hard FETCH_HEAD
	finding F-1 hihg fixed
	git add findings
	commit_as bob "Damage" src/app.c
	push HEAD:main
	assert_refused policy.invalid
	assert_tells "F-1.yml:3:11: "
	git reset -q --hard FETCH_HEAD
	git rm -q -r findings
	commit_as bob "Remove" src/app.c
	push HEAD:main
	assert_refused policy.invalid
	assert_tells "no directory findings"
}

@test "no limit lets the register go" {
	finding F-1 high open
	register
	git fetch -q origin main
	git reset -q --hard FETCH_HEAD
	git rm -q -r findings
	as ada git commit -q -m "Away with the register"
	findings_policy "ref: main"
	cp "$server/refwarden.yml" policy
	for limit in {1..24}; do
		{
			cat policy
			echo "limits: {tree_entries: $limit}"
		} | policy
		push HEAD:main
		[ "$status" -ne 0 ] || fail "accepted with $limit entries"
	done
	assert_refused policy.invalid
}

@test "a branch without a register may stay so" {
	commit_as bob "Change" src/app.c
	push HEAD:main
	assert_accepted
}

@test "an accepted finding needs an exception" {
	finding F-1 high accepted
	register
	release
	assert_refused findings.open
	assert_tells "needs an exception"
	finding F-1 high accepted "exception: EX-2026-1"
	register
	release
	assert_refused findings.open
	assert_tells "error[exception.unknown]"
	exception findings/F-2.yml
	release
	assert_refused findings.open
	assert_tells "error[exception.scope]"
	exception findings/F-1.yml
	release
	assert_accepted
	assert_tells "exception EX-2026-1 (until $(day 10)) used for no-open"
}

exception() { # PATH: for that finding
	rm -f "$root"/exceptions/*
	exception_record EX-2026-1 's/^rules:.*/rules: [no-open-findings]/' \
	    's/^approved_by:.*/approved_by: ada@example.com/' \
	    "s|refs:.*|refs: [\"release/*\"]\\n  paths: [\"$1\"]|" \
	    >"$root/exceptions/EX-2026-1.yml"
	ssh-keygen -q -Y sign -n exception@refwarden -f "$root/ada" \
	    "$root/exceptions/EX-2026-1.yml" 2>/dev/null
}

@test "a register that can not be read accepts nothing" {
	release
	assert_refused internal.error
	assert_records "there is no directory findings"
	finding F-1 low open
	finding F-2 low opened
	register
	release
	assert_refused internal.error
	assert_records "F-2.yml:5:9"
	rm -rf findings
	finding F-1 low open
	register
	release
	assert_accepted
	findings_policy "ref: register"
	release
	assert_refused internal.error
	assert_records "there is no branch refs/heads/register"
}

@test "without a ref the register is on HEAD's branch" {
	sed -i 's/^findings: .*/findings: {path: findings}/' "$server/refwarden.yml"
	finding F-1 high open
	register
	release
	assert_refused findings.open
	mkdir -p findings
	echo "Nothing yet" >findings/README
	register
	release
	assert_accepted
}
