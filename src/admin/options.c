/* One table of options, of which each command takes some. */
#include "admin/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "admin/color.h"
#include "admin/command.h"
#include "yaml/field.h"

/* --color and --help are everywhere. */
static const struct option known[] = {
    {"block", no_argument, NULL, 'b'},
    {"color", optional_argument, NULL, 'C'},
    {"coverage", no_argument, NULL, 'c'},
    {"dry-run", no_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {"in-tree", no_argument, NULL, 't'},
    {"json", no_argument, NULL, 'j'},
    {"list", no_argument, NULL, 'l'},
    {"login", required_argument, NULL, 'L'},
    {"output", required_argument, NULL, 'o'},
    {"plain", no_argument, NULL, 'P'},
    {"policy", required_argument, NULL, 'p'},
    {"push", required_argument, NULL, 'u'},
    {"ref", required_argument, NULL, 'r'},
    {"remote", required_argument, NULL, 'm'},
    {"repo", required_argument, NULL, 'R'},
    {"sign", no_argument, NULL, 'S'},
    {"since", required_argument, NULL, 's'},
    {"topic", required_argument, NULL, 'T'},
};
enum { KNOWN_COUNT = sizeof known / sizeof *known, BRIEF_SIZE = 8 };

static bool
set_option(struct options *options, int letter, const char *value)
{
	const struct {
		int letter;
		const char **member;
	} texts[] = {{'R', &options->repo}, {'r', &options->ref},
	    {'p', &options->policy}, {'m', &options->remote},
	    {'o', &options->output}, {'u', &options->push},
	    {'L', &options->login}, {'T', &options->topic}};
	const struct {
		int letter;
		bool *member;
	} flags[] = {{'j', &options->json}, {'P', &options->plain},
	    {'l', &options->list}, {'t', &options->in_tree},
	    {'c', &options->coverage}, {'n', &options->dry_run},
	    {'b', &options->block}, {'S', &options->sign}};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].letter == letter)
			*texts[i].member = value;
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].letter == letter)
			*flags[i].member = true;
	if (letter == 'C')
		return color_choose(value);
	if (letter == 's')
		return duration_parse(value, &options->since);
	return true;
}

int
options_wrong(const struct command_line *command, const char *why, ...)
{
	va_list args;

	if (why != NULL) {
		fputs("refwarden: ", stderr);
		va_start(args, why);
		vfprintf(stderr, why, args);
		va_end(args);
		fputc('\n', stderr);
	}
	fputs(command->usage, stderr);
	return EXIT_USAGE;
}

/* The rows that the command takes, and their short forms. */
static void
table_make(const char *letters, struct option *table, char *brief)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (strchr("Ch", known[i].val) != NULL ||
		    strchr(letters, known[i].val) != NULL)
			*table++ = known[i];
	snprintf(brief, BRIEF_SIZE, "h%s%s",
	    strchr(letters, 'n') != NULL ? "n" : "",
	    strchr(letters, 'o') != NULL ? "o:" : "");
}

int
options_read(const struct command_line *command, int argc, char **argv,
    struct options *options)
{
	struct option table[KNOWN_COUNT + 1] = {{0}};
	char brief[BRIEF_SIZE];
	int c, at = 0;

	*options = (struct options){.since = -1};
	table_make(command->letters, table, brief);
	optind = 1;
	while ((c = getopt_long(argc, argv, brief, table, &at)) != -1) {
		if (c == 'h') {
			fputs(command->usage, stdout);
			return EXIT_YES;
		}
		if (c == '?')
			return options_wrong(command, NULL);
		if (!set_option(options, c, optarg))
			return options_wrong(command, "--%s: not \"%s\"",
			    table[at].name, optarg);
	}
	options->operands = argv + optind;
	options->count = argc - optind;
	if (options->count < command->least)
		return options_wrong(command, "an argument is missing");
	if (options->count > command->most)
		return options_wrong(command, "\"%s\" is one too many",
		    options->operands[command->most]);
	return -1;
}
