#!/usr/bin/env bats
# What the audit commands say is what was pushed: figure by figure, by a script
# that keeps its own count; and what was done past the hooks is found.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # words of lib.bash

load lib.bash

audit() { run --separate-stderr "$build/test/refwarden" audit "$@"; }

bats_require_minimum_version 1.5.0

json() { # EXPRESSION, of jq
	jq -r "$1" <<<"$output"
}

equal() { # WHAT GOT WANTED
	[ "$2" = "$3" ] || {
		printf '%s: %s, not %s\n%s\n' "$1" "$2" "$3" "${output:0:1000}"
		return 1
	}
}

harmless() { # FILE: nothing in it steers a terminal
	tr -d '\r\n\t' <"$1" |
		grep -q $'[[:cntrl:]]\\|\xe2\x80\xae\\|\xc2\x9b' || return 0
	fail "it could steer a terminal: $(cat -v "$1")"
}

hooks() { # NAME...
	for hook in "$@"; do
		cp "$build/test/$hook" "$server/hooks/"
	done
}

# ---- two hundred pushes, drawn with a seed of their own; `counts` has the figures

one_more() { # FIGURE...
	for figure in "$@"; do
		count[$figure]=$((${count[$figure]-0} + 1))
	done
}

push_as() { # WHO REFSPEC...
	export REFWARDEN_USER=$1
	shift
	push "$@"
}

# What a push of this kind does to the figures.
push_one() { # KIND NUMBER WHO
	local n=$2 who=$3

	git checkout -q -B work origin/main
	case $1 in
	plain | ticket)
		commit_as bob "Work $n$by_ada$([ "$1" = plain ] || printf '\nTicket: T-%d' "$n")" \
			src/app.c tests/app_test.c
		push_as "$who" work:main
		assert_accepted
		git rev-parse work >>"$root/accepted"
		one_more judged accepted claimed "user $who"
		[ "$1" = ticket ] || one_more warned 'ticket warned'
		;;
	unreviewed)
		commit_as bob "Work $n" src/app.c tests/app_test.c
		push_as "$who" work:main
		assert_refused review.missing
		git rev-parse work >>"$root/refused"
		one_more judged refused "user $who" 'peer-review refused' 'ticket warned'
		;;
	untested)
		commit_as bob "Work $n" src/app.c
		push_as "$who" work:main
		assert_refused touches.missing
		one_more judged refused "user $who" 'peer-review refused' \
			'tests-with-code refused' 'ticket warned'
		;;
	check)
		commit_as bob "Work $n" src/app.c
		push_as "$who" -o refwarden.check work:main
		one_more checks
		;;
	held)
		commit_as bob "Work $n$by_ada" src/app.c tests/app_test.c
		git checkout -q -B other origin/release/1
		commit_as bob "Work $n" docs/guide.md
		push_as "$who" work:main other:release/1
		assert_refused review.missing
		one_more judged judged held refused "user $who" "user $who" \
			'peer-review refused' 'ticket warned' 'ticket warned'
		;;
	esac
	git fetch -q origin
}

populate() {
	local kinds=(plain plain ticket unreviewed untested check held) n random=7

	policy_default enforce | sed '/^rules:/a\
  - {id: ticket, mode: warn, require: {trailer: {name: Ticket, matches: "T-[0-9]+"}}}' | policy
	push_unguarded main:release/1
	for ((n = 1; n <= 200; n++)); do
		random=$(((random * 1103515245 + 12345) % 2147483648))
		push_one "${kinds[random / 65536 % 7]}" "$n" \
			"$([ $((n % 3)) = 0 ] && echo carol || echo bob)"
	done
}

push_unguarded() { # REFSPEC...
	git push -q --receive-pack="$unguarded" origin "$@"
	git fetch -q origin
}

setup_file() {
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	declare -gA count=()
	server_start
	hooks update post-receive
	populate
	declare -p count | sed 's/^declare -A/declare -gA/' >"$root/counts"
}

# The population stays as it is; a test that pushes has a server of its own.
setup() {
	server=$BATS_FILE_TMPDIR/project.git
	client=$BATS_FILE_TMPDIR/client
	root=$BATS_FILE_TMPDIR
	journal=$server/refwarden/journal.jsonl
	export TZ=UTC LC_ALL=C
	# shellcheck disable=SC1091 # written by setup_file
	source "$root/counts"
	cd "$client" || return
	base=$(git rev-list --max-parents=0 origin/main)
}

