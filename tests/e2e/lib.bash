# Words for end-to-end tests: a server that refwarden guards, a client, real
# pushes, and what the pusher saw, which refs moved and what was recorded.
#
# A file that loads this has a setup() that calls server_start; a test then
# makes commits in the client (the working directory), says `push REFSPEC...`
# and asserts.  Variables for tests:
#
#   server     the bare repository        client   the working directory
#   status     of the last push           output   what its pusher saw
#   base       a state of main before any push
#   by_ada...  the end of a commit message that names Ada as reviewer
#
# shellcheck disable=SC2034,SC2120,SC2154 # tests read what is set here

# What bash reads here has $'\u202e' in UTF-8, wherever the tests are run.
LC_ALL=C.UTF-8

build=${REFWARDEN_BUILD:-$BATS_TEST_DIRNAME/../../build}

declare -gA person=(
	[ada]='Ada Lovelace <ada@example.com>'
	[bob]='Bob Smith <bob@example.com>'
	[bob_at_home]='Bob Smith <bob@home.example.net>'
	[carol]='Carol Jones <carol@example.com>'
	[mallory]='Mallory Outsider <mallory@example.org>'
)

reviewed_by() { # WHO...: the trailers, behind a blank line
	printf '\n'
	for who in "$@"; do
		printf '\nReviewed-by: %s' "${person[$who]}"
	done
}
by_ada=$(reviewed_by ada)
by_bob=$(reviewed_by bob)
by_bob_at_home=$(reviewed_by bob_at_home)
by_mallory=$(reviewed_by mallory)

# ---- the server

policy_default() { # MODE
	cat <<END
version: 1
name: Secure Development Policy
contact: platform@example.com
mode: $1
people:
  ada: [ada@example.com]
  bob: [bob@example.com, bob@home.example.net]
  carol: [carol@example.com]
groups:
  reviewers: [ada, bob, carol]
paths:
  code: ["src/**"]
  tests: ["tests/**"]
protected: [main, "release/*", "tags/v*"]
rules:
  - id: peer-review
    clause: "2b"
    require: {review: {count: 1, by: reviewers}}
  - id: tests-with-code
    clause: "2a"
    when: {paths: code, kinds: [added, modified]}
    require: {touches: tests}
END
}

day() { # +DAYS: from today
	date -u -d "@$(($(date +%s) + $1 * 86400))" +%Y-%m-%d
}

# An exception that holds today for tests-with-code on main; sed edits it.
exception_record() { # ID [SED-COMMAND...]
	local id=$1 edits=() edit

	shift
	for edit in "$@"; do
		edits+=(-e "$edit")
	done
	sed "${edits[@]}" -e '/^$/d' <<END
version: 1
id: $id
rules: [tests-with-code]
applies_to:
  repositories: [project]
  refs: [main]
reason: The fix has to go out today
risk: The parser is not covered
requested_by: carol@example.com
approved_by: dana@example.com
approved_on: $(day -2)
expires: $(day 10)
signed_off_by: Dana Chief <dana@example.com>
END
}

policy() { # standard input is the repository's policy from now on
	cat >"$server/refwarden.yml"
}

# What an administrator at the server does, past the hook.
unguarded="git -c core.hooksPath=/dev/null receive-pack"

# The same everywhere: identities, dates, no configuration of this machine.
world_begin() {
	root=$BATS_TEST_TMPDIR
	server=$root/project.git
	client=$root/client
	moment=1700000000
	umask 022
	unset "${!GIT_@}" "${!GL_@}" "${!GITEA_@}"
	export HOME=$root LC_ALL=C TZ=UTC
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
	export REFWARDEN_TEST_ROOT=$root REFWARDEN_USER=bob
}

# An empty repository with our hook, and an empty client.
server_start_empty() {
	world_begin
	git init -q --bare -b main --template= "$server"
	git -C "$server" config receive.advertisePushOptions true
	git -C "$server" config gc.auto 0
	policy_default enforce | policy
	mkdir "$server/hooks"
	cp "$build/test/pre-receive" "$server/hooks/pre-receive"
	git init -q -b main --template= "$client"
	cd "$client" || return
	git config gc.auto 0
	git remote add origin "$server"
}

