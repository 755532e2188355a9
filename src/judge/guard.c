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

/* A name that is refused.  A tag gets its new one in another way than a branch,
 * whose commands every such refusal tells. */
static void
find_name(struct judging *j, struct ref_verdict *ref,
    const struct policy *policy, const char *need, const char *found)
{
	struct violation *violation =
	    violation_built_in(ref, policy, "ref.name", need, found);
	char digits[OID_DIGITS + 1];

	if (ref_is_tag(ref->update->ref))
		violation->finding.commands = arena_format(&j->verdict->arena,
		    "git tag -a NEW-NAME %.10s^{}\n"
		    "git push origin tag NEW-NAME",
		    oid_format(&ref->update->new, digits));
}

/* Does the push leave a ref of this name? */
static bool
is_pushed(const struct judging *j, const char *name)
{
	const struct push *push = j->input->push;

	for (size_t i = 0; i < push->count; i++)
		if (strcmp(push->updates[i].ref, name) == 0)
			return !oid_is_zero(&push->updates[i].new);
	return false;
}

/* Has the server a ref of this name?  1, 0 or -1. */
static int
is_stored(const struct judging *j, const char *name, struct error *err)
{
	struct ref stored;

	if (!is_live(j))
		return 0;
	if (refs_read(repo_refs(j->input->repo), name, &stored, err) == -1)
		return -1;
	return stored.kind != REF_ABSENT;
}

/* What would git's short names mean the wrong one by: a branch `refs/...`, or a
 * tag and a protected branch of one name?  1, 0 or -1. */
static int
is_misleading(struct judging *j, const struct ref_verdict *ref,
    const struct policy *policy, struct error *err)
{
	struct arena *arena = &j->verdict->arena;
	const char *name = ref->update->ref, *twin;

	if (starts_with(name, "refs/heads/refs/"))
		return 1;
	if (ref_is_tag(name)) {
		twin = arena_format(arena, "refs/heads/%s", name + 10);
		if (!policy_protects(policy, twin))
			return 0;
		return policy_names(policy, twin) || is_pushed(j, twin)
			   ? 1
			   : is_stored(j, twin, err);
	}
	if (ref->kind != UPDATE_CREATE || !ref_is_branch(name) ||
	    !policy_protects(policy, name))
		return 0;
	return is_stored(
	    j, arena_format(arena, "refs/tags/%s", name + 11), err);
}

/* Guards that every layer has for its own protected refs. */
static void
guard_likeness(
    struct judging *j, struct ref_verdict *ref, const struct policy *policy)
{
	const char *name = ref->update->ref;
	struct error err;
	int misleading = 0;

	if (!policy_protects(policy, name) &&
	    globs_match(
		policy->refs_folded, policy->protected_refs->number, name))
		find(ref, NULL, "ref.case",
		    "a name unlike those of protected refs",
		    "one that differs by case alone");
	if (!is_deletion(ref))
		misleading = is_misleading(j, ref, policy, &err);
	if (misleading == -1)
		violation_from_error(j, ref, policy, &err);
	else if (misleading == 1)
		find_name(j, ref, policy, "a name that means no other ref",
		    "one that may");
}

/* Guards of the repository, whatever is protected. */
static void
guard_name(struct judging *j, struct ref_verdict *ref)
{
	const struct layers *layers = j->input->layers;
	const struct policy *policy = layers->list[0];
	const char *name = ref->update->ref;

	if (starts_with(name, "refs/replace/"))
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
		find_name(
		    j, ref, policy, "a name of at most 255 bytes", "more");
	else if (ref->is_protected && !is_plain_name(name))
		find_name(
		    j, ref, policy, "a name of plain ASCII letters", "others");
	else if (!is_visible_name(name))
		find_name(
		    j, ref, policy, "a name of visible characters", "others");
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
	guard_name(j, ref);
	reviewers_guard(j, ref);
}
