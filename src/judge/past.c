/* What the judgements of one past push after the other share. */
#include <stdint.h>
#include <stdlib.h>

#include "judge/judging.h"

struct past *
past_new(struct repo *repo, const struct limits *limits)
{
	struct past *past = mem_zero(sizeof *past);

	past->budget = budget_new(limits);
	past->budget.limits.commits = INT64_MAX;
	past->budget.deadline = (struct deadline){0};
	past->history = history_new(repo, &past->budget, &past->arena);
	past->blobs = blob_index_new(repo, &past->budget);
	past->reviews = reviews_new(&past->arena);
	return past;
}

void
past_free(struct past *past)
{
	if (past == NULL)
		return;
	history_free(past->history);
	blob_index_free(past->blobs);
	reviews_free(past->reviews);
	arena_free(&past->arena);
	free(past);
}
