#!/usr/bin/env bats
# Every check and condition: one push that keeps it, one that breaks it.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

setup() {
	server_start
}

# The policy of these tests with one rule: its `require`, and other keys.
rule() { # REQUIRE [KEYS...]
	policy <<END
version: 1
people:
  ada: [ada@example.com]
  bob: {emails: [bob@example.com, bob@home.example.net], logins: [bob]}
  carol: [carol@example.com]
groups:
  reviewers: [ada, bob, carol]
  seniors: [ada]
paths:
  code: ["src/**"]
  docs: ["docs/**"]
refs:
  early: [staging]
protected: [main, staging, production, "tags/v*"]
rules:
  - id: the-rule
    require: $1
$(shift; printf '    %s\n' "$@")
END
}

@test "any: one of several ways is enough, and the closest is told" {
	rule '{any: [{review: {by: reviewers}}, {sign_off: true, author: seniors}]}'
	commit_as bob "Change$by_ada" src/app.c
	push main
	assert_accepted
	commit_as bob "Change" src/app.c
	push main
	assert_refused review.missing HEAD
	[[ $output == *"another way to keep this rule: sign_off and author"* ]]
}

@test "any: an update that brings nothing new is asked who pushes it" {
	rule '{any: [{review: {by: reviewers}, pusher: seniors}, {sign_off: true, pusher: seniors}]}'
	commit_as bob "Change$by_ada" src/app.c
	REFWARDEN_USER=ada push main
	assert_accepted
	push main:production
	assert_refused pusher.denied HEAD
	REFWARDEN_USER=ada push main:production
	assert_accepted
	rule '{any: [{review: {by: seniors}}, {pusher: seniors}]}'
	push main:staging
	assert_accepted
}

@test "author: every commit is written by one of the group" {
	rule '{author: reviewers}'
	commit_as ada "Change" src/app.c
	push main
	assert_accepted
	commit_as mallory "Change" src/app.c
	commit_as ada "Change" src/app.c
	push main
	assert_refused author.unknown HEAD~1
}

@test "pusher: one of the group pushes" {
	rule '{pusher: reviewers}'
	commit_as mallory "Change" src/app.c
	push main
	assert_accepted
	rule '{pusher: seniors}'
	commit_as mallory "Change" src/app.c
	push main
	assert_refused pusher.denied
	unset REFWARDEN_USER
	push main
	assert_refused pusher.unknown
}

@test "pusher: is asked of an update that brings nothing new" {
	rule '{pusher: reviewers}'
	push main:production
	assert_accepted
	commit_as ada "Change" src/app.c
	push main
	assert_accepted
	rule '{pusher: seniors}'
	push main:production
	assert_refused pusher.denied HEAD
	push main:staging
	assert_refused pusher.denied HEAD
	push main # everything up to date
	[ "$status" -eq 0 ]
}

@test "pusher: is asked if the rule is about any change of the update" {
	rule '{pusher: seniors}' 'when: {paths: code}'
	commit_as ada "Change" docs/guide.md
	push main
	assert_accepted
	commit_as ada "Change" src/app.c
	commit_as ada "Change" docs/guide.md
	push main
	assert_refused pusher.denied
}

@test "paths: a forbidden path in no other set is found" {
	rule '{paths: {forbid: ["**/*.pem"]}}'
	commit_as ada "Change" src/app.c docs/guide.md
	push main
	assert_accepted
	commit_as ada "Change" deep/down/key.pem
	push main
	assert_refused paths.forbidden HEAD
	[[ $output == *deep/down/key.pem* ]]
}

@test "paths: a file may be so large" {
	rule '{paths: {max_size: 1K}}'
	head -c 1024 /dev/zero >small
	git add small
	commit_as ada "Small"
	push main
	assert_accepted
	head -c 1025 /dev/zero >large
	git add large
	commit_as ada "Large"
	push main
	assert_refused paths.size HEAD
}

@test "paths: new names are good everywhere" {
	rule '{paths: {portable: true}}'
	commit_as ada "Change" src/App.h
	push main
	assert_accepted
	commit_as ada "Twins" SRC/app.c
	push main
	assert_refused paths.portable HEAD
	git reset -q --hard HEAD~1
	commit_as ada "Device" src/aux.c
	push main
	assert_refused paths.portable HEAD
}

@test "only_paths: the rule is about changes that touch nothing else" {
	rule '{review: {}}' 'when: {only_paths: docs}'
	commit_as bob "Change" docs/guide.md src/app.c
	push main
	assert_accepted
	commit_as bob "Change" docs/guide.md
	push main
	assert_refused review.missing HEAD
}

@test "lines: the rule is about changes of so many lines" {
	rule '{review: {}}' 'when: {lines: 3}'
	commit_as bob "Change" src/app.c other
	push main
	assert_accepted
	commit_as bob "Change" src/app.c other another
	push main
	assert_refused review.missing HEAD
}

