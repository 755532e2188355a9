/* What counts as a trailer, and what only looks like one. */
#include "message/trailers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static struct trailers
parse(const char *message, struct arena *arena)
{
	struct trailers trailers;
	struct error err;

	assert_int_equal(trailers_parse(message, strlen(message), 200, arena,
			     &trailers, &err),
	    0);
	return trailers;
}

/* The trailers as "key=value;", "~" before a folded value. */
static void
assert_trailers(const char *message, const char *expected)
{
	struct arena arena = {0};
	struct trailers trailers = parse(message, &arena);
	struct text shown = {0};

	text_add(&shown, "");
	for (size_t i = 0; i < trailers.count; i++)
		text_add_format(&shown, "%s=%s%s;", trailers.list[i].key,
		    trailers.list[i].folded ? "~" : "", trailers.list[i].value);
	if (strcmp(shown.data, expected) != 0)
		print_error("message: %s\n", message);
	assert_string_equal(shown.data, expected);
	text_free(&shown);
	arena_free(&arena);
}

static void
the_last_paragraph_of_trailers_counts(void **state)
{
	static const struct {
		const char *message, *expected;
	} cases[] = {
	    {"s\n\nA: 1\n", "A=1;"},
	    {"s\n\nA: 1", "A=1;"},
	    {"s\n\nbody: text\n\nA: 1\nB-2: x: y\n", "A=1;B-2=x: y;"},
	    {"s\n\nA:1\n", "A=1;"},
	    {"s\n\nA: \t 1 \t\n", "A=1;"},
	    {"s\n\nA: 1\n\n \n\t\n", "A=1;"},
	    {"s\n \t\nA: 1\n", "A=1;"},
	    {"\n\ns\n\nA: 1\n", "A=1;"},
	    {"s\r\n\r\nA: 1\r\nB: 2\r\n", "A=1;B=2;"},
	    {"s\n\nA: 1\n and\n\tmore  \nB: 2\n", "A=~1 and more;B=2;"},
	    {"s\n\nA:\n 1\n", "A=~1;"},
	    {"s\n\nA: 1\n(cherry picked from commit abc)\n", "A=1;"},
	    {"s\n\n(cherry picked from commit abc)\n more\nA: 1\n", "A=1;"},
	    {"s\n\nA: 1\na: 2\nA: 1\n", "A=1;a=2;A=1;"},
	    {"s\n\n7a: 1\n", "7a=1;"},
	    {"s\n\nA: \xc3\xa9\n", "A=\xc3\xa9;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_trailers(cases[i].message, cases[i].expected);
}

static void
nothing_else_counts(void **state)
{
	static const char *const messages[] = {"", "\n", "s", "A: 1\n",
	    "A: 1\nB: 2\n", "\nA: 1\n", "\n\n \nA: 1\n", "s\nA: 1\n",
	    "s\n\nA: 1\nprose\n", "s\n\nprose\nA: 1\n", "s\n\nA: 1\n\nprose\n",
	    "s\n\nA: 1\n# a comment\n", "s\n\nA: 1\n> B: 2\n",
	    "s\n\nA : 1\nB: 2\n", "s\n\n-A: 1\n", "s\n\n A: 1\n",
	    "s\n\nA_b: 1\n", "s\n\nA b: 1\n", "s\n\n: 1\n",
	    "s\n\nA: 1\n(cherry picked from commit abc\n",
	    "s\n\n(cherry picked from commit abc)\n", "s\n\n\xc3\xa9: 1\n",
	    "s\n\nA: 1\n---\n"};

	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
		assert_trailers(messages[i], "");
}

static void
an_empty_trailer_does_not_count_but_its_neighbours_do(void **state)
{
	(void)state;
	assert_trailers("s\n\nA:\nB: 2\nC:  \n", "B=2;");
	assert_trailers("s\n\nA:\n", "");
}

static void
lines_are_numbered_in_the_message(void **state)
{
	struct arena arena = {0};
	struct trailers trailers =
	    parse("\ns\n\nbody\n\nA: 1\n more\nB: 2\n", &arena);

	(void)state;
	assert_int_equal(trailers.list[0].line, 6);
	assert_int_equal(trailers.list[1].line, 8);
	arena_free(&arena);
}

static void
too_many_trailers_are_an_error(void **state)
{
	static const char message[] = "s\n\nA: 1\nA: 2\nA: 3\n";
	struct arena arena = {0};
	struct trailers trailers;
	struct error err;

	(void)state;
	assert_int_equal(trailers_parse(message, sizeof message - 1, 3, &arena,
			     &trailers, &err),
	    0);
	assert_int_equal(trailers_parse(message, sizeof message - 1, 2, &arena,
			     &trailers, &err),
	    -1);
	assert_string_equal(err.code, "object.limit");
	arena_free(&arena);
}

static void
keys_are_compared_without_case(void **state)
{
	struct trailer trailer = {.key = "reviewed-BY", .value = "x"};

	(void)state;
	assert_true(trailer_is(&trailer, "Reviewed-by"));
	assert_false(trailer_is(&trailer, "Reviewed"));
}

static void
a_person_is_a_name_and_an_address(void **state)
{
	static const struct {
		const char *value, *name, *address;
	} cases[] = {
	    {"Ada <ada@example.com>", "Ada", "ada@example.com"},
	    {"Ada L. Byron <a@b>", "Ada L. Byron", "a@b"},
	    {"\xc3\x89va <eva@example.com>", "\xc3\x89va", "eva@example.com"},
	    {"Ada", NULL, NULL},
	    {"ada@example.com", NULL, NULL},
	    {"<ada@example.com>", NULL, NULL},
	    {" <ada@example.com>", NULL, NULL},
	    {"Ada <>", NULL, NULL},
	    {"Ada <", NULL, NULL},
	    {"Ada <a@b", NULL, NULL},
	    {"Ada <a@b> ok", NULL, NULL},
	    {"Ada<a@b>", NULL, NULL},
	    {"Ada  <a@b>", NULL, NULL},
	    {"Ada <a@b> <c@d>", NULL, NULL},
	    {"Ada <x> <c@d>", NULL, NULL},
	    {"Ada <a@b>, Bob <c@d>", NULL, NULL},
	    {"Ada <a b>", NULL, NULL},
	    {"Ada <a\xe2\x80\x8b@b>", NULL, NULL},
	    {"A\x1b[1mda <a@b>", NULL, NULL},
	    {"Ada <a\xff@b>", NULL, NULL},
	};
	struct arena arena = {0};
	const char *name, *address;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trailer trailer = {.key = "A", .value = cases[i].value};

		if (trailer_person(&trailer, &arena, &name, &address) !=
		    (cases[i].name != NULL))
			fail_msg("%s", cases[i].value);
		if (cases[i].name == NULL)
			continue;
		assert_string_equal(name, cases[i].name);
		assert_string_equal(address, cases[i].address);
		trailer.folded = true;
		assert_false(trailer_person(&trailer, &arena, &name, &address));
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_paragraph_of_trailers_counts),
	    cmocka_unit_test(nothing_else_counts),
	    cmocka_unit_test(
		an_empty_trailer_does_not_count_but_its_neighbours_do),
	    cmocka_unit_test(lines_are_numbered_in_the_message),
	    cmocka_unit_test(too_many_trailers_are_an_error),
	    cmocka_unit_test(keys_are_compared_without_case),
	    cmocka_unit_test(a_person_is_a_name_and_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
