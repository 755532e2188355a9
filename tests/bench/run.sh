#!/bin/bash
# How long a push takes under our hook and under others (make bench).
# BENCH_SIZES: commits in a push; BENCH_SECONDS: for one hook at one size;
# BENCH_SHAPES: of the directories, flat or deep (history.awk).
# BENCH_REPOSITORY: its last commits instead, up to HEAD, beside git alone: who
# asks for reviews would refuse them.
set -euo pipefail

sizes=${BENCH_SIZES:-1 10 100 1000 10000}
seconds=${BENCH_SECONDS:-1}
shapes=${BENCH_SHAPES:-flat deep}
hooks=(true refwarden awk git loop) policy=policy.yml repository=
if [ "${BENCH_REPOSITORY-}" ]; then
	repository=$(git -C "$BENCH_REPOSITORY" rev-parse --absolute-git-dir)
	shapes=borrowed hooks=(true refwarden git) policy=policy-paths.yml
fi
patience=5000 # ms: what took a tenth of this is not asked for ten times as much
here=$(cd "$(dirname "$0")" && pwd)
programs=${REFWARDEN_BUILD:-$here/../../build}
# The disk under a journal that is synced is no hook's doing.
where=${TMPDIR:-/tmp} disk='on disk'
if [ -w /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" = tmpfs ]; then
	where=/dev/shm disk='in memory'
fi
root=$(mktemp -d -p "$where")
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM
cd "$root"

export HOME=$root GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null LC_ALL=C
export REFWARDEN_TEST_ROOT=$root REFWARDEN_USER=person0 GIT_TERMINAL_PROMPT=0

declare -A program=(
	[true]=$programs/bench/true
	[refwarden]=$programs/test/pre-receive
	[awk]=$here/hook-awk
	[git]=$here/hook-git
	[loop]=$here/hook-loop
)

# Of a chain of commits, oldest first, the first that is so many commits ahead of
# another: each is further ahead than the one before.
ahead() { # CHAIN COMMITS FROM
	low=1 high=$(wc -l <"$1")
	while [ "$low" -lt "$high" ]; do
		middle=$(((low + high) / 2))
		count=$(git -C source.git rev-list --count \
		    "$3..$(sed -n "${middle}p" "$1")")
		if [ "$count" -ge "$2" ]; then
			high=$middle
		else
			low=$((middle + 1))
		fi
	done
	sed -n "${low}p" "$1"
}

# refs/heads/main is a state of long ago, refs/heads/push-N is N commits later,
# or a few more where a merge brings them.
borrow_history() {
	git -C source.git fetch -q --no-tags "$repository" HEAD:refs/heads/tip
	most=$(printf '%s\n' "$sizes" | tr ' ' '\n' | sort -n | tail -n 1)
	git -C source.git rev-list --first-parent --reverse \
	    --max-count=$((most + 1)) tip >chain
	first=$(head -n 1 chain)
	if [ "$(git -C source.git rev-list --count "$first..tip")" -lt "$most" ]; then
		echo "$repository has fewer than $most commits before HEAD" >&2
		exit 1
	fi
	git -C source.git update-ref refs/heads/main "$first"
	for size in $sizes; do
		git -C source.git update-ref "refs/heads/push-$size" \
		    "$(ahead chain "$size" "$first")"
	done
	git -C source.git update-ref -d refs/heads/tip
}

make_history() { # SHAPE
	awk -v sizes="$sizes" -v shape="$1" -f "$here/history.awk" |
	    git -C source.git fast-import --quiet
}

prepare() { # SHAPE
	rm -rf source.git server.git empty.git
	git init -q --bare -b main source.git
	if [ "$repository" ]; then
		borrow_history
	else
		make_history "$1"
	fi
	git -C source.git repack -qad
	git init -q --bare -b main server.git
	git -C source.git push -q ../server.git main
	git -C server.git repack -qad
	git -C server.git config gc.auto 0
	git -C server.git config receive.autogc false
	cp "$here/$policy" server.git/refwarden.yml
	rm -f server.git/hooks/*
}

# The objects of a push where receive-pack puts them: loose below
# transfer.unpackLimit, else one pack.
fill_quarantine() { # COMMITS
	quarantine=$root/server.git/objects/tmp_objdir-incoming-$1
	mkdir -p "$quarantine/pack"
	printf 'push-%s\n^main\n' "$1" | git -C source.git pack-objects -q \
	    --revs --thin --delta-base-offset --stdout >pack
	take=(index-pack --stdin --fix-thin)
	[ "$(git -C source.git rev-list --objects "main..push-$1" | wc -l)" \
	    -ge 100 ] || take=(unpack-objects -q)
	GIT_OBJECT_DIRECTORY=$quarantine \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES=$root/server.git/objects \
	    git -C server.git "${take[@]}" <pack >/dev/null
	printf '%s %s refs/heads/main\n' "$(git -C server.git rev-parse main)" \
	    "$(git -C source.git rev-parse "push-$1")" >input
}

# Which hooks are still worth their time at this size.
contestants() { # TABLE PROGRAM HOOK...
	table=$1 how=$2
	shift 2
	for name; do
		[ -z "${slow[$table-$name]-}" ] || continue
		echo "$name=${how:-${program[$name]}}"
	done
}

keep() { # TABLE COMMITS   (from the lines "HOOK MEDIAN")
	while read -r name median; do
		echo "$2 $name $median" >>"$1"
		[ "${median%.*}" -lt $((patience / 10)) ] || slow[$1-$name]=1
	done
}

alone() { # COMMITS
	mapfile -t list < <(contestants alone '' "${hooks[@]}")
	(
		cd server.git
		export GIT_DIR=. GIT_QUARANTINE_PATH=$quarantine \
		    GIT_OBJECT_DIRECTORY=$quarantine GIT_PUSH_OPTION_COUNT=0 \
		    GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/objects
		exec "$programs/bench/rounds" -s "$seconds" -l "$root/log" \
		    -i ../input "${list[@]}"
	) >medians
	keep alone "$1" <medians
}

whole() { # COMMITS
	export COMMITS=$1
	mapfile -t list < <(contestants whole "$root/push" \
	    none "${hooks[@]}")
	"$programs/bench/rounds" -s "$seconds" -l "$root/log" \
	    -r "$root/reset" "${list[@]}" >medians
	keep whole "$1" <medians
}

write_helpers() {
	mkdir hooks
	for name in "${!program[@]}"; do
		cp "${program[$name]}" "hooks/$name"
	done
	cat >reset <<-'END'
	#!/bin/sh
	rm -rf "push-$1.git" && cp -al empty.git "push-$1.git" || exit
	[ "$1" = none ] || cp "hooks/$1" "push-$1.git/hooks/pre-receive"
	END
	cat >push <<-'END'
	#!/bin/sh
	exec git -C source.git push -q "../push-$1.git" "push-$COMMITS:main"
	END
	chmod +x reset push
}

print_table() { # TABLE TITLE
	echo
	awk -v title="$2" '
	!($1 in seen) { seen[$1] = 1; row[++rows] = $1 }
	!($2 in known) { known[$2] = 1; column[++columns] = $2 }
	{ ms[$1, $2] = $3 }
	END {
		print title
		printf "%8s", "commits"
		for (c = 1; c <= columns; c++)
			printf " %19s", column[c]
		print ""
		for (r = 1; r <= rows; r++) {
			printf "%8d", row[r]
			ours = ms[row[r], "refwarden"]
			for (c = 1; c <= columns; c++) {
				time = ms[row[r], column[c]]
				if (time == "")
					cell = "-"
				else if (column[c] == "refwarden" || !ours)
					cell = sprintf("%.2f        ", time)
				else
					cell = sprintf("%.2f (%5.2f)", time, time / ours)
				printf " %19s", cell
			}
			print ""
		}
	}' "$1"
}

declare -A slow
write_helpers
for shape in $shapes; do
	echo "  RUN  ${repository:-$shape directories}" >&2
	prepare "$shape"
	cp -a server.git empty.git
	slow=()
	: >alone && : >whole
	for size in $sizes; do
		echo "  RUN  $size commits" >&2
		fill_quarantine "$size"
		alone "$size"
		whole "$size"
		rm -rf "$quarantine"
	done
	echo
	echo "History: ${repository:-made, $shape directories}.  The repositories" \
	    "are $disk ($where), on $(nproc) processors."
	print_table alone 'The hook alone: median ms (times refwarden)'
	print_table whole 'A whole push: median ms (times refwarden)'
done
