/* Finds one note, whatever the fan-out of the tree. */
#include "git/notes.h"

#include <string.h>

#include "git/tree.h"

enum { FAN = 2 }; /* digits of the name of a directory */

/* What one tree has for the digits that are left. */
struct look {
	size_t notes, directories; /* how many; one of each at most is right */
	struct oid note, directory;
};

static bool
is_name(const struct tree_entry *entry, const char *digits, size_t len)
{
	return entry->name_len == len && memcmp(entry->name, digits, len) == 0;
}

static int
look_at(const struct tree_entry *entry, const char *digits, struct look *look,
    struct error *err)
{
	size_t left = strlen(digits);

	if (left > FAN && entry->mode == MODE_TREE &&
	    is_name(entry, digits, FAN)) {
		look->directories++;
		look->directory = entry->id;
	}
	if (!is_name(entry, digits, left))
		return 0;
	if (entry->mode != MODE_FILE && entry->mode != MODE_EXECUTABLE)
		return error_code(
		    err, "object.malformed", "the note is no file");
	look->notes++;
	look->note = entry->id;
	return 0;
}

static int
tree_look(struct repo *repo, const struct oid *tree, const char *digits,
    struct budget *budget, struct look *look, struct error *err)
{
	struct tree_entry entry;
	struct object object;
	size_t offset = 0;
	int result;

	*look = (struct look){.notes = 0};
	if (tree_open(repo, tree, budget, &object, err) < 0)
		return -1;
	while ((result = tree_next(
		    object.data, object.size, &offset, &entry, err)) > 0)
		if ((result = budget_entry(budget, err)) < 0 ||
		    (result = look_at(&entry, digits, look, err)) < 0)
			break;
	object_release(&object);
	return result;
}

static int
find(struct repo *repo, const struct oid *tree, const char *digits,
    struct budget *budget, struct oid *note, struct error *err)
{
	struct oid at = *tree;
	struct look look;
	size_t found = 0;

	do {
		if (tree_look(repo, &at, digits, budget, &look, err) < 0)
			return -1;
		if (look.notes > 0)
			*note = look.note;
		found += look.notes;
		if (found > 1 || look.directories > 1)
			return error_code(err, "object.malformed",
			    "the note is in several places");
		at = look.directory;
		digits += FAN;
	} while (look.directories == 1);
	return found == 1 ? 0 : 1;
}

int
notes_find(struct repo *repo, const struct oid *tree, const struct oid *object,
    struct budget *budget, struct oid *note, struct error *err)
{
	char digits[OID_DIGITS + 1];
	int result =
	    find(repo, tree, oid_format(object, digits), budget, note, err);

	return result < 0 ? error_prefix(err, "notes on %.10s",
				oid_format(object, digits))
			  : result;
}
