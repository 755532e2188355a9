/* All checks there are. */
#include "checks/check.h"

#include <string.h>

#include "yaml/field.h"

/* One row a check, in the order of the manual. */
/* clang-format off */
#define ALL_CHECKS(row) \
	row(review) \
	row(touches) \
	row(trailer) \
	row(message) \
	row(sign_off) \
	row(author) \
	row(pusher) \
	row(paths) \
	row(owners) \
	row(contained_in) \
	row(signed_by) \
	row(annotated) \
	row(evidence) \
	row(findings) \
	row(any)
/* clang-format on */

#define DECLARE(name) extern const struct check name##_check;
#define ADDRESS(name) &name##_check,

ALL_CHECKS(DECLARE)

const struct check *const checks[] = {ALL_CHECKS(ADDRESS) NULL};

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
