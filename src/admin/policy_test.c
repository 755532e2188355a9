/* `refwarden policy test`: declared pushes, judged for real; TAP. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/fault.h"
#include "admin/in_force.h"
#include "admin/options.h"
#include "admin/stage.h"
#include "report/prose.h"

static const struct command_line command = {
    .usage =
	"usage: refwarden policy test [--coverage] FILE...\n"
	"\n"
	"Judge the pushes that FILE declares and compare with the verdicts it\n"
	"expects, as TAP.  With --coverage name the rules that no test made "
	"fail\n"
	"or saw kept, and fail for them too.\n",
    .letters = "c",
    .least = 1,
    .most = INT_MAX,
};

/* One file of tests. */
struct testing {
	const char *file;
	struct scenarios scenarios;
	struct layers layers;
	struct signers signers;
	const struct scenario *scenario; /* under way */
	bool *met;                       /* by it, of each rule */
	bool *broken, *kept;             /* by any that was as expected */
	struct text found;               /* what differs, a line each */
};

struct totals {
	size_t planned, run, failed, uncovered;
};

/* ---- one verdict */

static bool
texts_have(const struct texts *texts, const char *word)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->list[i], word) == 0)
			return true;
	return false;
}

static enum expectation
verdict_class(const struct ref_verdict *ref)
{
	enum expectation worst = EXPECT_ACCEPT;

	if (ref->outcome != OUTCOME_ACCEPT)
		return EXPECT_REFUSE;
	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *v = &ref->violations[i];
		enum expectation is = v->waived_by != NULL   ? EXPECT_ACCEPT
				      : v->mode == MODE_WARN ? EXPECT_WARN
							     : EXPECT_OBSERVE;

		if (is > worst)
			worst = is;
	}
	return worst;
}

/* The words of the violations: ids of rules, or codes. */
static const char *
violation_word(const struct violation *violation, bool code)
{
	if (violation->waived_by != NULL)
		return NULL;
	if (code)
		return violation->finding.code;
	return violation->rule != NULL ? violation->rule->id : NULL;
}

static void
compare_words(struct testing *t, const struct ref_verdict *ref, bool code,
    const struct texts *expected)
{
	const char *what = code ? "code" : "rule";
	const char *word;

	for (size_t i = 0; i < expected->count; i++) {
		bool seen = false;

		for (size_t k = 0; k < ref->violation_count && !seen; k++)
			seen = (word = violation_word(
				    &ref->violations[k], code)) != NULL &&
			       strcmp(word, expected->list[i]) == 0;
		if (!seen)
			text_add_format(&t->found, "%s %s was expected\n", what,
			    expected->list[i]);
	}
	for (size_t k = 0; k < ref->violation_count; k++)
		if ((word = violation_word(&ref->violations[k], code)) !=
			NULL &&
		    !texts_have(expected, word))
			text_add_format(
			    &t->found, "%s %s was not expected\n", what, word);
}

/* For a test that fails: what the judge saw. */
static void
tell_violations(struct testing *t, const struct ref_verdict *ref)
{
	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *v = &ref->violations[i];

		text_add_format(&t->found, "found %s", v->finding.code);
		if (v->rule != NULL)
			text_add_format(&t->found, " of rule %s", v->rule->id);
		if (v->finding.found != NULL)
			text_add_format(&t->found, ": %s", v->finding.found);
		text_add(&t->found, "\n");
	}
}

static void
cover(struct testing *t, const struct ref_verdict *ref)
{
	const struct policy *policy = t->layers.list[0];

	for (size_t i = 0; i < policy->rule_count; i++) {
		bool broken = false;

		for (size_t k = 0; k < ref->violation_count; k++)
			broken = broken ||
				 ref->violations[k].rule == &policy->rules[i];
		t->broken[i] = t->broken[i] || broken;
		t->kept[i] = t->kept[i] || (t->met[i] && !broken);
	}
}

static void
look(void *context, const struct verdict *verdict)
{
	struct testing *t = context;
	const struct scenario *scenario = t->scenario;
	const struct ref_verdict *ref = &verdict->refs[0];
	enum expectation is = verdict_class(ref);

	if (ref->outcome == OUTCOME_ERROR)
		text_add(&t->found, "the push could not be judged\n");
	if ((int)is != scenario->expect)
		text_add_format(&t->found, "expected %s, the verdict is %s\n",
		    expectation_names[scenario->expect], expectation_names[is]);
	if (scenario->rules_given)
		compare_words(t, ref, false, &scenario->rules);
	if (scenario->codes_given)
		compare_words(t, ref, true, &scenario->codes);
	if (t->found.len > 0)
		tell_violations(t, ref);
	else
		cover(t, ref);
}

static void
meet(void *context, const struct rule *rule)
{
	struct testing *t = context;

	t->met[rule - t->layers.list[0]->rules] = true;
}

/* ---- TAP */

static void
print_safe(const char *frame, const char *line, size_t len)
{
	struct text text = {0};
	char *copy = mem_bytes(line, len);

	text_add(&text, frame);
	safe_add(&text, copy, SIZE_MAX);
	printf("%s\n", text.data);
	text_free(&text);
	free(copy);
}

static void
print_lines(const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		print_safe("# ", lines, len);
		lines += len + (lines[len] == '\n');
	}
}

