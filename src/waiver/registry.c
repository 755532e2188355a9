/* The exceptions a push names: is each valid, and what does it cover? */
#include "waiver/waiver.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/code.h"
#include "people/signature.h"
#include "waiver/scope.h"
#include "waiver/source.h"

/* An exception that was named, in the arena. */
struct entry {
	struct entry *next;
	const char *id;
	struct exception exception;
	struct who approver;
	struct scope *scope; /* NULL where the record is not valid */
	const char *code;    /* why it waives nothing, or NULL */
	const char *found;
};

struct registry {
	const struct policy *policy;
	const struct waiver_push *push;
	struct source *source;
	struct entry *entries;
};

struct registry *
registry_new(const struct policy *policy, const struct waiver_push *push)
{
	struct registry *registry = mem_zero(sizeof *registry);

	registry->policy = policy;
	registry->push = push;
	registry->source = source_new(
	    &policy->exceptions, push->repo, push->budget, push->arena);
	return registry;
}

void
registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	for (struct entry *e = registry->entries; e != NULL; e = e->next)
		scope_free(e->scope);
	source_close(registry->source);
	free(registry);
}

/* Why an exception does not count.  Always 0: "no". */
static int
refuse(struct entry *entry, const char *code, const char *found)
{
	entry->code = code;
	entry->found = found;
	return 0;
}

static const char *
day_text(struct arena *arena, long day)
{
	char text[16];

	return arena_string(arena, day_format(day, text));
}

/* 1 the record was read and is as the form wants it, 0 refused, -1. */
static int
record_read(struct registry *registry, struct entry *entry, const char *data,
    size_t len)
{
	struct arena *arena = registry->push->arena;
	struct exception *exception = &entry->exception;
	const char *file = arena_format(arena, "%s.yml", entry->id);
	struct faults faults;
	int result = 1;

	faults_init(&faults, file);
	if (exception_parse(data, len, arena, exception, &faults) != 0) {
		faults_sort(&faults);
		result = refuse(entry, "exception.invalid",
		    arena_format(arena, "a record with errors (%s:%u:%u: %s)",
			file, faults.list[0].line, faults.list[0].column,
			faults.list[0].text));
	} else if (strcmp(exception->id, entry->id) != 0) {
		result = refuse(entry, "exception.invalid",
		    arena_format(
			arena, "a record that says it is %s", exception->id));
	}
	faults_free(&faults);
	return result;
}

/* 1 today is one of its days, 0 refused. */
static int
days_check(struct registry *registry, struct entry *entry)
{
	struct arena *arena = registry->push->arena;
	const struct exception *exception = &entry->exception;
	int64_t max_days = registry->policy->exceptions.max_days;
	long today = registry->push->today;

	if (exception->expires - exception->approved_on > max_days)
		return refuse(entry, "exception.invalid",
		    arena_format(arena, "one that lasts more than %lld days",
			(long long)max_days));
	if (exception->revoked_on != 0 && exception->revoked_on <= today)
		return refuse(entry, "exception.revoked",
		    arena_format(arena, "one that was revoked on %s",
			day_text(arena, exception->revoked_on)));
	if (today < exception->approved_on)
		return refuse(entry, "exception.early",
		    arena_format(arena, "one that begins on %s",
			day_text(arena, exception->approved_on)));
	if (today > exception->expires)
		return refuse(entry, "exception.expired",
		    arena_format(arena, "one that expired on %s",
			day_text(arena, exception->expires)));
	return 1;
}

static int
sign_off_check(struct registry *registry, struct entry *entry)
{
	struct arena *arena = registry->push->arena;
	const struct trailer line = {
	    .key = "signed_off_by", .value = entry->exception.signed_off_by};
	const char *name, *address;
	struct who signer;

	if (line.value == NULL)
		return refuse(entry, "exception.unsigned",
		    arena_format(arena, "no sign-off by %s",
			who_name(&entry->approver)));
	if (!trailer_person(&line, arena, &name, &address))
		return refuse(entry, "exception.signer",
		    "a sign-off that is not \"Name <address>\"");
	signer = who_by_address(&registry->policy->people, address);
	if (!who_same(&signer, &entry->approver))
		return refuse(entry, "exception.signer",
		    arena_format(arena, "a sign-off by %s, approved by %s",
			who_name(&signer), who_name(&entry->approver)));
	return 1;
}

