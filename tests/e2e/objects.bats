#!/usr/bin/env bats
# What two readers of one object could understand differently is refused, with
# receive.fsckObjects off, which would let all of it in.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

author="author ${person[bob]} 1700000000 +0000"
committer="committer ${person[bob]} 1700000000 +0000"

setup() {
	server_start
	tree=$(git rev-parse "$base^{tree}")
}

# A commit after main's state with these headers and Ada's review; `%b` reads
# what the lines hold of backslashes.
commit_of() { # LINE...
	printf '%b\n' "$@" "" "Add parser$by_ada" | object commit
}

# Its malformed object is named to the pusher and in the record.  The client is
# made to push what it does not take for a successor.
refused() { # COMMIT [OBJECT]
	local bad=${2-$1}

	push --force "$1:refs/heads/main"
	assert_refused object.malformed
	[ "$(record codes)" = '["object.malformed"]' ]
	assert_tells "${bad:0:7}"
	grep '"code":"object.malformed"' "$root/records" | grep -q "$bad" ||
	    fail "no record names $bad"
	[ "$(git cat-file -t "$bad")" = commit ] || bad=$1
	assert_names object.malformed "$bad"
}

@test "a commit written by hand is as good as any" {
	commit=$(commit_of "tree $tree" "parent $base" "$author" "$committer" \
	    "encoding UTF-8" "change-id 12")
	push "$commit:refs/heads/main"
	assert_accepted
}

@test "two authors, two committers" {
	carol="author ${person[carol]} 1700000000 +0000"
	refused "$(commit_of "tree $tree" "parent $base" \
	    "$carol" "$author" "$committer")"
	refused "$(commit_of "tree $tree" "parent $base" \
	    "$author" "$committer" "$carol")"
	refused "$(commit_of "tree $tree" "parent $base" \
	    "$author" "$committer" "$committer")"
}

@test "two trees, parents twice or late" {
	refused "$(commit_of "tree $tree" "tree $tree" \
	    "parent $base" "$author" "$committer")"
	refused "$(commit_of "tree $tree" "parent $base" \
	    "parent $base" "$author" "$committer")"
}

@test "a name that could be another's, and dates that are none" {
	for who in \
	    "author Bob <ada@example.com> <bob@example.com> 1700000000 +0000" \
	    "author Bob bob@example.com 1700000000 +0000" \
	    "author Bob <bob@example.com 1700000000 +0000" \
	    "author Bob <bob@example.com> yesterday +0000" \
	    "author Bob <bob@example.com> 1700000000" \
	    "author Bob <bob@example.com> 99999999999999999999999 +0000"; do
		refused "$(commit_of "tree $tree" \
		    "parent $base" "$who" "$committer")"
	done
}

@test "a NUL in a message, in a name, in a header" {
	refused "$(printf '%s\n' "tree $tree" "parent $base" \
	    "$author" "$committer" "" "Add parser%$by_ada" |
	    tr % '\0' | object commit)"
	refused "$(commit_of "tree $tree" "parent $base" \
	    "author Bob\0 <bob@example.com> 1700000000 +0000" "$committer")"
	refused "$(commit_of "tree $tree" "parent $base" \
	    "$author" "$committer" "note one\0two")"
}

@test "a message that is no UTF-8, or says it is something else" {
	refused "$(commit_of "tree $tree" "parent $base" \
	    "$author" "$committer" "encoding ISO-8859-1")"
	refused "$(printf '%s\n' "tree $tree" "parent $base" \
	    "$author" "$committer" "" "Add "$'\xe9\xff'"$by_ada" | object commit)"
}

@test "a malformed commit below a good one, and beside the first parent" {
	bad=$(commit_of "tree $tree" "parent $base" "$author" "$committer" \
	    "$committer")
	good=$(commit_of "tree $tree" "parent $bad" "$author" "$committer")
	refused "$good" "$bad"
	good=$(commit_of "tree $tree" "parent $base" "parent $bad" "$author" \
	    "$committer")
	refused "$good" "$bad"
}

@test "a malformed commit that another branch has already" {
	bad=$(commit_of "tree $tree" "parent $base" "$author" "$author" \
	    "$committer")
	push "$bad:refs/heads/topic"
	assert_accepted
	refused "$bad"
}

@test "a tag object with two objects, or two names" {
	for line in "object $tree" "tag v2.0"; do
		bad=$(printf '%s\n' "object $base" "type commit" "tag v1.0" \
		    "$line" "tagger ${author#* }" "" "Version 1.0" |
		    object tag)
		push "$bad:refs/tags/v1.0"
		assert_refused object.malformed
		assert_tells "${bad:0:7}"
	done
}

