#!/usr/bin/env bats
# Reviews that are pushed: whose namespace a review lies in, and what it covers.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

key() { # NAME: a key of ssh's, made once
	[ -e "$root/$1" ] ||
	    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$root/$1"
	cut -d ' ' -f 1-2 "$root/$1.pub"
}

# Ada, Bob and Carol review; Mallory may push, and is nobody.
reviewed_policy() { # [SETTING-OF-THE-CHECK...]
	policy <<END
version: 1
people:
  ada: {emails: [ada@example.com], logins: [ada], keys: ['$(key ada)']}
  bob: [bob@example.com]
  carol: [carol@example.com]
groups:
  reviewers: [ada, bob, carol]
protected: [main, "release/*", "tags/v*"]
rules:
  - id: peer-review
    refs: [main, "release/*", "tags/v*"]
    require: {review: {by: reviewers, ${1-proof: content}}}
END
}

setup() {
	server_start
	reviewed_policy
}

review() { # LOGIN COMMIT [TOPIC]
	push_as "$1" "+$2:refs/reviews/$1/${3-topic}"
	assert_accepted
}

# A branch of Bob's with one commit a FILE, on main as it was in the beginning.
topic() { # FILE...
	git checkout -q -B topic "$base"
	for file in "$@"; do
		commit_as bob "Change $file" "$file"
	done
}

# Main as the server has it, with one more commit that is reviewed.
main_goes_on() { # FILE
	local at

	at=$(git rev-parse HEAD)
	git checkout -q "$(server_value main)"
	commit_as bob "Meanwhile" "$1"
	review ada HEAD meanwhile
	push HEAD:main
	assert_accepted
	git checkout -q "$at"
}

squash() { # COMMIT: all of it as one commit on the server's main
	git checkout -q "$(server_value main)"
	as bob git merge -q --squash "$1" >/dev/null
	commit_as bob "Land it"
}

covered() { # [REF]
	push "HEAD:${1-main}"
	assert_accepted
	[ "$(record proof)" = content ] && [ "$(record reviewers)" = '["ada"]' ]
}

push_as() { # LOGIN REFSPEC...
	local REFWARDEN_USER=$1

	export REFWARDEN_USER
	shift
	push "$@"
}

@test "everybody writes below their own login" {
	commit_as bob "Change" src/app.c
	push_as ada HEAD:refs/reviews/ada/change
	assert_accepted
	commit_as bob "Another" src/app.c
	push_as ada +HEAD:refs/reviews/ada/change HEAD:refs/reviews/ada/more/deep
	assert_accepted
	push_as ada :refs/reviews/ada/change
	[ "$status" -eq 0 ]
	[ -z "$(server_value refs/reviews/ada/change)" ]
}

@test "nobody creates, moves or deletes in the namespace of another" {
	commit_as bob "Change" src/app.c
	push_as bob HEAD:refs/reviews/ada/change
	assert_refused pusher.denied
	assert_tells "refs/reviews/bob/"
	push_as ada HEAD:refs/reviews/ada/change
	assert_accepted
	commit_as bob "Another" src/app.c
	for who in bob ad adaa Ada; do
		push_as "$who" +HEAD:refs/reviews/ada/change
		assert_refused pusher.denied
		push_as "$who" :refs/reviews/ada/change
		assert_refused pusher.denied
		push_as "$who" -o exception=EX-2026-1 HEAD:refs/reviews/ada/block/x
		assert_refused pusher.denied
	done
}

@test "what has no login or no topic is nobody's" {
	echo 'namespaces: ["refs/**"]' >>"$server/refwarden.yml"
	commit_as bob "Change" src/app.c
	push_as ada HEAD:refs/reviews/ada
	assert_refused pusher.denied
	push_as ada HEAD:refs/reviews
	assert_refused pusher.denied
	for name in refs/Reviews refs/Reviews/ada/change refs/reviewS/bob/change; do
		push_as ada "HEAD:$name"
		assert_refused ref.case
	done
	push_as ada HEAD:refs/reviewers/ada
	assert_accepted
}

@test "where the host names nobody, nobody reviews" {
	commit_as bob "Change" src/app.c
	push_as '' HEAD:refs/reviews/ada/change
	assert_refused pusher.unknown
	assert_tells "administrator"
	unset REFWARDEN_USER
	push "HEAD:refs/reviews/$(id -un)/change"
	assert_refused pusher.unknown
	echo 'pusher: account' >>"$server/refwarden.yml"
	push "HEAD:refs/reviews/$(id -un)/change"
	assert_accepted
	push HEAD:refs/reviews/ada/change
	assert_refused pusher.denied
}

