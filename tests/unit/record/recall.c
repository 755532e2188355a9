/* What the journal says of a push: only what it says of that very ref. */
#include "record/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../support/scratch.h"
#include "record/journal.h"

#define OLD "1111111111111111111111111111111111111111"
#define NEW "2222222222222222222222222222222222222222"
#define ID  "ABCD-EFGH"

enum { SEAM = 6 /* behind `v` */ };

static void
append(const char *json, size_t count)
{
	struct journal_line *lines = calloc(count, sizeof *lines);
	struct error err;
	int64_t first;

	assert_non_null(lines);
	for (size_t i = 0; i < count; i++)
		lines[i] = (struct journal_line){json, SEAM};
	assert_int_equal(
	    journal_append("r.git", lines, count, JOURNAL_LATER, &first, &err),
	    0);
	free(lines);
}

/* A push of refs/heads/topic that was accepted, and so many records of others
 * behind it. */
static void
journal_make(size_t others)
{
	scratch_run("rm -rf r.git && mkdir r.git");
	append("{\"v\":1,\"event\":\"begin\",\"id\":\"" ID
	       "\",\"user\":\"ada\","
	       "\"process\":\"7\"}",
	    1);
	append("{\"v\":1,\"event\":\"decision\",\"id\":\"" ID "\","
	       "\"ref\":\"refs/heads/topic\",\"old\":\"" OLD "\","
	       "\"new\":\"" NEW "\",\"user\":\"ada\",\"verdict\":\"accept\","
	       "\"push\":\"accept\",\"policy\":\"0123456789ab\","
	       "\"hook\":\"pre-receive\"}",
	    1);
	if (others > 0)
		append("{\"v\":1,\"event\":\"landed\"}", others);
}

static int
accepted(const char *ref, const char *process)
{
	struct ref_update update = {.ref = ref};
	const struct recall_question ask = {.update = &update,
	    .user = "ada",
	    .policy = "0123456789ab",
	    .process = process};
	char id[PUSH_ID_SIZE];
	struct error err;
	int result;

	oid_parse(&update.old, OLD, OID_DIGITS);
	oid_parse(&update.new, NEW, OID_DIGITS);
	result = recall_accepted("r.git", &ask, id, &err);
	if (result == 1)
		assert_string_equal(id, ID);
	return result;
}

static void
an_accept_is_of_its_ref_and_process_alone(void **state)
{
	(void)state;
	journal_make(3);
	assert_int_equal(accepted("refs/heads/topic", "7"), 1);
	assert_int_equal(accepted("refs/heads/topic", "8"), 0);
	assert_int_equal(accepted("refs/heads/main", "7"), 0);
}

static void
an_accept_that_lies_too_far_back_is_none(void **state)
{
	(void)state;
	journal_make(20000);
	assert_int_equal(accepted("refs/heads/main", "7"), 0);
	assert_int_equal(accepted("refs/heads/topic", "7"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_accept_is_of_its_ref_and_process_alone),
	    cmocka_unit_test(an_accept_that_lies_too_far_back_is_none),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
