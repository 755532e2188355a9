/* Refs as a policy writes them, as git names them and as people read them. */
#include <string.h>

#include "base/pattern.h"
#include "base/text.h"
#include "git/ref_name.h"
#include "policy/policy.h"

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

/* Does the class take a byte that a ref may have somewhere? */
static bool
class_is_possible(const struct item *item)
{
	char name[] = "refs/x?x";
	bool possible = false;

	for (unsigned c = 1; c < 256 && !possible; c++) {
		name[6] = (char)c;
		possible = c != '/' &&
			   bit_has(item->class, c) != item->negated &&
			   ref_name_fault(name, sizeof name - 1) == NULL;
	}
	return possible;
}

/* What the item stands for, so that no other choice suits a ref better. */
static void
add_example(struct text *name, const struct item *item)
{
	switch (item->kind) {
	case ITEM_BYTE:
		text_add_char(name, (char)item->byte);
		break;
	case ITEM_CLASS:
		text_add_char(name, class_is_possible(item) ? 'x' : '*');
		break;
	case ITEM_STAR:
		text_add_char(name, 'x');
		break;
	case ITEM_ALL:
		text_add(name, "x/x");
		break;
	case ITEM_DIRS:
		text_add(name, "x/");
		break;
	case ITEM_END:
		break;
	}
}

static const char *
example_fault(const char *full)
{
	struct text name = {0};
	struct item item = {.kind = ITEM_END};
	const char *fault;
	bool first = true;

	text_add(&name, "");
	do {
		if ((fault = item_read(&full, first, &item)) != NULL)
			goto out;
		first = item_ends_component(&item);
		add_example(&name, &item);
	} while (item.kind != ITEM_END);
	fault = ref_name_fault(name.data, name.len);
	if (fault == NULL && strchr(name.data + strlen("refs/"), '/') == NULL)
		fault = "lies in no directory below refs/";
out:
	text_free(&name);
	return fault;
}

const char *
ref_pattern_fault(struct arena *arena, const char *pattern)
{
	const char *fault = glob_fault(pattern), *full;

	if (fault != NULL)
		return fault;
	full = ref_pattern_full(arena, pattern);
	fault = example_fault(full + (full[0] == '!'));
	if (fault == NULL)
		return NULL;
	return arena_format(arena, "no ref can have such a name: it %s", fault);
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
policy_names(const struct policy *policy, const char *ref)
{
	return policy->named_refs->count > 0 &&
	       globs_match(policy->refs, policy->named_refs->number, ref);
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
