#!/usr/bin/env bats
# The policy in the tree: read from the server's HEAD, never from the push.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

own=.refwarden/policy.yml

# What the server says: reviews, and where a repository may have its own policy.
policy_of_server() {
	policy_default enforce | sed "/^protected:/i repository_policy: $own"
}

# A policy for the tree: what is pushed to main must carry this trailer.
policy_of_tree() { # TRAILER
	cat <<END
version: 1
protected: [main, "feature/*"]
rules:
  - {id: ticket, require: {trailer: {name: $1}}}
END
}

write_own() { # standard input is the policy in the working tree from now on
	mkdir -p .refwarden
	cat >"$own"
	git add "$own"
}

# A state of main that nobody judges.
unguarded_push() {
	git push -q --receive-pack="$unguarded" origin "$@"
}

setup() {
	server_start
	policy_of_server | policy
}

with_own() { # TRAILER
	policy_of_tree "$1" | write_own
	commit_as ada "Begin the repository's policy"
	unguarded_push main
}

ticket=$'\nTicket: 7'

@test "a repository without a policy of its own is judged by the server's" {
	commit_as bob "Explain$by_ada" docs/a.md
	push main
	assert_accepted
}

@test "a rule of the tree refuses, and holds" {
	with_own Ticket
	commit_as bob "Explain$by_ada" docs/a.md
	push main
	assert_refused trailer.missing HEAD
	assert_tells "rule    ticket"
	git reset -q --hard origin/main
	commit_as bob "Explain$by_ada$ticket" docs/a.md
	push main
	assert_accepted
}

@test "the tree can protect more, and loosen nothing" {
	with_own Ticket
	commit_as bob "Explain$ticket" docs/a.md
	push main
	assert_refused review.missing HEAD
	git reset -q --hard origin/main
	git switch -q -c feature/x
	commit_as bob "Try" docs/a.md
	push feature/x
	assert_refused trailer.missing HEAD
}

@test "the tree can not let go of what the server protects" {
	printf 'version: 1\nmode: observe\nprotected: [other]\n%s\n%s\n' \
	    'history: {first_parent: false}' \
	    'rules: [{id: peer-review, require: {review: {}}, mode: observe}]' |
	    write_own
	commit_as ada "Begin the repository's policy"
	unguarded_push main
	commit_as bob "Explain" docs/a.md
	push main
	assert_refused review.missing HEAD
	assert_tells "rule    repository/peer-review"
	[ "$(record rules)" = '["repository/peer-review"]' ]
	push :main
	assert_refused history.delete
}

@test "a policy brought by a push begins with the next one" {
	policy_of_tree Ticket | write_own
	commit_as bob "Begin the repository's policy$by_ada"
	push main
	assert_accepted
	commit_as bob "Explain$by_ada" docs/a.md
	push main
	assert_refused trailer.missing HEAD
}

@test "a push that changes the policy is judged by the old one" {
	with_own Ticket
	policy_of_tree Issue | write_own
	commit_as bob "Ask for issues$by_ada"$'\nIssue: 1'
	push main
	assert_refused trailer.missing HEAD
	as bob git commit -q --amend -m "Ask for issues$by_ada$ticket"
	push main
	assert_accepted
	commit_as bob "Explain$by_ada"$'\nIssue: 2' docs/a.md
	push main
	assert_accepted
}

@test "the policy can be taken away by those who keep to it" {
	with_own Ticket
	git rm -q "$own"
	commit_as bob "Have no policy$by_ada"
	push main
	assert_refused trailer.missing HEAD
	as bob git commit -q --amend -m "Have no policy$by_ada$ticket"
	push main
	assert_accepted
	commit_as bob "Explain$by_ada" docs/a.md
	push main
	assert_accepted
}

@test "a push that would break the policy is told every fault and its place" {
	printf 'version: 1\nprotected: [main]\nlog: {}\nruels: []\n%s\n' \
	    'rules: [{id: r, require: {review: {by: nobody}}}]' | write_own
	commit_as bob "Break the policy$by_ada"
	push main
	assert_refused policy.invalid
	assert_tells "fault   $own:3:1: "
	assert_tells "fault   $own:4:1: unknown key \"ruels\""
	assert_tells "fault   $own:5:"
	[[ $output != *"not about your commits"* ]]
	[ "$(record verdict)" = refuse ]
	grep -q "\"found\":\"$own:3:1: " "$root/records"
	commit_as bob "Mend the policy$by_ada" docs/a.md
	policy_of_tree Ticket | write_own
	as bob git commit -q --amend -m "Mend the policy$by_ada"
	push main
	assert_accepted
}

@test "what is no file, or too large, is no policy" {
	mkdir .refwarden
	ln -s ../docs/guide.md "$own"
	git add "$own"
	commit_as bob "Link the policy$by_ada"
	push main
	assert_refused policy.invalid
	assert_tells "$own: it is no regular file"
	git reset -q --hard origin/main
	{
		policy_of_tree Ticket
		head -c 262144 /dev/zero | tr '\0' '#'
	} | write_own
	commit_as bob "Grow the policy$by_ada"
	push main
	assert_refused policy.invalid
	assert_tells "$own: it is larger than 256 KiB"
}

@test "a broken policy on another branch breaks nothing" {
	git switch -q -c topic
	echo "nonsense" | write_own
	commit_as bob "Try"
	push topic
	assert_accepted
}

