/* Verdicts: names for the records, and what counts. */
#include "judge/verdict.h"

#include <stdlib.h>
#include <string.h>

const char *const update_kind_names[] = {
    [UPDATE_CREATE] = "create",
    [UPDATE_FORWARD] = "update",
    [UPDATE_REWRITE] = "rewrite",
    [UPDATE_DELETE] = "delete",
    [UPDATE_NOOP] = "noop",
};

const char *const outcome_names[] = {
    [OUTCOME_REFUSE] = "refuse",
    [OUTCOME_ERROR] = "error",
    [OUTCOME_ACCEPT] = "accept",
};

bool
violation_refuses(const struct violation *violation)
{
	return violation->mode == MODE_ENFORCE && violation->waived_by == NULL;
}

void
verdict_free(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		free(verdict->refs[i].violations);
	free(verdict->refs);
	free(verdict->used);
	free(verdict->used_rule);
	free(verdict->marks.list);
	arena_free(&verdict->arena);
	memset(verdict, 0, sizeof *verdict);
}
