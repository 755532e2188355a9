#!/usr/bin/env bats
# What counts as a review: a trailer that everybody reads alike, naming somebody
# of the group who did not write the change.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

ada="Reviewed-by: ${person[ada]}"

setup() {
	server_start
}

# Bob's commit with this message, made anew on the server's main.
push_message() { # MESSAGE
	git reset -q --hard "$base"
	commit_as bob "$1" src/parser.c tests/parser_test.c
	push main
}

refused() { # CODE MESSAGE
	push_message "$2"
	assert_refused "$1" HEAD
	[ "$(record codes)" = "[\"$1\"]" ]
	[ "$(record rules)" = '["peer-review"]' ]
}

accepted() { # MESSAGE
	push_message "$1"
	assert_accepted
	base=$(git rev-parse HEAD)
}

@test "nobody is named" {
	refused review.missing "Add parser"
	refused review.missing ""
	refused review.missing "Add parser

Ada had a look at it."
	refused review.missing "Add parser

Signed-off-by: ${person[ada]}"
}

@test "a trailer in another place" {
	refused review.misplaced "$ada"
	refused review.misplaced "$ada

It is all about the subject."
	refused review.misplaced "Add parser
$ada"
	refused review.misplaced "Add parser

$ada

It reads what the printer prints."
	refused review.misplaced "Add parser

It reads what the printer prints.
$ada"
	refused review.misplaced "Add parser

> $ada"
	refused review.misplaced "Add parser

  $ada"
}

@test "a trailer that can be read in two ways" {
	refused review.ambiguous "Add parser

Reviewed-by: Ada Lovelace
 <ada@example.com>"
	refused review.ambiguous "Add parser

It reads what the printer prints.
---
src/parser.c | 1 +

$ada"
	refused review.ambiguous "Add parser

---

$ada"
	refused review.ambiguous "Add parser

It reads what the printer prints,
and that is all.
Signed-off-by: ${person[bob]}
$ada"
}

@test "a trailer that does not say who" {
	refused review.missing "Add parser

Reviewed-by:"
	refused review.missing "Add parser

Reviewed-by: "
	refused review.missing "Add parser

Reveiwed-by: ${person[ada]}"
	refused review.ambiguous "Add parser

Reviewed-by: Ada"
	refused review.ambiguous "Add parser

Reviewed-by: ada@example.com"
	refused review.ambiguous "Add parser

Reviewed-by: ${person[ada]} and others"
}

@test "a review by those who wrote it" {
	refused review.self "Add parser$by_bob"
	refused review.self "Add parser$by_bob_at_home"
	refused review.self "Add parser

Reviewed-by: Somebody Else <BOB@Example.COM>"
	refused review.self "Add parser

Co-authored-by: ${person[ada]}
$ada"
	refused review.self "Add parser

Co-authored-by: ${person[ada]}

$ada"
}

@test "an author's name in a merged commit is an author's name" {
	git switch -q -c side
	commit_as ada "Aside" docs/aside.md
	git switch -q main
	merge_as bob "Merge side$by_ada" side
	push main
	assert_refused review.self main
}

@test "a review by people the rule does not ask for" {
	refused review.unknown "Add parser$by_mallory"
	refused review.unknown "Add parser

Reviewed-by: Ada Lovelace <ada@example.org>"
	refused review.unknown "Add parser

Reviewed-by: Ada Lovelace <ada@example.com.example.org>"
}

@test "who counts is not lost among others, nor for what surrounds the trailer" {
	accepted "Add parser$(reviewed_by mallory ada bob)"
	[ "$(record reviewers)" = '["ada"]' ]
	accepted "Add parser

reviewed-BY:  Ada <ADA@example.com>  "
	accepted "Add parser

$ada
(cherry picked from commit $base)
Note: goes on
 in a second line

"
	accepted "Add parser"$'\r\n\r\n'"$ada"$'\r'
}

@test "the pusher's own claim is not the reviewer's proof" {
	policy_default enforce |
	    sed 's/by: reviewers/by: reviewers, proof: pusher/' | policy
	refused review.proof "Add parser$by_ada"
	REFWARDEN_USER=mallory refused review.proof "Add parser$by_ada"
	REFWARDEN_USER="ada;" refused pusher.unknown "Add parser$by_ada"
	unset REFWARDEN_USER
	refused review.proof "Add parser$by_ada"
}

@test "the reviewer who pushes is proof" {
	policy_default enforce |
	    sed -e 's/by: reviewers/by: reviewers, proof: pusher/' \
		-e 's/^  ada: .*/  ada: {emails: [ada@example.com], logins: [ada]}/' |
	    policy
	REFWARDEN_USER=ada accepted "Add parser$by_ada"
	[ "$(record proof)" = pusher ]
	[ "$(record user)" = ada ]
}

@test "two reviews are two people" {
	policy_default enforce | sed 's/count: 1/count: 2/' | policy
	commit_as mallory "Add parser$(reviewed_by bob bob_at_home)" \
	    src/parser.c tests/parser_test.c
	push main
	assert_refused review.missing HEAD
	accepted "Add parser$(reviewed_by ada carol)"
}

@test "each commit of a merge, where the rule asks per commit" {
	policy_default enforce | sed 's/by: reviewers/by: reviewers, per: commit/' | policy
	git switch -q -c side
	commit_as mallory "Aside" docs/aside.md
	git switch -q main
	merge_as bob "Merge side$by_ada" side
	push main
	assert_refused review.missing side
	[[ $(record codes) == '["review.missing"]' ]]
}

@test "who commits may review what another wrote" {
	commit_as bob "Add parser" src/parser.c tests/parser_test.c
	as ada git commit -q --amend -m "Add parser$by_ada"
	[ "$(git log -1 --format='%an, %cn')" = "Bob Smith, Ada Lovelace" ]
	push main
	assert_accepted
}
