#!/usr/bin/env bats
# config/refwarden-metrics counts what the records say, in Prometheus's format,
# and the dashboard asks for nothing else.
# shellcheck disable=SC2034,SC2154 # words of lib.bash

load lib.bash

setup() {
	need jq
	server_start
	journal=$server/refwarden/journal.jsonl
	metrics=$root/refwarden.prom
}

# The sum over all values of a metric whose labels match.
total() { # METRIC [LABEL="VALUE"]
	grep "^$1{.*${2-}" "$metrics" | awk '{ n += $NF } END { print n + 0 }'
}

count() { # JQ-CONDITION
	jq -c "select($1)" "$journal" | wc -l
}

@test "the figures are those of the journal" {
	push_both
	push_both
	commit_as bob "Fine$by_ada" src/app.c tests/app_test.c
	push HEAD:topic HEAD:main "HEAD:refs/heads/a\"b\\é"
	"$config/refwarden-metrics" "$journal" "$metrics"
	[ "$(total refwarden_decisions_total)" = "$(count '.event == "decision"')" ]
	for verdict in accept refuse; do
		[ "$(total refwarden_decisions_total "verdict=\"$verdict\"")" = \
		    "$(count ".verdict == \"$verdict\"")" ]
	done
	[ "$(total refwarden_violations_total)" = \
	    "$(count '.event == "violation"')" ]
	[ "$(total refwarden_violations_total 'code="review.missing"')" = 2 ]
	[ "$(total refwarden_judging_seconds_count)" = \
	    "$(total refwarden_decisions_total)" ]
	[ "$(stat -c %a "$metrics")" = 644 ]
	! command -v promtool || promtool check metrics <"$metrics"
}

@test "what a repository is called stays inside its label" {
	cat >"$root/odd.jsonl" <<'END'
{"v":1,"event":"decision","repo":"a\",\"verdict\":\"x\\","verdict":"accept","push":"accept","ms":5}
END
	"$config/refwarden-metrics" "$root/odd.jsonl" "$metrics"
	grep -qxF 'refwarden_decisions_total{repo="a\\\",\\\"verdict\\\":\\\"x\\\\",verdict="accept",push="accept"} 1' "$metrics"
}

@test "figures that can not be made leave the former ones" {
	echo former >"$metrics"
	run "$config/refwarden-metrics" "$root/missing" "$metrics"
	[ "$status" -ne 0 ]
	[ "$(cat "$metrics")" = former ]
	[ "$(find "$root" -name 'refwarden.prom*' | wc -l)" = 1 ]
}

@test "the dashboard asks for figures that there are" {
	push_both
	"$config/refwarden-metrics" "$journal" "$metrics"
	jq -r '.panels[].targets[].expr' "$config/refwarden-dashboard.json" |
	    grep -o 'refwarden_[a-z_]*' | sort -u >"$root/asked"
	[ -s "$root/asked" ]
	while read -r name; do
		grep -q "^# TYPE $name counter$" "$metrics"
	done <"$root/asked"
}