@test "a branch that is no commit" {
	blob=$(echo one | object blob)
	git tag sent "$blob"
	push_raw "$base $blob refs/heads/main"
	assert_refused object.malformed
}

@test "a commit that was not sent" {
	push_raw "$base ${base//[0-9]/e} refs/heads/main"
	assert_refused object.missing
	[ "$(record verdict)" = error ]
}

# ---- trees

# Its entries, each "MODE NAME ID", in the order given.
tree_of() { # ENTRY...
	local mode name id

	for entry in "$@"; do
		read -r mode name id <<<"$entry"
		printf '%s %s\0' "$mode" "$name"
		perl -e 'print pack "H*", shift' "$id"
	done | object tree
}

# A tree below a directory that no rule looks at.
below_docs() { # TREE
	tree_of "40000 docs $(tree_of "40000 deep $1")" "40000 src $src" \
	    "40000 tests $tests"
}

refused_tree() { # ENTRY...
	local bad top

	bad=$(tree_of "$@")
	for top in "$bad" "$(below_docs "$bad")"; do
		refused "$(commit_of "tree $top" "parent $base" "$author" \
		    "$committer")" "$bad"
	done
}

# Main merges a branch of which the first commit has the tree, the second one
# has not, and so nothing of the tree is left in the merge.
merge_of() { # TREE
	local first last

	first=$(commit_of "tree $1" "parent $base" "$author" "$committer")
	last=$(commit_of "tree $tree" "parent $first" "$author" "$committer")
	commit_of "tree $tree" "parent $base" "parent $last" "$author" \
	    "$committer"
}

trees() {
	src=$(git rev-parse "$base:src")
	tests=$(git rev-parse "$base:tests")
	one=$(echo one | object blob)
	two=$(echo two | object blob)
}

@test "a good tree written by hand" {
	trees
	good=$(below_docs "$(tree_of "100644 a $one" "100755 b $two")")
	push "$(commit_of "tree $good" "parent $base" "$author" \
	    "$committer"):refs/heads/main"
	assert_accepted
}

@test "a bad tree in a branch that is merged" {
	trees
	bad=$(tree_of "100644 a $one" "100644 a $two")
	refused "$(merge_of "$(below_docs "$bad")")" "$bad"
	good=$(tree_of "100644 a $one" "100644 b $two")
	push "$(merge_of "$(below_docs "$good")"):refs/heads/main"
	assert_accepted
}

@test "a bad tree where no rule asks" {
	policy <<-'END'
	version: 1
	protected: [main, "release/*"]
	rules: [{id: signed, refs: ["release/*"], require: {sign_off: true}}]
	END
	trees
	refused_tree "100644 a $one" "100644 a $two"
}

@test "a tree with an entry twice, as a file and as a directory" {
	trees
	refused_tree "100644 a $one" "100644 a $two"
	refused_tree "100644 a $one" "40000 a $src"
	refused_tree "100644 a $one" "100644 a.c $one" "40000 a $src"
}

@test "a tree out of order" {
	trees
	refused_tree "100644 b $one" "100644 a $two"
	refused_tree "40000 a $src" "100644 a.c $one"
}

@test "names that leave the directory" {
	trees
	for name in . .. .git .GIT 'git~1' '.git.' a/b; do
		refused_tree "40000 $name $src"
	done
}

@test "modes nobody knows" {
	trees
	refused_tree "100666 a $one"
	refused_tree "0100644 a $one"
}

@test "what is too large says which limit it is over" {
	yes "a line" | head -c 11000000 >tests/large
	git add tests
	commit_as bob "Large$by_ada" src/app.c
	push main
	assert_refused object.limit
	assert_tells blob_size
	git reset -q --hard "$base"
	commit_as bob "Long $(head -c 1100000 /dev/zero | tr '\0' x)"
	push main
	assert_refused object.limit HEAD
	assert_tells commit_size
}

@test "what two layers can not judge for one reason is told once" {
	mkdir -p "$root/etc/refwarden"
	cp "$server/refwarden.yml" "$root/etc/refwarden/policy.yml"
	commit_as bob "Long $(head -c 1100000 /dev/zero | tr '\0' x)"
	push main
	assert_refused object.limit HEAD
	assert_tells "refused: 1 error"
	[ "$(grep -c '"event":"violation"' "$root/records")" = 1 ]
}
