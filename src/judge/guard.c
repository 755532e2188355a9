/* What can be refused by a name and an old value alone. */
#include <string.h>

#include "base/text.h"
#include "judge/judging.h"

enum { STRICT_NAME_LIMIT = 255 };

static void
find(struct ref_verdict *ref, const struct policy *policy, const char *code,
    const char *need, const char *found)
{
	violation_built_in(ref, policy, code, need, found);
}

static bool
is_deletion(const struct ref_verdict *ref)
{
	return oid_is_zero(&ref->update->new);
}

static bool
has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Names of protected refs: letters that look the same to everybody. */
static bool
is_plain_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._/+@=#-";

	return name[strspn(name, letters)] == '\0' &&
	       strstr(name, "/-") == NULL && strstr(name, "/.") == NULL;
}

/* Names of all refs: nothing that is not seen. */
static bool
is_visible_name(const char *name)
{
	size_t len = strlen(name), n;
	uint32_t rune;

	for (size_t i = 0; i < len; i += n)
		if ((n = utf8_decode(name + i, len - i, &rune)) == 0 ||
		    rune_is_unsafe(rune))
			return false;
	return true;
}

/* A tag with the name of a protected branch, or a branch `refs/...`: git's
 * short names would then mean the wrong one. */
static bool
is_misleading(
    const struct policy *policy, const char *name, struct arena *arena)
{
	if (has_prefix(name, "refs/heads/refs/"))
		return true;
	return has_prefix(name, "refs/tags/") &&
	       policy_protects(
		   policy, arena_format(arena, "refs/heads/%s", name + 10));
}

/* Guards that every layer has for its own protected refs. */
static void
guard_likeness(
    struct judging *j, struct ref_verdict *ref, const struct policy *policy)
{
	const char *name = ref->update->ref;

	if (!policy_protects(policy, name) &&
	    globs_match(
		policy->refs_folded, policy->protected_refs->number, name))
		find(ref, NULL, "ref.case",
		    "a name unlike those of protected refs",
		    "one that differs by case alone");
	if (!is_deletion(ref) &&
	    is_misleading(policy, name, &j->verdict->arena))
		find(ref, policy, "ref.name", "a name that means no other ref",
		    "one that may");
}

/* Guards of the repository, whatever is protected. */
static void
guard_name(const struct layers *layers, struct ref_verdict *ref)
{
	const struct policy *policy = layers->list[0];
	const char *name = ref->update->ref;

	if (has_prefix(name, "refs/replace/"))
		find(ref, policy, "ref.namespace", "objects as they are",
		    "a replacement");
	if (is_deletion(ref))
		return;
	if (!layers_allow(layers, name))
		find(ref, policy, "ref.namespace",
		    "a namespace that the policy opens", "another");
	if (!layers->ref_names_strict)
		return;
	if (ref->is_protected && strlen(name) > STRICT_NAME_LIMIT)
		find(ref, policy, "ref.name", "a name of at most 255 bytes",
		    "more");
	else if (ref->is_protected && !is_plain_name(name))
		find(ref, policy, "ref.name", "a name of plain ASCII letters",
		    "others");
	else if (!is_visible_name(name))
		find(ref, policy, "ref.name", "a name of visible characters",
		    "others");
}

static void
guard_old_value(struct ref_verdict *ref, const struct ref *stored)
{
	if (is_deletion(ref))
		ref->kind = UPDATE_DELETE;
	else if (oid_is_zero(&ref->old))
		ref->kind = UPDATE_CREATE;
	else if (oid_equal(&ref->old, &ref->update->new))
		ref->kind = UPDATE_NOOP;
	else
		ref->kind = UPDATE_FORWARD;
	if (!is_deletion(ref) && stored->kind != REF_SYMBOLIC &&
	    !oid_equal(&ref->old, &ref->update->old))
		find(ref, NULL, "input.stale",
		    "its present value as the old one", "another");
}

void
guard_ref(struct judging *j, struct ref_verdict *ref)
{
	const struct layers *layers = j->input->layers;
	struct ref stored;
	struct error err;

	if (!is_live(j)) {
		stored.kind = REF_ABSENT;
		ref->old = ref->update->old;
	} else if (refs_read(repo_refs(j->input->repo), ref->update->ref,
		       &stored, &err) == -1) {
		violation_from_error(j, ref, NULL, &err);
		return;
	}
	if (stored.kind == REF_SYMBOLIC)
		find(ref, NULL, "ref.symref", "to be a ref of its own",
		    stored.target[0] == '\0'
			? "a symbolic link"
			: arena_format(&j->verdict->arena, "an alias of %s",
			      ref_shown(stored.target)));
	if (stored.kind == REF_DIRECT)
		ref->old = stored.id;
	guard_old_value(ref, &stored);
	for (size_t i = 0; i < layers->count; i++) {
		guard_likeness(j, ref, layers->list[i]);
		if (policy_protects(layers->list[i], ref->update->ref))
			ref->is_protected = true;
	}
	guard_name(layers, ref);
	reviewers_guard(j, ref);
}
