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

void
findings_accepted(
    struct findings *findings, enum proof proof, const char *reviewer)
{
	if (findings->proof == PROOF_NONE || proof < findings->proof)
		findings->proof = proof;
	for (size_t i = 0; i < findings->reviewer_count; i++)
		if (strcmp(findings->reviewers[i], reviewer) == 0)
			return;
	if (findings->reviewer_count == REVIEWER_LIMIT)
		return;
	findings->reviewers =
	    mem_grow(findings->reviewers, &findings->reviewer_capacity,
		findings->reviewer_count + 1, sizeof *findings->reviewers);
	findings->reviewers[findings->reviewer_count++] = reviewer;
}

void
findings_free(struct findings *findings)
{
	free(findings->list);
	free(findings->reviewers);
	*findings = (struct findings){.arena = findings->arena};
}
