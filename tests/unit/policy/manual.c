/*
 * The manual is held to the program: every key of the loader's tables, every
 * code that is given, every field that is recorded, no other; and the examples
 * load.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "admin/scenario.h"
#include "base/text.h"
#include "checks/code.h"
#include "policy/layers.h"
#include "waiver/exception.h"

static const char policy_page[] = "man/refwarden.policy.5";
static const char test_page[] = "man/refwarden.policy-test.5";
static const char exception_page[] = "man/refwarden.exception.5";
static const char log_page[] = "man/refwarden.log.5";

enum { LINE_SIZE = 128 };

static int missing; /* of the test that runs */

static void
complain(
    const char *page, const char *section, const char *word, const char *fault)
{
	print_error("%s, %s: %s %s\n", page, section, word, fault);
	missing++;
}

static char *
file_read(const char *path)
{
	struct error err;
	char *data = NULL;
	size_t len;

	if (policy_read(path, &data, &len, &err) != 0)
		fail_msg("%s can not be read", path);
	return data;
}

/* The text after the heading `.Sh TITLE` or `.Ss TITLE`; NULL if there is
 * none. */
static const char *
section_find(const char *page, const char *title)
{
	static const char *const macros[] = {".Sh", ".Ss"};
	char heading[LINE_SIZE];
	const char *at;

	for (size_t i = 0; i < 2; i++) {
		snprintf(
		    heading, sizeof heading, "\n%s %s\n", macros[i], title);
		if ((at = strstr(page, heading)) != NULL)
			return at + strlen(heading);
	}
	return NULL;
}

static const char *
line_after(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

static bool
is_heading(const char *line)
{
	return strncmp(line, ".Sh ", 4) == 0 || strncmp(line, ".Ss ", 4) == 0;
}

/* The next item `.It Cm WORD` of the section that `*at` is in. */
static bool
item_next(const char **at, char word[LINE_SIZE])
{
	static const char item[] = ".It Cm ";
	const char *line = *at;

	while (*line != '\0' && !is_heading(line)) {
		*at = line_after(line);
		if (strncmp(line, item, strlen(item)) == 0) {
			line += strlen(item);
			snprintf(word, LINE_SIZE, "%.*s",
			    (int)strcspn(line, " \n"), line);
			return true;
		}
		line = *at;
	}
	return false;
}

static bool
has_item(const char *section, const char *key)
{
	char word[LINE_SIZE];

	while (item_next(&section, word))
		if (strcmp(word, key) == 0)
			return true;
	return false;
}

static bool
has_field(const struct field *fields, const char *key)
{
	for (const struct field *f = fields; f != NULL && f->key != NULL; f++)
		if (strcmp(f->key, key) == 0)
			return true;
	return false;
}

/* A section has the keys of its table and no others. */
static void
section_holds(const char *file, const char *page, const char *title,
    const struct field *fields)
{
	const char *section = section_find(page, title), *at = section;
	char word[LINE_SIZE];

	if (section == NULL) {
		complain(file, title, "the section", "is missing");
		return;
	}
	for (const struct field *f = fields; f != NULL && f->key != NULL; f++) {
		if (!has_item(section, f->key))
			complain(file, title, f->key, "is not documented");
		if (f->fields != NULL && f->fields != fields)
			section_holds(file, page, f->key, f->fields);
	}
	while (item_next(&at, word))
		if (!has_field(fields, word))
			complain(file, title, word, "is no key");
}

static bool
is_check(const char *name, size_t len)
{
	for (size_t i = 0; checks[i] != NULL; i++)
		if (strlen(checks[i]->name) == len &&
		    strncmp(checks[i]->name, name, len) == 0)
			return true;
	return false;
}

/* Subsections of CHECKS are the names of checks. */
static void
checks_hold(const char *page)
{
	const char *checks_begin = section_find(page, "CHECKS");
	const char *line = checks_begin;

	if (line == NULL) {
		complain(policy_page, "CHECKS", "the section", "is missing");
		return;
	}
	for (; *line != '\0' && strncmp(line, ".Sh", 3) != 0;
	     line = line_after(line))
		if (strncmp(line, ".Ss ", 4) == 0 &&
		    !is_check(line + 4, strcspn(line + 4, "\n")))
			complain(
			    policy_page, "CHECKS", "a section", "is no check");
	for (size_t i = 0; checks[i] != NULL; i++)
		section_holds(policy_page, checks_begin, checks[i]->name,
		    checks[i]->fields);
}

static void
every_key_of_a_policy_is_documented_and_no_other(void **state)
{
	char *page = file_read(policy_page);

	(void)state;
	missing = 0;
	section_holds(policy_page, page, "KEYS", policy_fields);
	checks_hold(page);
	free(page);
	assert_int_equal(missing, 0);
}

static void
every_key_of_a_policy_test_is_documented_and_no_other(void **state)
{
	char *page = file_read(test_page);

	(void)state;
	missing = 0;
	section_holds(test_page, page, "KEYS", scenarios_fields);
	free(page);
	assert_int_equal(missing, 0);
}

static void
every_key_of_an_exception_is_documented_and_no_other(void **state)
{
	char *page = file_read(exception_page);

	(void)state;
	missing = 0;
	section_holds(exception_page, page, "KEYS", exception_fields);
	free(page);
	assert_int_equal(missing, 0);
}

/* All sources but the table of codes itself. */
static char *
sources_read(void)
{
	struct text all = {0};
	glob_t found;

	assert_int_equal(glob("src/*/*.c", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *data;

		if (strcmp(found.gl_pathv[i], "src/checks/code.c") == 0)
			continue;
		data = file_read(found.gl_pathv[i]);
		text_add(&all, data);
		free(data);
	}
	globfree(&found);
	return all.data; /* transferred */
}

/* The word, not as a part of a longer one. */
static bool
mentions(const char *text, const char *word)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz-.";
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)) != NULL; at += len)
		if (strchr(bytes, at[len]) == NULL || at[len] == '\0')
			return true;
	return false;
}

