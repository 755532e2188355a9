#!/usr/bin/env bats
# What install.sh --demo shows is what the documentation promises.

@test "the eight pushes of the demonstration end as expected" {
	run "$BATS_TEST_DIRNAME/../demo.sh"
	[ "$status" -eq 0 ]
	[[ $output == *"All 8 pushes ended as expected"* ]]
	[[ $output != *$'\033'* ]]
}
