#!/usr/bin/env bats
# Protected branches only go forward along their own line, and nothing that was
# not a state of one becomes one, or a release, by another way.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

setup() {
	server_start
	zero=0000000000000000000000000000000000000000
}

# A second state of main, so that there is a wrong old value.
second_state() {
	commit_as bob "Go on$by_ada" docs/guide.md
	push main
	assert_accepted
	second=$(git rev-parse HEAD)
}

# ---- deletion and force, by every form of old id

@test "main is not deleted" {
	push :main
	assert_refused history.delete
	[ "$(record kind)" = delete ]
	[ "$(record old)" = "$base" ]
}

@test "main is not deleted, whatever old value the client tells" {
	second_state
	for old in "$base" "$second" "${second//[0-9]/e}"; do
		push_raw "$old $zero refs/heads/main"
		assert_refused history.delete
	done
	push_raw "$zero $zero refs/heads/main"
	assert_refused input.malformed
	[ -z "$(record kind)" ]
}

@test "main is not rewritten" {
	second_state
	git reset -q --hard "$base"
	commit_as bob "Go elsewhere$by_ada" docs/guide.md
	push --force main
	assert_refused history.rewrite main
	[ "$(record kind)" = rewrite ]
	push --force "$base:main"
	assert_refused history.rewrite "$base"
}

@test "main is not rewritten, whatever old value the client tells" {
	second_state
	git reset -q --hard "$base"
	commit_as bob "Go elsewhere$by_ada" docs/guide.md
	new=$(git rev-parse HEAD)
	for old in "$zero" "$base" "${second//[0-9]/e}" "$new"; do
		push_raw "$old $new refs/heads/main"
		assert_refused input.stale
	done
	push_raw "$second $new refs/heads/main"
	assert_refused history.rewrite
}

@test "a history of its own does not take main's place" {
	git switch -q --orphan other
	commit_as bob "Begin again$by_ada" docs/guide.md
	push --force other:main
	assert_refused history.rewrite
}

# ---- the shape of history

@test "a foxtrot merge" {
	second_state
	git switch -q -c topic "$base"
	commit_as bob "Aside$by_ada" docs/aside.md
	merge_as bob "Merge main into topic$by_ada" main
	push topic:main
	assert_refused history.foxtrot topic
}

@test "a merge of more than two" {
	for topic in one two; do
		git switch -q -c "$topic" "$base"
		commit_as bob "Topic $topic$by_ada" "docs/$topic.md"
	done
	git switch -q main
	merge_as bob "Merge all$by_ada" one two
	push main
	assert_refused history.octopus main
}

@test "a root commit behind a merge" {
	git switch -q --orphan other
	commit_as bob "Begin again$by_ada" docs/other.md
	git switch -q main
	as bob git merge -q --no-ff --allow-unrelated-histories \
	    -m "Merge other$by_ada" other
	push main
	assert_refused history.root other
}

@test "an allowed foxtrot brings no root commit" {
	{
		policy_default enforce
		echo 'history: {first_parent: false}'
	} | policy
	git switch -q --orphan other
	commit_as bob "Begin again$by_ada" docs/other.md
	as bob git merge -q --no-ff --allow-unrelated-histories \
	    -m "Merge main$by_ada" main
	push other:main
	assert_refused history.root other^
}

@test "a release branch with a history of its own" {
	git switch -q --orphan release
	commit_as bob "Begin again$by_ada" docs/other.md
	commit_as bob "Go on$by_ada" docs/other.md
	push release:refs/heads/release/1.0
	assert_refused history.root release^
}

# ---- unreviewed commits by another way

@test "the first branch of a rule brings nothing unjudged below its tip" {
	policy_default enforce |
	    sed '/id: peer-review/a\    refs: ["release/*"]' | policy
	commit_as mallory "Backdoor" docs/backdoor.md
	bad=$(git rev-parse HEAD)
	commit_as bob "Go on$by_ada" docs/guide.md
	push HEAD:refs/heads/release/1
	assert_refused review.missing "$bad"
}

@test "the first branch of a rule is cut from where another is" {
	policy_default enforce |
	    sed '/id: peer-review/a\    refs: ["release/*"]' | policy
	commit_as bob "Not reviewed" docs/guide.md
	commit_as bob "Go on$by_ada" docs/guide.md
	push main
	assert_accepted
	push HEAD:refs/heads/release/1
	assert_accepted
}

@test "commits that were pushed to another branch first" {
	commit_as mallory "Backdoor" docs/backdoor.md
	push HEAD:refs/heads/topic
	assert_accepted
	push main
	assert_refused review.missing main
}

@test "commits that come on another branch of the same push" {
	commit_as mallory "Backdoor" docs/backdoor.md
	push HEAD:refs/heads/topic main
	assert_refused review.missing main
	[ "$(record verdict refs/heads/topic)" = accept ]
	[ "$(record push refs/heads/topic)" = refuse ]
}

@test "unreviewed commits below a reviewed one" {
	commit_as mallory "Backdoor" docs/backdoor.md
	commit_as bob "Go on$by_ada" docs/guide.md
	push main
	assert_refused review.missing main^
}

