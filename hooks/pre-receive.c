/*
 * pre-receive: the place of decision.  git starts it once a push, with a line
 * for every ref on standard input (githooks(5)); what it refuses leaves nothing
 * behind.
 */
#include <unistd.h>

#include "hook/hook.h"

int
main(int argc, char **argv)
{
	struct hook hook;
	struct error err, input_err;
	int status = 1;

	hook_begin(&hook, "pre-receive", argc > 0 ? argv[0] : "pre-receive");
	hook_last_words(&hook);
	if (hook_open(&hook, &err) == -1) {
		/* Read what was asked for all the same: the record names it. */
		push_read(STDIN_FILENO, (size_t)hook.layers.limits.refs,
		    &hook.push, &input_err);
		judge_failure(&hook.input, &err, &hook.verdict);
	} else if (push_read(STDIN_FILENO, (size_t)hook.layers.limits.refs,
		       &hook.push, &err) == -1 ||
		   push_options_read(&hook.arena, &hook.options, &err) == -1 ||
		   hook_record_begin(&hook, &err) == -1) {
		judge_failure(&hook.input, &err, &hook.verdict);
	} else {
		judge(&hook.input, &hook.verdict);
	}
	status = hook_answer(&hook);
	hook_end(&hook);
	return status;
}
