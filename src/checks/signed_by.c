/* `signed_by`: every commit, or the tag, is signed by somebody of a group. */
#include "checks/check.h"

#include <string.h>

#include "people/signature.h"
#include "yaml/field.h"

/* What git signs in (git-config(1), gpg.ssh). */
static const char name_space[] = "git";

struct signed_by {
	const struct group *group;
};

static const struct field signed_by_value = {
    .key = "signed_by",
    .type = FIELD_GROUP,
    .offset = offsetof(struct signed_by, group),
    .summary = "The group of which somebody signed, with an SSH key.",
};

static bool
is_ssh(const char *signature)
{
	return starts_with(signature, "-----BEGIN SSH SIGNATURE-----");
}

/* Who has not signed this way yet may have to set git up for it. */
static void
report(const struct group *group, const struct change *change,
    const struct commit *commit, const char *code, const char *found,
    struct findings *findings)
{
	static const char setting_up[] =
	    "git config gpg.format ssh\n"
	    "git config user.signingKey ~/.ssh/id_ed25519.pub\n";
	bool known = commit->signature != NULL && is_ssh(commit->signature);
	struct finding *finding = finding_add(findings, code, commit,
	    arena_format(change->arena, "an SSH signature by %s", group->name),
	    found);

	finding->from = group_members(group, change->arena);
	finding->commands = arena_format(change->arena, "%s%s",
	    known ? "" : setting_up, sign_commands(change, commit));
}

static int
commit_check(const struct group *group, const struct texts *keys,
    const struct change *change, const struct commit *commit,
    struct findings *findings, struct error *err)
{
	int good;

	if (commit->signature == NULL) {
		report(group, change, commit, "signature.missing", "none",
		    findings);
		return 0;
	}
	if (!is_ssh(commit->signature)) {
		report(group, change, commit, "signature.invalid",
		    "one of another kind", findings);
		return 0;
	}
	good = signature_verify(commit->payload, commit->payload_len,
	    commit->signature, strlen(commit->signature), name_space, keys,
	    err);
	if (good == 0)
		report(group, change, commit,
		    strcmp(err->code, "signature.signer") == 0
			? "signature.signer"
			: "signature.invalid",
		    arena_string(change->arena, err->text), findings);
	return good < 0 ? -1 : 0;
}

static int
signed_by_run(const void *settings, const struct change *change,
    struct findings *findings, struct error *err)
{
	const struct signed_by *rule = settings;
	struct texts keys = group_keys(
	    rule->group, change->people, change->today, change->arena);
	size_t before = findings->count;

	for (size_t i = 0; i < change->member_count; i++) {
		if (!change->thorough && findings->count > before)
			break;
		if (commit_check(rule->group, &keys, change,
			change->members[i].commit, findings, err) < 0 ||
		    budget_time(change->budget, err) < 0)
			return -1;
	}
	return 0;
}

const struct check signed_by_check = {
    .name = "signed_by",
    .summary = "every commit, or the tag, is signed by a person of a group",
    .value = &signed_by_value,
    .settings_size = sizeof(struct signed_by),
    .run = signed_by_run,
};
