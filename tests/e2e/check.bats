#!/usr/bin/env bats
# `refwarden check`: the answer the server would give, before the push.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

setup() {
	server_start
}

check() { # [OPTION...] [RANGE]
	run --separate-stderr "$build/refwarden" check \
	    --policy "$server/refwarden.yml" "$@"
}

bats_require_minimum_version 1.5.0

@test "what the server would accept, and what it would refuse" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	check
	[ "$status" -eq 0 ]
	[[ $output == "success: main would accept this push, "* ]]
	commit_as bob "Add printer" src/printer.c
	check
	[ "$status" -eq 1 ]
	[[ $output == *"error[review.missing]"*"error[touches.missing]"* ]]
	check HEAD~1
	[ "$status" -eq 0 ]
	check HEAD~1..HEAD
	[ "$status" -eq 1 ]
	check --ref topic
	[ "$status" -eq 0 ]
	[[ $output == "topic is not protected"* ]]
}

@test "as JSON it is the records that the server would keep" {
	commit_as bob "Add parser" src/parser.c
	check --json
	[ "$status" -eq 1 ]
	equal() { # EXPRESSION WANTED
		[ "$(jq -sc "$1" <<<"$output")" = "$2" ]
	}
	equal 'map(.event)' '["decision","violation","violation"]'
	equal '.[0] | [.verdict, .ref, .hook]' '["refuse","refs/heads/main","check"]'
	equal '.[0].codes | sort' '["review.missing","touches.missing"]'
	equal '.[0].new' "\"$(git rev-parse HEAD)\""
}

@test "a linked worktree is held to the policy of its repository" {
	cp "$server/refwarden.yml" .git/refwarden.yml
	git worktree add -q --detach "$root/linked"
	cd "$root/linked"
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	run "$build/refwarden" check
	[ "$status" -eq 1 ]
	[[ $output == *"error[review.missing]"* ]]
}

@test "questions that are none end as such" {
	check --nonsense
	[ "$status" -eq 2 ]
	check one two
	[ "$status" -eq 2 ]
	check no-such-commit
	[ "$status" -eq 4 ]
	[[ $stderr == *'no commit "no-such-commit" here'* ]]
	run "$build/refwarden" check
	[ "$status" -eq 3 ]
	[[ $output == *"--policy FILE"* ]]
	check --color=sometimes
	[ "$status" -eq 2 ]
}

@test "the branch may be named in full, and nothing else is one" {
	commit_as bob "Add printer" src/printer.c
	for name in refs/heads/main heads/main; do
		check --ref "$name"
		[ "$status" -eq 1 ]
		[[ $output == *"error[review.missing]: main needs"* ]]
	done
	for name in tags/v1.0 refs/tags/v1.0 refs/notes/evidence; do
		check --ref "$name"
		[ "$status" -eq 2 ]
		[[ $stderr == *"$name is no branch"* ]]
	done
}

@test "what only the server knows is skipped, and not passed" {
	policy <<-'END'
		version: 1
		protected: [main]
		rules:
		  - {id: claimed, require: {review: {}}}
		  - {id: pushed, require: {pusher: [bob@example.com]}}
		  - {id: proven, require: {review: {proof: pusher}}}
		  - {id: either, require: {any: [{pusher: "*"}, {sign_off: true}]}}
		  - {id: elsewhere, refs: [release], require: {pusher: "*"}}
	END
	commit_as bob "Add printer$by_ada" src/printer.c
	check
	[ "$status" -eq 0 ]
	[ "$output" = "$(echo 'success: main would accept this push, 1 rule checked'
	printf 'skip: %s asks what only the server knows\n' pushed proven either)" ]
	commit_as bob "Add parser" src/parser.c
	check
	[ "$status" -eq 1 ]
	[[ $output == *"rule    proven"*"skip: pushed asks"* ]]
	[[ $output != *"skip: proven"* ]]
}

@test "where nothing is known of the server there is no answer" {
	commit_as bob "Add printer" src/printer.c
	check --remote upstream
	[ "$status" -eq 4 ]
	[ "$output" = "" ]
	[[ $stderr == *'no branch of "upstream" is known'* ]]
	check --remote upstream HEAD~1..HEAD
	[ "$status" -eq 1 ]
	git update-ref -d refs/remotes/origin/main
	check
	[ "$status" -eq 4 ]
	[[ $stderr == *'no branch of "origin" is known'* ]]
}

@test "colours are for terminals, unless they are asked for" {
	local red=$'\e[1;31m' off=$'\e[m'

	commit_as bob "Add parser" src/parser.c tests/parser_test.c
	check
	[[ $output != *$'\e'* ]]
	check --color
	[[ $output == "${red}error${off}[review.missing]"* ]]
	NO_COLOR=1 check --color=always
	[[ $output == "$red"* ]]
	check --json --color
	[[ $output != *$'\e'* ]]
	terminal() { # VARIABLE...
		env "$@" script -qefc \
		    "'$build/refwarden' check --policy '$server/refwarden.yml' $when" \
		    /dev/null
	}
	when='' run terminal -u NO_COLOR TERM=xterm
	[ "$status" -eq 1 ]
	[[ $output == *"${red}error${off}[review.missing]"* ]]
	when='' run terminal NO_COLOR=1 TERM=xterm
	[[ $output != *$'\e'* && $output == *"error[review.missing]"* ]]
	when='' run terminal -u NO_COLOR TERM=dumb
	[[ $output != *$'\e'* ]]
	when=--color=never run terminal -u NO_COLOR TERM=xterm
	[[ $output != *$'\e'* ]]
}
