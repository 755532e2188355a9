#!/usr/bin/env bats
# Statements of machines: in real notes, pushed by who may, signed by real keys.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

key() { # NAME: a key of ssh's, made once
	[ -e "$root/$1" ] ||
	    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$root/$1"
	cut -d ' ' -f 1-2 "$root/$1.pub"
}

setup() {
	server_start
	evidence_policy
	git config user.name ci
	git config user.email ci@example.com
}

evidence_policy() { # [SETTING-OF-THE-CHECK...]
	policy <<END
version: 1
people:
  bob: {emails: [bob@example.com], logins: [bob], keys: ['$(key bob)']}
  ci: {emails: [ci@example.com], logins: [ci], keys: ['$(key ci)'], robot: true}
groups:
  developers: [bob]
  machines: [ci]
protected: [main, "tags/v*"]
evidence: {pushers: machines}
exceptions: {directory: $root/exceptions, approved_by: developers}
rules:
  - id: scanned
    refs: [main, "tags/v*"]
    require: {evidence: {kind: sast, by: machines${1+, $1}}}
END
}

# A signed statement in the note on an object, the commit unless another is
# given.
state() { # RESULT SUBJECT SIGNER [AGE] [OBJECT]
	local made

	made=$(date -u -d "@$(($(date +%s) - ${4-5}))" +%Y-%m-%dT%H:%M:%SZ)
	cat >"$root/statement" <<END
kind: sast
result: $1
tool: semgrep 1.90
subject: $(git rev-parse "$2")
made: $made
END
	ssh-keygen -q -Y sign -n evidence@refwarden -f "$root/$3" \
	    - <"$root/statement" >"$root/signature" 2>/dev/null
	cat "$root/statement" "$root/signature" >"$root/note"
	git notes --ref=evidence append -F "$root/note" "${5-$2}"
}

push_as() { # LOGIN REFSPEC...
	local REFWARDEN_USER=$1

	export REFWARDEN_USER
	shift
	push "$@"
	REFWARDEN_USER=bob
}

publish() { # what was stated
	push_as ci refs/notes/evidence
	assert_accepted
}

@test "a commit is taken once a machine has stated that it passed" {
	commit_as bob "Change" src/app.c
	push main
	assert_refused evidence.missing HEAD
	assert_tells "a passing sast signed by machines"
	state pass HEAD ci
	publish
	push main
	assert_accepted
}

@test "a statement that arrives with the commit is not seen" {
	commit_as bob "Change" src/app.c
	state pass HEAD ci
	push_as ci main refs/notes/evidence
	assert_refused evidence.missing HEAD
	publish
	push main
	assert_accepted
}

@test "the newest statement counts, whoever else states what" {
	commit_as bob "Change" src/app.c
	state pass HEAD ci 100
	state fail HEAD ci 50
	publish
	push main
	assert_refused evidence.failed HEAD
	assert_tells "by semgrep 1.90"
	state pass HEAD bob 5
	publish
	push main
	assert_refused evidence.failed HEAD
	state pass HEAD ci 1
	publish
	push main
	assert_accepted
}

@test "a statement that nobody trusted has signed does not count" {
	commit_as bob "Change" src/app.c
	state pass HEAD bob
	publish
	push main
	assert_refused evidence.signer HEAD
	git notes --ref=evidence remove HEAD
	state fail HEAD ci
	git notes --ref=evidence show HEAD | sed 's/fail/pass/' >"$root/again"
	git notes --ref=evidence add -f -F "$root/again" HEAD
	publish
	push main
	assert_refused evidence.signer HEAD
}

@test "a statement about one commit says nothing about the next" {
	commit_as bob "Change" src/app.c
	state pass HEAD ci
	git notes --ref=evidence show HEAD >"$root/copied"
	commit_as bob "Another" src/app.c
	git notes --ref=evidence add -F "$root/copied" HEAD
	publish
	push main
	assert_refused evidence.missing HEAD
	push HEAD~1:main
	assert_accepted
}

@test "max_age: an old statement is too old" {
	evidence_policy "max_age: 1h"
	commit_as bob "Change" src/app.c
	state pass HEAD ci 7200
	publish
	push main
	assert_refused evidence.stale HEAD
	state pass HEAD ci
	publish
	push main
	assert_accepted
	state pass HEAD ci -7200
	publish
	commit_as bob "Change" src/app.c
	state pass HEAD ci -7200
	publish
	push main
	assert_refused evidence.stale HEAD
}

@test "of: tree: another commit of the same tree needs no statement of its own" {
	evidence_policy "of: tree"
	commit_as bob "Change" src/app.c
	state pass "HEAD^{tree}" ci
	publish
	as bob git commit -q --amend -m "The same, in other words"
	push main
	assert_accepted
	commit_as bob "Other content" src/app.c
	push main
	assert_refused evidence.missing HEAD
}

@test "of: tree: as one way of several it is about the tip, too" {
	evidence_policy "of: tree"
	sed -i 's/^    require: {\(.*\)}$/    require: {any: [{\1}, {sign_off: true}]}/' \
	    "$server/refwarden.yml"
	commit_as bob "Half a change" src/app.c
	commit_as bob "Change" src/app.c
	push main
	assert_refused evidence.missing HEAD^
	state pass "HEAD^^{tree}" ci
	publish
	push main
	assert_refused evidence.missing HEAD^
	state pass "HEAD^{tree}" ci
	publish
	push main
	assert_accepted
}

@test "a tag is judged by the statement about its commit" {
	commit_as bob "Change" src/app.c
	state pass HEAD ci
	publish
	push main
	assert_accepted
	as bob git tag -m "Version 1" v1
	push v1
	assert_accepted
	as bob git tag -m "Version 0" v0 "$base"
	push v0
	assert_refused evidence.missing
}

@test "only the group pushes the ref of evidence" {
	state pass HEAD ci
	push refs/notes/evidence
	assert_refused pusher.denied
	REFWARDEN_USER='' push refs/notes/evidence
	assert_refused pusher.unknown
	publish
	state pass HEAD ci
	push -o exception=EX-2026-1 refs/notes/evidence
	assert_refused pusher.denied
	push_as ci refs/notes/evidence:refs/notes/Evidence
	assert_refused ref.case
	push refs/notes/evidence:refs/notes/other
	assert_accepted
}

@test "the ref of evidence is not rewritten, not deleted and holds commits" {
	state pass HEAD ci
	publish
	push_as ci :refs/notes/evidence
	assert_refused history.delete
	push :refs/notes/evidence
	assert_refused pusher.denied
	git update-ref -d refs/notes/evidence
	state pass HEAD ci 100
	push_as ci +refs/notes/evidence
	assert_refused history.rewrite
	push_raw "$(server_value refs/notes/evidence) $(git rev-parse 'HEAD^{tree}') refs/notes/evidence"
	[ "$status" -ne 0 ]
}

@test "evidence that can not be read accepts nothing" {
	commit_as bob "Change" src/app.c
	state pass HEAD ci
	publish
	git -C "$server" symbolic-ref refs/notes/evidence refs/notes/elsewhere
	push main
	assert_refused internal.error
}

@test "what a note holds is shown, and not obeyed" {
	commit_as bob "Change" src/app.c
	printf 'kind: sast\nresult: pass\n\033[2J: x\n' >"$root/note"
	git notes --ref=evidence append -F "$root/note" HEAD
	state pass HEAD ci
	publish
	push main
	assert_accepted
}
