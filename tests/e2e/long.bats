#!/usr/bin/env bats
# So many commits in a push that two threads look at them, and nobody can tell.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

commits=2400

setup() {
	server_start
}

# Reviewed changes of one file on top of main, by Ada and then by Carol; the
# commit with this number is reviewed by nobody.
many() { # [UNREVIEWED [FILE]]
	awk -v commits=$commits -v bare="${1-0}" -v odd="${2:-docs/guide.md}" '
	BEGIN {
		for (n = 1; n <= commits; n++) {
			who = n <= commits * 3 / 4 ? "Ada Lovelace <ada" : \
			    "Carol Jones <carol"
			message = "Change " n "\n"
			if (n != bare)
				message = message "\nReviewed-by: " who \
				    "@example.com>\n"
			printf "commit refs/heads/main\n" \
			    "committer Bob Smith <bob@example.com> %d +0000\n" \
			    "data %d\n%s", 1800000000 + n, length(message), message
			if (n == 1)
				print "from refs/heads/main^0"
			print "M 100644 inline " (n == bare ? odd : "docs/guide.md")
			text = "version " n "\n"
			printf "data %d\n%s\n", length(text), text
		}
	}' | git fast-import --quiet --force
}

@test "a long push is accepted, with all who reviewed any of it" {
	many
	push main
	assert_accepted
	[ "$(record changes)" = "$commits" ] || fail "not all changes"
	[ "$(record reviewers)" = '["ada","carol"]' ] || fail "other reviewers"
	[ "$(record proof)" = claimed ] || fail "another proof"
}

@test "a fault is found wherever in a long push it is" {
	for number in 1 1200 1201 2399 2400; do
		git reset -q --soft "$base"
		many $number
		push main
		assert_refused review.missing "main~$((commits - number))"
		[ "$(decisions | wc -l)" -eq 1 ] || fail "more than one decision"
		[ "$(grep -c '"event":"violation"' "$root/records")" -eq 1 ] ||
		    fail "more than one violation"
	done
}

@test "every rule is held all along a long push" {
	policy_default enforce | sed 's/^  - id: peer/  - id: free\n    require: {message: {subject_max: 72}}\n&/' |
	    sed '/id: peer-review/,/require/d' | policy
	for number in 2 2300; do
		git reset -q --soft "$base"
		many $number src/new.c
		push main
		assert_refused touches.missing "main~$((commits - number))"
	done
}

@test "what a long push costs is counted together" {
	many
	policy_default enforce |
	    sed "\$a limits: {tree_entries: $((2 * commits - 1))}" | policy
	push main
	assert_refused object.limit
	policy_default enforce |
	    sed "\$a limits: {tree_entries: $((2 * commits))}" | policy
	push main
	assert_accepted
}

# Reviewed changes, each followed by a clean merge of a reviewed topic, which says
# nothing of a review; the merge with this number brings something of its own.
many_merges() { # [EVIL]
	awk -v merges=400 -v evil="${1-0}" '
	function person() {
		printf "committer Bob Smith <bob@example.com> %d +0000\n", \
		    1800000000 + ++made
	}
	function message(text) {
		printf "data %d\n%s\n", length(text), text
	}
	function file(path, text) {
		printf "M 100644 inline %s\n", path
		message(text)
	}
	BEGIN {
		reviewed = "\n\nReviewed-by: Ada Lovelace <ada@example.com>\n"
		before = "refs/heads/main^0"
		for (n = 1; n <= merges; n++) {
			print "commit refs/heads/topic\nmark :" 3 * n
			person()
			message("Topic " n reviewed)
			print "from " before
			file("docs/topic" n ".md", "topic " n "\n")
			print "commit refs/heads/main\nmark :" 3 * n + 1
			person()
			message("Change " n reviewed)
			if (n == 1)
				print "from " before
			file("docs/guide.md", "version " n "\n")
			print "commit refs/heads/main\nmark :" 3 * n + 2
			person()
			message("Merge topic " n "\n")
			print "merge :" 3 * n
			file("docs/topic" n ".md", "topic " n "\n")
			if (n == evil)
				file("docs/evil.md", "slipped in\n")
			before = ":" 3 * n + 2
		}
	}' | git fast-import --quiet --force
}

@test "merges are made again by whoever looks at them" {
	many_merges
	push main
	assert_accepted
	[ "$(record changes)" = 800 ] || fail "not all changes"
	for number in 3 398; do
		git -C "$server" update-ref refs/heads/main "$base"
		git reset -q --soft "$base"
		many_merges $number
		push main
		assert_refused review.missing "main~$((2 * (400 - number)))"
		[ "$(grep -c '"event":"violation"' "$root/records")" -eq 1 ] ||
		    fail "more than one violation"
	done
}
