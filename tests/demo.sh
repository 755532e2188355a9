#!/bin/sh
# Eight real pushes to a throw-away server, what the pusher saw of each, what
# was recorded, and the audit of it; fails if any outcome is not the one expected.  Nothing outside
# a temporary directory is touched (./install.sh --demo).
set -eu

programs=${REFWARDEN_BUILD:-$(cd "$(dirname "$0")/.." && pwd)/build}/test
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM
cd "$root"

# The same identities, dates and configuration wherever this runs.
export HOME="$root" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC
export GIT_CONFIG_GLOBAL=/dev/null REFWARDEN_TEST_ROOT="$root"
export GIT_AUTHOR_NAME='Bob Smith' GIT_AUTHOR_EMAIL=bob@example.com
export GIT_COMMITTER_NAME='Bob Smith' GIT_COMMITTER_EMAIL=bob@example.com
export GIT_AUTHOR_DATE='1790000000 +0000' GIT_COMMITTER_DATE='1790000000 +0000'
export REFWARDEN_USER=bob

bold='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$(printf '\033[1m') green=$(printf '\033[32m')
	red=$(printf '\033[31m') plain=$(printf '\033[0m')
fi

day() { # +DAYS
	date -u -d "@$(($(date +%s) + $1 * 86400))" +%Y-%m-%d
}

# ---- the server

write_policy() {
	cat <<END
version: 1
name: Secure Development Policy
contact: platform@example.com
clauses:
  "2a": Tests accompany every change of code
  "2b": Peer code review prior to merging
people:
  ada: [ada@example.com]
  bob: [bob@example.com]
  carol: [carol@example.com]
  dana: [dana@example.com]
groups:
  maintainers: [ada, bob, carol]
  cto: [dana]
protected: [main, "release/**", "tags/v*"]
paths:
  code: ["src/**"]
  tests: ["tests/**"]
rules:
  - id: peer-review
    clause: "2b"
    require: {review: {count: 1, by: maintainers}}
  - id: tests-with-code
    clause: "2a"
    when: {paths: code, kinds: [added, modified]}
    require: {touches: tests}
exceptions:
  directory: $root/exceptions
  approved_by: cto
  proof: sign-off
log: {on_failure: spool}
END
}

write_exception() { # ID APPROVED-ON EXPIRES
	cat >"exceptions/$1.yml" <<END
version: 1
id: $1
rules: [tests-with-code]
applies_to:
  repositories: [api]
  refs: [main]
reason: The vendor's fix has to go out before its tests can be written
risk: A regression in the parser would not be noticed before the release
requested_by: bob@example.com
approved_by: dana@example.com
approved_on: $2
expires: $3
signed_off_by: Dana Jones <dana@example.com>
END
}

make_server() {
	umask 022
	mkdir etc exceptions
	git init -q --bare -b main api.git
	git init -q -b main work
	git -C work remote add origin "$root/api.git"
	commit 'Start the parser' src/parser.c tests/parser.sh
	git -C work push -q origin main
	write_policy >api.git/refwarden.yml
	write_exception EX-2026-014 "$(day -1)" "$(day 30)"
	write_exception EX-2026-007 "$(day -40)" "$(day -10)"
	cp "$programs/pre-receive" api.git/hooks/pre-receive
	cp "$programs/post-receive" api.git/hooks/post-receive
}

# ---- the pushes

commit() { # MESSAGE FILE...
	message=$1
	shift
	for file; do
		mkdir -p "work/$(dirname "$file")"
		echo "$message" >>"work/$file"
	done
	git -C work add .
	git -C work commit -q -m "$message"
}

field() { # NAME: of the JSON in $record
	printf '%s\n' "$record" | sed -n 's/.*"'"$1"'": *\("[^"]*"\|\[[^]]*\]\).*/\1/p' | tr -d '[]" '
}

number=0 wrong=0 table=''
push() { # TITLE accept|refuse CODE PUSH-ARGUMENT...
	number=$((number + 1)) title=$1 expected=$2 code=$3
	shift 3
	printf '\n%s%d. %s%s\n' "$bold" "$number" "$title" "$plain"
	printf '   expected: %s%s\n\n' "$expected" "${code:+ ($code)}"
	git -C work log -1 --format=%B | sed '$d; s/^/   | /; s/ *$//'
	printf '\n   $ git push %s\n' "$*"
	seen=accept
	git -C work push "$@" >out 2>&1 || seen=refuse
	sed "s,$root,server,g; s/[[:space:]]*\$//; s/^/   /" out
	examine
	git -C work checkout -q -B main origin/main
}

# Right are the exit status, the code shown, and one record that says both.
examine() {
	journal=api.git/refwarden/journal.jsonl
	grep '"event": *"decision"' $journal >decisions 2>/dev/null || :
	record=$(tail -n 1 decisions)
	printf '\n   record:'
	for name in time user ref verdict codes rules exceptions; do
		value=$(field $name)
		[ -z "$value" ] || printf ' %s=%s' $name "$value"
	done
	echo
	result="${green}as expected$plain"
	if [ "$seen" != "$expected" ] || [ "$(field verdict)" != "$expected" ] ||
	    [ "$(wc -l <decisions)" -ne "$number" ] ||
	    ! { [ -z "$code" ] || grep -qF "[$code]" out; }; then
		result="${red}WRONG$plain" wrong=$((wrong + 1))
	fi
	table="$table$(printf '%d  %-45s %-7s %s  %s' "$number" "$title" \
	    "$seen" "$result" "$(field codes)" | sed "s, *$,,")
"
}

reviewed='Reviewed-by: Ada Lovelace <ada@example.com>'

make_server
printf '%sA server, a policy, a hook%s\n\n' "$bold" "$plain"
sed "s,$root,/etc/refwarden,; s/^/   /" api.git/refwarden.yml

commit "Read comments

$reviewed" src/parser.c tests/parser.sh
push 'A reviewed change with its test' accept '' origin main

commit 'Refresh tokens before they expire' src/token.c tests/token.sh
push 'Nobody reviewed it' refuse review.missing origin main

commit 'Refresh tokens before they expire

Reviewed-by: Bob Smith <bob@example.com>' src/token.c tests/token.sh
push 'The author reviewed it' refuse review.self origin main

commit "Refresh tokens before they expire

$reviewed" src/token.c
push 'Code without a test' refuse touches.missing origin main

commit 'Refresh tokens before they expire

Reviewed-by: Eve Moore <eve@example.org>' src/token.c tests/token.sh
push 'Somebody else than a maintainer reviewed it' refuse review.unknown \
    origin main

commit "Take the vendor's fix

Exception: EX-2026-014
$reviewed" src/vendor.c
push 'Code without a test, under an exception' accept '' origin main

commit "Take the vendor's other fix

Exception: EX-2026-007
$reviewed" src/vendor.c
push 'The exception has expired' refuse exception.expired origin main

git -C work reset -q --hard HEAD~1
commit "Start again

$reviewed" src/parser.c tests/parser.sh
push 'History rewritten by force' refuse history.rewrite --force origin main

printf '\n%s#  %-45s %-7s %-11s  %s%s\n%s\n' "$bold" push answer outcome codes \
    "$plain" "$table"
if [ "$wrong" -gt 0 ]; then
	echo "$wrong of $number pushes did not end as expected" >&2
	exit 1
fi
printf 'All %s pushes ended as expected, and each of them is on record.\n' \
    "$number"

printf '\n%sWhat the administrator sees: refwarden audit summary --by rule%s\n\n' \
    "$bold" "$plain"
"$programs/refwarden" audit summary --by rule api.git
"$programs/refwarden" audit verify api.git

printf '\n%sWhat the auditor gets: refwarden audit report%s\n\n' \
    "$bold" "$plain"
"$programs/refwarden" audit report --from "$(day -1)" \
    --policy api.git/refwarden.yml api.git
