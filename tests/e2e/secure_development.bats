#!/usr/bin/env bats
# The shipped policy of secure development: for each of its clauses a real push
# that is refused and one that is accepted.
# shellcheck disable=SC2030,SC2031,SC2154 # lib.bash sets what is read here

load lib

ada='Reviewed-by: Ada Lovelace <ada@example.com>'
sam='Reviewed-by: Sam Shield <sam@example.com>'
chris='Reviewed-by: Chris Chief <chris@example.com>'
verified='Verified-by: Vera Tester <vera@example.com>'

setup() {
	server_start_empty
	person[sam]='Sam Shield <sam@example.com>'
	person[rita]='Rita Release <rita@example.com>'
	for who in ci vera chris; do
		ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$root/$who"
	done
	shipped_policy
	mkdir -p docs/decisions docs/threat-models security/findings
	commit_as ada "Begin" src/app.c tests/app_test.c docs/decisions/1-c.md \
	    docs/threat-models/pay.md security/findings/README
	base=$(git rev-parse HEAD)
	git push -q --receive-pack="$unguarded" origin \
	    main main:staging main:production
	git config user.name ci
	git config user.email ci@example.com
}

# The file as it is shipped, with the keys that have to be put in.
shipped_policy() {
	local edits=() who

	for who in ci vera chris; do
		edits+=(-e "s|^\\(  $who: .*emails: \\[$who@example.com\\],\\)|\\1 keys: ['$(cut -d ' ' -f 1-2 "$root/$who.pub")'],|")
	done
	sed "${edits[@]}" \
	    "$BATS_TEST_DIRNAME/../../config/policy-secure-development.yml" |
	    policy
	[ "$(grep -c 'keys: .*ssh-ed25519' "$server/refwarden.yml")" -eq 3 ]
}

push_as() { # LOGIN REFSPEC...
	local REFWARDEN_USER=$1

	export REFWARDEN_USER
	shift
	push "$@"
}

# A signed statement about HEAD, pushed to the server.
attest() { # KIND [RESULT] [WHO]
	local who=${3-ci}

	cat >"$root/statement" <<-END
		kind: $1
		result: ${2-pass}
		subject: $(git rev-parse HEAD)
		made: $(date -u +%Y-%m-%dT%H:%M:%SZ)
	END
	ssh-keygen -q -Y sign -n evidence@refwarden -f "$root/$who" \
	    - <"$root/statement" >"$root/signature" 2>/dev/null
	cat "$root/statement" "$root/signature" >"$root/note"
	git notes --ref=evidence append -F "$root/note" HEAD
	push_as "$who" refs/notes/evidence
	assert_accepted
}

# Bob's change of main, after its tests have passed.
change_main() { # TRAILERS FILE...
	git reset -q --hard "$base"
	commit_as bob "Change something"$'\n\n'"$1" "${@:2}"
	attest tests
}

# A reviewed state of main that staging has too.
candidate() {
	change_main "$ada" docs/guide.md
	push HEAD:main
	assert_accepted
	push HEAD:staging
	assert_accepted
}

tag() { # TRAILER
	git tag -d v1.0 >/dev/null 2>&1 || :
	as rita git tag -a --cleanup=verbatim v1.0 -m "Version 1.0"$'\n\n'"$1"
}

release() {
	push_as rita v1.0
}

@test "1: a change of architecture has a decision" {
	change_main "$ada" api/v1.yml
	push HEAD:main
	assert_refused touches.missing HEAD
	change_main "$ada"$'\nDecision: docs/decisions/1-c.md' api/v1.yml
	push HEAD:main
	assert_accepted
}

@test "2: code comes with tests" {
	change_main "$ada" src/app.c
	attest sast
	push HEAD:main
	assert_refused touches.missing HEAD
	change_main "$ada" src/app.c tests/app_test.c
	attest sast
	push HEAD:main
	assert_accepted
}

@test "3: documentation and tests are reviewed too" {
	change_main "Ticket: 1" docs/guide.md
	push HEAD:main
	assert_refused review.missing HEAD
	change_main "Reviewed-by: ${person[bob]}" tests/app_test.c
	push HEAD:main
	assert_refused review.self HEAD
	change_main "$ada" docs/guide.md tests/app_test.c
	push HEAD:main
	assert_accepted
}

@test "3: sensitive code is reviewed by the security team" {
	change_main "$ada"$'\nRequirement: SEC-1' src/auth/key.c tests/key_test.c
	attest sast
	push HEAD:main
	assert_refused owners.missing HEAD
	change_main "$sam"$'\nRequirement: SEC-1' src/auth/key.c tests/key_test.c
	attest sast
	push HEAD:main
	assert_accepted
}

@test "4: the tests have passed before a change is merged" {
	commit_as bob "Explain"$'\n\n'"$ada" docs/guide.md
	push HEAD:main
	assert_refused evidence.missing HEAD
	attest tests fail
	push HEAD:main
	assert_refused evidence.failed HEAD
	change_main "$ada" docs/guide.md
	push HEAD:main
	assert_accepted
}

@test "5: somebody has verified a version" {
	candidate
	attest sast
	attest dast
	tag "Ticket: 1"
	release
	assert_refused trailer.missing
	tag "$verified"
	release
	assert_accepted
}

@test "5, 14: production takes what was verified in staging" {
	candidate
	attest sast
	attest dast
	push_as rita HEAD:production
	assert_refused evidence.missing HEAD
	attest verification pass vera
	push_as rita HEAD:production
	assert_accepted
}

@test "6: a new product brings its threat model" {
	change_main "$ada" services/a/product.yml tests/a_test.c
	attest sast
	push HEAD:main
	assert_refused touches.missing HEAD
	change_main "$ada" services/a/product.yml tests/a_test.c \
	    docs/threat-models/a.md
	attest sast
	push HEAD:main
	assert_accepted
}

