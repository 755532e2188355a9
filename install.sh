#!/bin/sh
# Build, try, install refwarden; put its hooks into repositories.
set -eu

usage() {
	cat <<'END'
usage: ./install.sh [--prefix DIR] [--destdir DIR]   build and install
       ./install.sh --demo                 eight pushes to a throw-away server
       ./install.sh --test                 what the tests need, then make check
       ./install.sh --enable REPO...       put the hooks into bare repositories
       ./install.sh --disable REPO...      and take them out again
       ./install.sh --uninstall            remove what was installed

  --hooks LIST   which hooks to enable: pre-receive,post-receive (default), or
                 update,post-receive, or all three
  -n, --dry-run  say what would be done
  -y, --yes      ask nothing
  -h, --help     this text

Missing packages are installed with the system's package manager.
END
}

say() {
	printf '%s\n' "$*"
}

die() {
	printf 'install.sh: %s\n' "$*" >&2
	exit 1
}

misused() { # WHY: the command line is wrong
	printf 'install.sh: %s\n' "$*" >&2
	usage >&2
	exit 2
}

run() {
	if [ -n "$dry" ]; then
		say "would run: $*"
	else
		"$@"
	fi
}

# Go on?  Without a terminal only --yes is an answer.
agreed() {
	[ -z "$yes$dry" ] || return 0
	[ -t 0 ] || die "$1: no terminal to ask at; --yes agrees"
	printf '%s [y/N] ' "$1"
	read -r answer || return 1
	case $answer in
	[yY]*) return 0 ;;
	*) return 1 ;;
	esac
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		run "$@"
		return
	fi
	command -v sudo >/dev/null || die "as root, please run: $*"
	agreed "run as root: $*?" || die "not done: $*"
	run sudo "$@"
}

# ---- packages

package_list() { # KIND
	case $manager-$1 in
	apt-build) echo gcc make pkg-config git libc6-dev libgit2-dev \
	    libpcre2-dev libyaml-dev libjansson-dev libsodium-dev \
	    libdeflate-dev zlib1g-dev ;;
	apt-test) echo libcmocka-dev bats openssh-client node-ajv node-js-yaml \
	    lnav logrotate openssl iproute2 jq sqlite3 libnss-wrapper libestr0 \
	    libfastjson4 liblognorm5 librelp0 librdkafka1 libcurl4 libivykis0 \
	    libnet1 libglib2.0-0 libjson-c5 libpcre3 libwrap0 ;;
	dnf-build) echo gcc make pkgconf-pkg-config git libgit2-devel \
	    pcre2-devel libyaml-devel jansson-devel libsodium-devel \
	    libdeflate-devel zlib-devel ;;
	dnf-test) echo libcmocka-devel bats openssh ;;
	apk-build) echo gcc make pkgconf git musl-dev libgit2-dev pcre2-dev \
	    yaml-dev jansson-dev libsodium-dev libdeflate-dev zlib-dev ;;
	apk-test) echo cmocka-dev bats openssh-keygen coreutils bash ;;
	esac
}

has_package() {
	case $manager in
	apt) dpkg-query -W -f '${Status}' "$1" 2>/dev/null |
	    grep -q '^install ok installed' ;;
	dnf) rpm -q "$1" >/dev/null 2>&1 ;;
	apk) apk info -e "$1" >/dev/null 2>&1 ;;
	esac
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -q --no-install-recommends "$@"
}

# The packages of the kinds named: "build", "test".
packages() {
	if command -v apt-get >/dev/null; then
		manager=apt
	elif command -v dnf >/dev/null; then
		manager=dnf
	elif command -v apk >/dev/null; then
		manager=apk
	else
		say 'no package manager known here: see the list in install.sh' >&2
		return 0
	fi
	missing=
	for kind; do
		for package in $(package_list "$kind"); do
			has_package "$package" || missing="$missing $package"
		done
	done
	[ -n "$missing" ] || return 0
	say "missing packages:$missing"
	# Names of packages hold no blanks.
	# shellcheck disable=SC2086
	case $manager in
	apt) apt_install $missing || {
		as_root apt-get update -q && apt_install $missing
	} ;;
	dnf) as_root dnf install -y $missing ;;
	apk) as_root apk add $missing ;;
	esac
}

# Daemons that tests run are not installed: their packages would start them, and
# exclude each other.
unpack_daemons() {
	[ "${manager-}" = apt ] || return 0
	[ ! -e build/daemons/usr/sbin ] || return 0
	run mkdir -p build/daemons/packages
	run sh -ec 'cd build/daemons/packages
	    apt-get download -q rsyslog rsyslog-relp rsyslog-elasticsearch \
		rsyslog-kafka syslog-ng-core openssh-server
	    for package in *.deb; do dpkg -x "$package" ..; done' ||
	    say 'without rsyslog, syslog-ng and sshd some tests are left out' >&2
}