@test "it is so whatever the rules ask for, and in a trial too" {
	policy_default observe | policy
	commit_as bob "Change" src/app.c
	push_as bob HEAD:refs/reviews/ada/change
	assert_refused pusher.denied
}

@test "a commit is covered by a review of it, and so is what comes with it" {
	topic src/a.c src/b.c src/c.c
	push HEAD:main
	assert_refused review.missing topic~2
	assert_tells "git push origin $(git rev-parse topic | cut -c 1-10):refs/reviews/LOGIN/TOPIC"
	review ada topic
	covered
}

@test "what stands on a reviewed commit is not covered" {
	topic src/a.c src/b.c
	review ada topic~1
	push HEAD:main
	[ "$status" -ne 0 ]
	assert_names review.stale topic
	push topic~1:main
	assert_accepted
}

@test "nor is what a reviewed commit stands on" {
	sed -i 's/refs: \[main, /refs: [/' "$server/refwarden.yml"
	topic src/a.c
	push HEAD:main
	assert_accepted
	commit_as bob "More" src/b.c
	review ada HEAD
	push HEAD~1:refs/heads/release/1
	assert_refused review.stale HEAD~1
	as ada git tag -a -m "Reviewed" on-main HEAD~1
	review ada on-main
	push HEAD~1:refs/heads/release/1
	assert_accepted
}

@test "a review that arrives with the commit is not seen" {
	topic src/a.c
	push_as ada HEAD:main HEAD:refs/reviews/ada/topic
	assert_refused review.missing topic
}

@test "a merge of what was reviewed" {
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	git checkout -q "$(server_value main)"
	merge_as carol "Merge topic" topic
	covered
}

@test "a merge of what was not reviewed does not split what was" {
	topic src/check.c src/feature.c
	review ada topic
	git checkout -q -B other "$base"
	commit_as bob "Aside" src/aside.c
	review ada other aside
	main_goes_on src/app.c
	squash other
	tree=$(git rev-parse "HEAD^{tree}")
	at=$(as bob git commit-tree -m "Aside" \
	    -p "$(server_value main)" -p topic~1 "$tree")
	git checkout -q "$at"
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "a review by ada of other commits"
	as bob git cherry-pick topic >/dev/null
	[ ! -e src/check.c ]
	push HEAD:main
	assert_refused review.stale HEAD~1
	git checkout -q "$(server_value main)"
	merge_as bob "Merge aside" other
	covered
}

@test "a squash of what was reviewed, main going on in the same file" {
	git checkout -q -B topic "$base"
	seq 1 30 >src/long.c
	git add src/long.c
	commit_as bob "Long"
	review ada HEAD long
	push HEAD:main
	assert_accepted
	base=$(git rev-parse HEAD)
	sed -i 's/^3$/three/' src/long.c
	git add src/long.c
	commit_as bob "Three" src/a.c
	git rm -q docs/guide.md
	commit_as bob "No guide"
	review ada HEAD
	git checkout -q "$base"
	sed -i 's/^27$/twenty-seven/' src/long.c
	git add src/long.c
	commit_as bob "Twenty-seven"
	review ada HEAD other
	push HEAD:main
	assert_accepted
	squash topic
	[ "$(sed -n '3p;27p' src/long.c | tr '\n' ' ')" = "three twenty-seven " ]
	covered
}

@test "one commit that is rebased, and a series" {
	topic src/a.c
	review ada topic
	main_goes_on src/app.c
	as bob git rebase -q "$(server_value main)" topic
	covered

	topic src/b.c src/c.c docs/guide.md
	git rm -q docs/guide.md
	commit_as bob "No guide"
	commit_as bob "The last" src/b.c
	review ada topic
	main_goes_on src/app.c
	as bob git rebase -q "$(server_value main)" topic
	covered
	[ "$(record changes)" = 5 ]
}

@test "a series that is rebased lands in parts" {
	topic src/a.c src/b.c src/c.c
	review ada topic
	main_goes_on src/app.c
	as bob git rebase -q "$(server_value main)" topic
	push topic~1:main
	assert_accepted
	push topic:main
	assert_accepted
}

