#!/usr/bin/env bats
# Two hosts, each in a network namespace and with a real rsyslog: records go by
# RELP and TLS from the one where pushes arrive to the central one.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	need rsyslogd openssl ip
	need_module omrelp
	[ "$(id -u)" -eq 0 ] || skip "only root makes network namespaces"
	server_start
	daemon_reads
	journal=$server/refwarden/journal.jsonl
	central=$root/central.jsonl
	namespace=refwarden-$$-$BATS_TEST_NUMBER
	ip netns add "$namespace-git" || skip "no network namespaces here"
	ip netns add "$namespace-log"
	ip -n "$namespace-git" link add wire type veth \
	    peer name wire netns "$namespace-log"
	ip -n "$namespace-git" address add 192.0.2.1/24 dev wire
	ip -n "$namespace-log" address add 192.0.2.2/24 dev wire
	ip -n "$namespace-git" link set wire up
	ip -n "$namespace-log" link set wire up
	make_certificates
	{
		configure rsyslog-forward.conf \
		    's/target="[^"]*"/target="192.0.2.2"/' 's|/tls/host|/tls/git1|' \
		    's/timeout="20"/timeout="1"/' \
		    's/\(resumeInterval[Max]*\)="[0-9]*"/\1="1"/g'
		configure rsyslog-refwarden.conf
	} | rsyslog_configure git "$root/log"
	configure rsyslog-central.conf 's|/tls/host|/tls/log|' \
	    's|/refwarden.jsonl|/central.jsonl|' |
	    rsyslog_configure central "$root/central.socket"
}

teardown() {
	[ -n "${namespace-}" ] || return 0
	rsyslog_stop git
	rsyslog_stop central
	ip netns delete "$namespace-git" || :
	ip netns delete "$namespace-log" || :
}

# An authority, and a certificate for each name.
make_certificates() {
	local name file

	mkdir "$root/tls"
	for file in ca log git1 stranger; do
		openssl ecparam -name prime256v1 -genkey -noout \
		    -out "$root/tls/$file.key"
	done
	openssl req -x509 -new -key "$root/tls/ca.key" -subj /CN=authority \
	    -days 2 -out "$root/tls/ca.pem"
	for name in log.example.com git1.git.example.com stranger.example.com; do
		file=${name%%.*}
		openssl req -new -key "$root/tls/$file.key" -subj "/CN=$name" |
		    openssl x509 -req -CA "$root/tls/ca.pem" \
		    -CAkey "$root/tls/ca.key" -days 2 -set_serial "0x$RANDOM" \
		    -extfile <(echo "subjectAltName=DNS:$name") \
		    -out "$root/tls/$file.pem" 2>/dev/null
	done
}

git_start() {
	rsyslog_start git ip netns exec "$namespace-git"
}

central_start() {
	rsyslog_start central ip netns exec "$namespace-log"
}

link_set() { # up|down
	ip -n "$namespace-log" link set wire "$1"
}

assert_all_arrived() {
	await has_lines "$(count_sent)" "$central"
	rsyslog_stop git
	rsyslog_stop central
	assert_same_records "$journal" "$central"
	assert_same_records "$journal" "$root/refwarden.jsonl"
}

@test "records wait while the central host is away, and over a restart" {
	git_start
	push_both
	rsyslog_stop git
	ls "$root"/spool/refwarden-forward*
	git_start
	push_both
	central_start
	push_both
	assert_all_arrived
}

@test "the central file has every record once, though the link was cut" {
	central_start
	git_start
	push_both
	await has_lines 3 "$central"
	link_set down
	push_both
	link_set up
	push_both
	for round in 1 2 3; do
		link_set down
		push_both
		link_set up
		push_both
	done
	assert_all_arrived
}

@test "the central file has every record once, though its host was away" {
	central_start
	git_start
	for round in 1 2; do
		push_both
		rsyslog_stop central
		push_both
		central_start
	done
	assert_all_arrived
}

@test "a host without a permitted name is not listened to" {
	sed -i 's|/tls/git1|/tls/stranger|' "$root/git.conf"
	central_start
	git_start
	push_both
	await grep "authentication error 'no permited name found'" "$root/central.out"
	rsyslog_stop git
	[ "$(lines_in "$central")" = 0 ]
}

@test "a restart while the link is cut loses one record at most" {
	central_start
	git_start
	push_both
	await has_lines 3 "$central"
	link_set down
	push_both
	rsyslog_stop git
	git_start
	push_both
	link_set up
	await has_lines $(($(count_sent) - 1)) "$central"
	push_both
	rsyslog_stop git
	rsyslog_stop central
	records_of "$journal" >"$root/expected"
	records_of "$central" >"$root/found"
	lost=$(comm -23 "$root/expected" "$root/found" | wc -l)
	comm -13 "$root/expected" "$root/found" | not grep .
	[ "$lost" -le 1 ]
}