# ---- building and installing

build() { # TARGET...
	run make -j"$(nproc 2>/dev/null || echo 1)" "$@"
}

# Does this take root?  The nearest directory that exists says so.
into_system() {
	where=$destdir$prefix
	while [ ! -e "$where" ]; do
		where=$(dirname "$where")
	done
	[ ! -w "$where" ]
}

make_installed() { # install|uninstall
	set -- make "$1" PREFIX="$prefix" DESTDIR="$destdir"
	if into_system; then
		as_root "$@"
	else
		run "$@"
	fi
}

install_all() {
	packages build
	build PREFIX="$prefix" all
	make_installed install
	[ -z "$dry" ] || return 0
	say "installed below $destdir$prefix; the policy: $policy"
	say "next: edit the policy, then ./install.sh --enable REPO.git"
}

# ---- hooks in repositories

setting() {
	git config --file "$dir/config" "$@"
}

put_setting() { # KEY [VALUE]: without one it is unset
	if [ -z "$dry" ] && [ $# -eq 1 ]; then
		setting --unset "$1"
	elif [ -z "$dry" ]; then
		setting "$1" "$2"
	elif [ $# -eq 1 ]; then
		say "$dir/config: would unset $1"
	else
		say "$dir/config: would set $1 to $2"
	fi
}

same_owner() { # git config, run as root, would leave a file of root's
	[ -n "$dry" ] || [ "$(id -u)" -ne 0 ] ||
	    chown "$(stat -c %u:%g "$dir")" "$dir/config"
}

is_ours() { # HOOK: is it the file we put there?
	[ -f "$dir/hooks/$1" ] && [ ! -L "$dir/hooks/$1" ] &&
	    [ "$(git hash-object --no-filters "$dir/hooks/$1")" = \
	    "$(setting --get "refwarden.$1" || :)" ]
}

exists() {
	[ -e "$1" ] || [ -L "$1" ]
}

# Sets `dir`.  GIT_DIR said aloud, git does not ask whose the repository is.
open_repository() {
	[ -d "$1" ] || die "$1: no such directory"
	dir=$(cd "$1" && pwd -P)
	[ -e "$dir/HEAD" ] || dir=$dir/.git
	git --git-dir="$dir" rev-parse --git-dir >/dev/null 2>&1 ||
	    die "$1: not a git repository"
	if setting --get core.hooksPath >/dev/null; then
		die "$1: core.hooksPath is set: git would never run our hook"
	fi
	[ ! -L "$dir/hooks" ] ||
	    die "$1: hooks is a symbolic link, other repositories may share it"
	[ ! -e "$dir/hooks" ] || [ -d "$dir/hooks" ] ||
	    die "$1: hooks is not a directory"
}

# History that no rule will look at again is shown before it is trusted.
confirm_branches() {
	git --git-dir="$dir" rev-parse -q --verify HEAD >/dev/null || return 0
	branches=$(git --git-dir="$dir" for-each-ref --no-merged=HEAD \
	    --format='  %(refname:short)' refs/heads)
	[ -n "$branches" ] || return 0
	say "$1: these branches hold commits that HEAD's branch does not."
	say "What is on those of them that the policy protects becomes trusted:"
	say "$branches"
	agreed "enable the hooks in $1?" || die "$1: left as it was"
}

confirm_policy() {
	exists "$policy" || exists "$dir/refwarden.yml" || say \
	    "$1: there is no policy yet: every push will be refused until" \
	    "$policy or $dir/refwarden.yml exists" >&2
}

# Write, sync, chmod, rename: at no moment is there half a hook, or none.
put_file() { # FROM TO
	temporary=$(mktemp "$2.XXXXXX")
	if cp "$1" "$temporary" && chmod 0755 "$temporary" &&
	    sync "$temporary" && mv -f "$temporary" "$2" && sync "$(dirname "$2")"
	then
		return 0
	fi
	rm -f "$temporary"
	return 1
}

# git takes a hook it may not execute for no hook at all.
check_runs() {
	[ -x "$1" ] || die "$1: can not be executed here (noexec?): no protection"
}

put_hook() { # HOOK
	hook=$dir/hooks/$1
	if exists "$hook" && ! is_ours "$1"; then
		say "$hook: kept as $1.local, runs after ours"
		if ! exists "$hook.local"; then
			run ln -P "$hook" "$hook.local"
		elif ! cmp -s "$hook" "$hook.local"; then
			die "$hook: not ours, and another $hook.local exists"
		fi
	fi
	say "$hook: refwarden's"
	[ -z "$dry" ] || return 0
	put_file "$libexec/$1" "$hook" || die "$hook: could not be written"
	setting "refwarden.$1" "$(git hash-object --no-filters "$hook")"
	check_runs "$hook"
}

take_hook() { # HOOK
	hook=$dir/hooks/$1
	setting --get "refwarden.$1" >/dev/null || return 0
	if exists "$hook" && ! is_ours "$1"; then
		die "$hook: changed since it was enabled; nothing done"
	fi
	if exists "$hook.local"; then
		say "$hook: the former one again"
		run mv -f "$hook.local" "$hook"
	else
		say "$hook: removed"
		run rm -f "$hook"
	fi
	put_setting "refwarden.$1"
}

# Push options reach pre-receive only; update alone must not offer them.
offer_push_options() {
	key=receive.advertisePushOptions
	case ,$hooks, in
	*,pre-receive,*) offer=true ;;
	*) offer=false ;;
	esac
	if ! setting --get refwarden.advertisePushOptions >/dev/null; then
		former=$(setting --get $key || echo unset)
		put_setting refwarden.advertisePushOptions "$former"
	fi
	put_setting $key $offer
}

