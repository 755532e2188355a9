/* The reader of trees, and the check of what git would not have made. */
#include "fuzz.h"

#include <string.h>

#include "git/tree.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct oid id = {{1}};
	const char *tree = (const char *)data;
	struct tree_entry entry, last = {0};
	struct error err;
	size_t offset = 0;
	bool sound = tree_check(&id, tree, size, &err) == 0;
	int more;

	while ((more = tree_next(tree, size, &offset, &entry, &err)) == 1) {
		must_hold(offset <= size);
		must_hold(!sound || entry.name_len > 0);
		if (sound && last.name != NULL)
			must_hold(tree_order(&last, &entry) < 0);
		must_hold(!sound || !oid_is_zero(&entry.id));
		must_hold(
		    !sound || memchr(entry.name, '/', entry.name_len) == NULL);
		last = entry;
	}
	must_hold(!sound || more == 0);
	must_hold(!sound || tree_is_alike(tree, tree, size));
	return 0;
}
