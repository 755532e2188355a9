/* Temporary repositories for tests. */
#include "scratch.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[PATH_MAX];

static void
require(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "scratch: failed: %s\n", what);
	abort();
}

static void
environment_set(void)
{
	static const struct {
		const char *name, *value;
	} settings[] = {{"GIT_CONFIG_NOSYSTEM", "1"},
	    {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_AUTHOR_NAME", "A"},
	    {"GIT_AUTHOR_EMAIL", "a@example.com"}, {"GIT_COMMITTER_NAME", "C"},
	    {"GIT_COMMITTER_EMAIL", "c@example.com"},
	    {"GIT_AUTHOR_DATE", "1700000000 +0000"},
	    {"GIT_COMMITTER_DATE", "1700000000 +0000"}};
	size_t i;

	for (i = 0; i < sizeof settings / sizeof settings[0]; i++)
		require(setenv(settings[i].name, settings[i].value, 1) == 0,
		    "setenv");
}

int
scratch_enter(void **state)
{
	const char *dir = getenv("TMPDIR");

	(void)state;
	snprintf(root, sizeof root, "%s/refwarden.XXXXXX",
	    dir != NULL ? dir : "/tmp");
	require(mkdtemp(root) != NULL && chdir(root) == 0, root);
	environment_set();
	return 0;
}

int
scratch_leave(void **state)
{
	(void)state;
	require(chdir("/") == 0, "chdir");
	scratch_run("rm -rf '%s'", root);
	return 0;
}

static struct text
command_format(const char *format, va_list arguments)
{
	struct text command = {0};
	char *words;

	require(vasprintf(&words, format, arguments) >= 0, format);
	text_add(&command, words);
	free(words);
	return command;
}

void
scratch_run(const char *format, ...)
{
	va_list arguments;
	struct text command;

	va_start(arguments, format);
	command = command_format(format, arguments);
	va_end(arguments);
	require(system(command.data) == 0, command.data);
	text_free(&command);
}

struct text
scratch_output(const char *format, ...)
{
	va_list arguments;
	struct text command, output = {0};
	char data[65536];
	size_t got;
	FILE *pipe;

	va_start(arguments, format);
	command = command_format(format, arguments);
	va_end(arguments);
	pipe = popen(command.data, "r");
	require(pipe != NULL, command.data);
	text_add(&output, "");
	while ((got = fread(data, 1, sizeof data, pipe)) > 0)
		text_add_bytes(&output, data, got);
	require(pclose(pipe) == 0, command.data);
	text_free(&command);
	return output;
}

struct oid
scratch_object(const char *repository, const char *name)
{
	struct text output =
	    scratch_output("git -C '%s' rev-parse '%s'", repository, name);
	struct oid id;

	require(
	    output.len > OID_DIGITS && oid_parse(&id, output.data, OID_DIGITS),
	    name);
	text_free(&output);
	return id;
}
