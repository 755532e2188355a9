/* `refwarden`: a table of subcommands. */
#include <signal.h>
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

static void
usage(FILE *out)
{
	fprintf(out, "usage: refwarden COMMAND [ARGUMENT...]\n\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const char *group = commands[i].group;
		int n = fprintf(out, "  %s%s%s", group != NULL ? group : "",
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

/* The command that was meant, as far as it can be told from the words. */
static void
no_command(int argc, char **argv)
{
	const char *second = "";

	for (int i = 0; i < COMMAND_COUNT && argc > 2; i++)
		if (commands[i].group != NULL &&
		    strcmp(argv[1], commands[i].group) == 0)
			second = argv[2];
	fprintf(stderr, "refwarden: no command \"%s%s%s\"\n\n", argv[1],
	    *second != '\0' ? " " : "", second);
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < COMMAND_COUNT; i++) {
		int words = words_matched(&commands[i], argc, argv);

		if (words > 0)
			return commands[i].run(argc - words, argv + words);
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("refwarden %s\n", VERSION);
		return EXIT_YES;
	}
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return EXIT_YES;
	}
	if (argc > 1)
		no_command(argc, argv);
	usage(stderr);
	return EXIT_USAGE;
}
