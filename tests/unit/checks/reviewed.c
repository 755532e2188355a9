/* Which pushed reviews count, and why others do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/change.h"
#include "checks/review_ref.h"
#include "checks/reviewed.h"

enum { ROOM = 8 };

/* A review as a test writes it, and the judge's answer about it. */
struct given {
	const char *login;
	enum {
		COVERING,
		WRITTEN, /* by whoever reviewed it */
		AGAIN,
		BESIDE,
		OTHER,
		STALE, /* of what the change was before */
		BLOCK,
		BLOCK_AGAIN,
		BLOCK_UNTOLD,
		BLOCK_OTHER
	} what;
};

/* What the checks take for the judge's own. */
struct subject {
	const struct given *given;
	struct review_ref list[ROOM];
	const char *logins[ROOM];
	struct review_refs refs;
	bool fails;
};

static const struct review_refs *
fake_list(struct subject *s, bool by_date, struct error *err)
{
	(void)by_date;
	if (s->fails)
		error_set(err, "the disk is gone");
	return s->fails ? NULL : &s->refs;
}

static const struct given *
given_of(const struct subject *s, const struct review_ref *ref)
{
	return &s->given[ref - s->list];
}

static int
fake_covers(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    enum coverage *coverage, struct error *err)
{
	(void)err;
	static const enum coverage coverages[] = {
	    [COVERING] = COVERS,
	    [WRITTEN] = COVERS,
	    [AGAIN] = COVERS_AGAIN,
	    [BESIDE] = COVERS_BESIDE,
	    [OTHER] = COVERS_NOT,
	    [STALE] = COVERS_NOT,
	    [BLOCK] = COVERS,
	    [BLOCK_AGAIN] = COVERS_AGAIN,
	    [BLOCK_UNTOLD] = COVERS_UNTOLD,
	    [BLOCK_OTHER] = COVERS_NOT,
	};

	assert_ptr_equal(commit, change->members[0].commit);
	*coverage = coverages[given_of(s, ref)->what];
	return 0;
}

static int
fake_wrote(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    const struct who *who, struct error *err)
{
	(void)change;
	(void)commit;
	(void)who;
	(void)err;
	return given_of(s, ref)->what == WRITTEN;
}

static int
fake_departs(struct subject *s, const struct change *change,
    const struct commit *commit, const struct review_ref *ref,
    struct departure *departure, struct error *err)
{
	(void)change;
	(void)commit;
	(void)err;
	*departure = (struct departure){.paths = {"src/a.c", "src/b.c"},
	    .count = 2,
	    .author = "bob@example.com",
	    .related = given_of(s, ref)->what == STALE};
	return 0;
}

static int
fake_tag(struct subject *s, const struct review_ref *ref, struct tag *tag,
    struct error *err)
{
	(void)s;
	(void)ref;
	(void)tag;
	(void)err;
	return 0;
}

static const struct review_source source = {.list = fake_list,
    .covers = fake_covers,
    .wrote = fake_wrote,
    .departs = fake_departs,
    .tag = fake_tag};

/* Bob's commit, pushed by dmitri, and these reviews. */
static void
reviews_make(
    struct maker *maker, struct subject *s, const struct given given[ROOM])
{
	*s = (struct subject){.given = given};
	for (size_t i = 0; i < ROOM && given[i].login != NULL; i++) {
		s->logins[i] = given[i].login;
		s->list[i] = (struct review_ref){.name = "refs/reviews/x/y",
		    .owner = i,
		    .blocks = given[i].what >= BLOCK,
		    .id = {{1}}};
		s->refs.count = s->refs.login_count = i + 1;
		s->refs.block_count += given[i].what >= BLOCK;
	}
	s->refs.list = s->list;
	s->refs.logins = s->logins;
	maker->pusher = (struct pusher){.login = "dmitri", .proven = true};
	maker->change.reviews = &source;
	maker->change.subject = s;
	maker->change.thorough = true;
}

