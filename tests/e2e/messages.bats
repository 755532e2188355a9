#!/usr/bin/env bats
# What the pusher reads: its frame, its length, and nothing in it that a pusher
# could have made dangerous.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	policy_default enforce |
	    sed '/^version:/a\
document: https://git.example.com/policy\
clauses: {"2b": Peer code review prior to merging, "2a": Tests with code}
		/id: tests-with-code/a\    help: ask in the channel of the testers' |
	    policy
}

# What the hook said, without git's "remote: " and its padding.
heard() {
	grep '^remote:' <<<"$output" | sed 's/^remote: \{0,1\}//; s/ *$//'
}

# A frame of ASCII: at most 60 lines of at most 72 columns, no control bytes,
# every first word one of four, the verdict with the id of the records.
assert_frame() {
	heard >"$root/heard"
	[ "$(wc -l <"$root/heard")" -le 60 ] || fail "too many lines"
	perl -Mwarnings=FATAL,utf8 -CSD -ne '
		chomp;
		die "long: $_\n" if length > 72;
		die "control: $_\n" if /[\x00-\x1f\x7f-\x9f]/;
		die "bidi: $_\n" if /[\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{feff}]/;
	' "$root/heard" || fail "a line that must not be"
	grep -q "($(record id))" "$root/heard" || fail "no id"
	! grep -E '^[a-z]+(\[|:)' "$root/heard" |
	    grep -vE '^(error\[|warning\[|hint: |success: |refused: )' ||
	    fail "another word"
}

@test "a refusal says what, which commit, whose rule, and what to do" {
	commit_as bob "Refresh tokens before they expire" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing HEAD
	assert_frame
	short=$(git rev-parse --short=7 HEAD)
	sed "s/$short/SHORT/g; s/$(record id)/ID/" "$root/heard" >"$root/shown"
	diff "$root/shown" - <<'END'
error[review.missing]: main needs 1 review by reviewers, found 0

  commit  SHORT Refresh tokens before they expire
  author  Bob Smith <bob@example.com>
  rule    peer-review, clause 2b: Peer code review prior to merging
  from    ada, carol

hint: once one of them has reviewed SHORT, name them and push again:

  git commit --amend --trailer "Reviewed-by: NAME <EMAIL>"
  git push

refused: 1 error, nothing was changed on the server (ID)
Policy https://git.example.com/policy   Help platform@example.com
END
}

@test "the answer to a check has the same form" {
	commit_as bob "Reviewed$by_ada" docs/guide.md
	push -o refwarden.check HEAD:main
	assert_tells "success: main would accept this push"
	assert_frame
}

@test "an accepted push is silent" {
	commit_as bob "Good$by_ada" src/app.c tests/app_test.c
	push HEAD:main HEAD:refs/heads/topic
	assert_accepted
	[ -z "$(heard)" ]
}

@test "all broken rules of a push are told at once" {
	commit_as bob "Neither" src/app.c
	push HEAD:main "HEAD:refs/heads/release/1" "$base:refs/tags/main" \
	    HEAD:refs/heads/topic
	assert_refused review.missing HEAD
	assert_names touches.missing HEAD
	assert_refused ref.name
	assert_frame
	grep -q '^error\[review.missing\]: main ' "$root/heard"
	grep -q '^error\[review.missing\]: release/1 ' "$root/heard"
	grep -q '^error\[touches.missing\]: main ' "$root/heard"
	grep -q '^error\[touches.missing\]: release/1 ' "$root/heard"
	grep -q 'ask in the channel of the testers' "$root/heard"
	grep -q '^refused: 5 errors, nothing was changed' "$root/heard"
	[ "$(grep -c '^refused:' "$root/heard")" = 1 ]
}

@test "of many commits five are named and the rest counted" {
	for i in {1..17}; do
		commit_as bob "Number $i" tests/app_test.c
	done
	push HEAD:main
	assert_refused review.missing
	assert_frame
	[ "$(grep -c '^  commit  ' "$root/heard")" = 5 ]
	grep -qx '  and 12 more' "$root/heard"
}

@test "a message stays short however much is wrong" {
	refs=()
	for i in {1..40}; do
		commit_as bob "Number $i" src/app.c
		refs+=("HEAD~0:refs/heads/release/$i" "HEAD~0:refs/tags/v$i")
	done
	push HEAD:main "${refs[@]}"
	assert_refused review.missing
	assert_frame
	grep -q '^and [0-9]* more errors' "$root/heard"
	grep -q '^refused: ' "$root/heard"
}

