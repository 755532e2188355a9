#!/bin/sh
# Seconds and memory of the audit commands over a million records.
# usage: tests/bench/audit.sh [RECORDS]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
command=${REFWARDEN_BUILD:-$here/build}/refwarden
journal=$(mktemp "${TMPDIR:-/tmp}/journal-XXXXXX.jsonl")
trap 'rm -f "$journal"' EXIT

"$here/tests/support/journal.pl" "${1:-1000000}" >"$journal"
for words in summary 'summary --by rule' timeline gaps verify \
    'sample --seed 1' 'log --plain' 'export --as csv' 'export --as ecs'; do
	# shellcheck disable=SC2086 # words of the command
	/usr/bin/time -f "%e s\t%M KiB  audit $words" \
	    "$command" audit $words "$journal" 2>&1 >/dev/null | tail -n 1
done