@test "the summary is what was pushed" {
	audit summary --json "$server"
	equal status "$status" 0
	for figure in judged accepted refused held warned claimed checks; do
		equal "$figure" "$(json ".$figure")" "${count[$figure]-0}"
	done
	for figure in errors exception observed imported signed; do
		equal "$figure" "$(json ".$figure")" 0
	done
	equal repositories "$(json .repositories)" 1
	equal users "$(json .users)" 2
	equal policies "$(json .policies)" 1
	audit summary --plain "$server"
	equal plain "$(sed -n 's/^accepted\t//p' <<<"$output")" "${count[accepted]}"
	(cd "$server" && audit summary --json &&
		equal around "$(json .judged)" "${count[judged]}")
}

@test "the summary by user, repository, rule and clause is what was pushed" {
	audit summary --json --by user "$server"
	for who in bob carol; do
		equal "$who" "$(json ".groups[] | select(.name == \"$who\").judged")" \
			"${count[user $who]}"
	done
	audit summary --json --by repo "$server"
	equal repo "$(json '.groups[] | select(.name == "project").accepted')" \
		"${count[accepted]}"
	audit summary --json --by rule "$server"
	equal reviews "$(json '.groups[] | select(.name == "peer-review").refused')" \
		"${count[peer-review refused]}"
	equal tests "$(json '.groups[] | select(.name == "tests-with-code").refused')" \
		"${count[tests-with-code refused]}"
	equal tickets "$(json '.groups[] | select(.name == "ticket") | [.broken, .refused, .warned] | @csv')" \
		"${count[ticket warned]},0,${count[ticket warned]}"
	audit summary --json --by clause "$server"
	equal clause "$(json '.groups[] | select(.name == "2b").broken')" \
		"${count[peer-review refused]}"
}

@test "the timeline has every decision" {
	for by in day week; do
		audit timeline --json --by "$by" "$server"
		equal accepted "$(json 'map(.accepted) | add')" "${count[accepted]}"
		equal refused "$(json 'map(.refused) | add')" "${count[refused]}"
	done
	[ "$(date -d "$(json '.[0].week')" +%u)" = 1 ]
	audit timeline --plain "$server"
	equal plain "$(awk -F'\t' '{ n += $2 } END { print n }' <<<"$output")" \
		"${count[accepted]}"
}

@test "the log lists decisions, and filters them" {
	audit log --plain "$server"
	equal all "$(wc -l <<<"$output")" $((count[judged] + count[checks]))
	equal held "$(cut -f 3 <<<"$output" | grep -c held)" "${count[held]}"
	audit log --plain --verdict refuse --ref main --user carol "$server"
	[ "$(cut -f 3 <<<"$output" | grep -v check | sort -u)" = refuse ]
	[ "$(cut -f 4 <<<"$output" | sort -u)" = carol ]
	[ "$(cut -f 6 <<<"$output" | sort -u)" = refs/heads/main ]
	audit log --plain --rule tests-with-code "$server"
	equal untested "$(cut -f 3 <<<"$output" | grep -c refuse)" \
		"${count[tests-with-code refused]}"
	audit log --plain --code trailer.missing --ref 'release/*' "$server"
	[ "$(cut -f 3 <<<"$output" | grep -c warn)" = "${count[held]}" ]
	audit log --plain --since 2000-01-01 --until 2000-12-31 "$server"
	equal past "$output" ""
	audit log --json --since 1d "$server"
	equal json "$(jq -s length <<<"$output")" $((count[judged] + count[checks]))
	for wrong in --since=yesterday --verdict=maybe --nonsense '--ref=[' --since=99999999d; do
		audit log "$wrong" "$server"
		equal "$wrong" "$status" 2
	done
	cd /
	audit log
	equal nowhere "$status" 2
	audit log "$root/absent"
	equal absent "$status" 4
}