static int
signature_check(struct registry *registry, struct entry *entry,
    const char *data, size_t len, struct error *err)
{
	static const struct texts none = {NULL, 0};
	struct arena *arena = registry->push->arena;
	const struct person *approver = entry->approver.person;
	const char *signature, *name = who_name(&entry->approver);
	size_t signature_len;
	int result = source_read(registry->source,
	    arena_format(arena, "%s.yml.sig", entry->id), &signature,
	    &signature_len, err);

	if (result < 0)
		return -1;
	if (result == 1)
		return refuse(entry, "exception.unsigned",
		    arena_format(arena, "no signature by %s", name));
	result = signature_verify(data, len, signature, signature_len,
	    EXCEPTION_NAME_SPACE, approver == NULL ? &none : &approver->keys,
	    err);
	if (result == 0)
		refuse(entry, "exception.signer",
		    arena_format(arena, "no good signature by %s", name));
	return result;
}

/* 1 somebody who may has approved it, 0 refused, -1. */
static int
approval_check(struct registry *registry, struct entry *entry, const char *data,
    size_t len, struct error *err)
{
	const struct exception_setting *setting = &registry->policy->exceptions;
	const struct people *people = &registry->policy->people;
	struct arena *arena = registry->push->arena;
	struct who requester =
	    who_by_address(people, entry->exception.requested_by);
	struct who *approver = &entry->approver;

	*approver = who_by_address(people, entry->exception.approved_by);
	if (setting->approved_by == NULL ||
	    !group_has(setting->approved_by, approver) ||
	    !who_counts(approver, registry->push->today) ||
	    (approver->person != NULL && approver->person->robot))
		return refuse(entry, "exception.signer",
		    arena_format(arena, "one approved by %s, who may not",
			who_name(approver)));
	if (who_same(approver, &requester))
		return refuse(entry, "exception.self",
		    arena_format(arena, "one approved by %s, who asked for it",
			who_name(approver)));
	switch ((enum exception_proof)setting->proof) {
	case EXCEPTION_SIGN_OFF:
		return sign_off_check(registry, entry);
	case EXCEPTION_SIGNATURE:
		break;
	}
	return signature_check(registry, entry, data, len, err);
}

/* 1 it has a use left, 0 refused, -1. */
static int
uses_check(struct registry *registry, struct entry *entry, struct error *err)
{
	const struct waiver_push *push = registry->push;
	const struct exception *exception = &entry->exception;
	int64_t uses;

	if (exception->max_uses == 0)
		return 1;
	if (push->uses == NULL)
		return refuse(entry, "exception.spent",
		    "one with max_uses, which only the server can count");
	uses = push->uses(
	    push->uses_context, exception->id, exception->approved_on, err);
	if (uses < 0)
		return -1;
	if (uses < exception->max_uses)
		return 1;
	return refuse(entry, "exception.spent",
	    arena_format(push->arena, "one that was used %lld of %lld times",
		(long long)uses, (long long)exception->max_uses));
}

/* All that does not depend on what is to be waived: 0 even where it is
 * refused; -1 if it could not be told. */
static int
entry_load(struct registry *registry, struct entry *entry, struct error *err)
{
	struct arena *arena = registry->push->arena;
	const char *data;
	size_t len;
	int result;

	if (!registry->policy->exceptions.configured)
		return refuse(
		    entry, "exception.unknown", "a policy without exceptions");
	/* From here on the id is safe as part of a path. */
	if (!exception_id_valid(entry->id))
		return refuse(entry, "exception.unknown",
		    "a name that is no id such as EX-2026-014");
	result = source_read(registry->source,
	    arena_format(arena, "%s.yml", entry->id), &data, &len, err);
	if (result == 1)
		return refuse(
		    entry, "exception.unknown", "no record with that id");
	if (result == 0)
		result = record_read(registry, entry, data, len);
	if (result == 1)
		result = days_check(registry, entry);
	if (result == 1)
		result = approval_check(registry, entry, data, len, err);
	if (result == 1)
		result = uses_check(registry, entry, err);
	if (result == 1)
		entry->scope = scope_new(&entry->exception, registry->push);
	return result < 0 ? -1 : 0;
}

