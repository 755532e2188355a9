/* What was decided, as compact JSON. */
#include "report/summary.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/prose.h"

/* git relays hook output through a pipe of 64 KiB; stay well below. */
enum { SIZE_LIMIT = 16 * 1024, LIST_LIMIT = 50, NAME_LIMIT = 255 };

static json_t *
safe_string(const char *string)
{
	struct text text = {0};
	json_t *value;

	safe_add(&text, string, NAME_LIMIT);
	value = json_string(text.data != NULL ? text.data : "");
	text_free(&text);
	return value;
}

static void
add_once(json_t *list, const char *string)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)),
			string) == 0)
			return;
	if (json_array_size(list) < LIST_LIMIT)
		json_array_append_new(list, safe_string(string));
}

static json_t *
ref_summary(const struct ref_verdict *ref, enum outcome outcome)
{
	json_t *codes = json_array(), *rules = json_array(),
	       *commits = json_array();
	char digits[OID_DIGITS + 1];

	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *violation = &ref->violations[i];

		if (violation->waived_by != NULL ||
		    violation->mode == MODE_OBSERVE)
			continue;
		add_once(codes, violation->finding.code);
		if (violation->rule != NULL)
			add_once(rules, violation->rule->name);
		if (violation->finding.commit != NULL)
			add_once(commits,
			    oid_format(&violation->finding.commit->id, digits));
	}
	return json_pack("{so ss so so so}", "ref",
	    safe_string(ref->update->ref), "verdict", outcome_names[outcome],
	    "codes", codes, "rules", rules, "commits", commits);
}

void
summary_add(
    const struct verdict *verdict, enum outcome outcome, struct text *text)
{
	json_t *refs = json_array(), *all;
	size_t size = 0, i;
	char *dump;

	for (i = 0; i < verdict->count && size < SIZE_LIMIT; i++) {
		const struct ref_verdict *ref = &verdict->refs[i];
		json_t *one = ref_summary(
		    ref, outcome == OUTCOME_ERROR ? outcome : ref->outcome);

		size += json_dumpb(one, NULL, 0, JSON_ENSURE_ASCII);
		json_array_append_new(refs, one);
	}
	all = json_pack("{ss ss so}", "id", verdict->id, "verdict",
	    outcome_names[outcome], "refs", refs);
	if (i < verdict->count)
		json_object_set_new(all, "more",
		    json_integer((json_int_t)(verdict->count - i)));
	dump = json_dumps(all, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (dump != NULL)
		text_add_format(text, "refwarden-json %s\n", dump);
	free(dump);
	json_decref(all);
}