static void
every_code_that_is_given_is_documented_and_no_other(void **state)
{
	char *policy = file_read(policy_page), *sources = sources_read();
	char *exception = file_read(exception_page), quoted[LINE_SIZE];

	(void)state;
	missing = 0;
	for (size_t i = 0; i < code_count; i++) {
		const char *slug = codes[i].slug;
		bool told = mentions(policy, slug) || mentions(exception, slug);

		snprintf(quoted, sizeof quoted, "\"%s\"", slug);
		if ((strstr(sources, quoted) != NULL) != told)
			complain(policy_page, "codes", slug,
			    told ? "is documented, but never given"
				 : "is given, but not documented");
	}
	free(sources);
	free(policy);
	free(exception);
	assert_int_equal(missing, 0);
}

/* The key that is written by a call such as `writer_text(writer, "KEY", ...`;
 * false where this is another call. */
static bool
key_written(const char *after, char key[LINE_SIZE])
{
	after += strspn(after, " \t\n");
	if (*after != '"')
		return false;
	snprintf(
	    key, LINE_SIZE, "%.*s", (int)strcspn(after + 1, "\""), after + 1);
	return true;
}

static bool
is_written(const char *source, const char *field)
{
	static const char call[] = "writer,";
	char key[LINE_SIZE];

	for (const char *at = source; (at = strstr(at, call)) != NULL;) {
		at += strlen(call);
		if (key_written(at, key) && strcmp(key, field) == 0)
			return true;
	}
	return false;
}

static void
every_field_of_a_record_is_documented_and_no_other(void **state)
{
	static const char title[] = "FIELDS", call[] = "writer,";
	char *page = file_read(log_page), *source;
	const char *section = section_find(page, title), *at = section;
	char word[LINE_SIZE];

	(void)state;
	missing = 0;
	assert_non_null(section);
	source = sources_read();
	while (item_next(&at, word))
		if (strcmp(word, "more") != 0 && !is_written(source, word))
			complain(log_page, title, word, "is never written");
	for (at = source; (at = strstr(at, call)) != NULL;) {
		at += strlen(call);
		if (key_written(at, word) && !has_item(section, word))
			complain(log_page, title, word, "is not documented");
	}
	free(source);
	free(page);
	assert_int_equal(missing, 0);
}

static bool
example_loads(const char *file, const char *data, size_t len)
{
	struct exception exception;
	struct policy *policy = NULL;
	struct arena arena = {0};
	struct faults faults;
	bool loads;

	faults_init(&faults, file);
	if (file == exception_page)
		loads = exception_parse(
			    data, len, &arena, &exception, &faults) == 0;
	else
		loads = (policy = policy_load(
			     data, len, LAYER_SYSTEM, &faults)) != NULL;
	for (size_t i = 0; i < faults.count; i++)
		print_error("%s: %s\n", file, faults.list[i].text);
	loads = loads && faults.count == 0;
	policy_free(policy);
	faults_free(&faults);
	arena_free(&arena);
	return loads;
}

/* Displays that begin with `version: 1` are whole files. */
static size_t
examples_load(const char *file)
{
	static const char start[] = "\nversion: 1\n";
	char *page = file_read(file);
	size_t count = 0;

	for (const char *at = page, *end; (at = strstr(at, start)) != NULL;
	     at = end, count++) {
		end = strstr(at, "\n.Ed");
		assert_non_null(end);
		assert_true(example_loads(file, at + 1, (size_t)(end - at)));
	}
	free(page);
	return count;
}

static void
the_examples_of_the_manual_load_without_a_warning(void **state)
{
	(void)state;
	assert_true(examples_load(policy_page) >= 4);
	assert_true(examples_load(exception_page) >= 1);
}

static void
the_first_policy_shown_is_the_starter_policy(void **state)
{
	char *starter = file_read("config/policy-starter.yml");
	char *page = file_read(policy_page), *readme = file_read("README.md");

	(void)state;
	assert_non_null(strstr(page, starter));
	assert_non_null(strstr(readme, starter));
	free(starter);
	free(page);
	free(readme);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_of_a_policy_is_documented_and_no_other),
	    cmocka_unit_test(
		every_key_of_an_exception_is_documented_and_no_other),
	    cmocka_unit_test(
		every_key_of_a_policy_test_is_documented_and_no_other),
	    cmocka_unit_test(
		every_code_that_is_given_is_documented_and_no_other),
	    cmocka_unit_test(
		every_field_of_a_record_is_documented_and_no_other),
	    cmocka_unit_test(the_examples_of_the_manual_load_without_a_warning),
	    cmocka_unit_test(the_first_policy_shown_is_the_starter_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
