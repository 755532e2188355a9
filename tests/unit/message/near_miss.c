/* Why a line that looks like a trailer does not count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message/trailers.h"

static void
the_first_near_miss_is_named(void **state)
{
	static const struct {
		const char *message;
		enum near_miss_kind kind;
		unsigned line;
	} cases[] = {
	    {"", NEAR_MISS_NONE, 0},
	    {"s\n\nbody\n", NEAR_MISS_NONE, 0},
	    {"s\n\nReviewed-by: A <a@b>\n", NEAR_MISS_NONE, 0},
	    {"s\n\nReviewed-by: A <a@b>\nreviewed-by: B <a@b>\n",
		NEAR_MISS_NONE, 0},
	    {"Reviewed-by: A <a@b>\n", NEAR_MISS_SUBJECT, 1},
	    {"\nReviewed-by: A <a@b>\n\nx\n", NEAR_MISS_SUBJECT, 2},
	    {"s\n\nReviewed-by: A <a@b>\n\nbody\n", NEAR_MISS_PARAGRAPH, 3},
	    {"s\nReviewed-by: A <a@b>\n\nbody\n", NEAR_MISS_PARAGRAPH, 2},
	    {"s\nReviewed-by: A <a@b>\n", NEAR_MISS_NO_BLANK, 2},
	    {"s\n\nbody\nReviewed-by: A <a@b>\nX: y\n", NEAR_MISS_NO_BLANK, 4},
	    {"s\n\nReviewed-by: A <a@b>\nbody\n", NEAR_MISS_MIXED, 3},
	    {"s\n\nbody\nReviewed-by: A <a@b>\nbody\n", NEAR_MISS_MIXED, 4},
	    {"s\n\n> Reviewed-by: A <a@b>\n", NEAR_MISS_QUOTED, 3},
	    {"s\n\n# Reviewed-by: A <a@b>\n", NEAR_MISS_QUOTED, 3},
	    {"s\n\nX: y\n Reviewed-by: A <a@b>\n", NEAR_MISS_QUOTED, 4},
	    {"s\n\nReviewed-by:\n", NEAR_MISS_EMPTY, 3},
	    {"s\n\nReviewed-by: \t\r\n\n", NEAR_MISS_EMPTY, 3},
	    {"s\n\nReviewd-by: A <a@b>\n", NEAR_MISS_SPELLING, 3},
	    {"s\n\nReveiwed-by: A <a@b>\n", NEAR_MISS_SPELLING, 3},
	    {"s\n\nReviewed by: A <a@b>\n", NEAR_MISS_SPELLING, 3},
	    {"s\n\nReviewed-By : A <a@b>\n", NEAR_MISS_SPELLING, 3},
	    {"s\n\nReviewed_by: A <a@b>\n", NEAR_MISS_SPELLING, 3},
	    {"s\n\nTested-by: A <a@b>\n", NEAR_MISS_NONE, 0},
	    {"s\n\nVerified-by: A <a@b>\n", NEAR_MISS_NONE, 0},
	    {"s\n\nReviewed-by: A\n <a@b>\n", NEAR_MISS_FOLDED, 3},
	    {"s\n\nReviewed-by: ada\n", NEAR_MISS_FORM, 3},
	    {"s\n\nReviewed-by: A <a@b>\nReviewed-by: a@b\n", NEAR_MISS_FORM,
		4},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct near_miss miss = trailers_near_miss(cases[i].message,
		    strlen(cases[i].message), "Reviewed-by", true, &arena);

		if (miss.kind != cases[i].kind || miss.line != cases[i].line)
			fail_msg("%s: kind %d, line %u", cases[i].message,
			    (int)miss.kind, miss.line);
	}
	arena_free(&arena);
}

static void
without_a_person_any_value_will_do(void **state)
{
	static const char message[] = "s\n\nTicket: 7\nTicket: 8\n and 9\n";
	struct arena arena = {0};

	(void)state;
	assert_int_equal(trailers_near_miss(message, sizeof message - 1,
			     "Ticket", false, &arena)
			     .kind,
	    NEAR_MISS_NONE);
	arena_free(&arena);
}

static void
short_and_long_keys_are_never_misspelt(void **state)
{
	static const char message[] = "s\n\nBug: 7\n\nx\n";
	char key[200];
	struct arena arena = {0};

	(void)state;
	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	assert_int_equal(trailers_near_miss(
			     message, sizeof message - 1, "Bag", false, &arena)
			     .kind,
	    NEAR_MISS_NONE);
	assert_int_equal(
	    trailers_near_miss(message, sizeof message - 1, key, false, &arena)
		.kind,
	    NEAR_MISS_NONE);
	arena_free(&arena);
}

static void
the_line_is_kept_and_explained(void **state)
{
	static const char message[] = "s\n\nReviewed-by: A <a@b>\r\n\nbody\n";
	struct arena arena = {0};
	struct near_miss miss = trailers_near_miss(
	    message, sizeof message - 1, "reviewed-BY", true, &arena);

	(void)state;
	assert_string_equal(miss.text, "Reviewed-by: A <a@b>");
	assert_string_equal(near_miss_text(&miss, &arena),
	    "line 3 stands in the middle of the message; only the last "
	    "paragraph holds trailers");
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_near_miss_is_named),
	    cmocka_unit_test(without_a_person_any_value_will_do),
	    cmocka_unit_test(short_and_long_keys_are_never_misspelt),
	    cmocka_unit_test(the_line_is_kept_and_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
