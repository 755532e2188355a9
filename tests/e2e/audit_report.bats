#!/usr/bin/env bats
# `refwarden audit report`: what it counts is what was pushed.
# shellcheck disable=SC2154 # lib.bash sets what is read here

load lib

pushes=200
seed=20261122

setup() {
	refwarden=$build/refwarden
	server_start
	mkdir "$root/exceptions"
	written >"$root/policy.yml"
	policy <"$root/policy.yml"
	waiver EX-2026-001
	waiver EX-2026-002
	waiver EX-2026-003 "s/$(day -2)/2025-01-01/" "s/$(day 10)/2025-02-01/"
}

written() {
	policy_default enforce | sed "/^people:/i\\
document: The <b>policy</b> | of 2026\\
clauses:\\
  2a: {title: Tests come with code, controls: [\"A.8.29\"]}\\
  2b: {title: Somebody else reviews, controls: [CC8.1, \"A|8\"]}\\
  \"4\": Messages are short\\
  \"9\": {title: Training, manual: \"Lists <of> people\"}
	    /^people:/a\\  dana: [dana@example.com]
	    /^groups:/a\\  chiefs: [dana]"
	cat <<-END
	  - id: short-subjects
	    clause: "4"
	    mode: warn
	    require: {message: {subject_max: 30}}
	exceptions: {directory: $root/exceptions, approved_by: chiefs, proof: sign-off}
	log: {on_failure: spool}
	END
}

waiver() { # ID [SED-COMMAND...]
	exception_record "$@" 's/^reason:.*/reason: No <harness> | yet/' \
	    's/^risk:.*/risk: Faults are found late/' >"$root/exceptions/$1.yml"
}

# ---- the population: kinds of pushes, and what becomes of each

declare -gA kinds=(
	[good]=accept [unreviewed]=refuse [untested]=refuse [neither]=refuse
	[waived]=accept [wordy]=accept [topic]=accept [rewrite]=refuse
	[beside]=refuse [asked]=refuse [own]=accept
)

make_commit() { # KIND NUMBER
	case $1 in
	unreviewed | beside) commit_as bob "Change $2" src/app.c tests/app.c ;;
	untested) commit_as bob "Change $2$by_ada" src/app.c ;;
	neither) commit_as bob "Change $2" src/app.c ;;
	waived)
		commit_as bob "Change $2$by_ada
Exception: EX-2026-001" src/app.c
		;;
	wordy)
		commit_as bob "Change $2 with many more words than there may be$by_ada" \
		    docs/guide.md
		;;
	rewrite)
		git reset -q --hard HEAD~1
		commit_as bob "Change $2$by_ada" src/app.c tests/app.c
		;;
	own) commit_as ada "Change $2$by_bob" src/app.c tests/app.c ;;
	*) commit_as bob "Change $2$by_ada" src/app.c tests/app.c ;;
	esac
}

push_kind() { # KIND NUMBER
	local to=(HEAD:main)

	case $1 in
	topic) to=("HEAD:refs/heads/topic/$2") ;;
	rewrite) to=(+HEAD:main) ;;
	beside) to=(HEAD:main "HEAD:refs/heads/beside/$2") ;;
	asked) to=(-o refwarden.check "${to[@]}") ;;
	esac
	git push -q origin "${to[@]}" >"$root/told" 2>&1
}

