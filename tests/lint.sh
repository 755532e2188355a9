#!/bin/sh
# Everything that reads the sources without running them.
set -u

cd "$(dirname "$0")/.." || exit 1
status=0

need() { # TOOL PACKAGE
	command -v "$1" >/dev/null && return
	echo "lint: $1 is missing: install the package $2" >&2
	exit 1
}

check() { # TITLE COMMAND...
	title=$1
	shift
	if output=$("$@" 2>&1); then
		printf '  LINT %s\n' "$title"
	else
		printf '  FAIL %s\n%s\n' "$title" "$output"
		status=1
	fi
}

need gcc gcc
need clang-format clang-format
need clang-tidy clang-tidy
need cppcheck cppcheck
need shellcheck shellcheck
need mandoc mandoc

all=$(find src hooks tests -name '*.[ch]' 2>/dev/null)
sources=$(find src hooks -name '*.c' 2>/dev/null)
scripts=$(find tests -name '*.sh' -o -name '*.bats' -o -name '*.bash')
for file in install.sh .ci/run config/refwarden-shell config/refwarden-metrics \
    config/completion.bash tests/bench/hook-*; do
	[ ! -f "$file" ] || scripts="$scripts $file"
done
pages=$(find man -name '*.[1-8]' 2>/dev/null)

# The lists are split at white space on purpose; no file name has any.
# shellcheck disable=SC2086
{
	check clang-format clang-format --dry-run -Werror $all
	check 'gcc -fanalyzer' make -k CC=gcc DEVELOPER=1 \
	    BUILD=build/analyzed CFLAGS='-O1 -fanalyzer'
	check clang-tidy clang-tidy --quiet $sources -- \
	    -std=c11 -D_GNU_SOURCE -Isrc
	check cppcheck cppcheck --quiet --std=c11 --error-exitcode=1 -Isrc \
	    --enable=warning,performance,portability --suppress=nullPointerRedundantCheck --suppress=ctuuninitvar src
	check shellcheck shellcheck -x -S warning $scripts
	[ -z "$pages" ] || check mandoc mandoc -Tlint -W warning $pages
}
exit "$status"
