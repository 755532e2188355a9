/* Who is who, and who belongs to which group. */
#include "people/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static const char section[] =
    "people:\n"
    "  ada: [ada@example.com, Ada@Home.example]\n"
    "  bob: {emails: [bob@example.com], logins: [robert], "
    "from: 2026-01-02, until: 2026-01-04}\n"
    "  carol: [carol@example.org]\n"
    "groups:\n"
    "  all: [everyone-here, \"*\"]\n"
    "  here: [\"*@example.com\", guest@example.net]\n"
    "  everyone-here: [here, leads]\n"
    "  leads: [ada]\n"
    "  twice: [leads, ada, leads]\n"
    "one: carol\n"
    "list: [leads, \"*@example.org\"]\n";

struct fixture {
	struct arena arena;
	struct faults faults;
	struct load load;
	struct document *document;
	struct people people;
	struct groups groups;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_zero(sizeof *f);
	const struct node *root;

	faults_init(&f->faults, "people.yml");
	f->load.arena = &f->arena;
	f->load.faults = &f->faults;
	f->document = document_parse(section, strlen(section), &f->faults);
	assert_non_null(f->document);
	root = document_root(f->document);
	people_load(&f->load, map_get(root, "people"), &f->people);
	groups_load(&f->load, map_get(root, "groups"), &f->people, &f->groups);
	assert_int_equal(f->faults.count, 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	groups_free(&f->groups);
	document_free(f->document);
	faults_free(&f->faults);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* "=login" or an address. */
static struct who
somebody(struct fixture *f, const char *text)
{
	if (text[0] == '=')
		return who_by_login(&f->people, text + 1);
	return who_by_address(&f->people, text);
}

static void
addresses_and_logins_lead_to_a_person(void **state)
{
	static const struct {
		const char *text, *name;
		bool listed;
	} cases[] = {
	    {"ada@example.com", "ada", true},
	    {"ADA@EXAMPLE.COM", "ada", true},
	    {"ada@home.example", "ada", true},
	    {"ada@example.org", "ada@example.org", false},
	    {"=ada", "ada", true},
	    {"=Ada", "Ada", false},
	    {"=robert", "bob", true},
	    {"=bob", "bob", false},
	    {"", "", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct who who = somebody(*state, cases[i].text);

		assert_string_equal(who_name(&who), cases[i].name);
		assert_int_equal(who.person != NULL, cases[i].listed);
	}
}

static void
two_are_the_same_only_if_that_is_known(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
	    {"ada@example.com", "ADA@home.example", true},
	    {"ada@example.com", "=ada", true},
	    {"ada@example.com", "bob@example.com", false},
	    {"x@example.com", "X@Example.com", true},
	    {"x@example.com", "ada@example.com", false},
	    {"=x", "=x", true},
	    {"=x", "=X", false},
	    {"=x", "x", false},
	    {"bob@example.com", "=bob", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct who a = somebody(*state, cases[i].a);
		struct who b = somebody(*state, cases[i].b);

		assert_int_equal(who_same(&a, &b), cases[i].same);
		assert_int_equal(who_same(&b, &a), cases[i].same);
	}
}

static void
a_person_counts_from_the_first_to_the_last_day(void **state)
{
	static const struct {
		const char *day;
		bool bob;
	} cases[] = {{"2026-01-01", false}, {"2026-01-02", true},
	    {"2026-01-04", true}, {"2026-01-05", false}};
	struct who bob = somebody(*state, "=robert");
	struct who ada = somebody(*state, "=ada");
	struct who guest = somebody(*state, "guest@example.net");
	long day;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(day_parse(cases[i].day, &day));
		assert_int_equal(who_counts(&bob, day), cases[i].bob);
		assert_true(who_counts(&ada, day));
		assert_true(who_counts(&guest, day));
	}
}

static void
groups_have_their_members_and_no_others(void **state)
{
	static const struct {
		size_t group;
		const char *who;
		bool has;
	} cases[] = {
	    {0, "stranger@example.net", true},
	    {0, "=stranger", true},
	    {1, "Bob@EXAMPLE.com", true},
	    {1, "stranger@example.com", true},
	    {1, "guest@example.net", true},
	    {1, "ada@home.example", true}, /* by her other address */
	    {1, "=ada", true},
	    {1, "=stranger", false},
	    {1, "carol@example.org", false},
	    {1, "a@example.com.evil.org", false},
	    {2, "guest@example.net", true},
	    {2, "=ada", true},
	    {2, "=carol", false},
	    {3, "ada@example.com", true},
	    {3, "bob@example.com", false},
	    {3, "=robert", false},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct who who = somebody(f, cases[i].who);

		assert_int_equal(
		    group_has(&f->groups.list[cases[i].group], &who),
		    cases[i].has);
	}
}

static void
anybody_is_somebody(void **state)
{
	struct fixture *f = *state;
	struct who nobody = {NULL, NULL, NULL};

	assert_false(group_has(&f->groups.list[0], &nobody));
}

static void
members_are_listed_once_for_a_message(void **state)
{
	static const struct {
		size_t group;
		const char *text;
	} cases[] = {
	    {0, "anybody"},
	    {1, "*@example.com, guest@example.net"},
	    {2, "ada, *@example.com, guest@example.net"},
	    {4, "ada"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
		    group_members(&f->groups.list[cases[i].group], &f->arena),
		    cases[i].text);
}

static void
a_group_can_be_written_in_place(void **state)
{
	struct fixture *f = *state;
	const struct node *root = document_root(f->document);
	const struct group *one =
	    groups_find(&f->load, &f->groups, &f->people, map_get(root, "one"));
	const struct group *list = groups_find(
	    &f->load, &f->groups, &f->people, map_get(root, "list"));
	struct who carol = somebody(f, "=carol"), ada = somebody(f, "=ada");

	assert_non_null(one);
	assert_string_equal(one->name, "carol");
	assert_true(group_has(one, &carol));
	assert_false(group_has(one, &ada));
	assert_non_null(list);
	assert_string_equal(list->name, "leads, *@example.org");
	assert_true(group_has(list, &carol));
	assert_true(group_has(list, &ada));
}

static void
a_group_within_another_is_known_by_its_members(void **state)
{
	enum { ALL, HERE, EVERYONE_HERE, LEADS, TWICE };
	static const struct {
		int inner, outer;
		bool within;
	} cases[] = {
	    {LEADS, ALL, true},
	    {ALL, ALL, true},
	    {ALL, HERE, false},
	    {LEADS, HERE, true}, /* by an address of hers */
	    {HERE, LEADS, false},
	    {EVERYONE_HERE, HERE, true},
	    {HERE, EVERYONE_HERE, true},
	    {TWICE, LEADS, true},
	    {EVERYONE_HERE, LEADS, false},
	};
	static const struct {
		const char *pattern;
		int outer;
		bool within;
	} patterns[] = {
	    {"Ada@home.Example", LEADS, true}, /* an address of hers, too */
	    {"ada@example.org", LEADS, false},
	    {"ada@*", LEADS, false}, /* somebody else may come to have one */
	    {"*@Example.com", HERE, true},
	    {"*@example.org", HERE, false},
	    {"other@example.net", HERE, false},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    group_within(&f->groups.list[cases[i].inner],
			&f->groups.list[cases[i].outer], &f->people),
		    cases[i].within);
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		const char *list[] = {patterns[i].pattern};
		const struct group inner = {.patterns = {list, 1}};

		assert_int_equal(
		    group_within(
			&inner, &f->groups.list[patterns[i].outer], &f->people),
		    patterns[i].within);
		assert_true(group_within(&inner, &inner, &f->people));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_and_logins_lead_to_a_person),
	    cmocka_unit_test(two_are_the_same_only_if_that_is_known),
	    cmocka_unit_test(a_person_counts_from_the_first_to_the_last_day),
	    cmocka_unit_test(groups_have_their_members_and_no_others),
	    cmocka_unit_test(anybody_is_somebody),
	    cmocka_unit_test(members_are_listed_once_for_a_message),
	    cmocka_unit_test(a_group_within_another_is_known_by_its_members),
	    cmocka_unit_test(a_group_can_be_written_in_place),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
