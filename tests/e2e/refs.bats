#!/usr/bin/env bats
# Names and old values: what is refused before any rule is asked.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

zero=0000000000000000000000000000000000000000

setup() {
	server_start
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	tip=$(git rev-parse HEAD)
}

# ---- aliases

@test "a symbolic ref is no way to main" {
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/main
	push HEAD:alias
	assert_refused ref.symref
	[[ $output == *"error[ref.symref]: alias "*"main"* ]]
	[ "$(record codes)" = '["ref.symref"]' ]
	push HEAD:main HEAD:alias
	assert_refused ref.symref
}

@test "a symbolic ref is no way to a release branch that is to be" {
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/release/9
	push_raw "$zero $tip refs/heads/alias"
	assert_refused ref.symref
}

@test "main can not be deleted by its alias" {
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/main
	push :alias
	assert_refused ref.symref
}

@test "a symbolic link among the refs is an alias" {
	ln -s main "$server/refs/heads/alias"
	push HEAD:alias
	assert_refused ref.symref
}

@test "a symbolic link to a directory of refs is refused or followed as git does" {
	git -C "$server" update-ref refs/heads/release/1 "$base"
	ln -s release "$server/refs/heads/alias"
	push HEAD~0:refs/heads/alias/1
	[ "$status" -ne 0 ]
	[ "$(server_value refs/heads/release/1)" = "$base" ]
}

# ---- names like others

@test "a name that differs from a protected one by case alone is refused" {
	for name in heads/MAIN heads/Release/1 tags/V1.0; do
		push "HEAD:refs/$name"
		assert_refused ref.case
	done
}

@test "namespaces the policy does not open stay closed" {
	for name in pull/1/head keep-around/x meta/config stash heads; do
		push "HEAD:refs/$name"
		assert_refused ref.namespace
	done
}

@test "what lies in a closed namespace may be deleted" {
	git -C "$server" update-ref refs/pull/1/head "$base"
	push :refs/pull/1/head
	[ "$status" -eq 0 ]
	[ "$(record kind refs/pull/1/head)" = delete ]
	[ -z "$(server_value refs/pull/1/head)" ]
}

@test "replaced objects are neither made nor deleted" {
	push "HEAD:refs/replace/$base"
	assert_refused ref.namespace
	push HEAD:topic
	git -C "$server" update-ref "refs/replace/$base" "$tip"
	push ":refs/replace/$base"
	assert_refused ref.namespace
}

@test "a replaced object does not change what is judged" {
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	unreviewed=$(git rev-parse HEAD)
	push HEAD:topic
	assert_accepted
	git -C "$server" update-ref "refs/replace/$unreviewed" "$base"
	push HEAD:main
	assert_refused review.missing
}

@test "a tag does not take the name of a protected branch" {
	push HEAD:refs/tags/main
	assert_refused ref.name
	assert_tells "git tag -a NEW-NAME ${tip:0:10}^{}"
	assert_tells "git push origin tag NEW-NAME"
	[[ $output != *"git branch -m"* ]]
	push HEAD:refs/tags/release/1
	assert_refused ref.name
}

