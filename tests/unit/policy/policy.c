/* A policy file read into one layer, and what it says of refs. */
#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

static struct policy *
load(const char *yaml)
{
	struct faults faults;
	struct policy *policy;

	faults_init(&faults, "policy.yml");
	policy = policy_load(yaml, strlen(yaml), LAYER_SYSTEM, &faults);
	for (size_t i = 0; i < faults.count; i++)
		print_error("%u:%u: %s\n", faults.list[i].line,
		    faults.list[i].column, faults.list[i].text);
	faults_free(&faults);
	assert_non_null(policy);
	return policy;
}

static void
a_ref_pattern_without_refs_is_a_branch_or_a_tag(void **state)
{
	static const char *const cases[][2] = {
	    {"main", "refs/heads/main"},
	    {"release/*", "refs/heads/release/*"},
	    {"tags/v*", "refs/tags/v*"},
	    {"heads/x", "refs/heads/x"},
	    {"refs/x", "refs/x"},
	    {"!refs/x", "!refs/x"},
	    {"!tags/v0", "!refs/tags/v0"},
	    {"!old", "!refs/heads/old"},
	    {"**", "refs/heads/**"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
		    ref_pattern_full(&arena, cases[i][0]), cases[i][1]);
	arena_free(&arena);
}

static void
a_ref_is_shown_short_unless_it_would_pose_as_another(void **state)
{
	static const char *const cases[][2] = {
	    {"refs/heads/main", "main"},
	    {"heads/main", "main"},
	    {"refs/tags/v1", "tags/v1"},
	    {"refs/heads/tags/v1", "refs/heads/tags/v1"},
	    {"refs/heads/refs/x", "refs/heads/refs/x"},
	    {"refs/heads/heads/x", "refs/heads/heads/x"},
	    {"refs/notes/evidence", "refs/notes/evidence"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(ref_shown(cases[i][0]), cases[i][1]);
}

static void
what_a_policy_leaves_out_is_strict(void **state)
{
	struct policy *p = load("version: 1\nprotected: [main]\n"
				"rules: [{id: r, require: {review: {}}}]\n");

	(void)state;
	assert_string_equal(p->name, "");
	assert_int_equal(p->mode, MODE_ENFORCE);
	assert_true(p->history.first_parent);
	assert_int_equal(p->history.max_parents, 2);
	assert_false(p->history.roots);
	assert_int_equal(p->history.create, CREATE_TRUSTED);
	assert_true(p->ref_names_strict);
	assert_int_equal(p->pusher.kind, PUSHER_AUTO);
	assert_false(p->exceptions.configured);
	assert_int_equal(p->log.facility, LOG_AUTHPRIV);
	assert_int_equal(p->log.on_failure, LOG_REFUSE);
	assert_true(p->log.journal);
	assert_int_equal(p->limits.time, 0);
	assert_int_equal(p->rules[0].mode, MODE_ENFORCE);
	assert_true(p->rules[0].waivable);
	assert_null(p->rules[0].refs);
	assert_false(p->rules[0].has_when);
	assert_true(globs_match(
	    p->refs, p->namespaces->number, "refs/reviews/ada/topic"));
	assert_false(
	    globs_match(p->refs, p->namespaces->number, "refs/changes/1"));
	policy_free(p);
}

static void
what_a_policy_says_is_read(void **state)
{
	struct policy *p = load(
	    "version: 1\nname: N\ncontact: C\ndocument: D\nmode: warn\n"
	    "clauses: {\"2.10\": {title: T, controls: [x, y], manual: M}}\n"
	    "protected: [main]\n"
	    "history: {first_parent: false, roots: true, create: anything}\n"
	    "namespaces: [\"refs/heads/**\"]\n"
	    "ref_names: git\npusher: {env: WHO}\n"
	    "baseline: [0123456789abcdef0123456789abcdef01234567]\n"
	    "exceptions: {ref: main, path: e, approved_by: \"*\", "
	    "waivable: false}\n"
	    "log: {facility: local3, on_failure: spool}\n"
	    "limits: {time: 2m, blob_size: 1K}\n"
	    "rules:\n"
	    "  - {id: a, clause: 2.10, require: {review: {}}}\n"
	    "  - {id: b, mode: observe, waivable: true, help: H,\n"
	    "     when: {paths: \"src/**\"}, require: {review: {}}}\n");

	(void)state;
	assert_string_equal(p->name, "N");
	assert_string_equal(p->contact, "C");
	assert_string_equal(p->document, "D");
	assert_string_equal(p->clauses[0].manual, "M");
	assert_int_equal(p->clauses[0].controls.count, 2);
	assert_false(p->history.first_parent);
	assert_true(p->history.roots);
	assert_int_equal(p->history.create, CREATE_ANYTHING);
	assert_true(p->namespaces_given);
	assert_false(p->ref_names_strict);
	assert_int_equal(p->pusher.kind, PUSHER_ENV);
	assert_string_equal(p->pusher.name, "WHO");
	assert_int_equal(p->baseline_count, 1);
	assert_true(p->exceptions.configured);
	assert_string_equal(p->exceptions.place.ref, "refs/heads/main");
	assert_int_equal(p->exceptions.max_days, 90);
	assert_int_equal(p->log.facility, LOG_LOCAL3);
	assert_int_equal(p->log.on_failure, LOG_SPOOL);
	assert_int_equal(p->limits.time, 120000);
	assert_int_equal(p->limits.blob_size, 1024);
	assert_int_equal(p->limits.refs, 0);
	assert_int_equal(p->path_sets, 1);
	assert_string_equal(p->rules[0].clause_title, "T");
	assert_int_equal(p->rules[0].mode, MODE_WARN);
	assert_false(p->rules[0].waivable);
	assert_int_equal(p->rules[1].mode, MODE_OBSERVE);
	assert_true(p->rules[1].waivable);
	assert_string_equal(p->rules[1].help, "H");
	assert_true(p->rules[1].has_when);
	policy_free(p);
}

static void
a_rule_applies_to_its_refs_that_are_protected(void **state)
{
	struct policy *p = load(
	    "version: 1\nprotected: [main, \"release/**\", \"tags/v*\"]\n"
	    "rules:\n"
	    "  - {id: branches, require: {review: {}}}\n"
	    "  - {id: releases, refs: [\"release/*\", \"feature/*\"],\n"
	    "     require: {review: {}}}\n"
	    "  - {id: tags, refs: [\"tags/**\"], require: {review: {}}}\n");
	static const struct {
		const char *ref;
		bool is_protected, rules[3];
	} cases[] = {
	    {"refs/heads/main", true, {true, false, false}},
	    {"refs/heads/Main", false, {false, false, false}},
	    {"refs/heads/main2", false, {false, false, false}},
	    {"refs/heads/release/1", true, {true, true, false}},
	    {"refs/heads/release/1/x", true, {true, false, false}},
	    {"refs/heads/feature/1", false, {false, false, false}},
	    {"refs/tags/v1", true, {false, false, true}},
	    {"refs/tags/w1", false, {false, false, false}},
	    {"refs/heads/tags/v1", false, {false, false, false}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
		    policy_protects(p, cases[i].ref), cases[i].is_protected);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(
			    rule_applies(&p->rules[k], cases[i].ref),
			    cases[i].rules[k]);
	}
	assert_true(globs_match(
	    p->refs_folded, p->protected_refs->number, "refs/heads/MAIN"));
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_ref_pattern_without_refs_is_a_branch_or_a_tag),
	    cmocka_unit_test(
		a_ref_is_shown_short_unless_it_would_pose_as_another),
	    cmocka_unit_test(what_a_policy_leaves_out_is_strict),
	    cmocka_unit_test(what_a_policy_says_is_read),
	    cmocka_unit_test(a_rule_applies_to_its_refs_that_are_protected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
