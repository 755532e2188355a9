/* All checks there are. */
#include "checks/check.h"

#include <string.h>

#include "yaml/field.h"

extern const struct check any_check, review_check, touches_check, trailer_check,
    message_check, sign_off_check, author_check, pusher_check, paths_check,
    owners_check, contained_in_check, annotated_check, signed_by_check,
    evidence_check, findings_check;

const struct check *const checks[] = {
    &review_check,
    &touches_check,
    &trailer_check,
    &message_check,
    &sign_off_check,
    &author_check,
    &pusher_check,
    &paths_check,
    &owners_check,
    &contained_in_check,
    &signed_by_check,
    &annotated_check,
    &evidence_check,
    &findings_check,
    &any_check,
    NULL,
};

const struct check *
check_find(const char *name)
{
	for (size_t i = 0; checks[i] != NULL; i++)
		if (strcmp(checks[i]->name, name) == 0)
			return checks[i];
	return NULL;
}

void
trailer_key_validate(const char *key, const char *name_of,
    const struct node *settings, struct load *load)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-";
	const struct node *at =
	    settings->kind == NODE_MAP ? map_get(settings, name_of) : NULL;

	if (key != NULL && (*key == '\0' || key[strspn(key, letters)] != '\0'))
		fault_at(load->faults, at != NULL ? at : settings,
		    "\"%s\" can not be the name of a trailer: letters, digits "
		    "and \"-\" only",
		    key);
}
