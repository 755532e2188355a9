#!/bin/sh
# The floors: a file includes and calls only what lies below its own floor.
# Every run first finds the faults of a small broken tree.  Speaks TAP.
# usage: floors.sh [--self-test | SOURCES OBJECTS]
set -u

# One line a floor: how high it lies, its folder.  Equal heights are
# neighbours and know nothing of each other.
floors='
0 base
1 yaml
1 git
1 message
2 people
3 checks
4 policy
5 waiver
6 judge
7 record
7 report
8 hook
8 admin
9 hooks'

# Read "FROM TO WHERE" lines, print those that do not lead down.
not_down() {
	echo "$floors" | awk '
	NR == FNR { if (NF) height[$2] = $1; next }
	$1 == $2 { next }
	!($1 in height) { print $3 ": no such floor: " $1; next }
	!($2 in height) { print $3 ": no such floor: " $2; next }
	height[$2] >= height[$1] { print $3 ": " $1 " reaches up to " $2 }
	' - "$edges"
}

# What the sources include, as edges.
includes() (
	cd "$1" && grep -En '^[[:space:]]*#[[:space:]]*include[[:space:]]+"' \
	    src/*/*.[ch] hooks/*.c 2>/dev/null |
	    awk -F'[:"]' '{
		n = split($1, from, "/"); split($4, to, "/")
		print from[n - 1], to[1], $1 ":" $2
	    }'
)

# What the objects call, as edges: a symbol one object needs and another of
# ours defines.
calls() {
	find "$1/src" "$1/hooks" -name '*.o' -exec nm -A -P {} + 2>/dev/null | awk '
	{
		file = $1; sub(/:$/, "", file)
		n = split(file, part, "/"); floor = part[n - 1]
		if ($3 == "U")
			need[floor " " file " " $2]
		else if ($3 ~ /^[TDRBVWC]$/)
			home[$2] = floor
	}
	END {
		for (key in need) {
			split(key, k, " ")
			if (k[3] in home)
				print k[1], home[k[3]], k[2] ":" k[3]
		}
	}'
}

# libgit2 and libyaml are spoken to on one floor each.
foreign() (
	cd "$1" && for pair in git:git2 yaml:yaml; do
		grep -En "^#[[:space:]]*include[[:space:]]+<${pair#*:}[./]" \
		    src/*/*.[ch] hooks/*.c 2>/dev/null |
		    grep -v "^src/${pair%:*}/"
	done
)

number=0 status=0
report() { # TITLE FAULTS
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "$2" | sort | sed 's/^/# /'
		status=1
	fi
}

examine() { # SOURCES OBJECTS
	echo 1..3
	includes "$1" >"$edges"
	report "includes lead down" "$(not_down)"
	calls "$2" >"$edges"
	report "calls lead down" "$(not_down)"
	report "libgit2 and libyaml are spoken to on one floor" \
	    "$(foreign "$1")"
}

# A tree broken in each of the three ways must be found out.
self_test() {
	bad=$scratch/bad
	mkdir -p "$bad/src/base" "$bad/src/git" "$bad/src/yaml" "$bad/hooks"
	echo '#include "git/up.h"' >"$bad/src/base/up.c"
	echo '#include <yaml.h>' >"$bad/src/git/foreign.h"
	echo 'int load(void); int call(void) { return load(); }' |
	    ${CC:-cc} -x c -c -o "$bad/src/git/call.o" - || exit 1
	echo 'int load(void); int load(void) { return 0; }' |
	    ${CC:-cc} -x c -c -o "$bad/src/yaml/load.o" - || exit 1
	found=$(examine "$bad" "$bad")
	for fault in 'src/base/up.c:1: base reaches up to git' \
	    'call.o:load: git reaches up to yaml' \
	    'src/git/foreign.h:1:#include <yaml.h>'; do
		printf '%s\n' "$found" | grep -qF "$fault" || {
			printf 'not found: %s\n%s\n' "$fault" "$found"
			exit 1
		}
	done
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
edges=$scratch/edges
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1

self_test
[ "${1-}" = --self-test ] && exit 0
examine "${1:-$here}" "${2:-${REFWARDEN_BUILD:-$here/build}/obj}"
exit "$status"
