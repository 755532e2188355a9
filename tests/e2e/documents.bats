#!/usr/bin/env bats
# What README.md and refwarden(1) show is so.
# shellcheck disable=SC2016,SC2154 # backticks are text; lib.bash sets the rest

load lib

readme=$BATS_TEST_DIRNAME/../../README.md

# Without what differs from push to push, and the blanks git ends lines with.
plain() {
	sed -E 's/[[:space:]]+$//; s/[0-9A-Z]{4}-[0-9A-Z]{4}/ID/
		s/\b[0-9a-f]{7}\b/COMMIT/g; '"s,$server|/srv/git/api.git,REPO,g"
}

@test "the refusal is what git prints" {
	server_start
	policy <"$BATS_TEST_DIRNAME/../../config/policy-starter.yml"
	commit_as bob "Refresh tokens before they expire" src/token.c
	push main
	[ "$status" -ne 0 ]
	sed -n '/^    remote: error/,/^    error: failed/s/^    //p' "$readme" |
		plain >"$root/expected"
	[ "$(wc -l <"$root/expected")" -gt 20 ]
	printf '%s\n' "$output" | plain | diff "$root/expected" -
}

@test "the codes are codes" {
	codes=$(sed -n '/^| code/,/^$/s/^| \([^|]*\) |.*/\1/p' "$readme" |
		grep -o '`[a-z-]*\.[a-z]*`' | tr -d '`')
	[ "$(wc -w <<<"$codes")" -gt 10 ]
	for code in $codes; do
		"$build/refwarden" explain "$code" >/dev/null
	done
}

@test "the files that are named are there" {
	cd "$BATS_TEST_DIRNAME/../.."
	files=$(grep -o '`[a-z]*/[a-z_/.-]*\.\(c\|h\|sh\)`' "$readme" | tr -d '`')
	[ "$(wc -w <<<"$files")" -gt 10 ]
	for file in $files; do
		[ -f "$file" ] || [ -f "src/$file" ]
	done
}

@test "the commands that are named are commands" {
	cd "$BATS_TEST_DIRNAME/../.."
	named=$(grep -rhoE '(`|[$] |Ql |git )refwarden [a-z]+( [a-z]+)?' \
	    README.md CONTRIBUTING.md man config src install.sh |
		sed 's/.*refwarden //' | sort -u)
	known=$("$build/refwarden" --help | sed -n 's/^  \([a-z]* \{0,1\}[a-z]*\)  .*/\1/p')
	[ "$(wc -l <<<"$named")" -gt 15 ]
	while read -r command; do
		grep -qE "^${command%% *}( |$)" <<<"$known" || { echo "no $command"; return 1; }
		[[ $command != policy\ * && $command != audit\ * ]] ||
		    grep -qx "$command" <<<"$known" || { echo "no $command"; return 1; }
	done <<<"$named"
}

@test "every command and option is in refwarden(1)" {
	page=$BATS_TEST_DIRNAME/../../man/refwarden.1
	commands=$("$build/refwarden" --help | sed -n 's/^  \([a-z]* \{0,1\}[a-z]*\)  .*/\1/p')
	[ "$(wc -l <<<"$commands")" -ge 5 ]
	while read -r command; do
		grep -qx ".Ss Nm Cm $command" "$page"
		# A command is one word or two.
		# shellcheck disable=SC2086
		for option in $("$build/refwarden" $command --help |
			grep -o -e '--[a-z-]*'); do
			sed -n "/^.Ss Nm Cm $command\$/,/^.S[hs] /p" "$page" |
				grep -q "^.It Fl ${option#-}\( \|\$\)"
		done
	done <<<"$commands"
}
