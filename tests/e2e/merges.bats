#!/usr/bin/env bats
# A merge that adds nothing of its own stands on the reviews of its commits; one
# that adds something needs its own.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

# A topic of two reviewed commits, and main gone on: a.txt has thirty lines.
setup() {
	server_start
	seq 30 >a.txt
	git add a.txt
	commit_as ada "Add a$by_bob"
	git switch -q -c topic
	sed -i 's/^3$/three/' a.txt
	git add a.txt
	commit_as bob "Change a$by_ada" docs/topic.md
	commit_as bob "Explain$by_ada" docs/more.md
	git switch -q main
	sed -i 's/^27$/twenty-seven/' a.txt
	git add a.txt
	commit_as ada "Change a as well$by_bob" docs/guide.md
}

refused_for_merge() {
	push main
	assert_refused review.missing main
	[ "$(grep -c '"event":"violation"' "$root/records")" -eq 1 ] ||
	    fail "more is refused than the merge"
}

@test "a clean merge of reviewed commits needs no review of its own" {
	merge_as carol "Merge topic" topic
	push main
	assert_accepted
	[ "$(record reviewers)" = '["bob","ada"]' ] ||
	    [ "$(record reviewers)" = '["ada","bob"]' ]
}

@test "one unreviewed commit of the side is named, and the merge is not" {
	git switch -q topic
	commit_as bob "Slip in" docs/slip.md
	git switch -q main
	merge_as carol "Merge topic" topic
	push main
	assert_refused review.missing topic
	[ "$(grep -c '"event":"violation"' "$root/records")" -eq 1 ]
	[[ $output != *"commit  $(git rev-parse --short=7 main) "* ]]
}

@test "an evil merge, of a file more, or of a line more in a merged file" {
	as carol git merge -q --no-ff --no-commit topic
	commit_as carol "Merge topic" docs/evil.md
	refused_for_merge
	git reset -q --hard HEAD^
	as carol git merge -q --no-ff --no-commit topic
	commit_as carol "Merge topic" a.txt
	refused_for_merge
}

@test "a merge that drops what one side did" {
	merge_as carol "Merge topic" -s ours topic
	refused_for_merge
	git reset -q --hard HEAD^
	as carol git merge -q --no-ff --no-commit topic
	git rm -q -f docs/more.md
	commit_as carol "Merge topic"
	refused_for_merge
}

@test "a conflict is resolved by somebody, and read by somebody else" {
	sed -i 's/^three$/3/; s/^3$/drei/' a.txt
	git add a.txt
	commit_as ada "Change a once more$by_bob"
	as carol git merge -q --no-ff topic || :
	git checkout -q --theirs a.txt
	git add a.txt
	commit_as carol "Merge topic"
	refused_for_merge
	as carol git commit -q --amend --no-edit --trailer "Reviewed-by: ${person[carol]}"
	push main
	assert_refused review.self main
	as carol git commit -q --amend -m "Merge topic$by_mallory"
	push main
	assert_refused review.unknown main
	# Ada and Bob wrote what is merged; nobody but Carol is left, so let
	# somebody else make the merge.
	as mallory git commit -q --amend --reset-author -m "Merge topic$(reviewed_by carol)"
	push main
	assert_accepted
}

@test "who integrates may be who reviewed" {
	git switch -q topic
	commit_as bob "Explain again$(reviewed_by carol)" docs/again.md
	git switch -q main
	merge_as carol "Merge topic" topic
	push main
	assert_accepted
}

@test "who reviewed may not have written part of the merge" {
	git switch -q topic
	commit_as bob "Explain again$(reviewed_by carol)" docs/again.md
	git switch -q main
	as carol git merge -q --no-ff --no-commit topic
	commit_as carol "Merge topic$(reviewed_by carol)" docs/evil.md
	push main
	assert_refused review.self main
}

@test "main merged into a topic and the topic back into main" {
	git switch -q topic
	merge_as bob "Merge main" main
	commit_as bob "Explain at last$by_ada" docs/last.md
	git switch -q main
	merge_as carol "Merge topic" topic
	push main
	assert_accepted
}

@test "an evil merge inside a topic is named" {
	git switch -q topic
	as bob git merge -q --no-ff --no-commit main
	commit_as bob "Merge main" docs/evil.md
	git switch -q main
	merge_as carol "Merge topic" topic
	push main
	assert_refused review.missing topic
}

@test "messages of mechanical merges are not read, of other merges they are" {
	policy_default enforce | sed '/tests-with-code/,$d' | policy
	cat >>"$server/refwarden.yml" <<'END'
  - id: subjects
    require: {message: {subject_max: 20}}
END
	merge_as carol "Merge the topic, as it has been reviewed by Ada" topic
	push main
	assert_accepted
	git switch -q -c next
	commit_as bob "Explain$by_ada" docs/next.md
	git switch -q main
	as carol git merge -q --no-ff --no-commit next
	commit_as carol "Merge the topic, as it has been reviewed by Ada" docs/evil.md
	push main
	assert_refused message.length main
}