@test "what a pusher wrote is shown without its power" {
	while IFS= read -r -d '' subject; do
		git reset -q --hard "$base"
		commit_as bob "$subject" src/app.c
		push HEAD:main
		[ "$status" -ne 0 ]
		assert_frame
		[[ $(heard) == *'commit  '* ]]
	done < <(printf '%s\0' \
	    $'\e]0;owned\a\e[2J\e[31merror: \e[0m' \
	    $'a\u202egnp.exe\u2066 b\u200b' \
	    $'back\b\b\b\bspace \x7f' \
	    $'\u0085\u009b31m' \
	    $'error[internal.error]: fake\rerror[x]: refused' \
	    "$(printf 'long %.0s' {1..500})" \
	    "$(printf 'x%.0s' {1..3000})" \
	    "$(printf '\xe6\x97\xa5%.0s' {1..300})" \
	    $'%s%n%d%s' "\$(id) \`id\` '\"")
}

@test "bytes that are no text are shown as question marks" {
	git config i18n.commitEncoding bytes
	commit_as bob $'Caf\xe9 \xff\xfe' src/app.c
	push HEAD:main
	[ "$status" -ne 0 ]
	assert_frame
	! grep -q $'\xff' "$root/heard" || fail "a byte of no text"
}

@test "paths and refs are shown without their power" {
	commit_as bob "Not tested$by_ada" $'src/\e[31m\nerror: x\u202e'
	push HEAD:main
	assert_refused touches.missing
	assert_frame
	push $'HEAD:refs/heads/release/a\u202eb'
	assert_refused ref.name
	assert_frame
}

@test "names and addresses are shown without their power" {
	person[eve]=$'Eve \u202e\u200b Moore <eve@\u202eexample.com>'
	commit_as eve "Mine$by_mallory" src/app.c tests/app_test.c
	push HEAD:main
	[ "$status" -ne 0 ]
	assert_frame
}

@test "GitLab's web page shows every line, and the short form" {
	commit_as bob "Neither" src/app.c
	GL_PROTOCOL=web push HEAD:main
	assert_refused review.missing
	heard >"$root/heard"
	! grep -v '^GL-HOOK-ERR: ' "$root/heard" || fail "a line it hides"
	grep -q '^GL-HOOK-ERR: error\[review.missing\]: main needs' "$root/heard"
	grep -q '^GL-HOOK-ERR: refused: 2 errors.*('"$(record id)"')' "$root/heard"
	[ "$(wc -l <"$root/heard")" -le 6 ]
	GL_PROTOCOL=ssh push HEAD:main
	[[ $output != *GL-HOOK-ERR* ]]
}

@test "every code the pusher is shown is one that explain knows" {
	commit_as bob "Neither" src/app.c
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/main
	push HEAD:main HEAD:refs/heads/alias HEAD:refs/heads/MAIN \
	    HEAD:refs/pull/1/head
	for code in $(heard | sed -n 's/^error\[\([^]]*\)\].*/\1/p'); do
		"$build/test/refwarden" explain "$code" >/dev/null ||
		    fail "explain does not know $code"
	done
}

# ---- commands

# Whoever does what the hints say, word by word, gets through.  Their editor
# keeps a text, and writes one where there is none.
follow_hints() {
	cat >"$root/editor" <<'END'
#!/bin/sh
grep -v '^#' "$1" | grep -q . || echo A text >"$1"
END
	chmod +x "$root/editor"
	git config user.name "Bob Smith"
	git config user.email bob@example.com
	git config core.editor "$root/editor"
	git config branch.main.remote origin
	git config branch.main.merge refs/heads/main
	heard | sed -n 's/^  \(  \)\{0,1\}\(git \|--trailer \)/\2/p' |
	    sed -e "s/NAME <EMAIL>/${person[carol]}/" \
	        -e 's/EMAIL$/bob@example.com/' -e 's/PATH$/docs\/key.pem/' \
	        -e 's,FILE$,tests/app_test.c,' >"$root/commands"
	[ -s "$root/commands" ] || fail "no commands"
	pushing timeout 60 bash -e "$root/commands" </dev/null
	assert_accepted
}

@test "the commands for a missing review do it" {
	commit_as bob "Nobody" docs/guide.md
	push main
	assert_refused review.missing
	follow_hints
}

@test "... below other commits, in a merged branch, and of a merge" {
	commit_as bob "Nobody" docs/guide.md
	commit_as bob "Later$by_ada" docs/later.md
	push main
	assert_refused review.missing HEAD^
	follow_hints

	git checkout -q -b side HEAD^
	commit_as bob "Side" docs/side.md
	git checkout -q main
	commit_as bob "More$by_ada" docs/more.md
	merge_as bob "Merge" side
	push main
	assert_refused review.missing side
	assert_frame
	follow_hints

	git checkout -q -b other HEAD^
	commit_as bob "Other$by_ada" docs/other.md
	git checkout -q main
	as bob git merge -q --no-ff --no-commit other
	commit_as bob "Merge, and more" docs/evil.md
	commit_as bob "Last$by_ada" docs/last.md
	push main
	assert_refused review.missing HEAD^
	assert_frame
	follow_hints
}

