#!/usr/bin/env bats
# The real rsyslog with config/rsyslog-refwarden.conf: its file has what the
# journal has.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	need rsyslogd
	need_module mmjsonparse
	server_start
	daemon_reads
	journal=$server/refwarden/journal.jsonl
	configure rsyslog-refwarden.conf | rsyslog_configure local "$root/log"
}

teardown() {
	rsyslog_stop local
}

@test "every record is in its own file, once, and nowhere else" {
	rsyslog_start local
	push_both
	await has_lines "$(count_sent)" "$root/refwarden.jsonl"
	rsyslog_stop local
	assert_same_records "$journal" "$root/refwarden.jsonl"
	not grep refwarden "$root/local.rest"
	[ "$(stat -c %a "$root/refwarden.jsonl")" = 640 ]
}

@test "what a pusher chose is kept byte by byte" {
	rsyslog_start local
	person[evil]=$'Eve "\\ \xe2\x80\xae <eve"x@example.com>'
	commit_as evil $'Esc \e[31m "quoted" \\ %msg% \xe2\x80\xae\n\nReviewed-by: \e <x>' \
	    $'src/"a\nb\e[1m\xe2\x80\xae\xff\\\x7f' docs/x
	push HEAD:main "HEAD:refs/heads/größe" -o 'exception=EX-"\n'$'\e'
	[ "$status" -ne 0 ]
	await has_lines "$(count_sent)" "$root/refwarden.jsonl"
	assert_same_records "$journal" "$root/refwarden.jsonl"
}

say_to_syslog() { # MESSAGE...: one datagram each
	perl -MSocket -e '
		my $path = shift;
		socket(my $log, AF_UNIX, SOCK_DGRAM, 0) or die;
		send($log, $_, 0, sockaddr_un($path)) or die for @ARGV;
	' "$root/log" "$@"
}

@test "what is no record is kept with the other messages" {
	rsyslog_start local
	say_to_syslog '<86>Nov 22 06:35:47 sshd[1]: @cee: {"v":1,"x":"other"}' \
	    '<86>Nov 22 06:35:47 refwarden[1]: no JSON' \
	    '<86>Nov 22 06:35:47 refwarden[1]: @cee: {"v":1,"cut":' \
	    '<86>Nov 22 06:35:47 refwarden[1]: @cee:{"v":1,"close":1}'
	await has_lines 4 "$root/local.rest"
	push_both
	await has_lines "$(count_sent)" "$root/refwarden.jsonl"
	rsyslog_stop local
	assert_same_records "$journal" "$root/refwarden.jsonl"
	[ "$(lines_in "$root/local.rest")" = 4 ]
}

@test "logrotate between pushes loses no record" {
	need logrotate
	rsyslog_start local
	{
		echo "su $(id -un) $(id -gn)"
		configure logrotate-refwarden
	} >"$root/logrotate.conf"
	mkdir "$root/bin"
	# In place of systemd, which manages the daemon where this runs for real.
	printf '#!/bin/sh\n[ "$*" = "kill -s HUP rsyslog.service" ] && kill -s HUP %s\n' \
	    "$(cat "$root/local.pid")" >"$root/bin/systemctl"
	chmod +x "$root/bin/systemctl"
	for round in 1 2 3; do
		push_both
		await has_lines 3 "$root/refwarden.jsonl"
		PATH=$root/bin:$PATH logrotate -s "$root/logrotate.state" -f \
		    "$root/logrotate.conf"
		push_both
		await has_lines 3 "$root/refwarden.jsonl"
	done
	rsyslog_stop local
	gunzip "$root"/refwarden.jsonl.*.gz
	assert_same_records "$journal" "$root"/refwarden.jsonl*
}

@test "while the daemon is away pushes are refused, and records are whole again" {
	rsyslog_start local
	push_both
	await has_lines 3 "$root/refwarden.jsonl"
	rsyslog_stop local
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	[ "$status" -ne 0 ]
	[[ $output == *"error[log.unavailable]"* ]]
	rsyslog_start local
	sent=$(lines_in "$root/refwarden.jsonl")
	push HEAD:main
	[ "$status" -eq 0 ]
	await has_lines $((sent + 1)) "$root/refwarden.jsonl"
	records_of "$root/refwarden.jsonl" | uniq -d | not grep .
}

@test "a stopped daemon finds what was pushed meanwhile in its socket" {
	rsyslog_start local
	rsyslog_signal local STOP
	push_both
	rsyslog_signal local CONT
	await has_lines "$(count_sent)" "$root/refwarden.jsonl"
	assert_same_records "$journal" "$root/refwarden.jsonl"
}

accepts() { # FILE
	mkdir "$root/tls"
	touch "$root/tls/ca.pem" "$root/tls/host.pem" "$root/tls/host.key"
	run rsyslogd -N1 -f "$1" -M "$modules"
	printf '%s\n' "$output"
	[ "$status" -eq 0 ]
	[[ $output != *error* && $output != *warning* ]]
	rm -r "$root/tls"
}

# rsyslog-central.conf with the lines that are commented out, from the first one
# with the name of MODULE to the next blank line.
central_with() { # MODULE MODULE...
	local module

	for module; do
		echo "module(load=\"$module\")"
	done
	echo 'template(name="refwardenKey" type="string" string="%$.key%")'
	sed -E "/$1/,/^\$/ s/^(\t)# ((set|action|       ).*)/\1\2/" \
	    <(configure rsyslog-central.conf)
}

@test "rsyslogd finds no fault in the ways to OpenSearch and Kafka" {
	need_module omelasticsearch
	need_module omkafka
	central_with omelasticsearch fmhash >"$root/search.conf"
	grep -q '^.action(type="omelasticsearch"' "$root/search.conf"
	accepts "$root/search.conf"
	central_with omkafka fmhash >"$root/kafka.conf"
	grep -q '^.action(type="omkafka"' "$root/kafka.conf"
	accepts "$root/kafka.conf"
}
