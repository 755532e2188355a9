/* Push options, as git-receive-pack hands them to pre-receive. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "judge/push.h"

/* git itself reads at most as many as fit into its packet lines; a push has no
   use for more than this. */
enum { OPTION_LIMIT = 256 };

static int
option_read(struct arena *arena, const char *option,
    struct push_options *options, struct error *err)
{
	static const char exception[] = "exception=";

	if (strcmp(option, "refwarden.check") == 0)
		options->check = true;
	else if (strcmp(option, "refwarden.json") == 0)
		options->json = true;
	else if (strncasecmp(option, "refwarden.", 10) == 0)
		return error_code(err, "input.malformed",
		    "unknown push option \"%.64s\"", option);
	else if (starts_with(option, exception))
		options->exceptions[options->exception_count++] =
		    arena_string(arena, option + sizeof exception - 1);
	return 0;
}

static int
option_count(long *count, struct error *err)
{
	const char *text = getenv("GIT_PUSH_OPTION_COUNT");
	char *end;

	*count = 0;
	if (text == NULL)
		return 0;
	*count = strtol(text, &end, 10);
	if (end == text || *end != '\0' || *count < 0 || *count > OPTION_LIMIT)
		return error_code(err, "input.limit",
		    "more than %d push options", OPTION_LIMIT);
	return 0;
}

int
push_options_read(
    struct arena *arena, struct push_options *options, struct error *err)
{
	char name[64];
	const char *option;
	long count;

	memset(options, 0, sizeof *options);
	if (option_count(&count, err) == -1)
		return -1;
	options->exceptions = arena_zero(
	    arena, ((size_t)count + 1) * sizeof *options->exceptions);
	for (long i = 0; i < count; i++) {
		snprintf(name, sizeof name, "GIT_PUSH_OPTION_%ld", i);
		if ((option = getenv(name)) == NULL)
			return error_code(
			    err, "input.malformed", "%s is not set", name);
		if (option_read(arena, option, options, err) == -1)
			return -1;
	}
	return 0;
}
