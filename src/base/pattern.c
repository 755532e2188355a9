/* Reading glob patterns. */
#include "base/pattern.h"

#include <string.h>

#include "base/glob.h"

/* One byte of a class, which a backslash takes as it is. */
static const char *
read_class_byte(const char **at, unsigned char *byte)
{
	if (**at == '\\')
		++*at;
	if (**at == '\0')
		return "a class is not closed by \"]\"";
	*byte = (unsigned char)*(*at)++;
	return NULL;
}

static const char *
read_range(const char **at, uint64_t *class)
{
	unsigned char low = 0, high;
	const char *fault = read_class_byte(at, &low);

	high = low;
	if (fault == NULL && (*at)[0] == '-' && (*at)[1] != ']') {
		++*at;
		fault = read_class_byte(at, &high);
	}
	if (fault == NULL && low > high)
		return "a range of a class is reversed";
	for (unsigned c = low; fault == NULL && c <= high; c++)
		bit_put(class, c);
	return fault;
}

/* A bracket that comes first is a member, not the end. */
static const char *
read_class(const char **at, struct item *item)
{
	const char *fault, *first;

	++*at;
	item->negated = **at == '!' || **at == '^';
	*at += item->negated;
	for (first = *at; **at != ']' || *at == first;)
		if ((fault = read_range(at, item->class)) != NULL)
			return fault;
	++*at;
	return NULL;
}

static const char *
read_stars(const char **at, bool first, struct item *item)
{
	size_t count = strspn(*at, "*");

	if (count > 2)
		return "more than two stars follow each other";
	*at += count;
	item->kind = count == 1 ? ITEM_STAR : ITEM_ALL;
	if (count == 2 && first && **at == '/') {
		item->kind = ITEM_DIRS;
		++*at;
	}
	return NULL;
}

const char *
item_read(const char **at, bool first, struct item *item)
{
	*item = (struct item){.kind = ITEM_CLASS};
	switch (**at) {
	case '\0':
		item->kind = ITEM_END;
		return NULL;
	case '*':
		return read_stars(at, first, item);
	case '[':
		return read_class(at, item);
	case '?':
		++*at;
		item->negated = true;
		return NULL;
	case '\\':
		if (*++*at == '\0')
			return "a backslash at the end takes nothing";
		break;
	default:
		break;
	}
	item->kind = ITEM_BYTE;
	item->byte = (unsigned char)*(*at)++;
	return NULL;
}

bool
item_ends_component(const struct item *item)
{
	return item->kind == ITEM_DIRS ||
	       (item->kind == ITEM_BYTE && item->byte == '/');
}

const char *
glob_fault(const char *pattern)
{
	struct item item;
	const char *fault;
	bool first = true;

	pattern += *pattern == '!';
	if (*pattern == '\0')
		return "it is empty";
	do {
		if ((fault = item_read(&pattern, first, &item)) != NULL)
			return fault;
		first = item_ends_component(&item);
	} while (item.kind != ITEM_END);
	return NULL;
}
