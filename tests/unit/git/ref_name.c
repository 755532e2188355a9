/* Ref names, against git check-ref-format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "git/ref_name.h"

static void
names_are_taken_or_refused_for_a_reason(void **state)
{
	static const struct {
		const char *name, *fault;
	} cases[] = {
	    {"refs/heads/main", NULL},
	    {"refs/main", NULL},
	    {"refs/heads/a.b/c.d", NULL},
	    {"refs/heads/a./b", NULL},
	    {"refs/heads/@", NULL},
	    {"refs/heads/a@b{c}", NULL},
	    {"refs/heads/-x", NULL},
	    {"refs/heads/caf\xc3\xa9", NULL},
	    {"refs/heads/lock", NULL},
	    {"", "does not begin with refs/"},
	    {"main", "does not begin with refs/"},
	    {"ref", "does not begin with refs/"},
	    {"Refs/heads/main", "does not begin with refs/"},
	    {"refs/", "has an empty component"},
	    {"refs//main", "has an empty component"},
	    {"refs/heads/", "has an empty component"},
	    {"refs/heads/.a", "has a component that begins with a dot"},
	    {"refs/.heads/a", "has a component that begins with a dot"},
	    {"refs/heads/a.lock", "has a component that ends in .lock"},
	    {"refs/a.lock/b", "has a component that ends in .lock"},
	    {"refs/heads/a.", "ends with a dot"},
	    {"refs/heads/a..b", "holds two dots in a row"},
	    {"refs/heads/a@{b", "holds @{"},
	    {"refs/heads/a b", "holds a space or one of ~ ^ : ? * [ \\"},
	    {"refs/heads/a\\b", "holds a space or one of ~ ^ : ? * [ \\"},
	    {"refs/heads/*", "holds a space or one of ~ ^ : ? * [ \\"},
	    {"refs/heads/a\nb", "holds a control character"},
	    {"refs/heads/a\x7f", "holds a control character"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *fault =
		    ref_name_fault(cases[i].name, strlen(cases[i].name));

		if (cases[i].fault == NULL)
			assert_null(fault);
		else
			assert_string_equal(fault, cases[i].fault);
	}
}

static void
a_name_may_hold_no_nul_and_1024_bytes(void **state)
{
	char name[REF_NAME_LIMIT + 1];

	(void)state;
	memset(name, 'a', sizeof name);
	memcpy(name, "refs/", 5);
	assert_null(ref_name_fault(name, REF_NAME_LIMIT));
	assert_non_null(ref_name_fault(name, REF_NAME_LIMIT + 1));
	assert_non_null(ref_name_fault("refs/heads/a\0b", 14));
}

enum { RANDOM_NAMES = 300 };

/* One of the pieces that the rules are about. */
static const char *
random_piece(void)
{
	static const char *const pieces[] = {"a", "b", "/", "/", ".", "..",
	    ".lock", "lock", "@", "{", "@{", "~", "^", ":", "?", "*", "[", "\\",
	    " ", "\t", "\x7f", "\xc3\xa9", "\x80", "-", "'", "\"", "x/y", "\n"};

	return pieces[(size_t)rand() % (sizeof pieces / sizeof pieces[0])];
}

static void
random_names_are_judged_as_git_does(void **state)
{
	struct text names[RANDOM_NAMES] = {{0}};
	struct text output;
	FILE *file = fopen("names", "w");
	size_t i;

	(void)state;
	assert_non_null(file);
	srand(20261122);
	for (i = 0; i < RANDOM_NAMES; i++) {
		int pieces = 1 + rand() % 5;

		text_add(&names[i], "refs/");
		while (pieces-- > 0)
			text_add(&names[i], random_piece());
		fwrite(names[i].data, 1, names[i].len + 1, file);
	}
	assert_int_equal(fclose(file), 0);
	output = scratch_output("xargs -0 -n 1 sh -c 'git check-ref-format "
				"\"$1\" && echo + || echo -' x <names");
	assert_int_equal(output.len, 2 * RANDOM_NAMES);
	for (i = 0; i < RANDOM_NAMES; i++) {
		const char *fault = ref_name_fault(names[i].data, names[i].len);

		if ((fault == NULL) != (output.data[2 * i] == '+'))
			fail_msg("%s: %s", names[i].data, fault);
		text_free(&names[i]);
	}
	text_free(&output);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_taken_or_refused_for_a_reason),
	    cmocka_unit_test(a_name_may_hold_no_nul_and_1024_bytes),
	    cmocka_unit_test(random_names_are_judged_as_git_does),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