@test "the record names the stronger proof where the rule asks for less" {
	reviewed_policy "proof: claimed"
	topic src/a.c
	push HEAD:main
	assert_refused review.missing HEAD
	review ada topic
	covered
	reviewed_policy "proof: pusher"
	commit_as bob "Change" src/a.c
	review ada HEAD
	covered
}

@test "a claim is no review that was pushed" {
	topic src/a.c
	as bob git commit -q --amend -m "Change$by_ada"
	push HEAD:main
	assert_refused review.proof HEAD
	assert_tells "a claim by ada"
	push_as ada HEAD:main
	assert_refused review.proof HEAD
	review ada HEAD
	covered
}

@test "content that differs voids the review, and the files are listed" {
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	change src/b.c src/x.c
	as bob git commit -q --amend --no-edit
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "path    src/b.c"
	assert_tells "path    src/x.c"
	[[ $output != *src/a.c* && $output != *src/app.c* ]] ||
	    fail "a file is listed that is as it was reviewed"
	git checkout -q HEAD~1
	as bob git merge -q --squash topic >/dev/null
	git rm -qf src/a.c
	commit_as bob "Without a file"
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "path    src/a.c"
}

@test "many files that differ are counted" {
	topic src/a.c
	review ada topic
	change src/a.c src/x{1..8}.c
	as bob git commit -q --amend --no-edit
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "9 files are not as"
	assert_tells "and 4 more"
}

@test "whoever wrote or pushes it has not reviewed it" {
	topic src/a.c
	review bob topic
	push HEAD:main
	assert_refused review.proof HEAD
	assert_tells "two people"
	push_as carol HEAD:main
	assert_refused review.self HEAD
	review carol topic
	push_as carol HEAD:main
	[ "$status" -ne 0 ]
	push_as ada HEAD:main
	assert_accepted
	[ "$(record reviewers)" = '["carol"]' ]
	as bob git commit -q --allow-empty -m "With

Co-authored-by: ${person[carol]}"
	change src/b.c
	as bob git commit -q --amend --no-edit
	review carol HEAD
	push_as ada HEAD:main
	assert_refused review.self HEAD
}

@test "whoever wrote what was squashed or rebased has not reviewed it" {
	git checkout -q -B topic "$base"
	commit_as ada "Mine" src/a.c
	commit_as bob "Not mine" src/b.c
	commit_as bob "Ours

Co-authored-by: ${person[ada]}" src/c.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	push HEAD:main
	assert_refused review.self HEAD
	squash topic~2
	review carol topic
	push HEAD:main
	assert_accepted
	push_as carol :refs/reviews/carol/topic
	git checkout -q "$(server_value main)"
	as bob git cherry-pick topic~1 >/dev/null
	covered
	as bob git cherry-pick topic >/dev/null
	commit_as bob "To be squashed"
	as bob git reset -q --soft HEAD~2
	commit_as bob "Reworded"
	push HEAD:main
	assert_refused review.self HEAD
}

@test "whoever is not asked has not reviewed it" {
	topic src/a.c
	review mallory topic
	push HEAD:main
	assert_refused review.unknown HEAD
	sed -i 's/^  carol: .*/  carol: {emails: [carol@example.com], until: 2020-01-01}/
		s/^  ada: .*/  ada: {emails: [ada@example.com], robot: true}/' \
	    "$server/refwarden.yml"
	review carol topic
	review ada topic
	push HEAD:main
	assert_refused review.unknown HEAD
}

@test "without a known pusher no review counts" {
	topic src/a.c
	review ada topic
	REFWARDEN_USER='' push HEAD:main
	assert_refused pusher.unknown HEAD
	unset REFWARDEN_USER
	push HEAD:main
	assert_refused pusher.unknown HEAD
}

@test "two reviews are two people, whatever they reviewed" {
	reviewed_policy "proof: content, count: 2"
	topic src/a.c src/b.c
	review ada topic
	review ada topic another
	push_as mallory HEAD:main
	assert_refused review.missing
	review carol topic
	push_as mallory HEAD:main
	assert_accepted
	[ "$(record reviewers)" = '["ada","carol"]' ]
}

@test "each commit of a merge, where the rule asks per commit" {
	reviewed_policy "proof: content, per: commit"
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	git checkout -q "$(server_value main)"
	merge_as carol "Merge topic" topic
	covered
	topic src/c.c src/d.c
	review ada topic~1
	git checkout -q "$(server_value main)"
	merge_as carol "Merge topic" topic
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "commit  $(git rev-parse topic | cut -c 1-7) "
}