static void
a_review_counts_by_who_they_are_and_what_it_covers(void **state)
{
	static const struct {
		struct given given[ROOM];
		const char *settings, *message, *codes;
		enum proof proof;
	} rows[] = {
	    {{{"ada", COVERING}}, "proof: content", "x", "", PROOF_CONTENT},
	    {{{"ada", COVERING}}, "proof: pusher", "x", "", PROOF_CONTENT},
	    {{{"ada", COVERING}}, "proof: claimed", "x", "", PROOF_CONTENT},
	    {{{NULL, OTHER}}, "proof: content", "x", "review.missing",
		PROOF_NONE},
	    {{{"ada", OTHER}}, "proof: content", "x", "review.missing",
		PROOF_NONE},
	    {{{"ada", AGAIN}}, "proof: content", "x", "review.stale",
		PROOF_NONE},
	    {{{"ada", BESIDE}}, "proof: content", "x", "review.stale",
		PROOF_NONE},
	    {{{"ada", WRITTEN}}, "proof: content", "x", "review.self",
		PROOF_NONE},
	    {{{"ada", STALE}}, "proof: content", "x",
		"review.stale review.stale", PROOF_NONE},
	    {{{"ada", STALE}, {"carol", COVERING}}, "proof: content", "x", "",
		PROOF_CONTENT},
	    {{{"dmitri", COVERING}}, "proof: content", "x", "review.proof",
		PROOF_NONE},
	    {{{"bob", COVERING}}, "count: 1, proof: content", "x",
		"review.self", PROOF_NONE},
	    {{{"gone", COVERING}}, "proof: content", "x", "review.missing",
		PROOF_NONE},
	    {{{"robot", COVERING}}, "proof: content", "x", "review.missing",
		PROOF_NONE},
	    {{{"eve", COVERING}}, "proof: content", "x", "review.missing",
		PROOF_NONE},
	    {{{"nobody", COVERING}}, "proof: content", "x", "review.missing",
		PROOF_NONE},
	    {{{"ada", COVERING}, {"ada", COVERING}}, "proof: content, count: 2",
		"x", "review.missing", PROOF_NONE},
	    {{{"ada", COVERING}, {"carol", COVERING}},
		"proof: content, count: 2", "x", "", PROOF_CONTENT},
	    {{{"ada", COVERING}}, "proof: claimed, count: 2",
		"x\n\nReviewed-by: C <carol@example.com>\n", "", PROOF_CLAIMED},
	    {{{"ada", COVERING}}, "proof: claimed, count: 2",
		"x\n\nReviewed-by: A <ada@example.com>\n", "review.missing",
		PROOF_NONE},
	    {{{"ada", COVERING}}, "proof: content, count: 2",
		"x\n\nReviewed-by: C <carol@example.com>\n", "review.missing",
		PROOF_NONE},
	    {{{NULL, OTHER}}, "proof: content",
		"x\n\nReviewed-by: C <carol@example.com>\n", "review.proof",
		PROOF_NONE},
	    {{{NULL, OTHER}}, "proof: content",
		"x\n\nReviewed-by: B <bob@example.com>\n", "review.self",
		PROOF_NONE},
	    {{{"ada", COVERING}, {"carol", BLOCK}}, "proof: content", "x",
		"review.missing", PROOF_CONTENT},
	    {{{"ada", COVERING}, {"carol", BLOCK_AGAIN}}, "proof: content", "x",
		"review.missing", PROOF_CONTENT},
	    {{{"ada", COVERING}, {"carol", BLOCK_UNTOLD}}, "proof: content",
		"x", "review.missing", PROOF_CONTENT},
	    {{{"ada", COVERING}, {"eve", BLOCK_UNTOLD}}, "proof: content", "x",
		"", PROOF_CONTENT},
	    {{{"ada", COVERING}, {"carol", BLOCK_OTHER}}, "proof: content", "x",
		"", PROOF_CONTENT},
	    {{{"ada", COVERING}, {"eve", BLOCK}}, "proof: content", "x", "",
		PROOF_CONTENT},
	    {{{"ada", BLOCK}}, "proof: content", "x",
		"review.missing review.missing", PROOF_NONE},
	    {{{"dmitri", BLOCK}}, "proof: claimed",
		"x\n\nReviewed-by: C <carol@example.com>\n", "review.missing",
		PROOF_CLAIMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct subject subject;
		struct maker maker;
		struct error err;
		char settings[80];

		maker_init(&maker);
		maker_commit(&maker, "bob", rows[i].message);
		reviews_make(&maker, &subject, rows[i].given);
		snprintf(settings, sizeof settings, "{by: maintainers, %s}",
		    rows[i].settings);
		/* Bob is no maintainer, and would be unknown before all. */
		if (strstr(rows[i].settings, "count: 1,") != NULL)
			snprintf(settings, sizeof settings, "{%s}",
			    rows[i].settings);
		assert_int_equal(maker_settings(&maker, "review", settings), 0);
		assert_int_equal(maker_run(&maker, &err), 0);
		if (strcmp(maker_codes(&maker), rows[i].codes) != 0)
			print_message("row %zu\n", i);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		assert_int_equal(maker.findings.witnesses.proof, rows[i].proof);
		maker_free(&maker);
	}
}

static void
reviews_that_can_not_be_read_are_an_error(void **state)
{
	static const struct given none[ROOM];
	static const char *const settings[] = {
	    "{proof: claimed}", "{proof: content}"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct subject subject;
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(
		    &maker, "bob", "x\n\nReviewed-by: C <carol@example.com>\n");
		reviews_make(&maker, &subject, none);
		subject.fails = true;
		maker_settings(&maker, "review", settings[i]);
		assert_int_equal(maker_run(&maker, &err), -1);
		maker_free(&maker);
	}
}

static void
without_a_known_pusher_nothing_pushed_counts(void **state)
{
	static const struct given given[ROOM] = {{"ada", COVERING}};
	static const struct {
		struct pusher pusher;
		bool local;
		const char *codes;
	} rows[] = {
	    {{.login = NULL}, false, "pusher.unknown"},
	    {{.login = "dmitri", .proven = false}, false, "pusher.unknown"},
	    {{.login = NULL}, true, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct subject subject;
		struct maker maker;
		struct error err;

		maker_init(&maker);
		maker_commit(&maker, "bob", "x");
		reviews_make(&maker, &subject, given);
		maker.pusher = rows[i].pusher;
		maker.change.local = rows[i].local;
		maker_settings(&maker, "review", "{proof: content}");
		assert_int_equal(maker_run(&maker, &err), 0);
		assert_string_equal(maker_codes(&maker), rows[i].codes);
		maker_free(&maker);
	}
}

static void
names_of_refs_say_whose_they_are(void **state)
{
	static const struct {
		const char *name, *login;
		bool blocks;
	} rows[] = {
	    {"refs/reviews/ada/x", "ada", false},
	    {"refs/reviews/ada/x/y", "ada", false},
	    {"refs/reviews/ada/block/x", "ada", true},
	    {"refs/reviews/ada/block", "ada", true},
	    {"refs/reviews/ada/blocks", "ada", false},
	    {"refs/reviews/ada/x/block", "ada", false},
	    {"refs/reviews/block/x", "block", false},
	    {"refs/reviews/ada", NULL, false},
	    {"refs/reviews", NULL, false},
	    {"refs/review/ada/x", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *login = NULL;
		size_t len = 0;

		assert_int_equal(review_ref_owner(rows[i].name, &login, &len),
		    rows[i].login != NULL);
		if (rows[i].login != NULL) {
			assert_int_equal(len, strlen(rows[i].login));
			assert_memory_equal(login, rows[i].login, len);
		}
		assert_int_equal(
		    review_ref_blocks(rows[i].name), rows[i].blocks);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_review_counts_by_who_they_are_and_what_it_covers),
	    cmocka_unit_test(reviews_that_can_not_be_read_are_an_error),
	    cmocka_unit_test(without_a_known_pusher_nothing_pushed_counts),
	    cmocka_unit_test(names_of_refs_say_whose_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