@test "6: a large or wide change names its threat model" {
	local wide=(src/{a,b,c}{0..9}.c tests/wide_test.c)

	change_main "$ada" "${wide[@]}"
	attest sast
	push HEAD:main
	assert_refused trailer.missing HEAD
	git reset -q --hard "$base"
	seq 500 >src/large.c
	git add src/large.c
	commit_as bob "Much"$'\n\n'"$ada" tests/large_test.c
	attest tests
	attest sast
	push HEAD:main
	assert_refused trailer.missing HEAD
	change_main "$ada"$'\nThreat-Model: docs/threat-models/pay.md' \
	    "${wide[@]}"
	attest sast
	push HEAD:main
	assert_accepted
}

@test "7: sensitive code names its requirement" {
	change_main "$sam" src/crypto/seal.c tests/seal_test.c
	attest sast
	push HEAD:main
	assert_refused trailer.missing HEAD
	change_main "$sam"$'\nRequirement: SEC-12' src/crypto/seal.c \
	    tests/seal_test.c
	attest sast
	push HEAD:main
	assert_accepted
}

@test "8: components are analysed by a scanner or by people" {
	change_main "$ada" web/package.json
	push HEAD:main
	assert_refused evidence.missing HEAD
	attest sca
	push HEAD:main
	assert_accepted
	base=$(git rev-parse HEAD)
	change_main "$ada"$'\nComponents-checked-by: Sam Shield <sam@example.com>' \
	    web/package.json
	push HEAD:main
	assert_accepted
}

@test "9: code is analysed before it is merged, and before a version" {
	change_main "$ada" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused evidence.missing HEAD
	attest sast
	push HEAD:main
	assert_accepted
	base=$(git rev-parse HEAD)
	candidate
	attest dast
	tag "$verified"
	release
	assert_refused evidence.missing
	attest sast
	release
	assert_accepted
}

@test "10: a version is analysed as it runs" {
	candidate
	attest sast
	tag "$verified"
	release
	assert_refused evidence.missing
	attest dast fail
	release
	assert_refused evidence.failed
	base=$(git rev-parse HEAD)
	candidate
	attest sast
	attest dast
	tag "$verified"
	release
	assert_accepted
}

finding() { # SEVERITY STATUS [LINE]: on main and staging
	printf '%s\n' "id: F-1" "title: Injection into the search" \
	    "severity: $1" "found_on: 2026-01-10" "status: $2" ${3+"$3"} \
	    >security/findings/F-1.yml
	git add security/findings/F-1.yml
	commit_as bob "Record F-1, $2"$'\n\n'"$ada"
	attest tests
	push HEAD:main
	assert_accepted
	push HEAD:staging
	assert_accepted
	attest sast
	attest dast
	tag "$verified"
}

@test "11: nothing is released with a high finding open" {
	finding high open 'due: 2099-12-31'
	release
	assert_refused findings.open
	finding high fixed
	release
	assert_accepted
}

@test "12: nothing is released with a finding past its deadline" {
	finding medium open
	release
	assert_refused findings.overdue
	finding medium fixed
	release
	assert_accepted
}

# A record for tests-with-code that ends today, pushed to main.
exception() { # TRAILERS SIGNER
	mkdir -p .refwarden/exceptions
	cat >.refwarden/exceptions/EX-1.yml <<-END
		version: 1
		id: EX-1
		rules: [tests-with-code]
		applies_to: {repositories: [project], refs: [main]}
		reason: The fix has to go out today
		risk: It is not tested
		requested_by: ada@example.com
		approved_by: chris@example.com
		approved_on: $(date -u +%Y-%m-%d)
		expires: $(date -u +%Y-%m-%d)
	END
	rm -f .refwarden/exceptions/EX-1.yml.sig
	ssh-keygen -q -Y sign -n exception@refwarden -f "$root/$2" \
	    .refwarden/exceptions/EX-1.yml 2>/dev/null
	git add .refwarden
	commit_as bob "Record EX-1"$'\n\n'"$1"
	attest tests
	push HEAD:main
}

untested_fix() {
	commit_as bob "Fix"$'\n\n'"$ada"$'\nException: EX-1' src/app.c
	attest tests
	attest sast
	push HEAD:main
}

@test "13: the CTO approves an exception" {
	exception "$ada" chris
	assert_refused owners.missing HEAD
	git reset -q --hard "$base"
	exception "$chris" chris
	assert_accepted
	untested_fix
	assert_accepted
	[ "$(record exceptions)" = '["EX-1"]' ]
}

@test "13: a review by the CTO is no signature" {
	exception "$chris" vera
	assert_accepted
	untested_fix
	assert_refused exception.signer
	[[ $output == *"error[touches.missing]"* ]]
}

@test "14: nothing goes to production that staging did not have" {
	change_main "$ada" docs/guide.md
	push HEAD:main
	assert_accepted
	attest sast
	attest dast
	attest verification pass vera
	push_as rita HEAD:production
	assert_refused contained.missing
	push HEAD:staging
	assert_accepted
	push_as bob HEAD:production
	assert_refused pusher.denied
	push_as rita HEAD:production
	assert_accepted
}

@test "15: an outsider signs off" {
	local mallory=${person[mallory]}

	commit_as mallory "Fix a word"$'\n\n'"$ada" docs/guide.md
	attest tests
	push HEAD:main
	assert_refused sign-off.missing HEAD
	git reset -q --hard "$base"
	commit_as mallory "Fix a word"$'\n\n'"$ada"$'\n'"Signed-off-by: $mallory" \
	    docs/guide.md
	attest tests
	push HEAD:main
	assert_accepted
}