@test "the commands for a missing test do it, below other commits too" {
	commit_as bob "Code$by_ada" src/app.c
	push main
	assert_refused touches.missing
	echo "another test" >>tests/app_test.c
	follow_hints

	commit_as bob "Code$by_ada" src/app.c
	commit_as bob "Later$by_ada" docs/later.md
	push main
	assert_refused touches.missing HEAD^
	echo "and another" >>tests/app_test.c
	follow_hints
}

@test "the commands for a rewrite do it" {
	commit_as ada "Theirs$by_bob" docs/theirs.md
	push main
	git reset -q --hard "$base"
	commit_as bob "Mine$by_ada" docs/mine.md
	push --force main
	assert_refused history.rewrite HEAD
	follow_hints
}

@test "the commands for a tag name a branch that is there" {
	policy_default enforce |
	    sed 's/^protected: .*/protected: [trunk, "tags\/v*"]/' | policy
	git branch -q -m trunk
	git push -q --receive-pack="$unguarded" origin trunk
	commit_as bob "Reviewed$by_ada" docs/guide.md
	git tag v1
	push v1
	assert_refused tag.target HEAD
	follow_hints
}

@test "the commands for tags name the tag" {
	commit_as bob "Reviewed$by_ada" docs/guide.md
	git tag v1
	push v1
	assert_refused tag.target HEAD
	follow_hints
	commit_as bob "Later$by_ada" docs/guide.md
	push main
	as bob git tag -f -a -m "Again" v1
	push --force v1
	assert_refused tag.move
	follow_hints
	server_value refs/tags/v1.1 | grep .
	as bob git tag -a -m "Named otherwise" other
	push other:refs/tags/v2
	assert_refused tag.name HEAD
	follow_hints
}

@test "the commands for an author, a signature and a path do it, below other commits too" {
	mkdir "$HOME/.ssh"
	ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519"
	policy <<END
version: 1
people: {bob: {emails: [bob@example.com], keys: ["$(cut -d' ' -f1,2 "$HOME/.ssh/id_ed25519.pub")"]}}
protected: [main, "tags/v*"]
rules:
  - {id: author, require: {author: bob}}
  - {id: signed, refs: ["tags/v*"], require: {signed_by: bob}}
  - {id: keys, require: {paths: {forbid: ["**/*.pem"]}}}
END
	for later in '' docs/later.md; do
		commit_as mallory "Mine" docs/guide.md
		[ -z "$later" ] || commit_as bob "Later" "$later"
		push main
		assert_refused author.unknown
		follow_hints

		commit_as bob "With a key" docs/guide.md docs/key.pem
		[ -z "$later" ] || commit_as bob "Last" "$later"
		push main
		assert_refused paths.forbidden
		follow_hints
		rm docs/key.pem
	done
	commit_as bob "A key that nobody judged" docs/key.pem
	git push -q --receive-pack="$unguarded" origin main
	commit_as bob "Another key" docs/guide.md docs/key.pem
	push main
	assert_refused paths.forbidden
	follow_hints

	as bob git tag -a -m "First" v1
	push v1
	assert_refused signature.missing
	follow_hints

	sed -i 's/, refs.*signed/, require: {signed/' "$server/refwarden.yml"
	git config --unset gpg.format
	for later in '' docs/latest.md; do
		commit_as bob "Mine" docs/guide.md
		[ -z "$later" ] || commit_as bob "Later" "$later"
		push main
		assert_refused signature.missing
		follow_hints
	done
}

@test "commands name no ref that a shell would not take as it is" {
	policy_default enforce | sed '/^version:/a\
ref_names: git' | policy
	odd='refs/heads/release/$(echo)'
	git push -q --receive-pack="$unguarded" origin "main:$odd"
	git checkout -q -b side main
	commit_as bob "Theirs$by_ada" docs/theirs.md
	push "side:$odd"
	assert_accepted
	git checkout -q -b mine main
	commit_as bob "Mine$by_ada" docs/mine.md
	merge_as bob "Merge$by_ada" side
	push "mine:$odd"
	assert_refused history.foxtrot
	heard | grep -q '^  git push origin HEAD:BRANCH$'
	! heard | grep '^  git.*echo'
}

@test "a message that is read in two ways is to be written anew" {
	commit_as bob "Mixed

Prose
Reviewed-by: ${person[ada]}
Signed-off-by: ${person[bob]}" docs/guide.md
	push main
	assert_refused review.ambiguous HEAD
	assert_tells "hint: write the trailers as a last paragraph"
	[[ $output != *--trailer* ]]
}

@test "what was only warned of and has landed is not to be amended" {
	policy_default warn | policy
	commit_as bob "Neither" src/app.c
	push -o refwarden.check main
	assert_tells "git commit --amend"
	push main
	assert_accepted
	assert_tells "warning[review.missing]"
	assert_tells "warning[touches.missing]"
	[[ $output != *"hint: "* && $output != *--amend* ]] || fail "a hint"
}