restore_push_options() {
	key=receive.advertisePushOptions
	former=$(setting --get refwarden.advertisePushOptions) || return 0
	if [ "$former" = unset ]; then
		put_setting $key || :
	else
		put_setting $key "$former"
	fi
	put_setting refwarden.advertisePushOptions
}

enable_in() { # REPO
	open_repository "$1"
	confirm_branches "$1"
	confirm_policy "$1"
	run mkdir -p "$dir/hooks"
	for name in $(printf %s "$hooks" | tr , ' '); do
		put_hook "$name"
	done
	offer_push_options
	same_owner
}

disable_in() { # REPO
	open_repository "$1"
	for name in pre-receive update post-receive; do
		take_hook "$name"
	done
	restore_push_options
	same_owner
}

check_hooks() {
	for name in $(printf %s "$hooks" | tr , ' '); do
		case $name in
		pre-receive | update | post-receive) ;;
		*) misused "--hooks: no such hook: $name" ;;
		esac
		[ -x "$libexec/$name" ] ||
		    die "$libexec/$name is not there: run ./install.sh first"
	done
}

# ---- the command line

prefix=/usr/local destdir='' hooks=pre-receive,post-receive dry='' yes='' action=install
left=$#
while [ "$left" -gt 0 ]; do
	word=$1
	shift
	left=$((left - 1))
	case $word in
	--prefix | --destdir | --hooks)
		[ "$left" -gt 0 ] || misused "$word needs a value"
		eval "${word#--}=\$1"
		shift
		left=$((left - 1))
		;;
	--prefix=*) prefix=${word#*=} ;;
	--destdir=*) destdir=${word#*=} ;;
	--hooks=*) hooks=${word#*=} ;;
	--demo | --test | --enable | --disable | --uninstall)
		action=${word#--} ;;
	-n | --dry-run) dry=1 ;;
	-y | --yes) yes=1 ;;
	-h | --help)
		usage
		exit 0
		;;
	-*) misused "unknown option: $word" ;;
	*) set -- "$@" "$word" ;;
	esac
done

case $action in
enable | disable) [ $# -gt 0 ] || misused "--$action: which repositories?" ;;
*) [ $# -eq 0 ] || misused "unknown argument: $1" ;;
esac
case $prefix in
/*) ;;
*) misused "--prefix $prefix is not a full path" ;;
esac
case $prefix in
/usr | /usr/local) policy=/etc/refwarden/policy.yml ;;
*) policy=$prefix/etc/refwarden/policy.yml ;;
esac
libexec=$destdir$prefix/libexec/refwarden
[ "$action" = enable ] || [ "$action" = disable ] || cd "$(dirname "$0")"

case $action in
install) install_all ;;
uninstall)
	make_installed uninstall
	say "hooks in repositories stay until --disable; the policy stays: $policy"
	;;
demo)
	packages build
	build testable
	run tests/demo.sh
	;;
test)
	packages build test
	unpack_daemons
	build check
	;;
enable)
	check_hooks
	for repository; do
		enable_in "$repository"
	done
	;;
disable)
	for repository; do
		disable_in "$repository"
	done
	;;
esac
