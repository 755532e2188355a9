#!/usr/bin/env bats
# The real syslog-ng with config/syslog-ng-refwarden.conf: its file has what the
# journal has.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	need syslog-ng
	server_start
	daemon_reads
	journal=$server/refwarden/journal.jsonl
	libraries=$(printf '%s' "$unpacked"/usr/lib/syslog-ng)
	plugins=$(printf '%s:' "$libraries"/* /usr/lib/syslog-ng/* \
	    /usr/lib64/syslog-ng /usr/lib/syslog-ng)
	LD_LIBRARY_PATH=$libraries syslog-ng --version >"$root/version" ||
	    skip "syslog-ng does not start here"
	{
		echo "@version: $(sed -n 's/^Config version: //p' "$root/version")"
		echo "source s_src { unix-dgram(\"$root/log\"); internal(); };"
		configure syslog-ng-refwarden.conf \
		    "s|owner(\"root\") group(\"adm\")|owner(\"$(id -un)\") group(\"$(id -gn)\")|"
		echo "log { source(s_src); destination { file(\"$root/rest\"); }; };"
	} >"$root/syslog-ng.conf"
}

syslog_ng_start() {
	LD_LIBRARY_PATH=$libraries syslog-ng -F --no-caps --module-path="$plugins" \
	    -f "$root/syslog-ng.conf" -R "$root/persist" -c "$root/control" \
	    -p "$root/syslog-ng.pid" >"$root/syslog-ng.out" 2>&1 3>&- &
	await test -S "$root/log"
	await test -s "$root/syslog-ng.pid"
}

teardown() {
	rsyslog_stop syslog-ng
}

@test "every record is in its own file, byte by byte, and nowhere else" {
	syslog_ng_start
	commit_as bob $'Esc \e[31m "quoted" \\ $MSG ${X} \xe2\x80\xae' \
	    $'src/"a\nb\e[1m\xe2\x80\xae\xff\\\x7f'
	push HEAD:main "HEAD:refs/heads/größe"
	git reset -q --hard HEAD~1
	push_both
	await has_lines "$(count_sent)" "$root/refwarden.jsonl"
	assert_same_records "$journal" "$root/refwarden.jsonl"
	not grep '@cee' "$root/rest"
	[ "$(stat -c %a "$root/refwarden.jsonl")" = 640 ]
}

@test "what is no record is kept with the other messages" {
	syslog_ng_start
	perl -MSocket -e '
		my $path = shift;
		socket(my $log, AF_UNIX, SOCK_DGRAM, 0) or die;
		send($log, $_, 0, sockaddr_un($path)) or die for @ARGV;
	' "$root/log" \
	    '<86>Nov 22 06:35:47 sshd[1]: @cee: {"v":1,"x":"other"}' \
	    '<86>Nov 22 06:35:47 refwarden[1]: no JSON' \
	    '<86>Nov 22 06:35:47 refwarden[1]: @cee: {"v":1,"cut":'
	await grep '"cut"' "$root/rest"
	[ ! -e "$root/refwarden.jsonl" ]
	[ "$(grep -cE 'sshd|refwarden\[' "$root/rest")" = 3 ]
}

@test "a signal after a rotation makes a new file, and loses nothing" {
	syslog_ng_start
	push_both
	await has_lines 3 "$root/refwarden.jsonl"
	mv "$root/refwarden.jsonl" "$root/refwarden.jsonl.1"
	kill -s HUP "$(cat "$root/syslog-ng.pid")"
	await grep reload "$root/rest"
	push_both
	await has_lines 3 "$root/refwarden.jsonl"
	assert_same_records "$journal" "$root"/refwarden.jsonl*
}
