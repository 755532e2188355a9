#!/usr/bin/env bats
# Code comes with tests: a regular file among the tests gains a line that is not
# blank, in the same change.  Nothing else counts.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

setup() {
	server_start
	printf 'one\ntwo\n' >tests/old_test.c
	printf 'link me\n' >docs/target
	printf 'three\nfour\n' >docs/helper.c
	git add .
	commit_as ada "Have more files"
	git push -q --receive-pack="$unguarded" origin main
}

# Code, and what was staged for it, reviewed.
refused() { # CODE
	commit_as bob "Add parser$by_ada" src/parser.c
	push main
	assert_refused "$1" HEAD
	[ "$(record codes)" = "[\"$1\"]" ]
	[ "$(record rules)" = '["tests-with-code"]' ]
}

accepted() {
	commit_as bob "Add parser$by_ada" "$@"
	push main
	assert_accepted
}

@test "no test at all" {
	refused touches.missing
}

@test "a test in the next commit is another change" {
	commit_as bob "Add parser$by_ada" src/parser.c
	commit_as bob "Test parser$by_ada" tests/parser_test.c
	push main
	assert_refused touches.missing HEAD^
}

@test "a file that looks like a test elsewhere" {
	change test/parser_test.c Tests/parser_test.c src/tests/parser_test.c
	refused touches.missing
}

@test "a test deleted" {
	git rm -q tests/old_test.c
	refused touches.hollow
	assert_tells "tests/old_test.c: deleted"
}

@test "a test renamed" {
	git mv tests/old_test.c tests/new_test.c
	refused touches.hollow
}

@test "a file moved or copied to the tests" {
	cp docs/helper.c tests/helper.c
	git add .
	refused touches.hollow
}

@test "a test only indented" {
	printf '\tone\n  two  \n' >tests/old_test.c
	git add .
	refused touches.hollow
}

@test "a test with blank lines added, or a line taken away" {
	printf 'one\n\n \t\n' >tests/old_test.c
	git add .
	refused touches.hollow
}

@test "an empty test, and one of blanks" {
	: >tests/empty_test.c
	printf ' \n\n\t\n' >tests/blank_test.c
	git add .
	refused touches.hollow
}

@test "a test made executable" {
	chmod +x tests/old_test.c
	git add .
	refused touches.hollow
}

@test "a symbolic link, and a test that becomes one" {
	ln -s ../docs/target tests/link_test.c
	ln -sf ../docs/target tests/old_test.c
	git add .
	refused touches.hollow
}

@test "a submodule" {
	git update-index --add --cacheinfo "160000,$base,tests/suite"
	refused touches.hollow
}

@test "a binary file" {
	printf 'one\0two\n' >tests/data.bin
	git add .
	refused touches.hollow
}

@test "tests that main has already do not come with a merge" {
	commit_as bob "Test parser$by_ada" tests/parser_test.c
	push main
	assert_accepted
	git switch -q -c side main^
	git checkout -q main tests/parser_test.c
	commit_as bob "Add parser with tests" src/parser.c
	git switch -q main
	merge_as bob "Merge side$by_ada" side
	push main
	assert_refused touches.missing HEAD
}

@test "tests that a merge brings with its code" {
	git switch -q -c side
	commit_as bob "Add parser" src/parser.c
	commit_as bob "Test parser" tests/parser_test.c
	git switch -q main
	merge_as bob "Merge side$by_ada" side
	push main
	assert_accepted
}

@test "a line more in an old test, and a new test" {
	accepted src/parser.c tests/old_test.c
	accepted src/parser.c tests/deep/down/new_test.c
}

@test "a renamed test that also grows" {
	git mv tests/old_test.c tests/new_test.c
	accepted src/parser.c tests/new_test.c
}

@test "an executable test" {
	printf 'echo ok\n' >tests/run
	chmod +x tests/run
	git add .
	accepted src/parser.c
}

@test "code that is only deleted, and no code" {
	git rm -q src/app.c
	accepted
	accepted docs/guide.md
}

@test "code that becomes executable or a link is modified" {
	chmod +x src/app.c
	git add .
	commit_as bob "Let app run$by_ada"
	push main
	assert_refused touches.missing HEAD
}
