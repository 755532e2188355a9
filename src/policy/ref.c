/* Refs as a policy writes them, as git names them and as people read them. */
#include <string.h>

#include "policy/policy.h"

static bool
starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char *
ref_pattern_full(struct arena *arena, const char *pattern)
{
	const char *not = pattern[0] == '!' ? "!" : "";
	const char *bare = pattern + strlen(not );

	if (starts_with(bare, "refs/"))
		return arena_string(arena, pattern);
	if (starts_with(bare, "heads/") || starts_with(bare, "tags/"))
		return arena_format(arena, "%srefs/%s", not, bare);
	return arena_format(arena, "%srefs/heads/%s", not, bare);
}

const char *
ref_shown(const char *ref)
{
	const char *shown = ref;

	if (starts_with(shown, "refs/tags/"))
		return shown + strlen("refs/");
	if (starts_with(shown, "refs/heads/"))
		shown += strlen("refs/heads/");
	else if (starts_with(shown, "heads/"))
		shown += strlen("heads/");
	if (starts_with(shown, "refs/") || starts_with(shown, "heads/") ||
	    starts_with(shown, "tags/"))
		return ref;
	return shown;
}

bool
policy_protects(const struct policy *policy, const char *ref)
{
	return globs_match(policy->refs, policy->protected_refs->number, ref);
}

bool
rule_applies(const struct rule *rule, const char *ref)
{
	const struct policy *policy = rule->policy;
	bool named = rule->refs == NULL
			 ? starts_with(ref, "refs/heads/")
			 : globs_match(policy->refs, rule->refs->number, ref);

	return named && policy_protects(policy, ref);
}