# ... and with a state of main that nobody judges.
server_start() {
	server_start_empty
	commit_as ada "Begin" src/app.c tests/app_test.c docs/guide.md
	base=$(git rev-parse HEAD)
	git push -q --receive-pack="$unguarded" origin main
}

server_value() { # REF: its id on the server, or nothing
	git -C "$server" rev-parse -q --verify "$1" || :
}

# ---- commits

as() { # WHO COMMAND...: as that author and committer, a minute later
	local name=${person[$1]%% <*} address=${person[$1]#*<}

	moment=$((moment + 60))
	shift
	GIT_AUTHOR_NAME=$name GIT_AUTHOR_EMAIL=${address%>} \
	    GIT_COMMITTER_NAME=$name GIT_COMMITTER_EMAIL=${address%>} \
	    GIT_AUTHOR_DATE="$moment +0000" GIT_COMMITTER_DATE="$moment +0000" \
	    "$@"
}

change() { # FILE...: a new line in each, staged
	local file

	for file in "$@"; do
		mkdir -p "$(dirname "$file")"
		echo "line $moment of $file" >>"$file"
		git add -- "$file"
	done
}

# A commit of what is staged and of a new line in each FILE; its message is kept
# as it is.
commit_as() { # WHO MESSAGE [FILE...]
	local who=$1 message=$2

	shift 2
	change "$@"
	printf '%s\n' "$message" | as "$who" \
	    git commit -q --allow-empty --allow-empty-message --cleanup=verbatim -F -
}

merge_as() { # WHO MESSAGE BRANCH...
	local who=$1 message=$2

	shift 2
	as "$who" git merge -q --no-ff -m "$message" "$@"
}

# An object of any bytes, by standard input; prints its id.
object() { # TYPE
	git hash-object -t "$1" --literally -w --stdin
}

# ---- pushes

# Run a command while somebody reads the socket of syslog: each datagram becomes
# a line of $root/syslog.
logged() {
	perl -MSocket -e '
		my ($path, $lines, @command) = @ARGV;
		socket(my $log, AF_UNIX, SOCK_DGRAM, 0) or die;
		bind($log, sockaddr_un($path)) or die "$path: $!";
		defined(my $reader = fork) or die;
		if (!$reader) {
			open(my $out, ">", $lines) or die;
			while (defined recv($log, my $record, 65536, 0)) {
				last if $record eq "end";
				print $out "$record\n";
			}
			exit;
		}
		my $status = system { $command[0] } @command;
		socket(my $end, AF_UNIX, SOCK_DGRAM, 0) or die;
		send($end, "end", 0, sockaddr_un($path)) or die;
		waitpid $reader, 0;
		unlink $path;
		exit($status == 0 ? 0 : $status >> 8 || 1);
	' "$root/log" "$root/syslog" "$@"
}

# Run a command that pushes, and keep what it changed and recorded.
pushing() {
	local journal=$server/refwarden/journal.jsonl known=0

	[ ! -f "$journal" ] || known=$(wc -l <"$journal")
	git -C "$server" for-each-ref >"$root/refs.before"
	run logged "$@"
	git -C "$server" for-each-ref >"$root/refs.after"
	sed 's/^<[0-9]*>.* refwarden\[[0-9]*\]: @cee: //' "$root/syslog" \
	    >"$root/records"
	: >"$root/journaled"
	[ ! -f "$journal" ] || tail -n +$((known + 1)) "$journal" |
	    sed 's/"prev":"[0-9a-f]\{64\}",//' >"$root/journaled"
}

push() { # [OPTION...] REFSPEC...
	pushing git push origin "$@"
}

pkt_line() { # TEXT [TEXT-BEHIND-NUL]
	if [ $# -eq 1 ]; then
		printf '%04x%s' $((4 + ${#1})) "$1"
	else
		printf '%04x%s\0%s' $((5 + ${#1} + ${#2})) "$1" "$2"
	fi
}

# These commands and, unless all are deletions, a pack of the client's objects.
request() { # "OLD NEW REF"...
	local command capabilities=report-status

	for command in "$@"; do
		pkt_line "$command" ${capabilities:+"$capabilities"}
		capabilities=
	done
	printf 0000
	if printf '%s\n' "$@" | grep -qv '^[^ ]* 0\{40\} '; then
		git pack-objects -q --all --stdout </dev/null
	fi
}

# A push that no client of git would make: these words to receive-pack.
push_raw() { # "OLD NEW REF"...
	request "$@" >"$root/request"
	# shellcheck disable=SC2016 # for the shell that is started
	pushing sh -c 'git receive-pack "$1" <"$2" 2>&1 | tr -d "\0"' \
	    sh "$server" "$root/request"
	[[ $output == *"unpack ok"* && $output != *"ng refs/"* ]] || status=1
}

# ---- what came of it

fail() { # WHY
	printf '%s\n--- the pusher saw (exit status %s):\n%s\n' \
	    "$1" "$status" "$output"
	printf '%s\n' '--- records:'
	cat "$root/records"
	return 1
}

decisions() { # [REF]: of the last push
	grep '"event":"decision"' "$root/records" |
	    grep -F "${1:+\"ref\":\"$1\"}" || :
}

# A field of the last push's first decision (about REF): bare text or number; a
# list as it is.
record() { # FIELD [REF]
	decisions "${2-}" | head -n 1 |
	    grep -oE "\"$1\":(\"[^\"]*\"|\[[^]]*\]|[^,}]*)" |
	    sed -e "s/^\"$1\"://" -e 's/^"\(.*\)"$/\1/'
}

# Syslog and the journal were told the same, up to `prev`.
assert_recorded_twice() {
	local line

	[ -s "$root/records" ] || fail "nothing was sent to syslog"
	while IFS= read -r line; do
		grep -qF "${line#\{\"v\":1,}" "$root/journaled" ||
		    fail "not in the journal: $line"
	done <"$root/records"
}

assert_tells() { # TEXT: to the pusher
	[[ $output == *"$1"* ]] || fail "the pusher was not told: $1"
}

# The whole push was refused and nothing moved; the pusher and the records were
# told this code, and which commit it is about.
assert_refused() { # CODE [COMMIT]
	[ "$status" -ne 0 ] || fail "the push was accepted"
	cmp -s "$root/refs.before" "$root/refs.after" || fail "a ref moved"
	assert_tells "error[$1]"
	assert_recorded_twice
	decisions | grep -E "\"codes\":\[[^]]*\"$1\"" |
	    grep -q '"push":"refuse"' || fail "no decision has $1"
	[ $# -lt 2 ] || assert_names "$1" "$2"
}

assert_names() { # CODE COMMIT
	local commit

	commit=$(git rev-parse "$2")
	assert_tells "commit  ${commit:0:7} "
	grep '"event":"violation"' "$root/records" | grep "\"code\":\"$1\"" |
	    grep -q "\"commit\":\"$commit\"" ||
	    fail "no record of $1 names $commit"
}

# All refs moved as the records say, and the pusher heard nothing bad.
assert_accepted() {
	local ref line

	[ "$status" -eq 0 ] || fail "the push was refused"
	[[ $output != *"error["* ]] || fail "accepted with an error"
	assert_recorded_twice
	while IFS= read -r line; do
		[[ $line == *'"verdict":"accept","push":"accept"'* ]] ||
		    fail "not an accept: $line"
		ref=${line#*\"ref\":\"} ref=${ref%%\"*}
		[ "$(record new "$ref")" = "$(git -C "$server" rev-parse "$ref")" ] ||
		    fail "$ref is not what was recorded"
	done < <(decisions)
}

# The hook alone, told what receive-pack would hardly ever tell it.
feed() { # [VARIABLE=VALUE...]: standard input is the hook's
	cat >"$root/input"
	# shellcheck disable=SC2016 # for the shell that is started
	pushing sh -c 'cd "$1" && input=$2 && shift 2 &&
	    GIT_DIR=. exec env "$@" hooks/pre-receive <"$input"' \
	    sh "$server" "$root/input" "$@"
}