@test "a review does not serve again what was taken back" {
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	covered
	as bob git revert --no-edit HEAD
	review ada HEAD revert
	push HEAD:main
	assert_accepted

	squash topic
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "taken back since"
	squash topic~1
	push HEAD:main
	assert_refused review.stale HEAD

	squash topic
	review ada HEAD again
	covered
}

@test "no part of what landed in parts and was taken back serves again" {
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	as bob git rebase -q "$(server_value main)" topic
	covered
	git checkout -q topic
	as bob git revert --no-edit HEAD
	review ada HEAD revert
	push HEAD:main
	assert_accepted
	git checkout -q "$(server_value main)"
	git checkout -q topic~1 -- src/b.c
	commit_as bob "Once more"
	push HEAD:main
	assert_refused review.stale HEAD
}

@test "the rest of a series does not bring back what was taken back of it" {
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	squash topic~1
	covered
	as bob git revert --no-edit HEAD
	review ada HEAD revert
	push HEAD:main
	assert_accepted
	squash topic
	push HEAD:main
	assert_refused review.stale HEAD
	assert_tells "taken back since"
}

@test "a merge does not bring back what was squashed and taken back" {
	for policy in "proof: content" "proof: content, per: commit"; do
		reviewed_policy "$policy"
		topic "src/a.c" "src/b.c"
		review ada topic "${policy: -6}"
		main_goes_on src/app.c
		squash topic
		covered
		as bob git revert --no-edit HEAD
		review ada HEAD "revert-${policy: -6}"
		push HEAD:main
		assert_accepted
		merge_as bob "Merge topic" topic
		review carol HEAD~1 "other-${policy: -6}"
		push HEAD:main
		assert_refused review.stale
		base=$(server_value main)
	done
}

@test "nor does what landed among other things serve again" {
	topic src/a.c src/b.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	change src/more.c
	as bob git commit -q --amend -m "Land it, and more"
	review carol HEAD more
	push HEAD:main
	assert_accepted
	as bob git revert --no-edit HEAD
	review carol HEAD revert
	push HEAD:main
	assert_accepted
	for part in topic topic~1; do
		squash $part
		push HEAD:main
		assert_refused review.stale HEAD
		assert_tells "taken back since"
	done
}

@test "landing, taking back and landing in one push is landing twice" {
	topic src/a.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	as bob git revert --no-edit HEAD
	review carol HEAD revert
	as bob git revert --no-edit HEAD
	push HEAD:main
	assert_refused review.stale HEAD
}

@test "a review serves each branch once" {
	git -C "$server" branch release/1 main
	topic src/a.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	covered
	git checkout -q -B port "$(server_value release/1)"
	as bob git cherry-pick topic >/dev/null
	covered release/1
}

@test "an old review does not cover a commit that changes nothing" {
	topic src/a.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	covered
	commit_as bob "Nothing"
	push HEAD:main
	[ "$status" -ne 0 ]
}

@test "who withholds is asked, until they delete the ref" {
	topic src/a.c src/b.c
	review ada topic
	review carol topic~1 block/why
	push HEAD:main
	assert_refused review.missing topic~1
	assert_tells "carol withholding it"
	assert_tells "git push origin :refs/reviews/carol/block/why"
	main_goes_on src/app.c
	squash topic~1
	push HEAD:main
	assert_refused review.missing HEAD
	push_as mallory :refs/reviews/carol/block/why
	assert_refused pusher.denied
	push_as carol :refs/reviews/carol/block/why
	[ "$status" -eq 0 ]
	covered
}

@test "nobody but those who are asked withholds, whatever proof is asked" {
	reviewed_policy "proof: claimed"
	topic src/a.c
	as bob git commit -q --amend -m "Change$by_ada"
	review mallory HEAD block/x
	push HEAD:main
	assert_accepted
	as bob git commit -q --allow-empty -m "More$by_ada"
	review carol HEAD block
	push HEAD:main
	assert_refused review.missing HEAD
}

limits() { # KEY: VALUE...
	echo "limits: {$*}" >>"$server/refwarden.yml"
}

# What is on HEAD has a review of its own, and yet Carol's block keeps it out;
# what has nothing of it lands all the same.
withheld_unseen() {
	review ada HEAD landing
	push HEAD:main
	assert_refused review.missing HEAD
	assert_tells "carol withholding what may be it"
	assert_tells "git push origin :refs/reviews/carol/block/why"
	others_land
}

