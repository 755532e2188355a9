#!/bin/sh
# Let libFuzzer run on every target in turn; stop at the first crash.
# usage: run.sh BUILD SECONDS
set -eu

for target in "$1"/fuzz/*; do
	[ -f "$target" ] || continue
	name=${target##*/}
	found=$1/found/$name
	mkdir -p "$found"
	printf '  FUZZ %s, %s seconds\n' "$name" "$2"
	"$target" -max_total_time="$2" -max_len=16384 -print_final_stats=1 \
	    -verbosity=0 -artifact_prefix="$1/$name-" "$found" \
	    "tests/fuzz/corpus/$name"
done
