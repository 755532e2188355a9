#!/bin/sh
# Run test programs that speak TAP, show what failed, count.
# usage: run.sh PROGRAM|FILE.bats...
# As many files at a time as there are processors, or TEST_JOBS.
set -u

limit=${TEST_SECONDS:-600} # a file may take: a test that hangs has failed

run() { # FILE
	case $1 in
	*.bats) set -- bats --tap "$1" ;;
	esac
	REFWARDEN_TEST_ROOT=$root CMOCKA_MESSAGE_OUTPUT=TAP \
	    timeout "$limit" "$@" </dev/null 2>&1
}

# What cmocka says of a test that is skipped, and what bats does.
skip='^(not ok [0-9]+ # SKIP|ok .* # skip)'

more() { # SKIPPED
	[ "$1" -eq 0 ] || printf ', %d skipped' "$1"
}

# One file: what it said, and its counts.
one() { # FILE
	root=$(mktemp -d -p "$RUN_SCRATCH") out=$root.out
	run "$1" >"$out"
	status=$?
	skipped=$(grep -cE "$skip" "$out")
	good=$(grep -vE "$skip" "$out" | grep -c '^ok ')
	bad=$(grep -vE "$skip" "$out" | grep -c '^not ok ')
	planned=$(awk -F'[.][.]' '/^1[.][.][0-9]+/ { n += $2 } END { print n + 0 }' "$out")
	if [ "$bad" -eq 0 ] &&
	    { [ "$status" -ne 0 ] || [ "$planned" -ne $((good + skipped)) ]; }; then
		bad=1
		echo "exit status $status, $good of $planned tests" >>"$out"
	fi
	if [ "$bad" -gt 0 ]; then
		told=$(grep -v '^ok ' "$out" | sed 's/^/       /')
		printf '  FAIL %s\n%s\n' "$1" "$told"
	else
		printf '  TEST %s (%d%s)\n' "$1" "$good" "$(more "$skipped")"
	fi
	echo "$good $bad $skipped" >>"$RUN_SCRATCH/counts"
	rm -rf "$root" "$out"
}

if [ "${RUN_SCRATCH-}" ]; then
	one "$1"
	exit
fi
RUN_SCRATCH=$(mktemp -d) || exit 1
export RUN_SCRATCH
trap 'rm -rf "$RUN_SCRATCH"' EXIT
trap 'exit 1' HUP INT TERM
printf '%s\n' "$@" | xargs -n 1 -P "${TEST_JOBS:-$(nproc)}" "$0"
awk -v files=$# '
{ passed += $1; failed += $2; skipped += $3 }
END {
	failed += files - NR
	printf "%d passed, %d failed", passed, failed
	printf skipped ? ", " skipped " skipped\n" : "\n"
	exit failed > 0 || passed == 0
}' "$RUN_SCRATCH/counts"
