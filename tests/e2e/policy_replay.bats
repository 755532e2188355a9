#!/usr/bin/env bats
# `refwarden policy replay`: past changes, judged as the hook would have.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

setup() {
	refwarden=$build/refwarden
	server_start
	policy <<'END'
version: 1
people: {ada: [ada@example.com], bob: [bob@example.com], carol: [carol@example.com]}
groups: {reviewers: [ada, bob, carol]}
paths: {code: ["src/**"], tests: ["tests/**"]}
protected: [main]
rules:
  - id: peer-review
    require: {review: {count: 1, by: reviewers}}
  - id: tests-with-code
    when: {paths: code, kinds: [added, modified]}
    require: {touches: tests}
  - id: short-subjects
    mode: warn
    require: {message: {subject_max: 12}}
END
}

replay() { # [OPTION...]: of the server's main, as JSON
	"$refwarden" policy replay --repo "$server" \
	    --policy "$server/refwarden.yml" "$@"
}

any() { # WORD...: one of them
	shift $((RANDOM % $#))
	echo "$1"
}

# A commit of some files by somebody, reviewed by somebody or nobody.
random_commit() {
	local files=()

	[ $((RANDOM % 2)) -eq 0 ] || files+=("src/$(any a b c).c")
	[ $((RANDOM % 2)) -eq 0 ] || files+=("tests/$(any a b c).c")
	commit_as "$(any ada bob)" "$(any Do Change "Change something")$(
	    any "" "$by_ada" "$by_bob" "$by_mallory")" "${files[@]}"
}

random_history() { # COUNT
	local i

	for ((i = 0; i < $1; i++)); do
		if [ $((RANDOM % 3)) -gt 0 ]; then
			random_commit
			continue
		fi
		git switch -q -c side "$(any main main "$(
		    git rev-list --first-parent --max-count=2 main | tail -n 1)")"
		random_commit
		[ $((RANDOM % 2)) -eq 0 ] || random_commit
		git switch -q main
		merge_as carol "Merge$(any "" "$by_ada" "$by_bob")" -X ours side
		git branch -q -D side
	done
}

# "CODE RULE" of every violation of the last push, each once.
violations_recorded() {
	grep '"event":"violation"' "$root/records" |
	    sed -E 's/.*"rule":"([^"]*)".*"code":"([^"]*)".*/\2 \1/;
	        s/.*"code":"([^"]*)".*"rule":"([^"]*)".*/\1 \2/' | sort -u
}

# The same of one change, as replay says.
violations_replayed() { # COMMIT
	grep -A2 "\"commit\": \"$1\"" "$root/replay.json" |
	    sed -n 's/.*"code": "\(.*\)",/\1/p; s/.*"rule": "\(.*\)",/\1/p' |
	    paste -d' ' - - | sort -u
}

@test "every change is judged as the hook judges it, pushed alone" {
	local seed=${REFWARDEN_SEED:-$$} commit changes refused=0

	echo "REFWARDEN_SEED=$seed"
	RANDOM=$seed
	random_history 16
	git push -q --receive-pack="$unguarded" origin main
	changes=$(git rev-list --first-parent --reverse "$base..main")
	replay --json --list >"$root/replay.json" || :
	[ "$(grep -c . <<<"$changes")" -ge 16 ]
	for commit in $changes; do
		git -C "$server" update-ref refs/heads/main "$commit^"
		push "$commit:refs/heads/main"
		refused=$((refused + (status != 0)))
		violations_recorded >>"$root/all"
		diff <(violations_recorded) <(violations_replayed "$commit") ||
		    fail "replay and hook differ about $commit"
		git -C "$server" update-ref refs/heads/main "$commit"
	done
	grep "\"refused\": $refused," "$root/replay.json"
	[ "$refused" -gt 0 ]
	[ "$(sort -u "$root/all" | wc -l)" -ge 3 ]
}

@test "the table counts by rule, and no ref is touched" {
	commit_as bob "Do it$by_ada" src/a.c tests/a.c
	commit_as bob "Do it" src/a.c
	commit_as bob "Do it again and again$by_ada" docs/a.md
	git push -q --receive-pack="$unguarded" origin main
	git -C "$server" for-each-ref >"$root/before"
	run replay
	[ "$status" -eq 1 ]
	[[ $output =~ peer-review\ +enforce\ +1\ +3\ +$(git rev-parse --short=10 main~1) ]]
	[[ $output =~ tests-with-code\ +enforce\ +1\ +2\  ]]
	[[ $output =~ short-subjects\ +warn\ +1\ +3\  ]]
	[[ $output == *"1 of 3 changes of main would be refused"* ]]
	git -C "$server" for-each-ref | cmp - "$root/before"
}

@test "a list names the changes that would be refused" {
	commit_as bob "Do it" src/a.c
	commit_as bob "Do it again and again$by_ada" docs/a.md
	git push -q --receive-pack="$unguarded" origin main
	run replay --list
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == "$(git rev-parse --short=10 main~1)  review.missing "* ]]
}

@test "plain columns are between tabs, without a heading" {
	local row

	commit_as bob "Do it" src/a.c
	git push -q --receive-pack="$unguarded" origin main
	row=$(replay --plain 2>/dev/null | head -n 1) || :
	[ "$row" = "peer-review	enforce	1	1	$(git rev-parse main)" ]
	row=$(replay --plain --list 2>/dev/null | head -n 1) || :
	[ "$row" = "$(git rev-parse main)	review.missing	peer-review" ]
}

@test "a history that the policy would have accepted is a yes" {
	commit_as bob "Do it$by_ada" src/a.c tests/a.c
	git push -q --receive-pack="$unguarded" origin main
	run replay
	[ "$status" -eq 0 ]
	[[ $output == *"0 of 1 changes"* ]]
}

@test "changes older than --since are not judged" {
	commit_as bob "Do it" src/a.c
	git push -q --receive-pack="$unguarded" origin main
	run replay --since 90d
	[ "$status" -eq 0 ]
	[[ $output == *"0 of 0 changes"* ]]
	run replay --since yesterday
	[ "$status" -eq 2 ]
}

@test "an unprotected ref, and one that is not there, is no question" {
	run replay --ref topic
	[ "$status" -eq 4 ]
	[[ $output == *"topic is not protected"* ]]
	git -C "$server" update-ref -d refs/heads/main
	run replay
	[ "$status" -eq 4 ]
}

@test "what is no branch is not replayed" {
	for ref in tags/v1 refs/tags/v1 refs/notes/evidence; do
		run replay --ref "$ref"
		[ "$status" -eq 2 ]
		[[ $output == *"--ref $ref is no branch: "* ]]
	done
}
