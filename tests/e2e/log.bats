#!/usr/bin/env bats
# Nothing is accepted that is not on record: both sinks, their failures, and the
# form of what they are told.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	server_start
	journal=$server/refwarden/journal.jsonl
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
}

# From here on nobody has bound the socket.
without_syslog() {
	# shellcheck disable=SC2317 # `pushing` calls it
	logged() {
		: >"$root/syslog"
		"$@"
	}
}

# From here on the socket's reader is stopped, and its queue full.
with_stopped_syslog() {
	# shellcheck disable=SC2317 # `pushing` calls it
	logged() {
		: >"$root/syslog"
		perl -MSocket -MIO::Handle -e '
			my ($path, @command) = @ARGV;
			socket(my $log, AF_UNIX, SOCK_DGRAM, 0) or die;
			bind($log, sockaddr_un($path)) or die "$path: $!";
			socket(my $other, AF_UNIX, SOCK_DGRAM, 0) or die;
			$other->blocking(0);
			1 while defined send($other, "x", 0, sockaddr_un($path));
			exit(system({ $command[0] } @command) == 0 ? 0 : 1);
		' "$root/log" "$@"
	}
}

# Refused because it could not be recorded.
assert_unlogged() {
	[ "$status" -ne 0 ] || fail "the push was accepted"
	cmp -s "$root/refs.before" "$root/refs.after" || fail "a ref moved"
	[[ $output == *"error[log.unavailable]"* ]] || fail "told otherwise"
	[[ $output == *"not about your commits"* ]] || fail "whose fault?"
	! grep '^remote:' <<<"$output" | grep -qF "$root" ||
	    fail "the pusher was told a path of the server"
}

# Where a sink still worked it was told that the accept did not happen.
assert_taken_back() { # FILE
	grep '"event":"decision"' "$1" | tail -n 1 |
	    grep '"verdict":"error","push":"refuse"' |
	    grep -q '"codes":\["log.unavailable"\]' ||
	    fail "$1 says it was accepted"
}

# The journal's lines are numbered from 1 and each names the one before.
assert_chain() {
	perl -MDigest::SHA=sha256_hex -ne '
		BEGIN { $prev = "0" x 64 }
		chomp;
		$seq++;
		die "line $seq\n" if !/,"seq":$seq,"prev":"$prev",/;
		$prev = sha256_hex($_);
		END { die "no lines\n" if !$seq }
	' "$journal" || fail "no chain"
}

# ---- syslog

@test "without a syslog socket nothing is accepted" {
	without_syslog
	for branch in main topic; do
		push "HEAD:refs/heads/$branch"
		assert_unlogged
		assert_taken_back "$root/journaled"
	done
	id=$(grep -o '"id":"[^"]*"' "$root/journaled" | tail -n 1 | cut -d '"' -f 4)
	run "$build/test/refwarden" audit show "$id" "$server"
	[[ $output == *"can not reach syslog at $root/log: No such file"* ]]
}

@test "a socket that nobody reads any more is no log" {
	perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_DGRAM, 0);
	    bind($s, sockaddr_un($ARGV[0])) or die' "$root/log"
	without_syslog
	push HEAD:main
	assert_unlogged
	rm "$root/log"
	touch "$root/log"
	push HEAD:main
	assert_unlogged
}

@test "a stopped syslog daemon holds a push up for seconds, then refuses it" {
	with_stopped_syslog
	SECONDS=0
	push HEAD:main HEAD:topic
	[ "$SECONDS" -lt 10 ] || fail "it took $SECONDS seconds"
	assert_unlogged
	assert_taken_back "$root/journaled"
}

