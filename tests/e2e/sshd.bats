#!/usr/bin/env bats
# Pushes over a real sshd on loopback: a forced command says who pushes.
# shellcheck disable=SC2154 # words of lib.bash

load lib.bash

setup() {
	# That of this machine, or what install.sh --test unpacked.
	unpacked=$BATS_TEST_DIRNAME/../../build/daemons/usr/sbin
	sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin:$unpacked command -v sshd) ||
	    skip "there is no sshd"
	server_start
	policy_default enforce |
	    sed 's/review: {/&proof: pusher, /' | policy
	commit_as bob "Reviewed by who pushes it$by_ada" src/app.c tests/app_test.c
	keys_make
	sshd_start
	export GIT_SSH_VARIANT=ssh
}

teardown() {
	[ ! -s "$root/sshd.pid" ] || kill "$(cat "$root/sshd.pid")"
}

# What the forced command adds: the place of the programs under test, which the
# wrapper rightly does not hand on.
keys_make() {
	local who

	ssh-keygen -q -t ed25519 -N '' -f "$root/host_key"
	cat >"$root/forced" <<END
#!/bin/sh
exec "$root/refwarden-shell" "\$@"
END
	sed "s|^exec env -i |&REFWARDEN_TEST_ROOT=$root |" \
	    "$BATS_TEST_DIRNAME/../../config/refwarden-shell" \
	    >"$root/refwarden-shell"
	chmod 755 "$root/forced" "$root/refwarden-shell"
	for who in ada bob; do
		ssh-keygen -q -t ed25519 -N '' -f "$root/key_$who"
		printf 'restrict,command="%s %s" %s\n' "$root/forced" "$who" \
		    "$(cat "$root/key_$who.pub")" >>"$root/authorized_keys"
	done
}

# sshd of root wants a user that comes with its package: as if there were one.
sshd_run() { # ARGUMENT...
	if [ "$(id -u)" -ne 0 ] || getent passwd sshd >/dev/null; then
		"$sshd" "$@"
		return
	fi
	cat /etc/passwd - >"$root/passwd" <<<'sshd:x:65533:65534::/run/sshd:/'
	LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=$root/passwd \
	    NSS_WRAPPER_GROUP=/etc/group "$sshd" "$@"
}

# Until a port is free: somebody else may take it between asking and binding.
sshd_start() {
	# The directory that sshd of root empties itself into.
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	for _ in {1..20}; do
		port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
		    LocalAddr => "127.0.0.1", Listen => 1)->sockport')
		sshd_config >"$root/sshd_config"
		sshd_run -f "$root/sshd_config" -E "$root/sshd.log"
		sshd_answers && return
	done
	cat "$root/sshd.log"
	return 1
}

sshd_config() {
	cat <<END
ListenAddress 127.0.0.1:$port
HostKey $root/host_key
PidFile $root/sshd.pid
AuthorizedKeysFile $root/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv *
END
}

# It listens before it leaves the terminal, and writes its id a moment later.
sshd_answers() {
	for _ in {1..200}; do
		[ ! -s "$root/sshd.pid" ] || return 0
		! grep -qi 'fatal\|cannot bind' "$root/sshd.log" || return 1
		perl -e 'select undef, undef, undef, 0.02'
	done
	return 1
}

push_over_ssh() { # WHO [OPTION...] REFSPEC...
	local who=$1

	shift
	printf '[127.0.0.1]:%s %s\n' "$port" \
	    "$(cut -d ' ' -f 1-2 "$root/host_key.pub")" >"$root/known_hosts"
	export GIT_SSH_COMMAND="ssh -F /dev/null -p $port -i '$root/key_$who' \
	    -o IdentitiesOnly=yes -o UserKnownHostsFile='$root/known_hosts' \
	    -o StrictHostKeyChecking=yes -o BatchMode=yes \
	    -o SendEnv=REFWARDEN_USER -o SendEnv=GIT_NAMESPACE \
	    -o SendEnv=GL_USER"
	pushing git push "ssh://$(id -un)@127.0.0.1$server" "$@"
}

@test "the reviewer pushes what they reviewed" {
	push_over_ssh ada HEAD:main
	assert_accepted
	[ "$(record user)" = ada ]
	[ "$(record via)" = wrapper ]
	[ "$(record addr)" = 127.0.0.1 ]
	[ "$(record proof)" = pusher ]
	[ "$(record reviewers)" = '["ada"]' ]
	[ "$(record repo)" = project ]
}

@test "the author pushing does not make a reviewer of who was named" {
	push_over_ssh bob HEAD:main
	assert_refused review.proof HEAD
	[ "$(record user)" = bob ]
	[ "$(record addr)" = 127.0.0.1 ]
	[[ $output == *"remote: refused: 1 error, nothing was changed"* ]]
}

@test "nobody is who their client says" {
	REFWARDEN_USER=ada GL_USER=ada push_over_ssh bob HEAD:main
	assert_refused review.proof HEAD
	[ "$(record user)" = bob ]
	GIT_NAMESPACE=x push_over_ssh ada HEAD:main
	assert_accepted
}

@test "push options come through" {
	push_over_ssh ada -o refwarden.check HEAD:main
	[ "$status" -ne 0 ]
	[[ $output == *"success: main would accept this push"* ]]
	[ "$(record check)" = true ]
}
