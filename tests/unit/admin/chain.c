/* A ref followed through its records: letters are values, small. */
#include "admin/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct step {
	enum { SEE, ACCEPT, LAND } what;
	char old, new;
	uint64_t began; /* 0: with the record itself */
	bool gap;
};

/* Records: of a sight, of an accepted update, of one that landed; ..._SINCE a
 * record with which the push began; GAP_...: nothing leads there. */
#define SAW(x)                          \
	{                               \
		.what = SEE, .old = (x) \
	}
#define SAW_SINCE(x, n)                               \
	{                                             \
		.what = SEE, .old = (x), .began = (n) \
	}
#define MAY(x, y)                                      \
	{                                              \
		.what = ACCEPT, .old = (x), .new = (y) \
	}
#define MAY_SINCE(x, y, n)                                           \
	{                                                            \
		.what = ACCEPT, .old = (x), .new = (y), .began = (n) \
	}
#define MOVED(x, y)                                  \
	{                                            \
		.what = LAND, .old = (x), .new = (y) \
	}
#define GAP_SAW(x)                                   \
	{                                            \
		.what = SEE, .old = (x), .gap = true \
	}
#define GAP_SAW_SINCE(x, n)                                        \
	{                                                          \
		.what = SEE, .old = (x), .began = (n), .gap = true \
	}
#define GAP_MOVED(x, y)                                           \
	{                                                         \
		.what = LAND, .old = (x), .new = (y), .gap = true \
	}

static struct oid
value(char letter)
{
	struct oid oid = {{(unsigned char)letter}};

	return oid;
}

static bool
walk(struct chain *chain, const struct step *step, uint64_t number)
{
	struct oid old = value(step->old), new = value(step->new);

	if (step->what == LAND)
		return chain_land(chain, &old, &new, number);
	if (!chain_see(
		chain, &old, step->began > 0 ? step->began : number, number))
		return false;
	if (step->what == ACCEPT)
		chain_accept(chain, &old, &new);
	return true;
}

static void
assert_followed(const struct step *steps, size_t count, const char *now)
{
	struct chain chain = {0};

	for (size_t i = 0; i < count; i++)
		if (walk(&chain, &steps[i], i + 1) == steps[i].gap)
			fail_msg("step %zu", i + 1);
	for (char letter = 'a'; letter <= 'f'; letter++) {
		struct oid oid = value(letter);

		if (chain_allows(&chain, &oid) != (strchr(now, letter) != NULL))
			fail_msg("now %c", letter);
	}
	chain_free(&chain);
}

#define FOLLOWED(now, ...)                                                 \
	do {                                                               \
		const struct step steps[] = {__VA_ARGS__};                 \
		assert_followed(steps, sizeof steps / sizeof *steps, now); \
	} while (0)

static void
accepted_decisions_lead_on(void **state)
{
	(void)state;
	FOLLOWED("ab", MAY('a', 'b'));
	FOLLOWED("bc", MAY('a', 'b'), MAY('b', 'c'));
	FOLLOWED("b", MAY('a', 'b'), SAW('b'));
	FOLLOWED("c", MAY('a', 'b'), MOVED('a', 'b'), MAY('b', 'c'),
	    MOVED('b', 'c'));
}

static void
what_did_not_land_is_no_gap(void **state)
{
	(void)state;
	FOLLOWED("abc", MAY('a', 'b'), SAW('a'), MAY('a', 'c'));
	FOLLOWED("c", MAY('a', 'b'), MAY('a', 'c'), SAW('c'));
	FOLLOWED("b", MAY('a', 'b'), MAY('a', 'c'), MOVED('a', 'b'));
}

static void
any_other_value_is_a_gap_once(void **state)
{
	(void)state;
	FOLLOWED("c", MAY('a', 'b'), GAP_SAW('c'), SAW('c'));
	FOLLOWED("a", MAY('a', 'b'), SAW('b'), GAP_SAW('a'));
	FOLLOWED("c", SAW('a'), GAP_MOVED('a', 'c'), SAW('c'));
	FOLLOWED("b", MAY('a', 'b'), MOVED('a', 'b'), MAY('b', 'c'),
	    MOVED('b', 'c'), GAP_SAW('b'));
}

/* A push that took long saw the ref before others moved it. */
static void
pushes_overlap(void **state)
{
	(void)state;
	FOLLOWED("b", MAY('a', 'b'), SAW('b'), SAW_SINCE('a', 1));
	FOLLOWED("b", MAY('a', 'b'), SAW('b'), MAY_SINCE('a', 'c', 2));
	FOLLOWED("a", MAY('a', 'b'), SAW('b'), GAP_SAW_SINCE('a', 3));
	FOLLOWED("bc", MAY('a', 'b'), MAY('b', 'c'), MOVED('a', 'b'));
	FOLLOWED("c", MAY('a', 'b'), MAY('b', 'c'), SAW('c'), MOVED('a', 'b'),
	    MOVED('b', 'c'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accepted_decisions_lead_on),
	    cmocka_unit_test(what_did_not_land_is_no_gap),
	    cmocka_unit_test(any_other_value_is_a_gap_once),
	    cmocka_unit_test(pushes_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
