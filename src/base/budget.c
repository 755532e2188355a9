/* Counting what a push costs, so that none can cost too much. */
#include "base/budget.h"

const struct limits default_limits = {
    .refs = 1000,
    .commits = 100000,
    .commit_size = 1 << 20,
    .trailers = 200,
    .tree_size = 32 << 20,
    .tree_depth = 128,
    .tree_entries = 1000000,
    .paths = 1000000,
    .blob_size = 10 << 20,
    .time = 60000,
    .memory = 1 << 30,
    .exceptions = 16,
};

struct budget
budget_new(const struct limits *limits)
{
	return (struct budget){
	    .limits = *limits, .deadline = deadline_in(limits->time)};
}

int
budget_time(struct budget *budget, struct error *err)
{
	if (!deadline_passed(&budget->deadline))
		return 0;
	return error_code(err, "object.limit",
	    "this push takes longer than the policy allows "
	    "(limits: time, %lld ms)",
	    (long long)budget->limits.time);
}

int
budget_spend(struct budget *budget, const char *name, int64_t *spent,
    int64_t limit, int64_t amount, struct error *err)
{
	*spent += amount;
	if (*spent > limit)
		return error_code(err, "object.limit",
		    "this push needs more than the policy allows "
		    "(limits: %s, %lld)",
		    name, (long long)limit);
	return budget_time(budget, err);
}

int
budget_depth(const struct budget *budget, size_t depth, struct error *err)
{
	if (depth <= (size_t)budget->limits.tree_depth)
		return 0;
	return error_code(err, "object.limit",
	    "directories lie deeper than the policy allows "
	    "(limits: tree_depth, %lld)",
	    (long long)budget->limits.tree_depth);
}