@test "where every branch is protected a tag has a name that no branch has" {
	for protected in '"**"' '"*", "!wip"' '"refs/**"'; do
		policy_default enforce |
		    sed "s|^protected:.*|protected: [$protected, 'release/*']|" | policy
		name=v1.${#protected}
		push "$base:refs/tags/$name"
		assert_accepted
		for branch in main release/1; do
			push "$base:refs/tags/$branch"
			assert_refused ref.name
		done
		push "$base:refs/tags/new" "$base:refs/heads/new"
		assert_refused ref.name
		[ -z "$(record codes refs/heads/new)" ]
		push "$base:refs/heads/$name"
		assert_refused ref.name
		assert_tells "git branch -m NEW-NAME"
	done
}

@test "a protected branch does not take the name of a tag" {
	push "$base:refs/tags/wip"
	assert_accepted
	policy_default enforce | sed 's/^protected: \[main/&, wip/' | policy
	push "$base:refs/heads/wip"
	assert_refused ref.name
	git -C "$server" update-ref refs/heads/wip "$base"
	push "$tip:refs/heads/wip" "$base:refs/heads/wip.1"
	assert_accepted
}

@test "a branch does not look like a full name" {
	push HEAD:refs/heads/refs/heads/main
	assert_refused ref.name
}

@test "protected refs have names of plain letters" {
	for name in 'ä' 'a%b' '-a' 'a(b' $'a\u200bb' $'\xff'; do
		push_raw "$zero $base refs/heads/release/$name"
		assert_refused ref.name
	done
}

@test "plain letters are asked for nowhere else, only visible ones" {
	push 'HEAD:refs/heads/größe/日本'
	assert_accepted
	for name in $'a\u202eb' $'a\u200bb' $'a\u2066b' $'a\u2028b' $'\ufeffmain' \
	    $'a\xc2\x85b' $'a\xffb'; do
		push_raw "$zero $base refs/heads/$name"
		assert_refused ref.name
		# git's own report of the refs is not ours to clean.
		[[ ${output%%unpack*} != *"$name"* ]]
	done
}

@test "with ref_names: git names are git's business" {
	policy_default enforce | sed '$a ref_names: git' | policy
	push "$base:refs/heads/release/ä"
	assert_accepted
}

# ---- commands no client would send

@test "a ref name with a line feed refuses the whole push" {
	push_raw "$base $tip refs/heads/x"$'\n'"$base $tip refs/heads/main"
	[ "$status" -ne 0 ]
	[ "$(server_value refs/heads/main)" = "$base" ]
	feed <<<"$zero $tip refs/heads/x"$'\n'"refs/heads/main"
	assert_refused input.malformed
}

@test "the same ref twice refuses the whole push" {
	push_raw "$base $tip refs/heads/main" "$base $tip refs/heads/main"
	assert_refused input.duplicate
	push_raw "$zero $tip refs/heads/x" "$zero $base refs/heads/x" \
	    "$base $tip refs/heads/main"
	assert_refused input.duplicate
}

@test "input that is not lines of two ids and a ref refuses" {
	for input in '' "$base $tip" "$base  refs/heads/main" \
	    "${base^^} $tip refs/heads/main" "$base ${tip^^} refs/heads/main" \
	    "$base $tip refs/heads/main " "$base $tip main" \
	    "$zero $zero refs/heads/main" "$base $tip refs/heads/a..b"; do
		feed <<<"$input"
		assert_refused input.malformed
	done
	feed </dev/null
	assert_refused input.malformed
	printf '%s' "$base $tip refs/heads/main" | feed
	assert_refused input.malformed
}

@test "two ids of zero refuse" {
	push_raw "$zero $zero refs/heads/x"
	assert_refused input.malformed
}

@test "the same lines are accepted when they are well formed" {
	push_raw "$base $tip refs/heads/main"
	assert_accepted
	[ "$(record kind)" = update ]
}

@test "an old value that is not the server's refuses" {
	commit_as bob "More$by_ada" src/app.c tests/app_test.c
	next=$(git rev-parse HEAD)
	push "$tip:main"
	assert_accepted
	for old in "$base" "$zero" "$next"; do
		push_raw "$old $next refs/heads/main"
		assert_refused input.stale
		[ "$(record old)" = "$tip" ]
	done
	push_raw "$base $next refs/heads/new"
	assert_refused input.stale
}

@test "more refs than the limit says refuse" {
	refs=()
	for i in {1..1001}; do
		refs+=("$base:refs/heads/topic/$i")
	done
	push "${refs[@]}"
	assert_refused input.limit
	policy_default enforce | sed '$a limits: {refs: 2}' | policy
	push HEAD:refs/heads/a HEAD:refs/heads/b HEAD:refs/heads/c
	assert_refused input.limit
	push HEAD:refs/heads/a HEAD:refs/heads/b
	assert_accepted
}

# ---- repositories that can not be judged

@test "ids of SHA-256 refuse" {
	long=${base}000000000000000000000000
	feed <<<"$long $long refs/heads/main"
	assert_refused repo.unsupported
}

@test "a SHA-256 repository refuses every push" {
	rm -rf "$client" "$root/new.git"
	git init -q --bare --object-format=sha256 -b main --template= "$root/new.git"
	mkdir "$root/new.git/hooks"
	cp "$server/hooks/pre-receive" "$root/new.git/hooks/"
	cp "$server/refwarden.yml" "$root/new.git/"
	server=$root/new.git
	git init -q --object-format=sha256 -b main --template= "$client"
	cd "$client"
	git remote add origin "$server"
	commit_as bob "Begin$by_ada" file
	push HEAD:refs/heads/topic
	assert_refused repo.unsupported
}

@test "a clone of depth 1 that adds to what the server has is no shallow push" {
	push HEAD:main
	git clone -q --depth 1 "file://$server" "$root/shallow"
	cd "$root/shallow"
	[ -e .git/shallow ]
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing HEAD
	as bob git commit -q --amend -m "Reviewed$by_ada"
	push HEAD:main
	assert_accepted
	[ ! -e "$server/shallow" ]
}

@test "history cut off is refused even where git would take it" {
	git -C "$server" config receive.shallowUpdate true
	commit_as bob "Two$by_ada" src/app.c tests/app_test.c
	commit_as bob "Three$by_ada" src/app.c tests/app_test.c
	git clone -q --depth 1 "file://$client" "$root/shallow"
	cd "$root/shallow"
	git remote set-url origin "$server"
	push -f HEAD:main
	assert_refused repo.shallow
	push HEAD:refs/heads/topic
	assert_refused repo.shallow
	[ ! -e "$server/shallow" ]
}

@test "a shallow repository refuses" {
	echo "$base" >"$server/shallow"
	push HEAD:main
	assert_refused repo.shallow
}

@test "surroundings in which git would see another repository refuse" {
	mkdir -p "$root/foreign/objects"
	for variable in GIT_NAMESPACE=x GIT_WORK_TREE="$root" \
	    GIT_REPLACE_REF_BASE=refs/heads/ \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES="$client/.git/objects"; do
		feed "$variable" <<<"$base $base refs/heads/main"
		assert_refused repo.environment
	done
	push --receive-pack="env GIT_NAMESPACE=x git receive-pack" HEAD:main
	assert_refused repo.environment
	push --receive-pack="env \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES='$client/.git/objects' \
	    git receive-pack" HEAD:main
	assert_refused repo.environment
	feed <<<"$base $base refs/heads/main"
	[ "$status" -eq 0 ]
}

@test "a push to a linked worktree is one to its repository" {
	git -C "$server" worktree add -q --detach "$root/deploy" main
	mkdir -p "$root/etc/refwarden"
	sed '/id: peer-review/,/require:/d' "$server/refwarden.yml" \
	    >"$root/etc/refwarden/policy.yml"
	for path in "$root/deploy" "$server/worktrees/deploy"; do
		git remote set-url origin "$path"
		commit_as bob "Not reviewed" src/app.c tests/app_test.c
		push HEAD:main
		assert_refused review.missing HEAD
		as bob git commit -q --amend -m "Reviewed$by_ada"
		push HEAD:main
		assert_accepted
		[ "$(record repo)" = project ]
	done
	[ ! -e "$server/worktrees/deploy/refwarden" ]
}

@test "the repository's own alternates are its own" {
	git clone -q --bare "$server" "$root/shared"
	echo "$root/shared/objects" >"$server/objects/info/alternates"
	rm -rf "$server"/objects/??
	push HEAD:main
	assert_accepted
}

@test "a protected name that is too long is told to be that" {
	push "$base:refs/heads/release/$(printf 'a%.0s' {1..250})"
	assert_refused ref.name
	assert_tells "at most 255 bytes"
}
