# Words for tests of config/ with the real programs, each with its own
# configuration, sockets and files in the directory of the test.
#
# shellcheck disable=SC2034,SC2154 # `root` and others are lib.bash's

load ../e2e/lib.bash

config=$BATS_TEST_DIRNAME/../../config

# The daemons that install.sh --test unpacked are taken first: they are not
# confined to the files of this machine's own.
unpacked=$BATS_TEST_DIRNAME/../../build/daemons
modules=$(printf '%s:' "$unpacked"/usr/lib/*/rsyslog /usr/lib/*/rsyslog \
    /usr/lib64/rsyslog /usr/lib/rsyslog)
PATH=$unpacked/usr/sbin:$PATH:/usr/sbin:/sbin

need() { # PROGRAM...
	local program

	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is missing"
	done
}

need_module() { # NAME of rsyslog
	local directory

	for directory in ${modules//:/ }; do
		[ ! -e "$directory/$1.so" ] || return 0
	done
	skip "rsyslog has no $1 here"
}

await() { # COMMAND...: until it succeeds
	local tries

	for ((tries = 0; tries < 500; tries++)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.02
	done
	printf 'this did not come true: %s\n' "$*"
	return 1
}

# From here on a daemon reads the socket; nobody else has to.
daemon_reads() {
	# shellcheck disable=SC2317 # `pushing` calls it
	logged() {
		: >"$root/syslog"
		"$@"
	}
}

lines_in() { # FILE
	[ -f "$1" ] || {
		echo 0
		return
	}
	wc -l <"$1"
}

has_lines() { # COUNT FILE
	[ "$(lines_in "$2")" -ge "$1" ]
}

# Records of pushes, without what only the journal has, in one order.
records_of() { # FILE...
	grep -hE '"event":"(decision|violation)"' "$@" |
	    sed 's/"prev":"[0-9a-f]\{64\}",//' | sort
}

# Byte by byte, and each as often.
assert_same_records() { # JOURNAL FILE...
	local journal=$1

	shift
	records_of "$journal" >"$root/expected"
	records_of "$@" >"$root/found"
	[ -s "$root/expected" ]
	diff "$root/expected" "$root/found"
}

count_sent() { # how many records of the journal went to syslog
	records_of "$server/refwarden/journal.jsonl" | wc -l
}

# One push that is accepted and one that is refused: three records.
push_both() {
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	[ "$status" -eq 0 ] || fail "refused"
	commit_as bob "Not reviewed" src/app.c tests/app_test.c
	push HEAD:main
	[ "$status" -ne 0 ] || fail "accepted"
	git reset -q --hard HEAD~1
}

# ---- rsyslog

# A configuration of ours as it is shipped, but for its places.
configure() { # FILE [SED-EXPRESSION...]
	local file=$1 expression

	shift
	for expression; do
		set -- "$@" -e "$expression"
		shift
	done
	sed -e "s|/var/log/|$root/|g" -e "s|/var/spool/rsyslog|$root/spool|g" \
	    -e "s|/etc/refwarden/tls/|$root/tls/|g" \
	    -e "s|/usr/local/libexec/refwarden/|$config/|g" \
	    -e "s|fileOwner=\"root\" fileGroup=\"adm\"|fileOwner=\"$(id -un)\" fileGroup=\"$(id -gn)\"|" \
	    "$@" "$config/$file"
}

# What a distribution's rsyslog.conf has; standard input is /etc/rsyslog.d.
rsyslog_configure() { # NAME SOCKET
	mkdir -p "$root/spool"
	{
		cat <<CONF
global(workDirectory="$root/spool")
module(load="imuxsock" SysSock.Name="$2")
CONF
		cat
		cat <<CONF
*.* action(type="omfile" file="$root/$1.rest" fileCreateMode="0640")
CONF
	} >"$root/$1.conf"
}

rsyslog_start() { # NAME [COMMAND-IN-FRONT...]
	local name=$1

	shift
	rm -f "$root/$name.pid"
	"$@" rsyslogd -n -f "$root/$name.conf" -i "$root/$name.pid" -M "$modules" \
	    >"$root/$name.out" 2>&1 3>&- &
	await test -s "$root/$name.pid"
}

rsyslog_signal() { # NAME SIGNAL
	kill -s "$2" "$(cat "$root/$1.pid")"
}

rsyslog_stop() { # NAME
	local pid

	[ -s "$root/$1.pid" ] || return 0
	pid=$(cat "$root/$1.pid")
	kill "$pid" 2>/dev/null || return 0
	await not kill -0 "$pid"
	rm -f "$root/$1.pid"
}

not() {
	! "$@"
}
