/* `refwarden`: a table of subcommands. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "admin/command.h"
#include "base/version.h"

struct command {
	const char *group; /* first word of two, or NULL */
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
    {"audit", "export", audit_export_command, "decisions for other programs"},
    {"audit", "gaps", audit_gaps_command, "refs that moved without a decision"},
    {"audit", "log", audit_log_command, "list decisions"},
    {"audit", "report", audit_report_command,
	"write a report of a period for an auditor"},
    {"audit", "resend", audit_resend_command,
	"send syslog the records it did not take"},
    {"audit", "sample", audit_sample_command,
	"accepted changes, drawn for an auditor"},
    {"audit", "show", audit_show_command, "all that is on record about a push"},
    {"audit", "summary", audit_summary_command, "count decisions"},
    {"audit", "timeline", audit_timeline_command,
	"decisions of each day or week"},
    {"audit", "trace", audit_trace_command, "which pushes brought a commit in"},
    {"audit", "verify", audit_verify_command, "look for faults in journals"},
    {NULL, "check", check_command, "judge local commits as the server would"},
    {NULL, "explain", explain_command, "what a code or a rule means"},
    {"policy", "check", policy_check_command, "look for faults in policies"},
    {"policy", "init", policy_init_command, "print a policy to begin with"},
    {"policy", "replay", policy_replay_command,
	"judge past changes by a policy"},
    {"policy", "schema", policy_schema_command,
	"print the JSON Schema of policies"},
    {"policy", "show", policy_show_command, "show the rules in force"},
    {"policy", "test", policy_test_command, "judge declared pushes"},
    {NULL, "review", review_command, "push a review of a commit"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static bool
is_of(const struct command *command, const char *group)
{
	return command->group != NULL && strcmp(command->group, group) == 0;
}

/* All commands, or those of a group. */
static void
usage(FILE *out, const char *only)
{
	fprintf(out, "usage: refwarden %s%sCOMMAND [ARGUMENT...]\n\n",
	    only != NULL ? only : "", only != NULL ? " " : "");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const char *group = commands[i].group;
		int n;

		if (only != NULL && !is_of(&commands[i], only))
			continue;
		n = fprintf(out, "  %s%s%s", group != NULL ? group : "",
		    group != NULL ? " " : "", commands[i].name);
		fprintf(out, "%*s%s\n", 18 - n, "", commands[i].summary);
	}
	fprintf(
	    out, "\nrefwarden(1) says more; `COMMAND --help` the options.\n");
}

/* How many words of the arguments name this command. */
static int
words_matched(const struct command *command, int argc, char **argv)
{
	if (command->group == NULL)
		return argc > 1 && strcmp(argv[1], command->name) == 0;
	if (argc > 2 && strcmp(argv[1], command->group) == 0 &&
	    strcmp(argv[2], command->name) == 0)
		return 2;
	return 0;
}

/* What the words are that name no command: a group, help, or a mistake. */
static int
no_command(int argc, char **argv)
{
	const char *group = NULL, *word;

	for (int i = 0; i < COMMAND_COUNT && argc > 1; i++)
		if (is_of(&commands[i], argv[1]))
			group = argv[1];
	word = argv[group != NULL ? 2 : 1];
	if (word != NULL &&
	    (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
		usage(stdout, group);
		return EXIT_YES;
	}
	if (word != NULL)
		fprintf(stderr, "refwarden: no command \"%s%s%s\"\n\n",
		    group != NULL ? group : "", group != NULL ? " " : "", word);
	usage(stderr, group);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	static char name[] = "refwarden"; /* for getopt's own words */

	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < COMMAND_COUNT; i++) {
		int words = words_matched(&commands[i], argc, argv);

		if (words > 0) {
			argv[words] = name;
			return commands[i].run(argc - words, argv + words);
		}
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("refwarden %s\n", VERSION);
		return EXIT_YES;
	}
	return no_command(argc, argv);
}