@test "files: the rule is about changes of so many files" {
	rule '{review: {}}' 'when: {files: 2}'
	commit_as bob "Change" src/app.c
	push main
	assert_accepted
	commit_as bob "Change" src/app.c other
	push main
	assert_refused review.missing HEAD
}

@test "owners: a path changes with a review by its owners" {
	rule '{owners: {code: seniors, "docs/**": carol@example.com}}'
	commit_as bob "Change$by_ada" src/app.c other
	push main
	assert_accepted
	commit_as bob "Change$by_ada" src/app.c docs/guide.md
	push main
	assert_refused owners.missing HEAD
	[[ $output == *docs/guide.md* ]]
	git reset -q --hard HEAD~1
	commit_as bob "Change$(reviewed_by ada carol)" src/app.c docs/guide.md
	push main
	assert_accepted
}

@test "contained_in: another branch has the new tip already" {
	rule '{contained_in: early}' 'refs: [production]'
	push main:production
	assert_refused contained.missing HEAD
	push main:staging
	assert_accepted
	push main:production
	assert_accepted
	commit_as ada "Change" src/app.c
	push main
	assert_accepted
	push main:production
	assert_refused contained.missing HEAD
	push main:staging main:production
	assert_refused contained.missing HEAD
	push main:staging
	assert_accepted
	push main:production
	assert_accepted
}

@test "contained_in: a tag is of a commit that another branch has" {
	rule '{contained_in: early}' 'refs: ["tags/v*"]'
	as ada git tag -a -m "Release" v1
	push v1
	assert_refused contained.missing
	push main:staging
	assert_accepted
	push v1
	assert_accepted
}

@test "author: nobody made a lightweight tag" {
	rule '{author: [ada@example.com]}' 'refs: ["tags/v*"]'
	as ada git tag -a -m "Release" v1
	push v1
	assert_accepted
	git tag v2
	push v2
	assert_refused author.unknown
	grep -q "\"found\":\"nobody\"" "$root/records" || fail "somebody made it"
	[[ $output != *"<>"* ]] || fail "a tag that nobody made names an author"
}

@test "annotated: a tag says who made it" {
	rule '{annotated: true}' 'refs: ["tags/v*"]'
	as ada git tag -a -m "Release" v1
	push v1
	assert_accepted
	git tag v2
	push v2
	assert_refused tag.lightweight
	[[ $output != *"<>"* ]] || fail "a tag that nobody made names an author"
	as ada git -c advice.nestedTag=false tag -a -m "Again" v3 v1
	push v3
	assert_refused tag.lightweight
}

key() { # WHO: make one, and sign with it from now on
	[ -e "$root/$1.key" ] ||
	    ssh-keygen -q -t ed25519 -N "" -C "$1" -f "$root/$1.key"
	git config gpg.format ssh
	git config commit.gpgsign true
	git config user.signingkey "$root/$1.key"
}

signed_rule() { # KEYS...
	rule '{signed_by: seniors}' "$@"
	sed -i "s|^  ada: .*|  ada: {emails: [ada@example.com], keys: [\"$(cut -d' ' -f1,2 "$root/ada.key.pub")\"]}|" \
	    "$server/refwarden.yml"
}

@test "signed_by: every commit is signed by one of the group" {
	key mallory
	key ada
	signed_rule
	commit_as bob "Change" src/app.c
	push main
	assert_accepted
	commit_as bob "Change" src/app.c
	git config commit.gpgsign false
	commit_as bob "Change" src/app.c
	push main
	assert_refused signature.missing HEAD
	git reset -q --hard origin/main
	key mallory
	commit_as bob "Change" src/app.c
	push main
	assert_refused signature.signer HEAD
}

@test "signed_by: a signature is of this commit" {
	key ada
	signed_rule
	commit_as bob "Change" src/app.c
	git reset -q --hard "$(git cat-file commit HEAD |
	    sed 's/^Change$/Another/' | object commit)"
	push main
	assert_refused signature.invalid HEAD
}

@test "signed_by: a merge and what it brings are signed" {
	key ada
	signed_rule
	git checkout -q -b topic
	commit_as bob "Change" src/app.c
	git checkout -q main
	commit_as bob "Change" docs/guide.md
	merge_as bob "Merge" topic
	push main
	assert_accepted
}

@test "signed_by: a tag is signed" {
	key ada
	signed_rule 'refs: ["tags/v*"]'
	as ada git tag -s -m "Release" v1
	push v1
	assert_accepted
	as ada git tag --no-sign -a -m "Release" v2
	push v2
	assert_refused signature.missing
	git tag v3
	push v3
	assert_refused signature.missing
	key mallory
	as ada git tag -s -m "Release" v4
	push v4
	assert_refused signature.signer
}