@test "the sample is the same for everybody, and of accepted changes" {
	audit sample --seed summer --count 5 --json "$server"
	first=$output
	equal population "$(json .population)" "${count[accepted]}"
	equal drawn "$(json '.sample | length')" 5
	audit sample --seed summer --count 5 --json - <"$journal"
	equal again "$output" "$first"
	for commit in $(json '.sample[].new'); do
		grep -qx "$commit" "$root/accepted"
	done
	# As refwarden(1) says it is drawn.
	wanted=$(jq -r 'select(.event == "decision" and .push == "accept") |
		[.repo, .id, .ref] | @tsv' "$journal" | while IFS=$'\t' read -r repo id ref; do
		printf 'summer\n%s\n%s\n%s' "$repo" "$id" "$ref" | sha256sum | sed "s/-/$id/"
	done | sort | head -n 5 | awk '{ print $2 }')
	equal drawn "$(jq -r '.sample[].id' <<<"$first")" "$wanted"
	audit sample --seed winter --count 5 --json "$server"
	[ "$output" != "$first" ]
	audit sample --seed all --count 1000 --json "$server"
	equal all "$(json '.sample[].new' | sort)" "$(sort "$root/accepted")"
	audit sample "$server"
	equal seedless "$status" 2
}

@test "a commit is traced to the push that brought it, and those refused for it" {
	commit=$(sed -n 3p "$root/accepted")
	audit trace --plain "$commit" "$server"
	equal one "$(cut -f 3 <<<"$output")" accept
	id=$(jq -r "select(.event == \"decision\" and .new == \"$commit\").id" "$journal")
	equal push "$(cut -f 2 <<<"$output")" "$id"
	audit trace --plain "${commit:0:10}" "$journal"
	equal short "$(cut -f 2 <<<"$output")" "$id"
	commit=$(head -n 1 "$root/refused")
	audit trace --plain "$commit" "$server"
	equal refused "$(cut -f 3 <<<"$output" | sort -u | tr '\n' ' ')" "enforce refuse warn "
	audit trace "$base" "$server"
	equal base "$status" 1
	audit trace "no such commit" "$server"
	equal none "$status" 2
}

@test "a push is shown by its id, in either case" {
	id=$(jq -r 'select(.event == "violation" and .code == "review.missing").id' "$journal" | tail -n 1)
	audit show "${id,,}" "$server"
	equal status "$status" 0
	[[ $output == "push $id to project"* ]]
	[[ $output == *refused* && $output == *review.missing* ]]
	audit show --json "$id" "$server"
	equal records "$(wc -l <<<"$output")" "$(grep -c "\"id\":\"$id\"" "$journal")"
	audit show AAAA-AAAA "$server"
	equal unknown "$status" 1
}

@test "verdicts are coloured for people alone" {
	audit log --color "$server"
	[[ $output == *$'\e[1;32maccept '*$'\e[1;31mrefuse '* ]]
	audit log --color --plain "$server"
	[[ $output != *$'\e'* ]]
	audit log --color --json "$server"
	[[ $output != *$'\e'* ]]
	audit show --color "$(json .id | tail -n 1)" "$server"
	[[ $output == *$'\e[1;3'*$'\e[m'* ]]
	audit log --color=red "$server"
	equal wrong "$status" 2
}

# The population as others hand it over.
@test "records are read from wherever they are" {
	mkdir -p "$root/logs"
	sed 's/^/Nov 22 07:00:00 git1 refwarden[17]: @cee: /' "$journal" >"$root/logs/plain"
	{ echo 'Nov 22 07:00:00 git1 cron[1]: hello'; cat "$root/logs/plain"; } |
		gzip >"$root/logs/log.gz"
	jq -c '{_PID: "1", MESSAGE: ("@cee: " + tojson)}' "$journal" >"$root/logs/journald"
	jq -c '. + {hostname: "relay", nested: {a: [1]}}' "$journal" >"$root/logs/rsyslog"
	for source in "$root/logs/plain" "$root/logs/log.gz" "$root/logs/journald" \
		"$root/logs/rsyslog" "$journal" "$root"; do
		audit summary --json "$source"
		equal "$source" "$(json .judged)" "${count[judged]}"
		[ -z "$stderr" ]
	done
	{ cat "$root/logs/plain"; tail -n 50 "$root/logs/plain"; } >"$root/logs/resent"
	audit summary --json "$root/logs/resent" "$server"
	equal twice "$(json .judged)" "${count[judged]}"
	{ cat "$journal"; echo '{"v":1,"event":"decision","id"'; } >"$root/logs/torn"
	audit summary --json "$root/logs/torn"
	equal torn "$(json .judged)" "${count[judged]}"
	[[ $stderr == *"1 line could not be read"*"torn:"* ]]
}

# ---- other programs