@test "on_failure: spool accepts what the journal has" {
	policy_default enforce | sed '$a log: {on_failure: spool}' | policy
	without_syslog
	push HEAD:main
	[ "$status" -eq 0 ] || fail "refused"
	[ "$(server_value main)" = "$(git rev-parse HEAD)" ]
	grep -q '"verdict":"accept","push":"accept"' "$root/journaled"
	with_stopped_syslog
	push HEAD:topic
	[ "$status" -eq 0 ] || fail "refused"
	grep -q '"verdict":"accept","push":"accept"' "$root/journaled"
}

@test "on_failure: spool accepts nothing that the journal lacks" {
	policy_default enforce | sed '$a log: {on_failure: spool}' | policy
	without_syslog
	touch "$server/refwarden"
	push HEAD:main
	assert_unlogged
	unset -f logged
	load lib.bash
	rm -f "$root/log"
	push HEAD:main
	assert_unlogged
}

@test "a broken log does not hide a broken rule" {
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	without_syslog
	push HEAD:main
	assert_unlogged
	[[ $output == *"error[review.missing]"* ]]
}

# ---- the journal

@test "a journal that others could have written is not written to" {
	elsewhere=$root/elsewhere
	mkdir "$elsewhere"
	ln -s "$elsewhere" "$server/refwarden"
	push HEAD:main
	assert_unlogged
	assert_taken_back "$root/records"
	[ -z "$(ls "$elsewhere")" ]
	rm "$server/refwarden"
	mkdir -m 777 "$server/refwarden"
	chmod 777 "$server/refwarden"
	push HEAD:main
	assert_unlogged
	chmod 750 "$server/refwarden"
	for kind in -s ''; do
		touch "$elsewhere/file"
		ln $kind "$elsewhere/file" "$journal"
		push HEAD:main
		assert_unlogged
		[ ! -s "$elsewhere/file" ]
		rm "$journal"
	done
	touch "$journal"
	chmod 666 "$journal"
	push HEAD:main
	assert_unlogged
	[ ! -s "$journal" ]
}

@test "a journal that is no file refuses" {
	mkdir -p "$journal"
	push HEAD:main
	assert_unlogged
	assert_taken_back "$root/records"
	rmdir "$journal"
	mkfifo "$journal"
	push HEAD:main
	assert_unlogged
	rm -r "$server/refwarden"
	touch "$server/refwarden"
	push HEAD:main
	assert_unlogged
}

@test "a journal of somebody else refuses" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
	mkdir -m 755 "$server/refwarden"
	chown nobody "$server/refwarden"
	push HEAD:main
	assert_unlogged
	chown root "$server/refwarden"
	touch "$journal"
	chown nobody "$journal"
	push HEAD:main
	assert_unlogged
}

@test "a journal that can not be written refuses" {
	[ "$(id -u)" -ne 0 ] || skip "root writes everywhere"
	mkdir -m 555 "$server/refwarden"
	push HEAD:main
	assert_unlogged
}

@test "a journal that may not grow refuses, and syslog is told" {
	mv "$server/hooks/pre-receive" "$server/hooks/real"
	printf '#!/bin/sh\nulimit -f 1\nexec hooks/real\n' \
	    >"$server/hooks/pre-receive"
	chmod +x "$server/hooks/pre-receive"
	mkdir "$server/refwarden"
	chmod 750 "$server/refwarden"
	push HEAD:main
	[ "$status" -ne 0 ] || fail "accepted"
	cmp "$root/refs.before" "$root/refs.after"
	assert_tells "error[log.unavailable]"
	[ "$(record codes)" = '["log.unavailable"]' ]
}

@test "the journal is for its owner and group" {
	push HEAD:main
	assert_accepted
	[ "$(stat -c %a "$server/refwarden")" = 750 ]
	[ "$(stat -c %a "$journal")" = 640 ]
}

@test "journal: false leaves syslog alone to hold the records" {
	policy_default enforce | sed '$a log: {journal: false}' | policy
	push HEAD:main
	[ "$status" -eq 0 ]
	[ "$(decisions | wc -l)" = 1 ]
	[ ! -e "$server/refwarden" ]
	without_syslog
	push HEAD:topic
	assert_unlogged
}

