/* The push as a whole: every ref guarded, judged and settled, in that order. */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "judge/judging.h"

static void
verdict_begin(const struct judge_input *input, struct verdict *verdict)
{
	const struct push *push = input->push;

	memset(verdict, 0, sizeof *verdict);
	memcpy(verdict->id, input->id, sizeof verdict->id);
	verdict->hook = input->hook;
	verdict->repository = input->repository;
	verdict->pusher = input->pusher;
	verdict->layers = input->layers;
	verdict->started = clock_ticks();
	verdict->check = input->options->check;
	verdict->json = input->options->json;
	verdict->outcome = OUTCOME_REFUSE;
	verdict->count = push->count;
	verdict->refs = mem_array(push->count + 1, sizeof *verdict->refs);
	for (size_t i = 0; i < push->count; i++) {
		verdict->refs[i].update = &push->updates[i];
		verdict->refs[i].outcome = OUTCOME_REFUSE;
	}
}

/* What the violations of a ref come to.  A broken rule outweighs a question
 * without an answer; neither is ever an acceptance. */
static enum outcome
ref_outcome(const struct ref_verdict *ref)
{
	enum outcome outcome = OUTCOME_ACCEPT;

	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *violation = &ref->violations[i];

		if (!violation_refuses(violation))
			continue;
		if (!finding_is_server_fault(&violation->finding))
			return OUTCOME_REFUSE;
		outcome = OUTCOME_ERROR;
	}
	return outcome;
}

static void
verdict_end(struct verdict *verdict)
{
	enum outcome worst = OUTCOME_ACCEPT;

	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->refs[i].outcome < worst)
			worst = verdict->refs[i].outcome;
	verdict->outcome = verdict->count > 0 ? worst : OUTCOME_ERROR;
	verdict->milliseconds = clock_ticks() - verdict->started;
}

static void
judge_layer(struct judging *j, struct ref_verdict *ref, size_t layer)
{
	struct subject subject = {.judging = j,
	    .ref = ref,
	    .layer = layer,
	    .tip = ref->update->new,
	    .policy = j->input->layers->list[layer]};

	notes_judge(&subject);
	if (!policy_protects(subject.policy, ref->update->ref))
		return;
	if (ref_is_tag(ref->update->ref))
		tag_judge(&subject);
	else
		branch_judge(&subject);
}

/* Judge the tags of a push, or all its other refs. */
static void
judge_refs(struct judging *j, bool tags)
{
	for (size_t i = 0; i < j->verdict->count; i++) {
		struct ref_verdict *ref = &j->verdict->refs[i];

		if (ref_is_tag(ref->update->ref) != tags)
			continue;
		if (ref_outcome(ref) == OUTCOME_ACCEPT) {
			for (size_t k = 0; k < j->input->layers->count; k++)
				judge_layer(j, ref, k);
			policy_change_judge(j, ref);
			register_change_judge(j, ref);
		}
		ref->outcome = ref_outcome(ref);
	}
}

void
judging_begin(struct judging *j)
{
	const struct judge_input *input = j->input;
	struct verdict *verdict = j->verdict;

	j->waiver_push = (struct waiver_push){
	    .repo = input->repo,
	    .repository = input->repository,
	    .pusher = &input->pusher,
	    .today = j->today,
	    .uses = input->uses,
	    .uses_context = input->uses_context,
	    .arena = &verdict->arena,
	    .budget = &j->budget,
	};

	if (input->past != NULL) {
		j->history = input->past->history;
		j->blobs = input->past->blobs;
		j->reviews = input->past->reviews;
		reviews_forget(j->reviews);
	} else {
		j->history =
		    history_new(input->repo, &j->budget, &verdict->arena);
		j->blobs = blob_index_new(input->repo, &j->budget);
		j->reviews = reviews_new(&verdict->arena);
	}
	for (size_t i = 0; i < input->layers->count; i++)
		j->registries[i] =
		    registry_new(input->layers->list[i], &j->waiver_push);
}

