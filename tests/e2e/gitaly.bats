#!/usr/bin/env bats
# GitLab's Gitaly: the surroundings in which it runs custom hooks.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

setup() {
	server_start
	storage=$root/storage
	mkdir -p "$storage/@hashed/6b/86" "$storage/+gitaly/tmp"
	chmod 700 "$storage/+gitaly/tmp"
	mv "$server" "$storage/@hashed/6b/86/6b86.git"
	server=$storage/@hashed/6b/86/6b86.git
	git remote set-url origin "$server"
}

# What the web pages do: objects into a quarantine, and only then the hook, with
# no more of the environment than Gitaly passes on.
on_the_web() { # QUARANTINE
	local new

	mkdir -p "$1"
	chmod "${mode-700}" "$1"
	new=$(git rev-parse HEAD)
	git pack-objects -q --all --stdout </dev/null |
	    GIT_OBJECT_DIRECTORY=$1 \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES=$server/objects \
	    git -C "$server" unpack-objects -q
	echo "$base $new refs/heads/main" >"$root/input"
	# shellcheck disable=SC2016 # for the shell that is started
	pushing sh -c 'cd "$1" && exec env -i PATH="$PATH" HOME="$HOME" TZ=UTC \
	    REFWARDEN_TEST_ROOT="$REFWARDEN_TEST_ROOT" GIT_EXEC_PATH=/usr/lib/git-core \
	    GIT_DIR="$1" GIT_OBJECT_DIRECTORY="$2" \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES="$1/objects" \
	    GL_REPOSITORY=project-1 GL_PROJECT_PATH=group/project GL_ID=user-2 \
	    GL_USERNAME=bob GL_PROTOCOL=web hooks/pre-receive <"$3"' \
	    sh "$server" "$1" "$root/input"
}

quarantine() {
	echo "$storage/+gitaly/tmp/quarantine-8b5ad5be3f4a1f1d-1234567890"
}

@test "a merge on the web pages is judged by what its quarantine has" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	on_the_web "$(quarantine)"
	[ "$status" -eq 0 ]
	[ "$(record verdict)" = accept ]
	[ "$(record user)" = bob ]
	[ "$(record repo)" = group/project ]
	commit_as bob "Add printer" src/printer.c tests/printer_test.c
	on_the_web "$(quarantine)"
	[ "$status" -eq 1 ]
	[[ $output == *"GL-HOOK-ERR: "*review* ]]
	[ "$(record codes)" = '["review.missing"]' ]
}

@test "a push over ssh has the quarantine of git" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	GL_USERNAME=bob GL_PROTOCOL=ssh push HEAD:main
	assert_accepted
}

@test "another place than that is none" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	for place in "$storage/+gitaly/tmp/other-8b5ad5be3f4a1f1d-1" \
	    "$storage/+gitaly/tmp/quarantine-8b5ad5be3f4a1f1-1" \
	    "$storage/+gitaly/tmp/quarantine-8b5ad5be3f4a1f1d-" \
	    "$storage/+gitaly/tmp/quarantine-8b5ad5be3f4a1f1d-1x" \
	    "$storage/+gitaly/tmp/quarantine-8b5ad5be3f4a1f1d-1/below" \
	    "$storage/+gitaly/quarantine-8b5ad5be3f4a1f1d-1" \
	    "$root/+gitaly/quarantine-8b5ad5be3f4a1f1d-1" \
	    "$root/elsewhere/+gitaly/tmp/quarantine-8b5ad5be3f4a1f1d-1"; do
		on_the_web "$place"
		[ "$status" -eq 1 ]
		[ "$(record codes)" = '["repo.environment"]' ] || fail "$place"
	done
}

@test "a quarantine that others may write to is none" {
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	on_the_web "$(quarantine)"
	[ "$status" -eq 0 ]
	mode=770
	on_the_web "$(quarantine)"
	[ "$(record codes)" = '["repo.environment"]' ]
	mode=700
	chmod o+w "$storage/+gitaly/tmp"
	on_the_web "$(quarantine)"
	[ "$(record codes)" = '["repo.environment"]' ]
}

@test "an alternate that is not the repository's own is none, there either" {
	git init -q --bare "$storage/@hashed/other.git"
	commit_as bob "Add parser$by_ada" src/parser.c tests/parser_test.c
	on_the_web "$(quarantine)"
	[ "$status" -eq 0 ]
	feed GIT_DIR="$server" GIT_OBJECT_DIRECTORY="$(quarantine)" \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES="$server/objects:$storage/@hashed/other.git/objects" \
	    <<<"$base $(git rev-parse HEAD) refs/heads/main"
	[ "$(record codes)" = '["repo.environment"]' ]
}