@test "a merge that brings an unreviewed side branch" {
	git switch -q -c side
	commit_as mallory "Backdoor" docs/backdoor.md
	git switch -q main
	merge_as bob "Merge side" side
	push main
	assert_refused review.missing side
}

@test "a merge with content that neither parent has" {
	git switch -q -c side
	commit_as ada "Aside$by_bob" docs/aside.md
	git switch -q main
	commit_as bob "Go on$by_ada" docs/guide.md
	as bob git merge -q --no-commit side
	commit_as bob "Merge side" src/evil.c
	push main
	assert_refused review.missing main
	assert_refused touches.missing main
}

@test "a new release branch at an unreviewed commit" {
	commit_as mallory "Backdoor" docs/backdoor.md
	push HEAD:refs/heads/release/1.0
	assert_refused review.missing HEAD
	push HEAD:refs/heads/topic
	assert_accepted
	push HEAD:refs/heads/release/1.0
	assert_refused review.missing HEAD
}

@test "an unreviewed commit beside an accepted one" {
	git switch -q -c topic
	commit_as mallory "Backdoor" docs/backdoor.md
	git switch -q main
	commit_as bob "Go on$by_ada" docs/guide.md
	push main topic:refs/heads/release/1.0
	assert_refused review.missing topic
	[ "$(record verdict refs/heads/main)" = accept ]
	[ "$(record push refs/heads/main)" = refuse ]
}

# A side branch may hold a backdoor in one commit and remove it in the next.
merged_side_branch() {
	git switch -q -c side
	commit_as mallory "Backdoor" src/backdoor.c
	bad=$(git rev-parse HEAD)
	git rm -q src/backdoor.c
	commit_as mallory "Tidy up"
	git switch -q main
	merge_as bob "Merge side$by_ada" side
	push main
	assert_accepted
}

@test "a new release branch inside a merged side branch" {
	merged_side_branch
	push "$bad:refs/heads/release/1.0"
	assert_refused review.missing "$bad"
}

@test "a tag inside a merged side branch" {
	merged_side_branch
	git tag v1.0 "$bad"
	as bob git tag -a -m "Version 1.1$by_ada" v1.1 "$bad"
	push v1.0
	assert_refused tag.target "$bad"
	push v1.1
	assert_refused tag.target "$bad"
}

# ---- tags

@test "a tag on an unreviewed commit, alone and with its branch" {
	commit_as mallory "Backdoor" docs/backdoor.md
	git tag v1.0
	push v1.0
	assert_refused tag.target
	push HEAD:refs/heads/topic v1.0
	assert_refused tag.target
	push main v1.0
	assert_refused review.missing main
	[ "$(record codes refs/tags/v1.0)" = '["tag.target"]' ]
}

@test "a tag on something that is no commit" {
	git tag v1.0 "HEAD^{tree}"
	push v1.0
	assert_refused tag.target
}

@test "a tag behind many others" {
	as bob git tag -a -m "Deep" deep0
	for i in 1 2 3 4 5; do
		as bob git tag -a -m "Deep" "deep$i" "deep$((i - 1))"
	done
	push deep5:refs/tags/v1.0
	assert_refused tag.target
}

@test "a tag with no branch, into an empty repository" {
	rm -rf "$server" "$client"
	server_start_empty
	commit_as mallory "Begin" src/app.c
	git tag v1.0
	push v1.0
	assert_refused tag.target
}

@test "a tag neither moves nor goes" {
	git tag v1.0
	push v1.0
	assert_accepted
	commit_as bob "Go on$by_ada" docs/guide.md
	push main
	git tag -f v1.0 >/dev/null
	push --force v1.0
	assert_refused tag.move main
	as bob git tag -f -a -m "Again" v1.0 >/dev/null
	push --force v1.0
	assert_refused tag.move main
	push_raw "$zero $(git rev-parse HEAD) refs/tags/v1.0"
	assert_refused input.stale
	push :v1.0
	assert_refused tag.delete
}

@test "a tag object under another name" {
	as bob git tag -a -m "Version 1.0" v1.0
	push v1.0:refs/tags/v2.0
	assert_refused tag.name
}

@test "with create: anything a tag leads into what its push imports" {
	{
		policy_default enforce
		echo '  - {id: annotated, refs: [tags/v*], require: {annotated: true}}'
		echo 'history: {create: anything}'
	} | policy
	git switch -q --orphan imported
	commit_as mallory "Old times" docs/old.md
	git switch -q -c aside
	commit_as mallory "Aside" docs/aside.md
	git switch -q imported
	merge_as mallory "Merge aside" aside
	git switch -q --orphan other
	commit_as mallory "Backdoor" docs/backdoor.md
	git tag v0.1 aside
	git tag v6.6 other
	git tag v1.0 "$base"
	as bob git tag -a -m "Version 1.1" v1.1 "$base"
	push imported:release/old v0.1 v6.6
	assert_refused tag.target other
	[ "$(record codes refs/tags/v0.1)" = "" ]
	push imported:release/old v0.1 v1.0
	assert_refused tag.lightweight
	push imported:release/old v0.1 v1.1
	assert_accepted
	[ "$(record imported refs/tags/v0.1)" = true ]
	[ -z "$(record imported refs/tags/v1.1)" ]
}