@test "a policy that was broken past the hook refuses every push" {
	echo "nonsense: 1" | write_own
	commit_as ada "Break the policy"
	unguarded_push main
	git switch -q -c topic
	commit_as bob "Explain" docs/a.md
	push topic
	assert_refused policy.invalid
	assert_tells "not about your commits"
	[[ $output != *nonsense* ]]
	[ "$(record verdict)" = error ]
	grep -q "\"found\":\"main: $own:1:1: " "$root/records"
}

@test "the first push may bring the policy, if it is valid" {
	git -C "$server" update-ref -d refs/heads/main
	echo "nonsense: 1" | write_own
	commit_as ada "Break the policy"
	push main
	assert_refused policy.invalid
	assert_tells "fault   $own:1:1: unknown key"
	policy_of_tree Ticket | write_own
	commit_as ada "Mend the policy"
	push main
	assert_accepted
	commit_as bob "Explain$by_ada" docs/a.md
	push main
	assert_refused trailer.missing HEAD
}

@test "before main there may be branches that nobody protects" {
	git -C "$server" update-ref -d refs/heads/main
	push main:topic
	assert_accepted
	push main
	assert_accepted
}

@test "HEAD must be a branch that the server protects" {
	with_own Ticket
	commit_as bob "Explain$by_ada$ticket" docs/a.md
	for head in refs/heads/gone refs/heads/topic; do
		git -C "$server" update-ref refs/heads/topic "$base"
		git -C "$server" symbolic-ref HEAD "$head"
		push main
		assert_refused policy.missing
		[ "$(record verdict)" = error ]
	done
	git -C "$server" update-ref --no-deref HEAD "$base"
	push main
	assert_refused policy.missing
	git -C "$server" symbolic-ref HEAD refs/heads/main
	push main
	assert_accepted
}

@test "three layers with a rule of one name are told apart" {
	local rules='[{id: same, require: {review: {count: 2}}}]'

	mkdir -p "$root/etc/refwarden"
	printf 'version: 1\nprotected: [main]\nrules: %s\n' "$rules" \
	    >"$root/etc/refwarden/policy.yml"
	printf 'version: 1\nprotected: [main]\nrules: %s\n' "$rules" | write_own
	printf 'version: 1\nrepository_policy: %s\nprotected: [main]\nrules: %s\n' \
	    "$own" "$rules" | policy
	commit_as ada "Begin the repository's policy"
	unguarded_push main
	commit_as bob "Explain" docs/a.md
	push main
	assert_refused review.missing HEAD
	[ "$(record rules)" = '["system/same","repository/same","same"]' ]
	assert_tells "rule    system/same"
	assert_tells "rule    repository/same"
	assert_tells "rule    same"
}

@test "an import under the tree's policy is none under the server's" {
	printf 'version: 1\nprotected: ["release/*"]\n%s\n' \
	    'rules: [{id: r, require: {review: {}}}]' | write_own
	commit_as ada "Begin the repository's policy"
	unguarded_push main
	git branch release/1
	commit_as mallory "Slip in" src/backdoor.c
	git tag v1
	push release/1 v1
	assert_refused tag.target
}

@test "where the tree's policy protects tags alone, they are of the server's branches" {
	printf 'version: 1\nprotected: ["tags/p*"]\n%s\n' \
	    'rules: [{id: r, refs: ["tags/p*"], require: {annotated: true}}]' |
	    write_own
	commit_as ada "Begin the repository's policy"
	unguarded_push main
	push HEAD:refs/tags/p1
	assert_refused tag.lightweight
	as ada git tag -a -m "One" p1
	push p1
	assert_accepted
	commit_as mallory "Slip in" src/backdoor.c
	push HEAD:refs/heads/feature
	assert_accepted
	as ada git tag -a -m "Two" p2
	push p2
	assert_refused tag.target
}

@test "the first branch that the tree's policy alone protects is no import" {
	printf 'version: 1\nprotected: ["prod/*"]\n%s\n' \
	    'rules: [{id: r, require: {review: {}}}]' | write_own
	commit_as bob "Begin the repository's policy$by_ada"
	unguarded_push main
	commit_as mallory "Slip in" src/backdoor.c
	push HEAD:refs/heads/prod/1
	assert_refused review.missing HEAD
	push "$(as ada git commit-tree -m "Elsewhere$by_ada" "HEAD^{tree}"):refs/heads/prod/1"
	assert_refused history.root
	push HEAD^:refs/heads/prod/1
	assert_accepted
	[ "$(record imported)" = "" ] || fail "it was judged"
}

@test "refwarden check asks the policy of the tree as it was last seen" {
	local check=("$build/refwarden" check --policy "$server/refwarden.yml")

	with_own Ticket
	commit_as bob "Explain$by_ada" docs/a.md
	run "${check[@]}"
	[ "$status" -eq 1 ]
	[[ $output == *"error[trailer.missing]"* ]]
	as bob git commit -q --amend -m "Explain$by_ada$ticket"
	run "${check[@]}"
	[ "$status" -eq 0 ]
	echo "nonsense: 1" | write_own
	commit_as bob "Break the policy$by_ada$ticket"
	run "${check[@]}"
	[ "$status" -eq 1 ]
	[[ $output == *"fault   $own:1:1: "* ]]
}

@test "records tell one state of the policy from another" {
	local before

	commit_as bob "Explain$by_ada" docs/a.md
	push main
	assert_accepted
	before=$(record policy)
	with_own Ticket
	commit_as bob "Explain$by_ada$ticket" docs/b.md
	push main
	assert_accepted
	[ "$(record policy)" != "$before" ]
}
