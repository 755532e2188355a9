#!/usr/bin/env bats
# install.sh --enable and --disable on plain repositories, with a stand-in for
# the hook: what is tested is the installing.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
	export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com
	export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com
	install=$BATS_TEST_DIRNAME/../../install.sh
	mkdir -p usr/libexec/refwarden usr/etc/refwarden
	for hook in pre-receive update post-receive; do
		printf '#!/bin/sh\nexit 0\n' >"usr/libexec/refwarden/$hook"
		chmod 755 "usr/libexec/refwarden/$hook"
	done
	touch usr/etc/refwarden/policy.yml
	git init -q --bare -b main "a b.git"
	hooks="a b.git/hooks"
}

installer() {
	"$install" --prefix "$PWD/usr" "$@" </dev/null
}

@test "enabling puts a regular executable file in place" {
	installer --enable "a b.git"
	[ -f "$hooks/pre-receive" ]
	[ ! -L "$hooks/pre-receive" ]
	[ "$(stat -c %a "$hooks/pre-receive")" = 755 ]
	cmp usr/libexec/refwarden/pre-receive "$hooks/pre-receive"
	[ "$(git -C "a b.git" config receive.advertisePushOptions)" = true ]
	[ -z "$(find "$hooks" -name '*.??????' ! -name '*.sample')" ]
}

@test "enabling twice is enabling once" {
	echo 'exit 3' >"$hooks/pre-receive"
	installer --enable "a b.git"
	find "a b.git" -type f -exec sha256sum {} + | sort >before
	installer --enable "a b.git"
	find "a b.git" -type f -exec sha256sum {} + | sort | diff before -
}

@test "a new version takes the place of the old one" {
	installer --enable "a b.git"
	echo '# newer' >>usr/libexec/refwarden/pre-receive
	installer --enable "a b.git"
	cmp usr/libexec/refwarden/pre-receive "$hooks/pre-receive"
	[ ! -e "$hooks/pre-receive.local" ]
}

@test "the hook that was there is kept, and is back after disabling" {
	printf '#!/bin/sh\n\0binary' >"$hooks/pre-receive"
	chmod 0701 "$hooks/pre-receive"
	cp -p "$hooks/pre-receive" former
	installer --enable "a b.git"
	cmp former "$hooks/pre-receive.local"
	installer --disable "a b.git"
	cmp former "$hooks/pre-receive"
	[ "$(stat -c %a "$hooks/pre-receive")" = 701 ]
	[ ! -e "$hooks/pre-receive.local" ]
}

@test "a symbolic link that was the hook is back as that link" {
	echo 'exit 0' >target
	ln -s "$PWD/target" "$hooks/pre-receive"
	installer --enable "a b.git"
	[ ! -L "$hooks/pre-receive" ]
	installer --disable "a b.git"
	[ "$(readlink "$hooks/pre-receive")" = "$PWD/target" ]
}

@test "disabling leaves the configuration as it was" {
	for former in '' true false; do
		[ -z "$former" ] ||
		    git -C "a b.git" config receive.advertisePushOptions $former
		git -C "a b.git" config -l --local | sort >before
		installer --enable "a b.git" --hooks pre-receive,update
		installer --disable "a b.git"
		git -C "a b.git" config -l --local | sort | diff before -
		[ ! -e "$hooks/pre-receive" ]
		[ ! -e "$hooks/update" ]
	done
}

@test "update alone does not offer push options" {
	installer --enable "a b.git" --hooks update
	[ "$(git -C "a b.git" config receive.advertisePushOptions)" = false ]
	[ ! -e "$hooks/pre-receive" ]
}

@test "a hook changed by others since is not thrown away" {
	installer --enable "a b.git"
	echo 'mine' >"$hooks/pre-receive"
	run installer --disable "a b.git"
	[ "$status" -ne 0 ]
	[ "$(cat "$hooks/pre-receive")" = mine ]
}

@test "a dry run changes nothing" {
	echo 'exit 3' >"$hooks/pre-receive"
	find "a b.git" -type f -exec sha256sum {} + | sort >before
	run installer -n --enable "a b.git"
	[ "$status" -eq 0 ]
	[[ $output == *"/config: would set receive.advertisePushOptions to true"* ]]
	[[ $output != *same_owner* && $output != *"would run: setting"* ]]
	find "a b.git" -type f -exec sha256sum {} + | sort | diff before -
	installer --enable "a b.git"
	run installer -n --disable "a b.git"
	[ "$status" -eq 0 ]
	[[ $output == *"/config: would unset receive.advertisePushOptions"* ]]
	[[ $output != *same_owner* ]]
	[ -e "$hooks/pre-receive.local" ]
}

@test "wrong usage is told, and ends with 2" {
	for arguments in --nonsense --prefix --enable --disable nonsense \
	    "--prefix here" "--hooks nonsense --enable a.git"; do
		# shellcheck disable=SC2086 # words
		run installer $arguments
		[ "$status" -eq 2 ]
		[[ $output == "install.sh: "*"usage: "* ]]
	done
}

@test "branches outside HEAD's branch are shown and asked about" {
	git init -q -b main work
	git -C work commit -q --allow-empty -m one
	git -C work checkout -q -b release/1
	git -C work commit -q --allow-empty -m two
	git -C work push -q "../a b.git" main release/1
	run installer --enable "a b.git"
	[ "$status" -ne 0 ]
	[[ $output == *release/1* ]]
	[ ! -e "$hooks/pre-receive" ]
	installer --yes --enable "a b.git"
	[ -x "$hooks/pre-receive" ]
}

@test "places where git would not run the hook are refused" {
	git -C "a b.git" config core.hooksPath /elsewhere
	run installer --enable "a b.git"
	[ "$status" -ne 0 ]
	git -C "a b.git" config --unset core.hooksPath
	mv "$hooks" real
	ln -s ../real "$hooks"
	run installer --enable "a b.git"
	[ "$status" -ne 0 ]
	[ ! -e real/pre-receive ]
	rm "$hooks"
	touch "$hooks"
	run installer --enable "a b.git"
	[ "$status" -ne 0 ]
}

@test "a server without a policy is told so" {
	rm usr/etc/refwarden/policy.yml
	run installer --enable "a b.git"
	[ "$status" -eq 0 ]
	[[ $output == *"every push will be refused"* ]]
}

@test "wrong usage is told from failure" {
	run -2 installer --no-such-option
	run -2 installer --enable
	run -1 installer --enable nowhere.git
	run -2 installer --enable "a b.git" --hooks pre-commit
	run -0 installer --help
}

@test "git refwarden --help finds the manual, and all is removed again" {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	for target in install uninstall; do
		make -s -C "$root" -o all BUILD="${REFWARDEN_BUILD:-build}" \
		    DESTDIR="$PWD/dest" PREFIX=/usr/local "$target"
		[ "$target" = uninstall ] ||
		    [ -f dest/usr/local/share/man/man1/git-refwarden.1 ]
	done
	[ "$(find dest ! -type d)" = dest/etc/refwarden/policy.yml ]
}