others_land() {
	local at

	at=$(git rev-parse HEAD)
	git checkout -q "$(server_value main)"
	commit_as bob "Something else" docs/guide.md
	review ada HEAD else
	push HEAD:main
	assert_accepted
	git checkout -q "$at"
}

# A file of so many lines, on the server's main and in `base`.
long_file() { # LINES
	git checkout -q main
	seq "$1" >src/long
	git add src/long
	commit_as bob "Add a long file"
	git push -q --receive-pack="$unguarded" origin main
	base=$(git rev-parse HEAD)
}

# Topic and main change the same file, each elsewhere, and Carol withholds topic.
change_both_ends() { # FILE
	git checkout -q -B topic "$base"
	sed -i '1s/.*/first/' "$1"
	commit_as bob "Change the beginning" src/a.c "$1"
	review carol topic block/why
	git checkout -q "$base"
	sed -i '50s/.*/fifty/' "$1"
	commit_as bob "Meanwhile" "$1"
	review ada HEAD meanwhile
	push HEAD:main
	assert_accepted
	squash topic
}

@test "a block holds where a file is too large to be merged" {
	long_file 2000
	limits blob_size: 1K
	change_both_ends src/long
	withheld_unseen
}

@test "a block holds where a file has too many lines to be merged" {
	long_file 100001
	change_both_ends src/long
	withheld_unseen
}

@test "a block of those who are not asked holds nothing that can not be told" {
	long_file 2000
	limits blob_size: 1K
	change_both_ends src/long
	push_as carol :refs/reviews/carol/block/why
	review mallory topic block/why
	review ada HEAD landing
	push HEAD:main
	assert_accepted
}

@test "a block holds where there are several merge bases" {
	topic src/side.c
	git branch side
	git checkout -q -B trunk "$base"
	commit_as bob "Trunk" src/t.c
	git checkout -q -B topic "$base"
	commit_as bob "Change" src/a.c
	merge_as bob "Merge side" side
	merge_as bob "Merge trunk" trunk
	commit_as bob "More" src/b.c
	git checkout -q trunk
	merge_as bob "Merge side, too" side
	git push -q --receive-pack="$unguarded" origin trunk:main
	[ "$(git merge-base --all topic trunk | wc -l)" -eq 2 ]
	review carol topic block/why
	squash topic
	withheld_unseen
}

@test "a block holds where the work is longer than it is followed" {
	for i in {1..1010}; do
		printf 'commit refs/heads/long\ncommitter B <bob@example.com> %d +0000\ndata 2\nx\n' \
		    $((1700001000 + i))
		[ "$i" -gt 1 ] || printf 'from %s\n' "$base"
		printf 'M 100644 inline src/f%d.c\ndata 2\nx\n\n' "$i"
	done | git fast-import --quiet
	review carol long block/why
	squash long~1005
	withheld_unseen
	squash long
	review ada HEAD landing
	push HEAD:main
	assert_refused review.missing HEAD
	assert_tells "carol withholding it"
}

@test "a block holds where a file lies as deep as the policy allows" {
	limits tree_depth: 3
	git checkout -q main
	commit_as bob "Directories" src/a/b/x.c
	git push -q --receive-pack="$unguarded" origin main
	base=$(git rev-parse HEAD)
	topic src/a/b/c.c
	review carol topic block/why
	main_goes_on src/app.c
	squash topic
	review ada HEAD landing
	push HEAD:main
	assert_refused review.missing HEAD
	assert_tells "carol withholding it"
	push_as carol :refs/reviews/carol/block/why
	covered
}

@test "a block holds where a commit of the work can not be read" {
	topic src/a.c
	as bob git commit -q --allow-empty -m "$(seq 2000)"
	commit_as bob "And more" src/b.c
	limits commit_size: 2K
	review carol topic block/why
	main_goes_on src/app.c
	squash topic
	withheld_unseen
}

