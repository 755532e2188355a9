#!/usr/bin/env bats
# `refwarden policy schema`: a validator that is not ours agrees with the loader.

setup() {
	root=$BATS_TEST_DIRNAME/../..
	refwarden=${REFWARDEN_BUILD:-$root/build}/refwarden
	cd "$BATS_TEST_TMPDIR" || return
	"$refwarden" policy schema >schema.json
}

validate() { # FILE...
	export NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs
	node -e 'require("ajv"), require("js-yaml")' 2>/dev/null ||
	    skip "needs node with ajv and js-yaml (Debian: node-ajv node-js-yaml)"
	run node "$root/tests/support/validate.js" schema.json "$@"
}

@test "every shipped policy and every good one is valid" {
	local file shipped=()

	for file in "$root"/config/*.yml; do
		[[ $file == *.test.yml ]] || shipped+=("$file")
	done
	validate "${shipped[@]}" "$root"/tests/policies/good/*.yml
	[ "$status" -eq 0 ] || { echo "$output" | grep -v ': valid$'; false; }
}

@test "a key or a check that the loader does not know is not valid" {
	local expect file count=0

	for expect in "$root"/tests/policies/bad/*.expect; do
		grep -qE 'unknown (key|check)' "$expect" || continue
		file=${expect%.expect}.yml
		validate "$file"
		[ "$status" -eq 1 ] || { echo "valid: $file"; false; }
		count=$((count + 1))
	done
	[ "$count" -ge 5 ]
}

@test "wrong words, numbers and missing keys are not valid" {
	local bad=$root/tests/policies/bad file

	for file in "$bad"/03-*.yml "$bad"/04-*.yml "$bad"/08-*.yml \
	    "$bad"/16-*.yml "$bad"/17-*.yml "$bad"/19-*.yml \
	    "$bad"/42-*.yml "$bad"/44-*.yml; do
		validate "$file"
		[ "$status" -eq 1 ] || { echo "valid: $file"; false; }
	done
}

@test "every check and every key of a rule has its description" {
	run grep -cE '"description": "..' schema.json
	[ "$output" -gt 60 ]
	grep -q '"touches": {' schema.json
}

@test "an argument is wrong usage" {
	run "$refwarden" policy schema policy.yml
	[ "$status" -eq 2 ]
}
