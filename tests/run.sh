#!/bin/sh
# Run test programs that speak TAP, show what failed, count.
# usage: run.sh PROGRAM|FILE.bats...
set -u

limit=600 # seconds a file may take: a test that hangs has failed
passed=0 failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
out=$scratch/out

run_one() {
	mkdir "$scratch/root" || return 1
	case $1 in
	*.bats) set -- bats --tap "$1" ;;
	esac
	REFWARDEN_TEST_ROOT=$scratch/root CMOCKA_MESSAGE_OUTPUT=TAP \
	    timeout "$limit" "$@" >"$out" 2>&1 </dev/null
}

for test in "$@"; do
	run_one "$test"
	status=$?
	rm -rf "$scratch/root"
	good=$(grep -c '^ok ' "$out")
	bad=$(grep -c '^not ok ' "$out")
	planned=$(awk -F'[.][.]' '/^1[.][.][0-9]+/ { n += $2 } END { print n + 0 }' "$out")
	if [ "$bad" -eq 0 ] &&
	    { [ "$status" -ne 0 ] || [ "$planned" -ne "$good" ]; }; then
		bad=1
		echo "exit status $status, $good of $planned tests" >>"$out"
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	if [ "$bad" -gt 0 ]; then
		printf '  FAIL %s\n' "$test"
		grep -v '^ok ' "$out" | sed 's/^/       /'
	else
		printf '  TEST %s (%d)\n' "$test" "$good"
	fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