@test "an export has every record, in each form" {
	records=$(wc -l <"$journal")
	audit export --as jsonl "$server"
	[ "$output" = "$(cat "$journal")" ]
	for form in ecs ocsf; do
		audit export --as "$form" "$server"
		equal "$form" "$(jq -s length <<<"$output")" "$records"
	done
	equal ocsf "$(jq -s 'map(select(.class_uid * 100 + .activity_id != .type_uid)) | length' <<<"$output")" 0
	audit export --as cef "$server"
	equal cef "$(grep -c '^CEF:0|refwarden|refwarden|[^|]*|[^|]*|[^|]*|[0-9]|rt=[0-9]* ' <<<"$output")" "$records"
	audit export --as csv "$server"
	equal csv "$(sqlite3 -batch -separator ' ' :memory: \
		'.import --csv /dev/stdin records' "SELECT count(*),
		sum(verdict = 'accept' AND push = 'accept'),
		sum(event = 'decision' AND ms = '') FROM records" \
		<<<"$output")" "$records ${count[accepted]} 0"
	audit export --as csv --verdict refuse "$server"
	equal checks "$(grep -c ',true,,,,,' <<<"$output")" \
		"$(jq -c 'select(.check and .verdict == "refuse")' "$journal" | wc -l)"
	audit export "$server"
	equal formless "$status" 2
}

@test "what can be answered by nothing is wrong usage" {
	for options in 'log --since 2026-12-01 --until 2026-11-01' \
		'verify --expect foo' 'verify --expect 3:00' "verify --expect :$base$base"; do
		# shellcheck disable=SC2086 # words
		audit $options "$server"
		equal "$options" "$status" 2
	done
	audit trace --repo "$root/nowhere" "$base" "$journal"
	equal repo "$status" 4
}

@test "what a pusher chose does no harm in a terminal, a spreadsheet or a SIEM" {
	cat >"$root/hostile.jsonl" <<-'END'
		{"v":1,"event":"decision","id":"AAAA-0001","time":"2026-11-22T07:00:00.000Z","host":"git1","repo":"=cmd()","ref":"refs/heads/\u001b]0;x\u0007","kind":"update","old":"1111111111111111111111111111111111111111","new":"2222222222222222222222222222222222222222","changes":1,"user":"@SUM(A1)","addr":"-1+1","verdict":"accept","push":"accept","reviewers":["+1","a\"b,c"],"ms":1}
		{"v":1,"event":"violation","id":"AAAA-0001","time":"2026-11-22T07:00:00.000Z","host":"git1","repo":"r|p\\","ref":"refs/heads/a=b","user":"\ttab","rule":"\u202ertl","code":"review.missing","mode":"warn","path":"\r\nCEF:0|","found":"\u009b31m"}
	END
	for command in 'log --code=review.missing' 'log' 'show AAAA-0001' \
		'summary --by user' 'summary --by rule' 'timeline' 'sample --seed 1' \
		'trace 2222222' gaps 'export --as csv' 'export --as cef' \
		'export --as ecs' 'export --as ocsf' 'export --as jsonl'; do
		# shellcheck disable=SC2086 # words
		"$build/test/refwarden" audit $command "$root/hostile.jsonl" \
			>"$root/out" 2>&1 || :
		[ -s "$root/out" ]
		harmless "$root/out"
		[ "$(grep -c '^CEF:0|$' "$root/out")" = 0 ]
	done
	audit export --as csv "$root/hostile.jsonl"
	[[ $output == *"'=cmd()"* && $output == *"'@SUM(A1)"* && $output == *"'-1+1"* ]]
	[[ $output == *"\"'+1 a\"\"b,c\""* && $output == *"'?tab"* ]]
	audit export --as cef "$root/hostile.jsonl"
	[[ $output == *'cs1=r|p\\ cs1Label'* && $output == *'cs2=refs/heads/a\=b '* ]]
	equal lines "$(wc -l <<<"$output")" 2
}

@test "nor do the names of files" {
	dir=$BATS_TEST_TMPDIR/$'a\e[31m\xe2\x80\xaeb.git'
	mkdir -p "$dir/refwarden"
	echo garbage >"$dir/refwarden/journal.jsonl"
	for command in log verify gaps 'report --from 1d'; do
		# shellcheck disable=SC2086 # words
		"$build/test/refwarden" audit $command "$BATS_TEST_TMPDIR" \
			>"$root/out" 2>&1 || :
		grep -q "a?\[31m?b.git" "$root/out"
		harmless "$root/out"
	done
}

