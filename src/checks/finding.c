/* The list of what checks saw, and the evidence they accepted. */
#include "checks/finding.h"

#include <stdlib.h>
#include <string.h>

#include "checks/code.h"

const char *const proof_names[] = {
    [PROOF_NONE] = "",
    [PROOF_CLAIMED] = "claimed",
    [PROOF_PUSHER] = "pusher",
    [PROOF_CONTENT] = "content",
    [PROOF_SIGNED] = "signed",
};

bool
finding_is_server_fault(const struct finding *finding)
{
	const struct code *code = code_find(finding->code);

	return finding->faults == NULL && (code == NULL || code->server_fault);
}

struct finding *
finding_add(struct findings *findings, const char *code,
    const struct commit *commit, const char *need, const char *found)
{
	struct finding *finding;

	findings->list = mem_grow(findings->list, &findings->capacity,
	    findings->count + 1, sizeof *findings->list);
	finding = &findings->list[findings->count++];
	*finding = (struct finding){
	    .code = code,
	    .commit = commit,
	    .need = need,
	    .found = found,
	};
	return finding;
}

/* Where a name is in the list, or would be. */
static size_t
name_place(const struct witnesses *witnesses, const char *name, bool *there)
{
	size_t low = 0, high = witnesses->count;

	*there = false;
	while (low < high && !*there) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(witnesses->names[middle], name);

		*there = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

void
witnesses_add(struct witnesses *witnesses, enum proof proof, const char *name,
    struct arena *arena)
{
	bool there;
	size_t place = name_place(witnesses, name, &there);
	size_t after = witnesses->count - place;

	if (witnesses->proof == PROOF_NONE || proof < witnesses->proof)
		witnesses->proof = proof;
	if (there || place == REVIEWER_LIMIT)
		return;
	if (witnesses->names == NULL)
		witnesses->names = arena_zero(
		    arena, REVIEWER_LIMIT * sizeof *witnesses->names);
	if (witnesses->count == REVIEWER_LIMIT)
		after--;
	else
		witnesses->count++;
	memmove(&witnesses->names[place + 1], &witnesses->names[place],
	    after * sizeof *witnesses->names);
	witnesses->names[place] = arena_string(arena, name);
}

void
witnesses_join(struct witnesses *witnesses, const struct witnesses *others,
    struct arena *arena)
{
	for (size_t i = 0; i < others->count; i++)
		witnesses_add(
		    witnesses, others->proof, others->names[i], arena);
}

void
findings_free(struct findings *findings)
{
	free(findings->list);
	*findings = (struct findings){.arena = findings->arena};
}