# ---- form

@test "a record is a datagram as syslog daemons read it" {
	push HEAD:topic
	push HEAD:main
	assert_accepted
	[ "$(wc -l <"$root/syslog")" = 1 ]
	grep -qE '^<86>(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 1-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9] refwarden\[[1-9][0-9]*\]: @cee: \{"v":1,"event":"decision".*\}$' \
	    "$root/syslog"
}

@test "severity says how grave it is" {
	push HEAD:main
	grep -q '^<86>.*"event":"decision".*"verdict":"accept"' "$root/syslog"
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	grep -q '^<84>.*"event":"decision".*"verdict":"refuse"' "$root/syslog"
	grep -q '^<84>.*"event":"violation"' "$root/syslog"
	policy_default warn | policy
	push HEAD:main
	grep -q '^<85>.*"event":"decision".*"verdict":"accept"' "$root/syslog"
	grep -q '^<85>.*"event":"violation"' "$root/syslog"
	echo 'version: 2' | policy
	push HEAD:topic
	grep -q '^<83>.*"event":"decision".*"verdict":"error"' "$root/syslog"
	policy_default enforce | sed '$a log: {facility: local3}' | policy
	push HEAD:other
	grep -q '^<158>' "$root/syslog"
}

# Every line is one JSON object, flat, its keys in the order of the manual.
assert_well_formed() { # FILE
	perl -MJSON::PP -e '
		my @order = qw(v event id time host seq prev repo ref kind old
		    new commits changes imported user via addr verdict push
		    check rule clause mode code codes rules proof reviewers
		    exceptions commit path need found exception policy hook ms
		    layers rule_count process refs more);
		my %place = map { $order[$_] => $_ } 0 .. $#order;
		my $lines = 0;
		while (my $line = <STDIN>) {
			chomp $line;
			die "long: $line\n" if length $line > 1975;
			die "control: $line\n" if $line =~ /[\x00-\x1f\x7f]/;
			die "bidi: $line\n" if $line =~ /\xe2\x80[\xaa-\xae]/;
			my $object = JSON::PP->new->utf8->decode($line);
			die "no object: $line\n" if ref $object ne "HASH";
			my $known = 0;
			for my $key (keys %$object) {
				exists $place{$key} or die "$key?\n";
				my $value = $object->{$key};
				die "deep: $line\n" if ref $value eq "HASH";
				die "empty $key\n" if !ref $value && $value eq "";
				my @keys = $line =~ /[{,]"\Q$key\E":/g;
				$known++ if @keys == 1;
			}
			die "keys twice: $line\n" if $known != keys %$object;
			$lines++;
		}
		die "no lines\n" if !$lines;
	' <"$1" || fail "$1 is not as the manual says"
}

@test "whatever was pushed, every record is one line of JSON" {
	evil=$'src/"a\nb\e[1m\xe2\x80\xae\xff\\\x7f'
	person[evil]=$'Eve "\\ \xe2\x80\xae <eve"x@example.com>'
	commit_as evil $'Esc \e[31m "quoted" \\ \xe2\x80\xae\n\nReviewed-by: \e <x>' \
	    "$evil" docs/x
	commit_as bob "Long$(printf '\n\n'; printf 'Exception: EX-%0500d\n' {1..20})" src/app.c
	push HEAD:main "HEAD:refs/heads/größe" -o 'exception=EX-"\n'$'\e'
	assert_refused review.missing
	assert_well_formed "$root/records"
	assert_well_formed "$root/journaled"
	long=$(printf 'x%.0s' {1..200})
	push "HEAD:refs/heads/$long/$long/$long/$long"
	assert_accepted
	assert_well_formed "$root/records"
}

@test "records of every kind of decision are well formed" {
	push HEAD:main HEAD:topic
	assert_well_formed "$root/records"
	push :topic
	assert_well_formed "$root/records"
	rm "$server/refwarden.yml"
	push HEAD:topic
	assert_well_formed "$root/records"
	feed <<<"nonsense"
	assert_well_formed "$root/records"
	assert_well_formed "$journal"
}

@test "one push has one id, and a decision for each ref" {
	push HEAD:main HEAD:topic "$base:refs/tags/v1"
	assert_accepted
	[ "$(decisions | wc -l)" = 3 ]
	[ "$(grep -o '"id":"[^"]*"' "$root/records" | sort -u | wc -l)" = 1 ]
	[[ $(record id) =~ ^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$ ]]
	for ref in heads/main heads/topic tags/v1; do
		[ "$(decisions "refs/$ref" | wc -l)" = 1 ]
	done
	[ "$(record kind refs/heads/topic)" = create ]
	[ "$(record repo)" = project ]
	[ "$(record user)" = bob ]
	[ "$(record via)" = wrapper ]
	[ "$(record proof)" = claimed ]
	[ "$(record reviewers)" = '["ada"]' ]
	[ "$(record commits refs/heads/main)" = 1 ]
	[ "$(record hook)" = pre-receive ]
}

@test "an accepted ref beside a refused one is recorded as not moved" {
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main HEAD:topic
	assert_refused review.missing HEAD
	[ "$(record verdict refs/heads/topic)" = accept ]
	[ "$(record push refs/heads/topic)" = refuse ]
}

@test "half a line that a crash left is kept apart, and the chain goes on" {
	push HEAD:main
	printf '{"v":1,"event":"deci' >>"$journal"
	push HEAD:topic
	assert_recorded_twice
	[ "$status" -eq 0 ]
	grep -qx '{"v":1,"event":"deci' "$server/refwarden/journal.torn"
	assert_chain
	tail -n 1 "$journal" | grep -q '^{"v":1,.*"ref":"refs/heads/topic".*}$'
}

# ---- what is recorded around a decision

@test "a push is begun in the journal before it is judged, and syslog is not told" {
	push HEAD:main HEAD:topic
	assert_accepted
	head -n 1 "$root/journaled" | grep -q '^{"v":1,"event":"begin","id":"'"$(record id)"'",.*,"seq":1,"repo":"project","user":"bob","via":"wrapper","process":"[0-9]*/[0-9]*","refs":\["refs/heads/main","refs/heads/topic"\]}$'
	[ "$(grep -c '"event":"begin"' "$root/journaled")" = 1 ]
	! grep '"event":"begin"' "$root/records" || fail "syslog was told"
	push :topic
	grep -q '"event":"begin"' "$root/journaled"
	assert_chain
}

@test "a policy is recorded with the first decision under it" {
	push HEAD:main
	assert_recorded_twice
	hash=$(sha256sum "$server/refwarden.yml" | cut -c 1-12)
	grep '"event":"policy"' "$root/records" |
	    grep -q '"policy":"'"$hash"'","layers":\["[^"]*refwarden.yml"\],"rule_count":2}$'
	push HEAD:topic
	! grep '"event":"policy"' "$root/records" || fail "nothing is new"
	policy_default warn | policy
	push HEAD:other
	[ "$(grep -c '"event":"policy"' "$root/records")" = 1 ]
	policy_default enforce | policy
	push HEAD:another
	grep '"event":"policy"' "$root/records" | grep -qF "\"$hash\""
	assert_chain
}

@test "what syslog did not take is marked with its number" {
	policy_default enforce | sed '$a log: {on_failure: spool}' | policy
	push HEAD:main
	[ ! -e "$server/refwarden/unsent" ]
	without_syslog
	push HEAD:topic HEAD:other
	[ "$status" -eq 0 ]
	grep '"event":"decision"' "$root/journaled" | grep -o '"seq":[0-9]*' |
	    sed 's/^"seq":\(.*\)/\1 86/' | diff - "$server/refwarden/unsent"
}

# ---- post-receive

with_post_receive() {
	cp "$build/test/post-receive" "$server/hooks/post-receive"
}

landed() { # REF
	grep '"event":"landed"' "$root/records" | grep -F "\"ref\":\"$1\"" || :
}

@test "what landed is recorded with the id of the push that moved it" {
	with_post_receive
	push HEAD:main HEAD:topic
	assert_accepted
	for ref in main topic; do
		landed "refs/heads/$ref" | grep -q '"id":"'"$(record id)"'"'
	done
	landed refs/heads/main |
	    grep -q '"old":"'"$base"'","new":"'"$(git rev-parse HEAD)"'","user":"bob"}$'
	[ "$(grep -c '"event":"landed"' "$root/records")" = 2 ]
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	assert_refused review.missing
	[ -z "$(landed refs/heads/main)" ]
	assert_well_formed "$journal"
	assert_chain
}

@test "what landed without a decision is recorded all the same, by its target" {
	with_post_receive
	rm "$server/hooks/pre-receive"
	git -C "$server" symbolic-ref refs/heads/alias refs/heads/target
	printf '#!/bin/sh\ncat >../told\n' >"$server/hooks/post-receive.local"
	chmod 755 "$server/hooks/post-receive.local"
	push HEAD:refs/heads/alias
	[ "$status" -eq 0 ]
	echo "0000000000000000000000000000000000000000 $(git rev-parse HEAD) refs/heads/alias" | diff - "$root/told"
	landed refs/heads/target | grep -q '"id":"[2-9A-Z]\{4\}-[2-9A-Z]\{4\}"'
	[ -z "$(landed refs/heads/alias)" ]
	rm "$server/refwarden.yml"
	push HEAD:topic
	[ "$status" -eq 0 ]
	[ -n "$(landed refs/heads/topic)" ]
}

@test "that something could not be recorded is told, and refuses nothing" {
	with_post_receive
	rm "$server/hooks/pre-receive"
	without_syslog
	push HEAD:main
	[ "$status" -eq 0 ]
	assert_tells "could not be recorded"
	[ "$(server_value main)" = "$(git rev-parse HEAD)" ]
	grep -q '"event":"landed"' "$root/journaled"
	echo 'exit 3' >"$server/hooks/post-receive.local"
	chmod 755 "$server/hooks/post-receive.local"
	push HEAD:topic
	[ "$status" -eq 0 ]
}

@test "a push that takes too much memory is told so, and recorded" {
	local blob tree

	if grep -qaE '__(asan|tsan)_init' "$server/hooks/pre-receive"; then
		skip "sanitizers take what they need"
	fi
	policy_default enforce | sed '$a limits: {memory: 1M}' | policy
	blob=$(git rev-parse HEAD:src/app.c)
	tree=$(for ((i = 0; i < 20000; i++)); do
		printf '100644 blob %s\tfile-%d\n' "$blob" $i
	done | git mktree)
	as bob git commit-tree -p HEAD -m "Add much$by_ada" "$tree" >"$root/tip"
	push "$(cat "$root/tip"):main"
	[ "$status" -ne 0 ] || fail "accepted"
	cmp "$root/refs.before" "$root/refs.after"
	assert_tells "error[object.limit]"
	assert_tells "limits: memory"
	[ "$(record codes)" = '["object.limit"]' ]
	grep -q '"codes":\["object.limit"\]' "$root/journaled"
	assert_tells "nothing was changed on the server ($(record id))"
}

@test "a repository beside a work tree has the name of that" {
	git -c core.hooksPath=/dev/null clone -q "$server" "$root/tree"
	git -C "$root/tree" config receive.denyCurrentBranch ignore
	cp -r "$server/hooks" "$server/refwarden.yml" "$root/tree/.git"
	server=$root/tree/.git
	pushing git push "$root/tree" HEAD:refs/heads/topic
	assert_accepted
	[ "$(record repo)" = tree ]
}
