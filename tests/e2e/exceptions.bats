#!/usr/bin/env bats
# Exceptions: what they waive, and every way in which one does not serve.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

key() { # NAME: a key of ssh's, made once
	[ -e "$root/$1" ] ||
	    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$root/$1"
	cut -d ' ' -f 1-2 "$root/$1.pub"
}

setup() {
	server_start
	exceptions=$root/exceptions
	mkdir "$exceptions"
	person[dana]='Dana Chief <dana@example.com>'
	proven_by signature
}

# The policy, with this proof of exceptions and these further lines.
proven_by() { # PROOF [LINE...]
	local proof=$1

	shift
	{
		policy_default enforce |
		    sed "/^people:/a\\  dana: {emails: [dana@example.com], logins: [dana], keys: ['$(key dana)']}
			/^groups:/a\\  chiefs: [dana, bob]"
		printf '%s\n' "exceptions:" "  directory: $exceptions" \
		    "  approved_by: chiefs" "  proof: $proof" "$@"
	} | policy
}

exception() { # ID [SED-COMMAND...]
	exception_record "$@" >"$exceptions/$1.yml"
}

sign() { # ID [KEY]
	rm -f "$exceptions/$1.yml.sig"
	ssh-keygen -q -Y sign -n exception@refwarden -f "$root/${2-dana}" \
	    "$exceptions/$1.yml" 2>/dev/null
}

untested() { # ID...: a reviewed commit of code alone that names them
	local id message="Code without a test$by_ada"

	for id in "$@"; do
		message+=$'\n'"Exception: $id"
	done
	git reset -q --hard "$base"
	commit_as bob "$message" src/app.c
}

assert_waived() { # ID
	assert_accepted
	[ "$(record exceptions)" = "[\"$1\"]" ] || fail "$1 is not on record"
	[ -z "$(record codes)" ] || fail "codes beside the exception"
	grep '"event":"violation"' "$root/records" |
	    grep '"code":"touches.missing"' | grep -q "\"exception\":\"$1\"" ||
	    fail "what was waived is not on record"
	[[ $output == *"$1"*"$(day 10)"* ]] || fail "the pusher was not told"
}

# Nothing waived: both what was broken and why the exception did not serve.
assert_not_waived() { # CODE
	assert_refused "$1"
	[[ $output == *"error[touches.missing]"* ]] || fail "the finding is gone"
	[ -z "$(record exceptions)" ] || fail "recorded as used"
}

@test "a signed exception named by the change waives its rule" {
	exception EX-1
	sign EX-1
	untested EX-1
	push HEAD:main
	assert_waived EX-1
}

@test "a signed exception named by the push waives its rule" {
	exception EX-1
	sign EX-1
	untested
	push -o exception=EX-1 HEAD:main
	assert_waived EX-1
}

@test "an exception nobody named does not apply" {
	exception EX-1
	sign EX-1
	untested
	push HEAD:main
	assert_refused touches.missing HEAD
	[[ $output != *EX-1* ]]
	[ "$(record codes)" = '["touches.missing"]' ]
}

@test "an exception waives no other rule" {
	exception EX-1
	sign EX-1
	commit_as bob $'Neither test nor review\n\nException: EX-1' src/app.c
	push HEAD:main
	assert_refused review.missing HEAD
	[[ $output != *touches.missing* ]]
}

@test "an exception between paragraphs is not named" {
	exception EX-1
	sign EX-1
	commit_as bob $'Code\n\nException: EX-1\n\nMore text'"$by_ada" src/app.c
	push HEAD:main
	assert_refused touches.missing HEAD
}

@test "an exception on a commit covers that commit, not the next" {
	exception EX-1
	sign EX-1
	untested EX-1
	commit_as bob "More code$by_ada" src/app.c
	push HEAD:main
	assert_refused touches.missing HEAD
}

@test "a sign-off is enough where the policy says so" {
	proven_by sign-off
	exception EX-1
	untested EX-1
	push HEAD:main
	assert_waived EX-1
}

