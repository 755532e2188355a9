#!/bin/bash
# Change one place of a source at a time, in a copy of the tree, and see whether
# a test fails: what none notices is a hole in the tests, or code without use.
# MUTATION_FILES: which sources; MUTATION_COUNT: how many of their places, which
# MUTATION_SEED chooses; MUTATION_E2E: the end-to-end tests, by name, for what
# the unit tests let through.
set -euo pipefail

files=${MUTATION_FILES:-src/checks/*.c src/judge/*.c src/message/*.c
    src/people/*.c src/policy/*.c src/waiver/*.c}
count=${MUTATION_COUNT:-50}
seed=${MUTATION_SEED:-1}
e2e=$(printf 'tests/e2e/%s.bats ' \
    ${MUTATION_E2E:-checks enforced exceptions integrity landed merges reviews})

# A change may wait for what does not come, and ask for all there is.
export TEST_SECONDS=120
ulimit -c 0 -d 4194304 -f 4194304

unset MAKEFLAGS MAKELEVEL BUILD SANITIZE
export LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$(dirname "$0")/../.."
shopt -s extglob
mkdir "$scratch/tree" && cp -R !(build) "$scratch/tree"
cd "$scratch/tree"

build() { # GOAL...
	make -s -j"$(nproc)" CFLAGS=-O1 "$@" </dev/null >"$scratch/log" 2>&1
}

# The tests that fail, the nearest first, or nothing.
failing_tests() { # FILE
	local unit=unit/${1#src/}

	if [ -f "tests/$unit" ] && ! build unit UNITS="build/${unit%.c}"; then
		echo "tests/$unit"
	elif ! build unit; then
		echo 'the unit tests'
	elif ! build e2e E2E="$e2e"; then
		echo 'the end-to-end tests'
	fi
}

# Write FILE with one word changed; as it was, it stays in the scratch directory.
change() { # FILE LINE COLUMN FROM TO
	cp "$1" "$scratch/source"
	awk -v line="$2" -v column="$3" -v from="$4" -v to="$5" '
	NR == line {
		$0 = substr($0, 1, column - 1) to substr($0, column + length(from))
	}
	{ print }' "$scratch/source" >"$1"
}

# What becomes of the change: KIND WHO.
outcome() { # FILE OBJECT
	local tests

	cp "$2" "$scratch/object"
	rm "$2"
	if ! build "$2"; then
		echo invalid
	elif cmp -s "$2" "$scratch/object"; then
		echo equal
	else
		tests=$(failing_tests "$1")
		echo "${tests:+killed }${tests:-SURVIVED}"
	fi
	cp "$scratch/source" "$1"
	cp "$scratch/object" "$2"
}

# shellcheck disable=SC2086 # patterns
awk -v seed="$seed" -f tests/mutation/places.awk $files | sort -n |
    awk -v count="$count" 'NR <= count' |
    sort -t'	' -k2,2 -k3,3n -k4,4n -k6 >"$scratch/places"
echo "  MUTATION $(wc -l <"$scratch/places") places, seed $seed"
tests='the build'
if ! build all testable || tests=$(failing_tests .) && [ "$tests" ]; then
	echo "without a change, there fails: $tests" >&2
	tail -n 20 "$scratch/log" >&2
	exit 1
fi
while IFS='	' read -r _ file line column from to; do
	change "$file" "$line" "$column" "$from" "$to"
	text=$(sed -n "${line}s/^[[:space:]]*//p" "$file")
	printf '%s\t%s:%s: "%s" is "%s": %s\n' \
	    "$(outcome "$file" "build/obj/${file%.c}.o")" \
	    "$file" "$line" "$from" "$to" "$text" | tee -a "$scratch/outcomes"
done <"$scratch/places"
awk -F'[ \t]' '
{ n[$1]++ }
$1 == "SURVIVED" { sub(/^SURVIVED\t/, "  "); survivors = survivors $0 "\n" }
END {
	printf "%s%d survived, %d killed, %d made no difference, %d do not compile\n",
	    survivors, n["SURVIVED"], n["killed"], n["equal"], n["invalid"]
}' "$scratch/outcomes"
