#!/usr/bin/env bats
# What bash offers after refwarden, by config/completion.bash.

build=${REFWARDEN_BUILD:-$BATS_TEST_DIRNAME/../../build}

setup() {
	PATH=$build:$PATH
	# shellcheck source=config/completion.bash
	source "$BATS_TEST_DIRNAME/../../config/completion.bash"
}

offered() { # WORD...: behind the command; the last one is being written
	COMP_WORDS=(refwarden "$@")
	COMP_CWORD=$#
	_refwarden
	echo "${COMPREPLY[*]}"
}

@test "commands, their second words and their options are offered" {
	[ "$(offered ch)" = check ]
	[[ " $(offered '') " == *" check explain policy "* ]]
	[[ " $(offered policy '') " == *" check init "* ]]
	[ "$(offered policy che)" = check ]
	[ "$(offered policy show --re)" = $'--ref --repo' ]
	[ "$(offered check --r)" = $'--ref --remote' ]
	[ "$(offered check --ref main --po)" = --policy ]
	[ -z "$(offered nonsense '')" ]
}
