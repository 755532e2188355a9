/*
 * update: the same judge for one ref, REF OLD NEW in the arguments
 * (githooks(5)), for hosts that want a verdict for each ref or offer nothing
 * else.  It sees no push options and no quarantine.
 */
#include "hook/hook.h"

int
main(int argc, char **argv)
{
	struct hook hook;
	struct error err, input_err;
	int status = 1;

	hook_begin(&hook, "update", argc > 0 ? argv[0] : "update");
	hook_last_words(&hook);
	if (argc != 4) {
		hook_open(&hook, &input_err);
		error_code(&err, "input.malformed",
		    "the update hook takes REF OLD NEW");
		judge_failure(&hook.input, &err, &hook.verdict);
	} else if (hook_open(&hook, &err) == -1) {
		push_from_arguments(
		    argv[1], argv[2], argv[3], &hook.push, &input_err);
		judge_failure(&hook.input, &err, &hook.verdict);
	} else if (push_from_arguments(
		       argv[1], argv[2], argv[3], &hook.push, &err) == -1) {
		judge_failure(&hook.input, &err, &hook.verdict);
	} else if (hook_was_accepted(&hook)) {
		/* Nothing to judge again. */
	} else if (hook_record_begin(&hook, &err) == -1) {
		judge_failure(&hook.input, &err, &hook.verdict);
	} else {
		judge(&hook.input, &hook.verdict);
	}
	status = hook_answer(&hook);
	hook_end(&hook);
	return status;
}
