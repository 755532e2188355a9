/* The name of an account: from a file, else from a program that knows more. */
#include "people/account.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"

enum { PATIENCE = 5000 }; /* milliseconds, for a directory server to answer */

static const char *
name_in_file(struct arena *arena)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry;
	const char *name = NULL;

	while (
	    file != NULL && name == NULL && (entry = fgetpwent(file)) != NULL)
		if (entry->pw_uid == getuid())
			name = arena_string(arena, entry->pw_name);
	if (file != NULL)
		fclose(file);
	return name;
}

static const char *
name_by_id(struct arena *arena)
{
	static const char *const argv[] = {"/usr/bin/id", "-run", NULL};
	struct text output = {0};
	const char *name = NULL;
	struct error err;

	if (process_run(argv, NULL, 0, PATIENCE, &output, &err) == 0 &&
	    output.len > 1)
		name =
		    arena_bytes(arena, output.data, strcspn(output.data, "\n"));
	text_free(&output);
	return name;
}

const char *
account_name(struct arena *arena)
{
	const char *name = name_in_file(arena);

	return name != NULL ? name : name_by_id(arena);
}
