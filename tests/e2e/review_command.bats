#!/usr/bin/env bats
# The command for reviewers: what it prints is what it runs.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

refwarden=$build/refwarden

setup() {
	server_start
	id=$(git rev-parse HEAD)
	git config user.name Ada
	git config user.email ada@example.com
}

@test "it prints the push of a review" {
	[ "$("$refwarden" review --login ada)" = "git push origin $id:refs/reviews/ada/${id:0:10}" ]
	[ "$("$refwarden" review)" = "git push origin $id:refs/reviews/bob/${id:0:10}" ]
	commit_as bob "Change" src/app.c
	[ "$("$refwarden" review --topic parser/1 HEAD~1)" = "git push origin $id:refs/reviews/bob/parser/1" ]
	[ "$("$refwarden" review --block --topic why "$id")" = "git push origin $id:refs/reviews/bob/block/why" ]
	unset REFWARDEN_USER
	[ "$("$refwarden" review "$id")" = "git push origin $id:refs/reviews/$(id -un)/${id:0:10}" ]
	[ -z "$(git -C "$server" for-each-ref refs/reviews)" ]
}

@test "it runs what it prints" {
	run "$refwarden" review -n --push origin
	[ "$status" -eq 0 ]
	[ -z "$(git -C "$server" for-each-ref refs/reviews)" ]
	logged "$refwarden" review --push origin --topic here
	[ "$(server_value refs/reviews/bob/here)" = "$id" ]
	pushing "$refwarden" review --push origin --login ada
	[ "$status" -eq 1 ]
	assert_tells "error[pusher.denied]"
	pushing "$refwarden" review --push origin --block
	assert_accepted
	[ "$(server_value "refs/reviews/bob/block/${id:0:10}")" = "$id" ]
}

@test "a signed review is a tag of that name" {
	ssh-keygen -q -t ed25519 -N '' -f "$root/key"
	git config user.signingKey "$root/key"
	pushing "$refwarden" review --push origin --sign --topic s
	assert_accepted
	[ "$(git -C "$server" cat-file -t refs/reviews/bob/s)" = tag ]
	[ "$(git -C "$server" cat-file tag refs/reviews/bob/s | sed -n 's/^tag //p')" = reviews/bob/s ]
	[[ ${lines[0]} == "git -c gpg.format=ssh tag -s -m Reviewed reviews/bob/s $id" ]]
}

@test "what can not be a review is told" {
	for words in "--login a;b" "--topic block/x" "--topic a..b" "nothing-there" \
	    "--push -x"; do
		# Words, not one.
		# shellcheck disable=SC2086
		run "$refwarden" review $words
		[ "$status" -eq 4 ]
		[[ $output == refwarden:* ]]
	done
	run "$refwarden" review a b
	[ "$status" -eq 2 ]
}
