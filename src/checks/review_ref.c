/* Whose a review ref is, by its name alone. */
#include "checks/review_ref.h"

#include <string.h>

#include "base/text.h"

static const char below[] = REVIEW_REFS;

bool
review_ref_owner(const char *name, const char **login, size_t *login_len)
{
	const char *slash;

	if (!starts_with(name, below))
		return false;
	*login = name + sizeof below - 1;
	slash = strchr(*login, '/');
	if (slash == NULL)
		return false;
	*login_len = (size_t)(slash - *login);
	return true;
}

bool
review_ref_blocks(const char *name)
{
	static const char block[] = "/block";
	const char *login, *topic;
	size_t len;

	if (!review_ref_owner(name, &login, &len))
		return false;
	topic = login + len;
	/* Whoever forgets the topic means to withhold all the same. */
	return starts_with(topic, block) &&
	       strchr("/", topic[sizeof block - 1]) != NULL;
}