@test "a ref that can not be read says nothing, and keeps nobody from pushing" {
	topic src/a.c
	review ada topic
	tree=$(git rev-parse "topic^{tree}")
	blob=$(git rev-parse topic:src/a.c)
	for who in ada carol; do
		for topic in x block/x; do
			push_as "$who" "$tree:refs/reviews/$who/$topic-tree" \
			    "$blob:refs/reviews/$who/$topic-blob"
			[ "$status" -eq 0 ]
		done
	done
	dir=$server/refs/reviews/carol
	bad=$(printf 'tree %s\nauthor nobody\n\n' "$tree" |
	    git -C "$server" hash-object -t commit --literally -w --stdin)
	echo "$bad" >"$dir/bad"
	lost=$(printf 'tree %s\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\nx\n' \
	    5555555555555555555555555555555555555555 |
	    git -C "$server" hash-object -t commit --literally -w --stdin)
	echo "$lost" >"$dir/lost"
	main_goes_on src/app.c
	squash topic
	push_as carol HEAD:main
	assert_accepted
	commit_as bob "Unreviewed" src/a.c
	push HEAD:main
	[ "$status" -ne 0 ]
	assert_refused review.missing HEAD
}

@test "a namespace that can not be read is no namespace without reviews" {
	topic src/a.c
	review ada topic
	echo broken >"$server/refs/reviews/ada/other"
	push HEAD:main
	assert_refused internal.error
}

sign() { # NAME COMMIT [SIGNER]: a tag, with the date of another time
	GIT_COMMITTER_DATE="@${when-1700000000} +0000" \
	    git -c gpg.format=ssh -c user.name=Ada -c user.email=ada@example.com \
	    -c user.signingKey="$root/${3-ada}" tag -f -s -m Reviewed "$1" "$2" \
	    >/dev/null
}

@test "a signed review is a tag signed by the reviewer" {
	reviewed_policy "proof: signed"
	topic src/a.c src/b.c
	review ada topic
	push HEAD:main
	assert_refused review.proof
	assert_tells "git -c gpg.format=ssh tag -s -m Reviewed reviews/LOGIN/TOPIC"
	key mallory
	sign reviews/ada/topic topic mallory
	review ada refs/tags/reviews/ada/topic
	push HEAD:main
	assert_refused review.proof
	sign reviews/ada/other topic
	review ada refs/tags/reviews/ada/other
	push HEAD:main
	assert_refused review.proof
	assert_tells "made for something else"
	sign reviews/ada/topic topic
	review ada refs/tags/reviews/ada/topic
	main_goes_on_signed src/app.c
	squash topic
	push HEAD:main
	assert_accepted
	[ "$(record proof)" = signed ]
}

main_goes_on_signed() { # FILE
	git checkout -q "$(server_value main)"
	commit_as bob "Meanwhile" "$1"
	sign meanwhile HEAD
	review ada refs/tags/meanwhile meanwhile
	push HEAD:main
	assert_accepted
}

@test "a key that counts no more proves nothing, whatever date is signed" {
	reviewed_policy "proof: signed"
	topic src/a.c
	sign topic topic
	review ada refs/tags/topic
	sed -i 's/^  ada: {/&until: 2020-01-01, /' "$server/refwarden.yml"
	when=1500000000 sign topic topic
	review ada refs/tags/topic
	push HEAD:main
	[ "$status" -ne 0 ]
	reviewed_policy "proof: signed"
	push HEAD:main
	assert_accepted
}

@test "a release tag is no review" {
	reviewed_policy "proof: signed"
	topic src/a.c
	sign nightly topic
	push refs/tags/nightly
	assert_accepted
	review ada refs/tags/nightly
	push HEAD:main
	assert_refused review.proof HEAD
	assert_tells "made for something else"
}

@test "a protected tag is covered by a review of that very tag" {
	as bob git tag -a -m "Version 1" v1 "$base"
	review ada "$base" commit
	push v1
	assert_refused review.missing
	review ada refs/tags/v1 v1
	push v1
	assert_accepted
	[ "$(record proof)" = content ]
}

@test "among 10,000 reviews the one that covers is found" {
	topic src/a.c
	review ada topic
	main_goes_on src/app.c
	for i in {1..10000}; do
		printf 'commit refs/reviews/carol/t%d\ncommitter C <carol@example.com> %d +0000\ndata 2\nx\n' \
		    "$i" $((1600000000 + i))
		printf 'from %s\nM 100644 inline src/f%d.c\ndata 2\nx\n\n' "$base" "$i"
	done | git -C "$server" fast-import --quiet
	git -C "$server" pack-refs --all
	squash topic
	covered
	[ "$(record ms)" -lt 5000 ]
	commit_as bob "Unreviewed" src/a.c
	push HEAD:main
	assert_refused review.missing HEAD
	[ "$(record ms)" -lt 10000 ]
}