populate() {
	local names=() kind answer i

	RANDOM=$seed
	names=(good unreviewed untested neither waived wordy topic rewrite
		beside asked own)
	for kind in "${names[@]}"; do
		count[$kind]=0
	done
	git push -q origin HEAD:refs/heads/first || return
	commit_as bob "Go on$by_ada" src/app.c tests/app.c
	git push -q origin HEAD:main || return
	for ((i = 0; i < pushes - 2; i++)); do
		kind=${names[RANDOM % ${#names[@]}]}
		count[$kind]=$((count[$kind] + 1))
		git reset -q --hard origin/main
		make_commit "$kind" "$i"
		answer=accept
		push_kind "$kind" "$i" || answer=refuse
		[ $answer = "${kinds[$kind]}" ] || {
			printf 'push %s, %s: %s\n' "$i" "$kind" "$answer"
			cat "$root/told"
			return 1
		}
	done
}

report() { # OPTION...
	"$refwarden" audit report --from "$(day -1)" --to "$(day 1)" "$@" "$server"
}

has_line() { # LINE
	grep -qxF -- "$1" "$root/report" || {
		printf 'no line: %s\n' "$1"
		cat "$root/report"
		return 1
	}
}

# The figure of that name in the summary of the JSON.
figure() { # NAME
	sed -n "s/^    \"$1\": \([0-9]*\),\{0,1\}\$/\1/p" "$root/figures"
}

is_figure() { # NAME NUMBER
	[ "$(figure "$1")" = "$2" ] || {
		printf '%s: %s, not %s\n' "$1" "$(figure "$1")" "$2"
		return 1
	}
}

@test "the figures of 200 pushes are the script's own" {
	declare -A count
	populate
	judged=$((pushes - count[asked] + count[beside]))
	refused=$((count[unreviewed] + count[untested] + count[neither] +
		count[rewrite] + count[beside]))
	reviewed=$((1 + count[good] + count[waived] + count[wordy] + count[own]))
	unreviewed=$((count[unreviewed] + count[neither] + count[beside]))
	untested=$((count[untested] + count[neither]))
	moved=$((reviewed + count[topic] + 1))

	report --policy "$root/policy.yml" --json >"$root/figures"
	is_figure pushes $((pushes - count[asked]))
	is_figure checks "${count[asked]}"
	is_figure judged $judged
	is_figure refused $refused
	is_figure errors 0
	is_figure under_exception "${count[waived]}"
	is_figure accepted $moved
	is_figure held "${count[beside]}"
	is_figure warned "${count[wordy]}"
	is_figure pushes_accepted $moved
	is_figure pushes_refused $refused
	is_figure review_claimed $((reviewed - count[own]))
	is_figure review_pusher "${count[own]}"
	is_figure reviewer_pushed "${count[own]}"
	is_figure review_none 0
	is_figure damaged 0
	is_figure stray 0

	report --policy "$root/policy.yml" >"$root/report"
	has_line "| Refs judged | $judged |"
	has_line "| Refused | $refused |"
	has_line "| peer-review | 2b | enforce | $unreviewed | 0 | 0 | 0 |"
	has_line "| tests-with-code | 2a | enforce | $untested | ${count[waived]} | 0 | 0 |"
	has_line "| short-subjects | 4 | warn | 0 | 0 | ${count[wordy]} | 0 |"
	has_line "| history (built in) | – | enforce | ${count[rewrite]} | 0 | 0 | 0 |"
	on_main=$((reviewed + refused))
	has_line "| 2a<br>Tests come with code (A.8.29) | tests-with-code<br>enforce | $on_main | $untested | ${count[waived]} | 0 / 0 | – |"
	has_line "| 2b<br>Somebody else reviews (CC8.1, A\\|8) | peer-review<br>enforce | $on_main | $unreviewed | 0 | 0 / 0 | pusher ${count[own]}, claimed $((reviewed - count[own])) |"
	has_line "| 9<br>Training | not checked by machine<br>Lists &lt;of&gt; people | – | – | – | – | – |"
	has_line "| EX-2026-001<br>No &lt;harness&gt; \\| yet | tests-with-code | project main | ${count[waived]} | $(day 0) | dana@example.com<br>on $(day -2) | $(day 10) |"
	has_line "| EX-2026-002<br>No &lt;harness&gt; \\| yet | tests-with-code | main | 0 | – | dana@example.com<br>on $(day -2) | $(day 10) |"
	[ "$(grep -c EX-2026-003 "$root/report")" -eq 0 ]
	has_line "| bob | $judged | $moved | ${count[waived]} | ${count[beside]} | $refused | 0 |"
	has_line "| Written policy | The &lt;b&gt;policy&lt;/b&gt; \\| of 2026 |"

	report --format html --policy "$root/policy.yml" >"$root/report"
	grep -q "<dt>Pushes</dt><dd>$((pushes - count[asked]))</dd>" "$root/report"
	grep -q "$((moved - count[waived])) accepted, ${count[waived]} under exception, ${count[beside]} held, $refused refused, 0 errors</title>" "$root/report"
	[ "$(grep -c '<b>policy\|<harness\|<script' "$root/report")" -eq 0 ]
}

records() { # a journal on standard output: LINE... behind the usual beginning
	local line

	for line in "$@"; do
		printf '{"v":1,%s}\n' "$line"
	done
}

@test "without a policy the clauses are those that were broken" {
	head='"id":"AAAA-0001","time":"2026-08-05T10:00:00.000Z","host":"h","repo":"r","ref":"refs/heads/main"'
	records "\"event\":\"decision\",$head,\"kind\":\"update\",\"user\":\"bob\",\"verdict\":\"refuse\",\"push\":\"refuse\",\"codes\":[\"review.missing\"],\"rules\":[\"peer-review\"]" \
	    "\"event\":\"violation\",$head,\"user\":\"bob\",\"rule\":\"peer-review\",\"clause\":\"2b\",\"code\":\"review.missing\",\"mode\":\"enforce\"" \
	    >"$root/j.jsonl"
	"$refwarden" audit report --from 2026-08-05 --to 2026-08-05 "$root/j.jsonl" >"$root/report"
	has_line "| 2b | peer-review<br>enforce | – | 1 | 0 | 0 / 0 | – |"
	has_line "| 2026-08-03 | 0 | 0 | 0 | 1 | 0 |"
	# A policy that has the clause, and not the rule, knows no better.
	printf '%s\n' 'version: 1' 'name: N' 'contact: c@example.com' \
	    'protected: [main]' 'clauses: {"2b": Reviews}' 'rules:' \
	    '  - {id: subject, require: {message: {subject_max: 72}}}' >"$root/other.yml"
	"$refwarden" audit report --from 2026-08-05 --to 2026-08-05 \
	    --policy "$root/other.yml" "$root/j.jsonl" >"$root/report"
	has_line "| 2b<br>Reviews | peer-review<br>enforce | – | 1 | 0 | 0 / 0 | – |"
	# A day earlier and a day later there is nothing.
	for day in 2026-08-04 2026-08-06; do
		"$refwarden" audit report --from $day --to $day "$root/j.jsonl" >"$root/report"
		has_line "| Pushes | 0 |"
	done
}

@test "a decision that was taken back, and all it told, is not counted" {
	head='"id":"AAAA-0001","time":"2026-08-05T10:00:00.000Z","host":"h","repo":"r","ref":"refs/heads/main"'
	records "\"event\":\"decision\",$head,\"kind\":\"update\",\"verdict\":\"accept\",\"push\":\"accept\",\"mode\":\"warn\",\"codes\":[\"touches.missing\"]" \
	    "\"event\":\"violation\",$head,\"rule\":\"tests\",\"clause\":\"2a\",\"code\":\"touches.missing\",\"mode\":\"warn\"" \
	    "\"event\":\"decision\",$head,\"kind\":\"update\",\"verdict\":\"error\",\"push\":\"refuse\",\"codes\":[\"log.unavailable\"]" \
	    >"$root/j.jsonl"
	"$refwarden" audit report --from 2026-08-05 --json "$root/j.jsonl" >"$root/figures"
	is_figure judged 1
	is_figure errors 1
	is_figure accepted 0
	is_figure warned 0
	is_figure pushes 1
	is_figure taken_back 1
	grep -q '"clauses": \[\]' "$root/figures"
	grep -q '"code": "log.unavailable"' "$root/figures"
}

@test "records of pushes at the same time are told apart" {
	for ref in a b; do
		for id in AAAA-0001 AAAA-0002; do
			records "\"event\":\"decision\",\"id\":\"$id\",\"time\":\"2026-08-05T10:00:00.000Z\",\"ref\":\"refs/heads/$ref\",\"verdict\":\"refuse\",\"push\":\"refuse\""
		done
	done >"$root/j.jsonl"
	for code in review.missing review.self; do
		for id in AAAA-0001 AAAA-0002; do
			records "\"event\":\"violation\",\"id\":\"$id\",\"time\":\"2026-08-05T10:00:00.000Z\",\"ref\":\"refs/heads/a\",\"rule\":\"peer-review\",\"code\":\"$code\",\"mode\":\"enforce\""
		done
	done >>"$root/j.jsonl"
	"$refwarden" audit report --from 2026-08-05 --to 2026-08-05 --json "$root/j.jsonl" >"$root/figures"
	is_figure pushes 2
	is_figure judged 4
	"$refwarden" audit report --from 2026-08-05 --to 2026-08-05 "$root/j.jsonl" >"$root/report"
	has_line "| peer-review | – | enforce | 2 | 0 | 0 | 0 |"
}

@test "lines that are damaged are counted and told" {
	echo 'no record' >"$root/j.jsonl"
	run "$refwarden" audit report --from 2026-08-05 --json "$root/j.jsonl"
	[ "$status" -eq 0 ]
	[[ $output == *'"damaged": 1'* && $output == *"could not be read"* ]]
}

@test "wrong usage is told as such" {
	for options in '' '--from 2026-13-01' '--from today' \
	    '--from 2026-08-02 --to 2026-08-01' '--from 1970-01-01 --to 2099-01-01' \
	    '--from 2026-08-01 --format pdf' '--from 2026-08-01 --nonsense'; do
		# Words of options.
		# shellcheck disable=SC2086
		run "$refwarden" audit report $options "$server"
		[ "$status" -eq 2 ]
	done
	run "$refwarden" audit report --from 2026-08-01 "$root/nowhere"
	[ "$status" -eq 4 ]
	echo 'version: 2' >"$root/bad.yml"
	run "$refwarden" audit report --from 2026-08-01 --policy "$root/bad.yml" "$server"
	[ "$status" -eq 3 ]
	"$refwarden" audit report --help | grep -q usage
}

@test "a ref that moved without a decision is in the report" {
	commit_as bob "Reviewed work$by_ada" src/app.c tests/app_test.c
	push HEAD:main
	assert_accepted
	run "$refwarden" audit report --from "$(day -1)" "$server"
	[ "$status" -eq 0 ]
	[[ $output == *"what they are now: 1. Moves without a decision: 0."* ]]
	other=$(GIT_AUTHOR_NAME=X GIT_AUTHOR_EMAIL=x@example.com \
	    GIT_COMMITTER_NAME=X GIT_COMMITTER_EMAIL=x@example.com \
	    git -C "$server" commit-tree -p "$base" -m Other "$base^{tree}")
	git -C "$server" update-ref refs/heads/main "$other"
	run "$refwarden" audit report --from "$(day -1)" "$server"
	[ "$status" -eq 0 ]
	[[ $output == *"Moves without a decision: 1."* ]]
	[[ $output == *"| refs/heads/main<br>project | "*" | ${other:0:12} | "*" | now |"* ]]
	run "$refwarden" audit report --from "$(day -1)" - \
	    <"$server/refwarden/journal.jsonl"
	[ "$status" -eq 0 ]
	[[ $output == *"was not examined here: refwarden audit gaps tells"* ]]
}