# ---- tampering

@test "any line cut, changed, swapped or inserted is found" {
	head -n 40 "$journal" >"$root/small.jsonl"
	total=40
	# Its last line belongs to a push that is whole.
	while ! sed -n "$((total + 1))p" "$journal" | grep -q '"event":"begin"'; do
		total=$((total + 1))
	done
	head -n $total "$journal" >"$root/small.jsonl"
	audit verify "$root/small.jsonl"
	equal untouched "$status" 0
	[[ $output =~ ends\ with\ ($total:[0-9a-f]{64}) ]]
	head=${BASH_REMATCH[1]}
	audit verify --expect "$head" "$root/small.jsonl"
	equal head "$status" 0
	sed '$d' "$root/small.jsonl" >"$root/cut.jsonl"
	for file in small cut; do
		audit verify --json --expect "$head" "$root/$file.jsonl"
		equal "$file" "$(json .expected)" "$([ $file = small ] && echo true || echo false)"
	done
	for ((n = 1; n <= total; n++)); do
		sed "${n}d" "$root/small.jsonl" >"$root/cut.jsonl"
		sed "${n}s/\"host\":\"[^\"]*\"/\"host\":\"other\"/" "$root/small.jsonl" >"$root/changed.jsonl"
		sed "${n}p" "$root/small.jsonl" >"$root/inserted.jsonl"
		sed "${n}{h;d};$((n + 1))G" "$root/small.jsonl" >"$root/swapped.jsonl"
		sed "${n}s/.\$//" "$root/small.jsonl" >"$root/damaged.jsonl"
		for how in cut changed inserted swapped damaged; do
			# Nothing follows the last line, so only its hash tells.
			audit verify --expect "$head" "$root/$how.jsonl"
			[ "$status" -eq 1 ] || fail "$how, line $n: $output"
			[ "$n" -ge $((total - 1)) ] || grep -q "^$root/$how.jsonl:[0-9]*: " <<<"$output" ||
				fail "$how, line $n: no place: $output"
			[ "$n" = "$total" ] && continue
			audit verify "$root/$how.jsonl"
			[ "$status" -eq 1 ] || fail "$how, line $n: $output"
		done
	done
}

@test "the last line is missed, too" {
	own_server post-receive
	journal=$server/refwarden/journal.jsonl
	audit verify "$server"
	equal whole "$status" 0
	for n in 1 2; do
		# What post-receive said, and the decision before it.
		sed -i '$d' "$journal"
		audit verify "$server"
		equal "without $n" "$status" 1
	done
	commit_as bob "Not reviewed" src/app.c
	push HEAD:main
	sed -i '$d' "$journal"
	audit verify "$server"
	[[ $output == *"no record of its touches.missing"* ]]
	good 9 main
	sed -i '$s/"user":"bob"/"user":"eve"/' "$journal"
	audit verify "$server"
	[[ $output == *"not the host, repository and user"* ]]
}

@test "files of a journal are one chain, and a missing one is found" {
	rm -rf "$root/rotated.git"
	mkdir -p "$root/rotated.git/refwarden"
	cd "$root/rotated.git/refwarden"
	sed -n '1,20p' "$journal" >journal-000000000001.jsonl
	sed -n '21,50p' "$journal" >journal-000000000021.jsonl
	sed -n '51,$p' "$journal" >journal.jsonl
	audit verify "$root/rotated.git"
	equal whole "$status" 0
	mv journal-000000000021.jsonl ..
	audit verify "$root/rotated.git"
	equal middle "$status" 1
	[[ $output == *"journal.jsonl:1: seq 51 after 20"* ]]
	mv ../journal-000000000021.jsonl .
	rm journal-000000000001.jsonl
	audit verify "$root/rotated.git"
	equal first "$status" 1
	first=$(grep -n '"event":"begin"' journal-000000000021.jsonl | head -n 1)
	sed -i "1,$((${first%%:*} - 1))d" journal-000000000021.jsonl
	audit verify --from $((20 + ${first%%:*})) "$root/rotated.git"
	equal archived "$status" 0
	echo '{"v":1,"event":"torn","time":"2026-11-22T07:00:00.000Z","after":1,"offset":2,"bytes":3}' >journal.torn
	audit verify --from $((20 + ${first%%:*})) "$root/rotated.git"
	equal torn "$status" 1
	rm journal.torn
	mkdir journal.torn
	audit verify --from $((20 + ${first%%:*})) "$root/rotated.git"
	equal unread "$status" 1
	[[ $output == *"journal.torn:1: "* ]]
}

