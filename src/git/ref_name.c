/* Names of refs, as git takes them. */
#include "git/ref_name.h"

#include <string.h>

static const char *
component_fault(const char *name, size_t len)
{
	static const char forbidden[] = " ~^:?*[\\";
	size_t i;

	if (len == 0)
		return "has an empty component";
	if (name[0] == '.')
		return "has a component that begins with a dot";
	if (len >= 5 && memcmp(name + len - 5, ".lock", 5) == 0)
		return "has a component that ends in .lock";
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < 0x20 || c == 0x7f)
			return "holds a control character";
		if (strchr(forbidden, c) != NULL)
			return "holds a space or one of ~ ^ : ? * [ \\";
		if (i > 0 && c == '.' && name[i - 1] == '.')
			return "holds two dots in a row";
		if (i > 0 && c == '{' && name[i - 1] == '@')
			return "holds @{";
	}
	return NULL;
}

const char *
ref_name_fault(const char *name, size_t len)
{
	size_t start, end;

	if (len > REF_NAME_LIMIT)
		return "is longer than 1024 bytes";
	if (len < 5 || memcmp(name, "refs/", 5) != 0)
		return "does not begin with refs/";
	if (name[len - 1] == '.')
		return "ends with a dot";
	for (start = 0; start <= len; start = end + 1) {
		const char *slash = memchr(name + start, '/', len - start);
		const char *fault;

		end = slash != NULL ? (size_t)(slash - name) : len;
		fault = component_fault(name + start, end - start);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}