void
judging_end(struct judging *j)
{
	if (j->input->past == NULL) {
		history_free(j->history);
		blob_index_free(j->blobs);
		reviews_free(j->reviews);
	}
	for (size_t i = 0; i < LAYER_LIMIT; i++) {
		registry_free(j->registries[i]);
		free(j->branches[i].list);
	}
	free(j->exceptions);
	free(j->marks.list);
}

void
judge(const struct judge_input *input, struct verdict *verdict)
{
	struct judging j = {.input = input,
	    .verdict = verdict,
	    .budget = budget_new(&input->layers->limits),
	    .today = input->today != 0 ? input->today : clock_today()};

	verdict_begin(input, verdict);
	judging_begin(&j);
	for (size_t i = 0; i < verdict->count; i++)
		guard_ref(&j, &verdict->refs[i]);
	judge_refs(&j, false);
	judge_refs(&j, true);
	judging_end(&j);
	verdict_end(verdict);
}

static void
used_forget(struct verdict *verdict, const struct exception *exception)
{
	size_t kept = 0;

	for (size_t i = 0; i < verdict->used_count; i++) {
		if (verdict->used[i] == exception)
			continue;
		verdict->used[kept] = verdict->used[i];
		verdict->used_rule[kept++] = verdict->used_rule[i];
	}
	verdict->used_count = kept;
}

/* What it waived on a ref stands again, and why. */
static void
ref_spent(struct verdict *verdict, struct ref_verdict *ref,
    const struct exception *exception)
{
	const struct finding finding = {.code = "exception.spent",
	    .need = arena_format(
		&verdict->arena, "a valid exception %s", exception->id),
	    .found = "one that another push has used meanwhile"};
	size_t count = ref->violation_count;
	bool told = false;

	for (size_t i = 0; i < count; i++) {
		struct violation *violation = &ref->violations[i];
		const enum mode mode = violation->mode;

		if (violation->waived_by != exception)
			continue;
		violation->waived_by = NULL;
		if (!told)
			violation_add(ref, violation->policy, NULL, &finding)
			    ->mode = mode;
		told = true;
	}
	ref->outcome = ref_outcome(ref);
}

void
judge_spent(struct verdict *verdict, const struct exception *exception)
{
	for (size_t i = 0; i < verdict->count; i++)
		ref_spent(verdict, &verdict->refs[i], exception);
	used_forget(verdict, exception);
	verdict_end(verdict);
}

/* The old value and the kind, as far as they are known without looking. */
static void
ref_as_told(struct ref_verdict *ref)
{
	ref->old = ref->update->old;
	ref->kind = oid_is_zero(&ref->update->new) ? UPDATE_DELETE
		    : oid_is_zero(&ref->old)       ? UPDATE_CREATE
						   : UPDATE_FORWARD;
}

void
judge_accepted(const struct judge_input *input, struct verdict *verdict)
{
	verdict_begin(input, verdict);
	for (size_t i = 0; i < verdict->count; i++) {
		ref_as_told(&verdict->refs[i]);
		verdict->refs[i].outcome = OUTCOME_ACCEPT;
	}
	verdict_end(verdict);
}

void
judge_failure(const struct judge_input *input, const struct error *err,
    struct verdict *verdict)
{
	static const struct ref_update unread = {.ref = ""};
	struct judging j = {.input = input, .verdict = verdict};

	verdict_begin(input, verdict);
	if (verdict->count == 0) {
		verdict->refs[0].update = &unread;
		verdict->count = 1;
	}
	for (size_t i = 0; i < verdict->count; i++) {
		struct ref_verdict *ref = &verdict->refs[i];

		ref_as_told(ref);
		violation_from_error(&j, ref, NULL, err);
		ref->outcome = ref_outcome(ref);
	}
	verdict_end(verdict);
}
