/*
 * The subcommands of `refwarden`: one file each, one row of the table in
 * main.c.  Each is called with "refwarden" as argv[0] and returns an exit
 * status: data goes to standard output, talk to standard error.
 */
#ifndef ADMIN_COMMAND_H
#define ADMIN_COMMAND_H

enum exit_status {
	EXIT_YES = 0,
	EXIT_NO = 1, /* the answer is no */
	EXIT_USAGE = 2,
	EXIT_INVALID = 3,     /* a policy or register is invalid */
	EXIT_ENVIRONMENT = 4, /* something failed around us */
};

int audit_export_command(int argc, char **argv);
int audit_gaps_command(int argc, char **argv);
int audit_log_command(int argc, char **argv);
int audit_report_command(int argc, char **argv);
int audit_resend_command(int argc, char **argv);
int audit_sample_command(int argc, char **argv);
int audit_show_command(int argc, char **argv);
int audit_summary_command(int argc, char **argv);
int audit_timeline_command(int argc, char **argv);
int audit_trace_command(int argc, char **argv);
int audit_verify_command(int argc, char **argv);
int check_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int policy_check_command(int argc, char **argv);
int policy_init_command(int argc, char **argv);
int policy_replay_command(int argc, char **argv);
int policy_schema_command(int argc, char **argv);
int policy_show_command(int argc, char **argv);
int policy_test_command(int argc, char **argv);
int review_command(int argc, char **argv);

#endif