/* The exception of that id, read at its first use; NULL with an error. */
static struct entry *
entry_find(struct registry *registry, const char *id, struct error *err)
{
	struct entry *entry;

	for (entry = registry->entries; entry != NULL; entry = entry->next)
		if (strcmp(entry->id, id) == 0)
			return entry;
	entry = arena_zero(registry->push->arena, sizeof *entry);
	entry->id = arena_string(registry->push->arena, id);
	if (entry_load(registry, entry, err) != 0)
		return NULL;
	entry->next = registry->entries;
	registry->entries = entry;
	return entry;
}

/* Who could rewrite the branch of the records could bring any of them. */
static bool
guards_records(const struct exception_setting *setting, const char *ref)
{
	return setting->proof == EXCEPTION_SIGN_OFF &&
	       setting->place.ref != NULL &&
	       strcmp(setting->place.ref, ref) == 0;
}

/* Of what is built in, only the integrity of history can be waived. */
static bool
is_waivable(const struct registry *registry, const struct waiver_question *ask)
{
	const char *slug = ask->finding->code;
	const struct code *code = code_find(slug);

	if (code == NULL || !code->waivable)
		return false;
	if (ask->rule != NULL)
		return ask->rule->waivable;
	return registry->policy->exceptions.waivable &&
	       !guards_records(&registry->policy->exceptions, ask->ref) &&
	       (starts_with(slug, "history.") || starts_with(slug, "tag."));
}

/* Whoever committed, or made a mechanical merge, is no writer, and not
 * independent either. */
static bool
has_committed(const struct registry *registry, const struct who *who,
    const struct change *change)
{
	const struct people *people = &registry->policy->people;

	for (size_t i = 0; i < change->member_count; i++) {
		const struct commit *commit = change->members[i].commit;
		struct who committer =
		    who_by_address(people, commit->committer.address);
		struct who author =
		    who_by_address(people, commit->author.address);

		if (who_same(who, &committer) || who_same(who, &author))
			return true;
	}
	return false;
}

/* 1 the approver has no part in the push, 0 with their part in `*found`. */
static int
independence_check(struct registry *registry, const struct entry *entry,
    const struct change *change, const char **found, struct error *err)
{
	const struct pusher *pusher = registry->push->pusher;
	const struct who *approver = &entry->approver;
	const char *part = NULL;
	struct writers writers;
	struct who who;
	int wrote;

	*found = NULL;
	if (pusher != NULL && pusher->login != NULL) {
		who = who_by_login(&registry->policy->people, pusher->login);
		if (who_same(&who, approver))
			part = "pushes it";
	}
	if (part == NULL && change != NULL) {
		if (change_writers(change, &writers, err) != 0)
			return -1;
		wrote = has_committed(registry, approver, change)
			    ? 1
			    : writers_have(change, &writers, approver, err);
		if (wrote == -1)
			return -1;
		if (wrote == 1)
			part = "wrote the change";
	}
	if (part != NULL)
		*found = arena_format(registry->push->arena,
		    "one approved by %s, who %s", who_name(approver), part);
	return part == NULL;
}

static int
refusal_set(struct registry *registry, const char *id, const char *code,
    const char *found, struct finding *refusal)
{
	*refusal = (struct finding){
	    .code = code,
	    .need =
		arena_format(registry->push->arena, "a valid exception %s", id),
	    .found = found,
	};
	return 0;
}

int
registry_waives(struct registry *registry, const char *id,
    const struct waiver_question *ask, struct finding *refusal,
    const struct exception **used, struct error *err)
{
	struct entry *entry = entry_find(registry, id, err);
	struct arena *arena = registry->push->arena;
	const char *code = "exception.scope", *found;
	int result = 0;

	if (entry == NULL)
		return -1;
	if (entry->code != NULL)
		return refusal_set(
		    registry, id, entry->code, entry->found, refusal);
	if (!is_waivable(registry, ask))
		found = arena_format(
		    arena, "that no exception can waive %s", ask->rule_id);
	else
		result = scope_covers(entry->scope, ask, &found, err);
	if (result == 1) {
		code = "exception.self";
		result = independence_check(
		    registry, entry, ask->change, &found, err);
	}
	if (result == 0)
		return refusal_set(registry, id, code, found, refusal);
	if (result == 1)
		*used = &entry->exception;
	return result;
}
