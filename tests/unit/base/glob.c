/* Globs: tables, and a slow matcher one can read as the judge of the fast. */
#include "base/glob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { SEED = 20261122 };

static uint32_t random_state = SEED;

static unsigned
random_below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

static const char *
slow_class(const char *p, unsigned char c, bool *member)
{
	bool negated = *p == '!' || *p == '^', found = false, first = true;

	for (p += negated; first || *p != ']'; first = false) {
		unsigned char low, high;

		p += *p == '\\';
		low = high = (unsigned char)*p++;
		if (p[0] == '-' && p[1] != ']') {
			p++;
			p += *p == '\\';
			high = (unsigned char)*p++;
		}
		found |= low <= c && c <= high;
	}
	*member = found != negated && c != '/' && c != '\0';
	return p + 1;
}

static bool
slow_match(const char *p, const char *name, bool first)
{
	bool member;

	if (p[0] == '*' && p[1] == '*' && p[2] == '/' && first) {
		if (slow_match(p + 3, name, true))
			return true;
		for (; *name != '\0'; name++)
			if (*name == '/' && slow_match(p + 3, name + 1, true))
				return true;
		return false;
	}
	if (p[0] == '*') {
		bool all = p[1] == '*';

		for (;; name++) {
			if (slow_match(p + 1 + all, name, false))
				return true;
			if (*name == '\0' || (*name == '/' && !all))
				return false;
		}
	}
	if (*p == '\0')
		return *name == '\0';
	if (*p == '?')
		return *name != '\0' && *name != '/' &&
		       slow_match(p + 1, name + 1, false);
	if (*p == '[') {
		p = slow_class(p + 1, (unsigned char)*name, &member);
		return member && slow_match(p, name + 1, false);
	}
	p += *p == '\\';
	return *p == *name && slow_match(p + 1, name + 1, *p == '/');
}

static bool
slow_set_match(const char *const *patterns, size_t count, const char *name)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		bool negative = patterns[i][0] == '!';

		if (!slow_match(patterns[i] + negative, name, true))
			continue;
		if (negative)
			return false;
		found = true;
	}
	return found;
}

static bool
match(const char *pattern, enum globs_case letters, const char *name)
{
	struct globs *globs = globs_new(letters);
	int set = globs_add(globs, &pattern, 1);
	bool result = globs_match(globs, set, name);

	globs_free(globs);
	return result;
}

