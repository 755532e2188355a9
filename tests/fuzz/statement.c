/* Statements of machines, as a note holds them. */
#include "fuzz.h"

#include <string.h>

#include "checks/statement.h"

static bool
is_inside(const char *part, size_t len, const uint8_t *data, size_t size)
{
	size_t at = (size_t)(part - (const char *)data);

	return at <= size && len <= size - at;
}

static void
look(const struct statement *statement, const uint8_t *data, size_t size)
{
	if (statement->fault != NULL) {
		must_hold(statement->fault[0] != '\0');
		return;
	}
	must_hold(statement_kind_valid(statement->kind));
	must_hold(!oid_is_zero(&statement->subject));
	if (statement->signature == NULL)
		return;
	must_hold(is_inside(statement->data, statement->data_len, data, size));
	must_hold(is_inside(
	    statement->signature, statement->signature_len, data, size));
	must_hold(
	    statement->data + statement->data_len == statement->signature);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct statements at = {.data = (const char *)data, .len = size};
	struct statement statement;
	struct arena arena = {0};

	for (size_t left = size; statement_next(&at, &arena, &statement);
	     left = at.len) {
		must_hold(at.len < left);
		look(&statement, data, size);
	}
	arena_free(&arena);
	return 0;
}