# Every edit of a good record that makes it no good, signed as it then is.
@test "an exception outside its days, scope or form waives nothing" {
	untested EX-1
	other=$(git rev-parse "$base")
	while IFS='|' read -r code edit; do
		exception EX-1 "$edit"
		sign EX-1
		push HEAD:main
		assert_not_waived "$code"
	done <<END
exception.expired|s/^expires:.*/expires: $(day -1)/
exception.early|s/^approved_on:.*/approved_on: $(day 1)/
exception.revoked|\$a revoked_on: $(day 0)
exception.invalid|s/^expires:.*/expires: $(day 89)/
exception.invalid|s/^id:.*/id: EX-2/
exception.invalid|/^expires:/d
exception.invalid|s/^expires:.*/expires: never/
exception.invalid|/^reason:/d
exception.invalid|s/^risk:/rsik:/
exception.invalid|\$a version: 1
exception.invalid|s/^rules:.*/rules: ["*"]/
exception.scope|s/^rules:.*/rules: [peer-review]/
exception.scope|s/^rules:.*/rules: [history]/
exception.scope|s/repositories:.*/repositories: [other]/
exception.scope|s/refs:.*/refs: ["release\/*"]/
exception.scope|s/refs:.*/&\n  paths: ["docs\/**"]/
exception.scope|s/refs:.*/&\n  commits: [$other]/
exception.signer|s/^approved_by:.*/approved_by: ada@example.com/
exception.signer|s/^approved_by:.*/approved_by: mallory@example.org/
exception.self|s/^requested_by:.*/requested_by: dana@example.com/
END
}

@test "an exception holds through its last day, and from its first" {
	exception EX-1 "s/^expires:.*/expires: $(day 0)/" \
	    "s/^approved_on:.*/approved_on: $(day 0)/"
	sign EX-1
	untested EX-1
	push HEAD:main
	assert_accepted
	[ "$(record exceptions)" = '["EX-1"]' ]
}

@test "an exception for these paths or this commit waives those" {
	untested EX-1
	exception EX-1 's/refs:.*/&\n  paths: ["src\/app.c"]/'
	sign EX-1
	push -o refwarden.check HEAD:main
	[ "$(record exceptions)" = '["EX-1"]' ]
	exception EX-1 "s/refs:.*/&\\n  commits: [$(git rev-parse HEAD)]/"
	sign EX-1
	push HEAD:main
	assert_waived EX-1
}

@test "names that are none of a record's are unknown" {
	exception EX-1
	sign EX-1
	cp "$exceptions/EX-1.yml" "$root/EX-9.yml"
	cp "$exceptions/EX-1.yml.sig" "$root/EX-9.yml.sig"
	for id in EX-2 ex-1 ../EX-9 EX-1.yml 'EX-1 ' "EX-$(printf '9%.0s' {1..80})" '*'; do
		untested
		push -o "exception=$id" HEAD:main
		assert_not_waived exception.unknown
	done
}

@test "a policy without exceptions knows none" {
	policy_default enforce | policy
	exception EX-1
	untested EX-1
	push HEAD:main
	assert_not_waived exception.unknown
}

@test "nobody excuses what they wrote themselves" {
	key bob >/dev/null
	sed -i "s|^  bob: .*|  bob: {emails: [bob@example.com, bob@home.example.net], keys: ['$(key bob)']}|" \
	    "$server/refwarden.yml"
	exception EX-1 's/^approved_by:.*/approved_by: bob@home.example.net/'
	sign EX-1 bob
	untested EX-1
	REFWARDEN_USER=carol push HEAD:main
	assert_not_waived exception.self
	git reset -q --hard "$base"
	commit_as carol "Carol's$by_ada"$'\nException: EX-1' src/app.c
	REFWARDEN_USER=carol push HEAD:main
	assert_accepted
	[ "$(record exceptions)" = '["EX-1"]' ]
}

@test "nobody excuses what they wrote with another, or committed" {
	exception EX-1
	sign EX-1
	commit_as bob "Together$by_ada
Co-authored-by: ${person[dana]}
Exception: EX-1" src/app.c
	push HEAD:main
	assert_not_waived exception.self
	untested EX-1
	as dana git commit -q --amend --no-edit
	push HEAD:main
	assert_not_waived exception.self
}

@test "nobody excuses what they push" {
	exception EX-1
	sign EX-1
	untested EX-1
	REFWARDEN_USER=dana push HEAD:main
	assert_not_waived exception.self
	REFWARDEN_USER=carol push HEAD:main
	assert_waived EX-1
}

@test "a record nobody signed waives nothing" {
	exception EX-1
	untested EX-1
	push HEAD:main
	assert_not_waived exception.unsigned
	proven_by sign-off
	exception EX-1 /^signed_off_by/d
	push HEAD:main
	assert_not_waived exception.unsigned
	exception EX-1 's/^signed_off_by:.*/signed_off_by: Bob <bob@example.com>/'
	push HEAD:main
	assert_not_waived exception.signer
}