# Reviews of Carol's on the server, each of so many commits that nobody else has,
# newer than all others but for the oldest, which is of `topic`.
many_reviews() { # REFS COMMITS [BELOW]
	local i k

	for ((i = 1; i <= $1; i++)); do
		for ((k = 1; k <= $2; k++)); do
			printf 'commit refs/reviews/carol/%st%d\ncommitter C <carol@example.com> %d +0000\ndata 2\nx\n' \
			    "${3-}" "$i" $((1800000000 + i * $2 + k))
			[ "$k" -gt 1 ] || printf 'from %s\n' "$base"
			printf 'M 100644 inline src/f%d.c\ndata %d\n%d\n\n' \
			    "$i" $((${#k} + 1)) "$k"
		done
	done | git -C "$server" fast-import --quiet
}

@test "what one reviewer leaves behind does not stop the pushes of others" {
	topic src/a.c
	review ada topic
	review carol topic
	main_goes_on src/app.c
	many_reviews 6 900
	squash topic
	covered
}

@test "of too many reviews the oldest are left out, and the pusher is told" {
	topic src/a.c
	review carol topic
	main_goes_on src/app.c
	many_reviews 6 900
	squash topic
	push HEAD:main
	assert_refused review.missing HEAD
	assert_tells "carol has too many reviews"
	review carol HEAD landing
	push HEAD:main
	assert_accepted
}

@test "what withholds is not left out for reviews that do not" {
	topic src/a.c
	review ada topic
	review carol topic block/why
	main_goes_on src/app.c
	many_reviews 6 900
	squash topic
	push HEAD:main
	assert_refused review.missing HEAD
	assert_tells "carol withholding it"
	many_reviews 6 900 block/
	push HEAD:main
	assert_refused review.missing HEAD
	assert_tells "carol withholding what may be it"
	others_land
}

@test "the update hook judges alike, and the refs of its own push are no help" {
	mv "$server/hooks/pre-receive" "$root/pre-receive"
	cp "$build/test/update" "$server/hooks/update"
	topic src/a.c
	push_as bob HEAD:refs/reviews/ada/topic
	[ "$status" -ne 0 ]
	assert_tells "error[pusher.denied]"
	push_as ada HEAD:refs/reviews/ada/topic HEAD:refs/heads/main
	[ "$status" -ne 0 ]
	[ "$(server_value main)" = "$base" ]
	[ "$(server_value refs/reviews/ada/topic)" = "$(git rev-parse HEAD)" ]
	push HEAD:main
	[ "$status" -eq 0 ]
	[ "$(record proof)" = content ]
}

@test "check takes the reviews that are here, and leaves out what it can not know" {
	topic src/a.c
	git fetch -q origin
	refwarden=$build/refwarden
	run "$refwarden" check --policy "$server/refwarden.yml"
	[ "$status" -eq 0 ]
	review ada topic
	review carol topic block/why
	git fetch -q origin '+refs/reviews/*:refs/reviews/*'
	run "$refwarden" check --policy "$server/refwarden.yml"
	[ "$status" -eq 1 ]
	[[ $output == *"error[review.missing]"*"carol"* ]]
	git update-ref -d refs/reviews/carol/block/why
	run "$refwarden" check --policy "$server/refwarden.yml"
	[ "$status" -eq 0 ]
	change src/b.c
	as bob git commit -q --amend --no-edit
	run "$refwarden" check --policy "$server/refwarden.yml"
	[ "$status" -eq 1 ]
	[[ $output == *"error[review.stale]"*src/b.c* ]]
}

@test "past pushes are judged by the reviews there are now" {
	topic src/a.c
	review ada topic
	main_goes_on src/app.c
	squash topic
	covered
	commit_as bob "Unreviewed" src/z.c
	git push -q --receive-pack="$unguarded" origin HEAD:main
	run "$build/refwarden" policy replay --plain --list --repo "$server" \
	    --policy "$server/refwarden.yml"
	[ "$status" -eq 1 ]
	[[ $output == *"$(git rev-parse HEAD)"* || $output == *"$(git rev-parse --short=7 HEAD)"* ]]
	[ "$(grep -c review.missing <<<"$output")" -ge 1 ]
	[[ $output != *"$(git rev-parse --short=7 HEAD~1)"* ]]
	[[ $output != *"$(git rev-parse --short=7 HEAD~2)"* ]]
}