/* In TAP a `#` that is not escaped ends the name, and "# TODO" the test. */
static void
print_result(bool good, size_t number, const char *name)
{
	struct text line = {0};
	char frame[64];

	snprintf(
	    frame, sizeof frame, "%sok %zu - ", good ? "" : "not ", number);
	for (text_add(&line, ""); *name != '\0'; name++) {
		if (*name == '#' || *name == '\\')
			text_add_char(&line, '\\');
		text_add_char(&line, *name);
	}
	print_safe(frame, line.data, line.len);
	text_free(&line);
}

static void
test_one(
    struct testing *t, const struct scenario *scenario, struct totals *totals)
{
	const struct staging staging = {.layers = &t->layers,
	    .signers = &t->signers,
	    .today = t->scenarios.today,
	    .met = meet,
	    .look = look,
	    .context = t};
	struct error err;

	t->scenario = scenario;
	memset(t->met, 0, t->layers.list[0]->rule_count * sizeof *t->met);
	if (stage_judge(scenario, &staging, &err) == -1)
		text_add_format(&t->found, "%s\n", err.text);
	print_result(t->found.len == 0, ++totals->run, scenario->name);
	if (t->found.len > 0) {
		totals->failed++;
		printf("# %s:%u\n", t->file, scenario->line);
		print_lines(t->found.data);
	}
	text_free(&t->found);
}

static void
tell_coverage(const struct testing *t, struct totals *totals)
{
	const struct policy *policy = t->layers.list[0];

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!t->broken[i])
			printf("# %s:%u: no test breaks rule %s\n",
			    policy->file, rule->line, rule->id);
		if (!t->kept[i])
			printf("# %s:%u: no test keeps rule %s\n", policy->file,
			    rule->line, rule->id);
		totals->uncovered += !t->broken[i] || !t->kept[i];
	}
}

/* ---- files */

/* What the file names, as it stands beside the file. */
static const char *
beside(struct testing *t, const char *name)
{
	const char *slash = strrchr(t->file, '/');

	if (name[0] == '/' || slash == NULL)
		return name;
	return arena_format(&t->scenarios.arena, "%.*s/%s",
	    (int)(slash - t->file), t->file, name);
}

/* Records are looked for where the test says, whatever the policy says. */
static void
exceptions_place(struct testing *t)
{
	struct exception_setting *setting = &t->layers.list[0]->exceptions;
	char *path;

	if (t->scenarios.exceptions == NULL)
		return;
	path = realpath(beside(t, t->scenarios.exceptions), NULL);
	setting->place = (struct tree_place){.path = NULL};
	setting->directory = arena_string(
	    &t->scenarios.arena, path != NULL ? path : t->scenarios.exceptions);
	free(path);
}

static int
testing_open(struct testing *t, struct error *err)
{
	struct faults faults;
	char *data;
	size_t len, rules;
	int status = policy_read(t->file, &data, &len, err);

	memset(&t->scenarios, 0, sizeof t->scenarios);
	memset(&t->layers, 0, sizeof t->layers);
	if (status == 1)
		error_set(err, "%s: there is no such file", t->file);
	if (status != 0)
		return -1;
	faults_init(&faults, t->file);
	scenarios_load(data, len, &t->scenarios, &faults);
	faults_print(stderr, &faults, data, len);
	status = faults.errors > 0 ? -1 : 0;
	faults_free(&faults);
	free(data);
	if (status == -1)
		return error_code(err, "policy.invalid",
		    "%s: the tests have faults", t->file);
	if (layers_load_file(
		beside(t, t->scenarios.policy), &t->layers, NULL, err) == -1)
		return -1;
	exceptions_place(t);
	/* What a test says of findings is in the repository it makes. */
	t->layers.list[0]->findings.place.repository = NULL;
	signers_open(&t->signers, t->layers.list[0]);
	rules = t->layers.list[0]->rule_count;
	t->met = mem_array(rules, sizeof *t->met);
	t->broken = mem_array(rules, sizeof *t->broken);
	t->kept = mem_array(rules, sizeof *t->kept);
	return 0;
}

static void
testing_close(struct testing *t)
{
	signers_close(&t->signers);
	free(t->met);
	free(t->broken);
	free(t->kept);
	layers_free(&t->layers);
	scenarios_free(&t->scenarios);
}

static int
test_all(struct testing *list, size_t count, bool coverage)
{
	struct totals totals = {0};

	for (size_t i = 0; i < count; i++)
		totals.planned += list[i].scenarios.count;
	printf("1..%zu\n", totals.planned);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < list[i].scenarios.count; k++)
			test_one(&list[i], &list[i].scenarios.list[k], &totals);
		if (coverage)
			tell_coverage(&list[i], &totals);
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		return EXIT_ENVIRONMENT;
	return totals.failed + totals.uncovered > 0 ? EXIT_NO : EXIT_YES;
}

static int
test_files(char **files, size_t count, bool coverage)
{
	struct testing *list = mem_array(count, sizeof *list);
	int status = EXIT_YES;
	struct error err;

	for (size_t i = 0; i < count && status == EXIT_YES; i++) {
		list[i].file = files[i];
		if (testing_open(&list[i], &err) == 0)
			continue;
		fprintf(stderr, "refwarden: %s\n", err.text);
		status = error_status(&err);
	}
	if (status == EXIT_YES)
		status = test_all(list, count, coverage);
	for (size_t i = 0; i < count; i++)
		testing_close(&list[i]);
	free(list);
	return status;
}

int
policy_test_command(int argc, char **argv)
{
	struct options options;
	int status = options_read(&command, argc, argv, &options);

	if (status != -1)
		return status;
	return test_files(
	    options.operands, (size_t)options.count, options.coverage);
}