@test "a signature that is not a good one of the approver waives nothing" {
	exception EX-1
	untested EX-1
	key mallory >/dev/null
	sign EX-1 mallory
	push HEAD:main
	assert_not_waived exception.signer
	sign EX-1
	exception EX-1 's/^reason:.*/reason: Another one/'
	push HEAD:main
	assert_not_waived exception.signer
	exception EX-1
	rm "$exceptions/EX-1.yml.sig"
	ssh-keygen -q -Y sign -n git -f "$root/dana" "$exceptions/EX-1.yml" 2>/dev/null
	push HEAD:main
	assert_not_waived exception.signer
	exception EX-2
	sign EX-2
	mv "$exceptions/EX-2.yml.sig" "$exceptions/EX-1.yml.sig"
	push HEAD:main
	assert_not_waived exception.signer
	echo nonsense >"$exceptions/EX-1.yml.sig"
	push HEAD:main
	assert_not_waived exception.signer
	: >"$exceptions/EX-1.yml.sig"
	push HEAD:main
	[ "$status" -ne 0 ]
	[ -z "$(record exceptions)" ]
	rm "$exceptions/EX-1.yml.sig"
	sign EX-1
	push HEAD:main
	assert_waived EX-1
}

@test "a register that others could have written is not believed" {
	exception EX-1
	sign EX-1
	untested EX-1
	chmod 777 "$exceptions"
	push HEAD:main
	assert_refused policy.unsafe
	chmod 755 "$exceptions"
	chmod 666 "$exceptions/EX-1.yml"
	push HEAD:main
	assert_refused policy.unsafe
	chmod 644 "$exceptions/EX-1.yml"
	mv "$exceptions/EX-1.yml" "$root/"
	ln -s "$root/EX-1.yml" "$exceptions/"
	push HEAD:main
	assert_refused policy.unsafe
	[ -z "$(record exceptions)" ]
}

@test "a rule that is not waivable is not waived" {
	sed -i '/id: tests-with-code/a\    waivable: false' "$server/refwarden.yml"
	exception EX-1
	sign EX-1
	untested EX-1
	push HEAD:main
	assert_not_waived exception.scope
}

@test "an exception for history lets a force push through once it is named" {
	exception EX-1 's/^rules:.*/rules: [history]/'
	sign EX-1
	untested EX-1
	commit_as bob "Good$by_ada" tests/app_test.c
	git push -q --receive-pack="git -c core.hooksPath=/dev/null receive-pack" \
	    origin HEAD:main
	git reset -q --hard "$base"
	commit_as bob "Instead$by_ada" src/app.c tests/app_test.c
	push -f HEAD:main
	assert_refused history.rewrite
	push -f -o exception=EX-1 HEAD:main
	assert_accepted
	[ "$(record kind)" = rewrite ]
	[ "$(record exceptions)" = '["EX-1"]' ]
	[ "$(server_value main)" = "$(git rev-parse HEAD)" ]
}

@test "an exception for history does not delete main's reviews" {
	exception EX-1 's/^rules:.*/rules: [history]/'
	sign EX-1
	git checkout -q --orphan other
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push -f -o exception=EX-1 HEAD:main
	assert_refused review.missing
}

@test "what no exception can waive is not waived" {
	exception EX-1 's/^rules:.*/rules: [history, peer-review, tests-with-code]/' \
	    's/refs:.*/refs: ["**"]/'
	sign EX-1
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/main
	untested EX-1
	push -o exception=EX-1 HEAD:alias
	assert_refused ref.symref
	push -o exception=EX-1 HEAD:MAIN
	assert_refused ref.case
}

@test "one valid exception is enough, however many others are named" {
	exception EX-1
	sign EX-1
	untested EX-7 EX-1
	push HEAD:main
	assert_waived EX-1
}

@test "two rules are broken under two exceptions" {
	exception EX-1
	sign EX-1
	exception EX-2 's/tests-with-code/peer-review/'
	sign EX-2
	commit_as bob "Code without a test or a review" src/app.c
	push -o exception=EX-2 HEAD:main
	assert_refused exception.scope
	push -o exception=EX-2 -o exception=EX-1 HEAD:main
	assert_accepted
	[ "$(record exceptions)" = '["EX-2","EX-1"]' ]
	[ -z "$(record codes)" ] || fail "codes beside the exceptions"
}

