#!/usr/bin/env bats
# What the central host's file is written by.

once=$BATS_TEST_DIRNAME/../../config/refwarden-once
setup() {
	file=$BATS_TEST_TMPDIR/file
}

write() { # LINE...
	printf '%s\n' "$@" | "$once" "$file"
}

@test "a line is written once, and answered each time" {
	[ "$(write a b a)" = $'OK\nOK\nOK\nOK' ]
	[ "$(cat "$file")" = $'a\nb' ]
	write b c
	[ "$(cat "$file")" = $'a\nb\nc' ]
}

@test "what a crash left of a line is ended" {
	printf 'a\nhal' >"$file"
	write half a
	[ "$(cat "$file")" = $'a\nhal\nhalf' ]
}

@test "a file that was rotated away is begun again" {
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	"$once" "$file" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
	exec 8>"$BATS_TEST_TMPDIR/in" 9<"$BATS_TEST_TMPDIR/out"
	read -r -u 9
	echo a >&8
	read -r -u 9
	mv "$file" "$file.1"
	printf 'a\nb\n' >&8
	read -r -u 9
	read -r -u 9
	exec 8>&- 9<&-
	wait
	[ "$(cat "$file.1" "$file")" = $'a\nb' ]
}

@test "what can not be written is not answered" {
	mkdir "$file"
	run write a
	[ "$status" -ne 0 ]
	[[ $output == *"Is a directory"* && $output != *OK*OK* ]]
}

@test "a line that nobody finished is no record" {
	[ "$(printf 'a\nb' | "$once" "$file")" = $'OK\nOK' ]
	[ "$(cat "$file")" = a ]
}