@test "a push without a decision is listed" {
	sed '/"event":"decision"/{$!d}' "$journal" | grep '"event":"begin"' | head -n 1 >"$root/begun.jsonl"
	audit verify "$root/begun.jsonl"
	equal status "$status" 1
	[[ $output == *"$root/begun.jsonl:1: push "*" began and has no decision"* ]]
}

# ---- gaps

# A server of this test's own, and three pushes.
own_server() {
	unset count
	BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/own
	mkdir "$BATS_TEST_TMPDIR"
	server_start
	hooks "$@"
	for n in 1 2 3; do
		good "$n" main
		assert_accepted
	done
}

good() { # NUMBER REF
	commit_as bob "Work $1$by_ada" src/app.c tests/app_test.c
	push "HEAD:$2"
}

gaps() { # NUMBER: as many are found
	audit gaps --json "$server"
	equal gaps "$(json .gaps)" "$1"
	equal status "$status" $(($1 > 0))
}

@test "there are no gaps where all pushes were decided" {
	audit gaps --json "$server"
	equal gaps "$(json .gaps)" 0
	equal refs "$(json .refs)" 2
	equal status "$status" 0
	audit gaps --json "$journal"
	equal status "$status" 0
}

@test "a ref that git update-ref moved is a gap, now and ever after" {
	own_server post-receive
	git -C "$server" update-ref refs/heads/main main~1
	gaps 1
	equal to "$(json '.found[0].to')" "$(server_value main)"
	equal before "$(json '.found[0].before')" null
	git checkout -q -B work "$(server_value main)"
	good 4 main
	assert_accepted
	gaps 1
	good 5 main
	gaps 1
	equal to "$(json '.found[0].to')" "$(git rev-parse HEAD~2)"
	audit gaps --ref 'release/*' --json "$server"
	equal others "$(json .gaps)" 0
}

@test "where a repository can not be opened, that is told" {
	own_server post-receive
	rm "$server/HEAD"
	gaps 0
	[[ $stderr == *"$server: what its refs are now is not known: "* ]]
}

@test "a gap is found whatever else has the records" {
	own_server post-receive
	sed 's/^/Nov 22 07:00:00 git1 refwarden[17]: @cee: /' \
		"$server/refwarden/journal.jsonl" >"$root/log"
	cp -r "$server" "$root/copy.git"
	git -C "$server" update-ref refs/heads/main main~1
	for sources in "$root/log $server" "$server $root/log" \
		"$root/copy.git $server" "$server $server/" \
		"$server/refwarden/journal.jsonl $server" "$root"; do
		# shellcheck disable=SC2086 # words
		audit gaps --json $sources
		equal "$sources" "$(json .gaps)" 1
	done
	audit report --from 1d --json "$root/log" "$server"
	equal report "$(json .summary.gaps)" 1
}

@test "a protected ref that became an alias of another is a gap" {
	own_server post-receive
	git -C "$server" update-ref refs/heads/topic main~1
	git -C "$server" symbolic-ref refs/heads/main refs/heads/topic
	gaps 1
	equal to "$(json '.found[0].to')" "$(server_value main)"
	# What is protected itself has decisions of its own.
	git -C "$server" update-ref refs/heads/release/1 main
	git -C "$server" symbolic-ref refs/heads/main refs/heads/release/1
	gaps 0
}

@test "a ref that moved with the hook disabled is a gap" {
	own_server pre-receive post-receive
	mv "$server/hooks/pre-receive" "$server/off"
	good 4 main
	mv "$server/off" "$server/hooks/pre-receive"
	gaps 1
	rm "$server/hooks/post-receive"
	chmod -x "$server/hooks/pre-receive"
	commit_as bob "By night" src/app.c
	push HEAD:main
	chmod +x "$server/hooks/pre-receive"
	gaps 2
	good 5 main
	assert_accepted
	gaps 2
}

@test "a deleted ref is a gap, until it is back" {
	own_server
	old=$(server_value main)
	git -C "$server" update-ref -d refs/heads/main
	gaps 1
	equal to "$(json '.found[0].to' | tr -d 0)" ""
	git -C "$server" update-ref refs/heads/main "$old"
	gaps 0
}