@test "no more exceptions are read than the limit says" {
	ids=()
	for i in {1..17}; do
		ids+=("EX-$i")
	done
	untested "${ids[@]}"
	push HEAD:main
	assert_not_waived input.limit
	grep '"code":"input.limit"' "$root/records" |
	    grep -qF '(limits: exceptions, 16)'
}

@test "an exception works on one of two commits, in the record of both" {
	exception EX-1
	sign EX-1
	commit_as bob "Tested$by_ada" src/app.c tests/app_test.c
	commit_as bob "Not tested$by_ada"$'\nException: EX-1' src/app.c
	push HEAD:main
	assert_waived EX-1
	[ "$(record commits)" = 2 ]
}

@test "max_uses counts the pushes that were accepted under it" {
	exception EX-1 '/^version/a\max_uses: 1'
	sign EX-1
	commit_as bob "Not reviewed
Exception: EX-1" src/app.c
	push HEAD:main
	[ "$status" -ne 0 ]
	git reset -q --hard "$base"
	untested EX-1
	push HEAD:main
	assert_accepted
	[ "$(record exceptions refs/heads/main)" = '["EX-1"]' ]
	commit_as bob "Code again$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	assert_refused exception.spent
	policy_now=$(cat "$server/refwarden.yml")
	printf '%s\nlog: {journal: false}\n' "$policy_now" | policy
	push HEAD:main
	[ "$status" -ne 0 ]
}

# Two pushes of code without a test: the first waits where it is judged but not
# yet recorded, until the second has been answered.
push_at_once() { # REFSPEC REFSPEC
	mkfifo "$root/judged" "$root/go"
	cat >"$server/hooks/pre-receive.local" <<END
#!/bin/sh
[ -z "\$HOLD" ] || { echo >"$root/judged"; read go <"$root/go"; }
END
	chmod 755 "$server/hooks/pre-receive.local"
	# shellcheck disable=SC2016 # for the shell that is started
	pushing sh -c '
		HOLD=1 git push origin "$2" >"$1/first" 2>&1 &
		read judged <"$1/judged"
		git push origin "$3" >"$1/second" 2>&1
		echo $? >"$1/status"
		echo >"$1/go"
		wait $!
		status=$?
		cat "$1/first"
		exit $status' sh "$root" "$1" "$2"
	rm "$root/judged" "$root/go" "$server/hooks/pre-receive.local"
}

@test "of two pushes at once one takes the last use" {
	sed -i 's/^protected: .*/protected: [main, side]/' "$server/refwarden.yml"
	git push -q --receive-pack="git -c core.hooksPath=/dev/null receive-pack" \
	    origin HEAD:side
	exception EX-1 '/^version/a\max_uses: 1' 's/refs:.*/refs: [main, side]/'
	sign EX-1
	untested EX-1
	push_at_once HEAD:main HEAD:side
	[ "$status" -ne 0 ] || fail "both were accepted"
	[ "$(cat "$root/status")" -eq 0 ] || fail "none was accepted"
	assert_tells "error[exception.spent]"
	assert_tells "error[touches.missing]"
	[ "$(record verdict refs/heads/main)" = refuse ]
	[ "$(record codes refs/heads/main)" = \
	    '["touches.missing","exception.spent"]' ]
	[ -z "$(record exceptions refs/heads/main)" ]
	[ "$(record exceptions refs/heads/side)" = '["EX-1"]' ]
	[ "$(server_value main)" = "$base" ]
	[ "$(server_value side)" = "$(git rev-parse HEAD)" ]
}

@test "of two pushes at once both take a use where there are two" {
	sed -i 's/^protected: .*/protected: [main, side]/' "$server/refwarden.yml"
	git push -q --receive-pack="git -c core.hooksPath=/dev/null receive-pack" \
	    origin HEAD:side
	exception EX-1 '/^version/a\max_uses: 2' 's/refs:.*/refs: [main, side]/'
	sign EX-1
	untested EX-1
	push_at_once HEAD:main HEAD:side
	[ "$status" -eq 0 ] || fail "the first was refused"
	[ "$(cat "$root/status")" -eq 0 ] || fail "the second was refused"
	commit_as bob "Code again$by_ada
Exception: EX-1" src/app.c
	push HEAD:main
	assert_refused exception.spent
}