static void
a_pattern_means_what_the_manual_says(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool match;
	} cases[] = {
	    {"a", "a", true},
	    {"a", "A", false},
	    {"a", "ab", false},
	    {"*", "a", true},
	    {"*", "a/b", false},
	    {"*.c", ".c", true},
	    {"src/*.c", "src/x.c", true},
	    {"src/*.c", "src/x/y.c", false},
	    {"s?c", "src", true},
	    {"s?c", "s/c", false},
	    {"?", "\xc3\xa4", false},
	    {"??", "\xc3\xa4", true},
	    {"**", "a", true},
	    {"**", "a/b/c", true},
	    {"**/x", "x", true},
	    {"**/x", "a/x", true},
	    {"**/x", "a/b/x", true},
	    {"**/x", "ax", false},
	    {"**/x", "a/bx", false},
	    {"**/**/x", "x", true},
	    {"**/**/x", "a/x", true},
	    {"a/**", "a", false},
	    {"a/**", "a/b", true},
	    {"a/**", "a/b/c", true},
	    {"a/**", "ab/c", false},
	    {"a/**/b", "a/b", true},
	    {"a/**/b", "a/x/b", true},
	    {"a/**/b", "a/x/y/b", true},
	    {"a/**/b", "a/xb", false},
	    {"a/**/b", "ab", false},
	    {"a**b", "a/x/b", true},
	    {"a**/b", "axy/z/b", true},
	    {"**/*_test.*", "x_test.c", true},
	    {"**/*_test.*", "a/x_test.c", true},
	    {"**/*_test.*", "a/x_test.c/d", false},
	    {"[abc]", "b", true},
	    {"[abc]", "d", false},
	    {"[a-c]x", "bx", true},
	    {"[!a-c]", "d", true},
	    {"[!a-c]", "b", false},
	    {"[^a]", "b", true},
	    {"[!a]", "/", false},
	    {"[+-0]", "/", false},
	    {"[]]", "]", true},
	    {"[]a]", "a", true},
	    {"[!]]", "]", false},
	    {"[!]]", "a", true},
	    {"[a-]", "-", true},
	    {"[-a]", "-", true},
	    {"[\\]]", "]", true},
	    {"[\\\\]", "\\", true},
	    {"[a\\-c]", "b", false},
	    {"[a\\-c]", "-", true},
	    {"[*]", "*", true},
	    {"[*]", "a", false},
	    {"\\*", "*", true},
	    {"\\*", "a", false},
	    {"\\!a", "!a", true},
	    {"a!b", "a!b", true},
	    {"!a", "a", false},
	    {"!a", "b", false},
	    {"[\x80-\xff]", "\xc3", true},
	    {"refs/heads/release/**", "refs/heads/release/1.0", true},
	    {"refs/heads/release/**", "refs/heads/release", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (match(cases[i].pattern, GLOBS_EXACT, cases[i].name) !=
		    cases[i].match)
			fail_msg("%s and %s", cases[i].pattern, cases[i].name);
}

static void
folding_concerns_letters_of_ascii_alone(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool match;
	} cases[] = {
	    {"Main", "mAIN", true},
	    {"[a-c]", "B", true},
	    {"[A-C]", "b", true},
	    {"[!A-C]", "b", false},
	    {"[!a]", "A", false},
	    {"[!a]", "b", true},
	    {"[Z-a]", "z", true},
	    {"*@Example.COM", "Ada@example.com", true},
	    {"\xc3\xa4", "\xc3\x84", false},
	    {"@", "`", false},
	    {"[", "{", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (glob_fault(cases[i].pattern) == NULL &&
		    match(cases[i].pattern, GLOBS_FOLD, cases[i].name) !=
			cases[i].match)
			fail_msg("%s and %s", cases[i].pattern, cases[i].name);
}

static void
a_faulty_pattern_is_told_and_a_good_one_is_not(void **state)
{
	static const struct {
		const char *pattern, *told;
	} cases[] = {
	    {"", "empty"},
	    {"!", "empty"},
	    {"[a", "not closed"},
	    {"[]", "not closed"},
	    {"[!]", "not closed"},
	    {"[a-", "not closed"},
	    {"[a\\", "not closed"},
	    {"[z-a]", "reversed"},
	    {"a\\", "backslash"},
	    {"a/***", "stars"},
	    {"!****", "stars"},
	    {"a", NULL},
	    {"!a", NULL},
	    {"!!a", NULL},
	    {"**/**/*", NULL},
	    {"[]-a]", NULL},
	    {"a]", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *fault = glob_fault(cases[i].pattern);

		if (cases[i].told == NULL)
			assert_null(fault);
		else if (fault == NULL || !strstr(fault, cases[i].told))
			fail_msg("%s", cases[i].pattern);
	}
}

static void
sets_are_apart_and_order_never_matters(void **state)
{
	static const char *const code[] = {"!src/gen/**", "src/**", "lib/**"};
	static const char *const tests[] = {"**/*_test.c", "!src/**"};
	static const char *const only_out[] = {"!src/**"};
	struct globs *globs = globs_new(GLOBS_EXACT);

	(void)state;
	assert_int_equal(globs_add(globs, code, 3), 0);
	assert_int_equal(globs_add(globs, tests, 2), 1);
	assert_int_equal(globs_add(globs, only_out, 1), 2);
	assert_int_equal(globs_add(globs, NULL, 0), 3);
	assert_true(globs_match(globs, 0, "src/a.c"));
	assert_false(globs_match(globs, 0, "src/gen/a.c"));
	assert_true(globs_match(globs, 0, "lib/x_test.c"));
	assert_true(globs_match(globs, 1, "lib/x_test.c"));
	assert_false(globs_match(globs, 1, "src/x_test.c"));
	for (int set = 2; set <= 3; set++) {
		assert_false(globs_match(globs, set, "src/a"));
		assert_false(globs_match(globs, set, "a"));
	}
	assert_int_equal(globs_add(globs, code + 1, 1), 4);
	assert_true(globs_match(globs, 4, "src/gen/a.c"));
	assert_false(globs_match(globs, 0, "src/gen/a.c"));
	globs_free(globs);
}

static void
a_directory_settles_what_lies_below(void **state)
{
	static const struct {
		const char *patterns[2], *directory;
		enum globs_below below;
	} cases[] = {
	    {{"src/**"}, "src/", GLOBS_ALWAYS},
	    {{"src/**"}, "src/a/b/", GLOBS_ALWAYS},
	    {{"src/**"}, "doc/", GLOBS_NEVER},
	    {{"src/**"}, "", GLOBS_MAYBE},
	    {{"src/*"}, "src/", GLOBS_MAYBE},
	    {{"src/*"}, "src/a/", GLOBS_NEVER},
	    {{"src"}, "src/", GLOBS_NEVER},
	    {{"**/x"}, "a/", GLOBS_MAYBE},
	    {{"src/**", "!**/x"}, "src/", GLOBS_MAYBE},
	    {{"src/**", "!src/gen/**"}, "src/", GLOBS_MAYBE},
	    {{"src/**", "!src/gen/**"}, "src/gen/", GLOBS_NEVER},
	    {{"src/**", "!src/gen/**"}, "src/a/", GLOBS_ALWAYS},
	    {{"src/**", "!doc/x"}, "src/", GLOBS_ALWAYS},
	    {{"!src/**", "!x"}, "", GLOBS_NEVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct globs *globs = globs_new(GLOBS_EXACT);
		const char *directory = cases[i].directory;
		unsigned at;

		globs_add(globs, cases[i].patterns,
		    cases[i].patterns[1] != NULL ? 2 : 1);
		at = globs_step(
		    globs, globs_start(globs), directory, strlen(directory));
		assert_int_equal(globs_below(globs, at, 0), cases[i].below);
		globs_free(globs);
	}
}

static void
random_text(char *out, size_t limit, const char *const *words, unsigned count)
{
	struct text text = {0};

	text_add(&text, "");
	for (unsigned n = 1 + random_below(6); n > 0; n--)
		text_add(&text, words[random_below(count)]);
	snprintf(out, limit, "%s", text.data);
	text_free(&text);
}

static void
random_pattern(char *out, size_t limit)
{
	static const char *const words[] = {"a", "b", "/", "/", "*", "**",
	    "**/", "/**", "?", "[ab]", "[!a]", "[]a-b]", "\\a", "\\*", "[/a]",
	    "b-"};

	do
		random_text(out, limit, words, sizeof words / sizeof *words);
	while (glob_fault(out) != NULL);
	if (random_below(4) == 0) {
		memmove(out + 1, out, strlen(out) + 1);
		out[0] = '!';
	}
}

static void
random_name(char *out, size_t limit)
{
	static const char *const words[] = {
	    "a", "b", "/", "ab", "*", "-", "a/", "/b", "]"};

	random_text(out, limit, words, sizeof words / sizeof *words);
}

/* What is told of a directory must hold for the name below it. */
static void
check_below(struct globs *globs, int set, const char *name, bool match)
{
	const char *slash = name;

	while ((slash = strchr(slash, '/')) != NULL && slash[1] != '\0') {
		unsigned at = globs_step(
		    globs, globs_start(globs), name, (size_t)(++slash - name));
		enum globs_below below = globs_below(globs, at, set);

		if (below == (match ? GLOBS_NEVER : GLOBS_ALWAYS))
			fail_msg("below %s (seed %d)", name, SEED);
	}
}

static void
the_machine_agrees_with_a_slow_matcher(void **state)
{
	enum { SETS = 3, PATTERNS = 3, ROUNDS = 1500, NAMES = 40 };
	char patterns[SETS][PATTERNS][64], name[64];
	const char *pointers[SETS][PATTERNS];
	bool expected;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct globs *globs = globs_new(GLOBS_EXACT);

		for (int set = 0; set < SETS; set++) {
			for (int i = 0; i < PATTERNS; i++) {
				random_pattern(patterns[set][i], 60);
				pointers[set][i] = patterns[set][i];
			}
			globs_add(globs, pointers[set], PATTERNS);
		}
		for (int i = 0; i < NAMES; i++) {
			int set = i % SETS;

			random_name(name, sizeof name);
			expected =
			    slow_set_match(pointers[set], PATTERNS, name);
			if (globs_match(globs, set, name) != expected)
				fail_msg("%s in %s %s %s (seed %d)", name,
				    pointers[set][0], pointers[set][1],
				    pointers[set][2], SEED);
			check_below(globs, set, name, expected);
		}
		globs_free(globs);
	}
}

/* Fourteen places ago was an a: more states than any machine may keep. */
static void
names_that_make_too_many_states_are_still_judged_right(void **state)
{
	static const char *const patterns[] = {"*a?????????????", "d/**/[!a]*"};
	struct globs *globs = globs_new(GLOBS_EXACT);
	char name[41] = "";
	unsigned kept, generation;

	(void)state;
	globs_add(globs, patterns, 2);
	kept = globs_step(globs, globs_start(globs), "d/", 2);
	generation = globs_generation(globs);
	for (int round = 0; round < 3000; round++) {
		for (size_t i = 0; i + 1 < sizeof name; i++)
			name[i] = "ab"[random_below(2)];
		assert_int_equal(globs_match(globs, 0, name),
		    slow_set_match(patterns, 2, name));
		if (globs_generation(globs) != generation) {
			kept = globs_step(globs, globs_start(globs), "d/", 2);
			generation = globs_generation(globs);
		}
		assert_true(
		    globs_accepts(globs, globs_step(globs, kept, "b/c", 3), 0));
		if (globs_generation(globs) == generation)
			assert_false(globs_accepts(globs, kept, 0));
	}
	assert_true(generation > 3);
	globs_free(globs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pattern_means_what_the_manual_says),
	    cmocka_unit_test(folding_concerns_letters_of_ascii_alone),
	    cmocka_unit_test(a_faulty_pattern_is_told_and_a_good_one_is_not),
	    cmocka_unit_test(sets_are_apart_and_order_never_matters),
	    cmocka_unit_test(a_directory_settles_what_lies_below),
	    cmocka_unit_test(the_machine_agrees_with_a_slow_matcher),
	    cmocka_unit_test(
		names_that_make_too_many_states_are_still_judged_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
