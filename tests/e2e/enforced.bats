#!/usr/bin/env bats
# A rule in mode enforce holds in a layer that only observes, and where an
# exception lets a ref do what it may not: nothing keeps it from being judged.

# shellcheck source=tests/e2e/lib.bash
source "$BATS_TEST_DIRNAME/lib.bash"

setup() {
	server_start
}

# A trial in which the review is no trial any more.
review_enforced() { # [LINE...]: further lines
	{
		policy_default observe |
		    sed '/id: peer-review/a\    mode: enforce'
		printf '%s\n' "$@"
	} | policy
}

@test "a malformed commit does not hide an unreviewed one" {
	review_enforced
	bad=$({
		printf 'tree %s\nparent %s\n' "$(git rev-parse "$base^{tree}")" "$base"
		printf 'author %s 1700000000 +0000\n' "${person[bob]}" "${person[ada]}"
		printf 'committer %s 1700000000 +0000\n' "${person[bob]}"
		printf '\nTwo authors%s\n' "$by_ada"
	} | object commit)
	git reset -q --hard "$bad"
	commit_as bob "Backdoor" docs/backdoor.md
	push --force HEAD:main
	assert_refused object.malformed
}

@test "a malformed tree does not hide an unreviewed commit" {
	review_enforced
	blob=$(echo | object blob)
	tree=$(printf '100644 b\0%b100644 a\0%b' \
	    "$(sed 's/../\\x&/g' <<<"$blob")" "$(sed 's/../\\x&/g' <<<"$blob")" |
	    object tree)
	bad=$(echo "Backdoor" | as bob git commit-tree -p "$base" "$tree")
	push --force "$bad:main"
	assert_refused object.malformed
}

@test "where all rules only observe, a malformed commit breaks no push" {
	policy_default observe | policy
	bad=$(printf 'tree %s\nparent %s\nauthor %s 0 +0\ncommitter %s 0 +0\n\nx\n' \
	    "$(git rev-parse "$base^{tree}")" "$base" \
	    "${person[bob]}" "${person[bob]}" | object commit)
	push --force "$bad:main"
	assert_accepted
	[ "$(record codes)" = '["object.malformed"]' ]
}

tag_rule='  - {id: tag-form, refs: ["tags/v*"], mode: enforce, require: {annotated: true}}'

@test "a tag that may move is judged by its rules all the same" {
	policy_default observe | policy
	push "$base:refs/tags/v1"
	assert_accepted
	review_enforced "$tag_rule"
	commit_as bob "Go on$by_ada" docs/guide.md
	push main
	assert_accepted
	push --force main:refs/tags/v1
	assert_refused tag.lightweight
}

@test "a tag of what is no commit is no way around its rules" {
	review_enforced "$tag_rule"
	push "$base^{tree}:refs/tags/v1"
	assert_refused tag.target
}