@test "without post-receive the last push may not have landed, and that is told" {
	own_server
	git -C "$server" update-ref refs/heads/main main~1
	gaps 0
	equal unclear "$(json '.unclear[0]')" refs/heads/main
	git -C "$server" update-ref refs/heads/main main~1
	gaps 1
}

@test "a restored backup is a gap" {
	own_server post-receive
	cp -r "$server/refs" "$server/packed-refs" "$root/" 2>/dev/null || cp -r "$server/refs" "$root/"
	good 4 main
	good 5 main
	assert_accepted
	gaps 0
	rm -r "$server/refs"
	cp -r "$root/refs" "$server/"
	gaps 1
	git checkout -q -B work "$(server_value main)"
	good 6 main
	assert_accepted
	gaps 1
}

@test "accepted pushes that did not land are no gaps" {
	own_server
	printf '#!/bin/sh\nexit 1\n' >"$server/hooks/update"
	chmod +x "$server/hooks/update"
	good 4 main
	[ "$status" -ne 0 ]
	gaps 0
	commit_as bob "Not reviewed" src/app.c
	push HEAD:main
	assert_refused review.missing
	rm "$server/hooks/update"
	gaps 0
	git reset -q --hard HEAD~1
	good 5 main
	assert_accepted
	gaps 0
	commit_as bob "Not reviewed" docs/guide.md
	git branch bad
	git reset -q --hard HEAD~1
	commit_as bob "Held$by_ada" src/app.c tests/app_test.c
	push HEAD:main bad:release/2
	assert_refused review.missing
	good 6 main
	gaps 0
}

@test "a repository below a directory that has no journal is told" {
	own_server
	mkdir "$root/git"
	git init -q --bare "$root/git/forgotten.git"
	cp -r "$server" "$root/git/project.git"
	audit gaps "$root/git"
	equal status "$status" 0
	# shellcheck disable=SC2154 # bats sets it
	equal told "${stderr%%$'\n'*}" \
		"refwarden: no journal in 1 repository, the first is $root/git/forgotten.git"
	audit gaps "$root/git/project.git"
	[[ $stderr != *"no journal"* ]]
}

@test "refs that nobody protects may move" {
	own_server
	push HEAD:topic
	git -C "$server" update-ref refs/heads/topic HEAD~1
	gaps 0
	git -C "$server" update-ref refs/heads/release/9 HEAD~1
	gaps 0
	equal unrecorded "$(json '.unrecorded[0]')" refs/heads/release/9
}

@test "a commit of a merged branch is traced to the push of the merge" {
	own_server
	git checkout -q -b side HEAD~1
	commit_as ada "Side$by_bob" src/app.c tests/app_test.c docs/side
	side=$(git rev-parse HEAD)
	git checkout -q -B work "$(server_value main)"
	as bob git merge -q -s ours --no-commit side
	commit_as bob "Merge$(reviewed_by carol)" docs/merge
	push HEAD:main
	assert_accepted
	good 5 main
	audit trace --plain "$side" "$server"
	equal lines "$(wc -l <<<"$output")" 1
	equal push "$(cut -f 2 <<<"$output")" \
		"$(jq -r "select(.event == \"decision\" and .new == \"$(git rev-parse HEAD~1)\").id" "$server/refwarden/journal.jsonl")"
	found=$output
	audit trace --plain --repo "$server" "$side" - <"$server/refwarden/journal.jsonl"
	equal elsewhere "$output" "$found"

	commit_as bob "Nobody reviewed it" docs/merge
	refused=$(git rev-parse HEAD)
	push HEAD:main
	audit trace --plain "$refused" "$server"
	equal refused "$(cut -f 3 <<<"${lines[0]}")" refuse
	# shellcheck disable=SC2154 # bats sets it
	equal told "$stderr" "refwarden: $refused is not here: only pushes that name it are found"
}

@test "a decision that could not be logged counts as the error it became" {
	own_server
	logged() {
		: >"$root/syslog"
		"$@"
	}
	good 4 main
	[ "$status" -ne 0 ]
	audit summary --json "$server"
	equal accepted "$(json .accepted)" 3
	equal errors "$(json .errors)" 1
	equal judged "$(json .judged)" 4
	gaps 0
	audit verify "$server"
	equal verify "$status" 0
}
