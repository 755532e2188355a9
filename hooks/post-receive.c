/*
 * post-receive: records which refs have moved (githooks(5)).  It judges
 * nothing, and git does not ask for its answer.
 */
#include <stdio.h>
#include <unistd.h>

#include "hook/chain.h"
#include "hook/hook.h"

/* Updates: more than any hook before it lets pass. */
enum { LANDED_LIMIT = 1000000 };

int
main(int argc, char **argv)
{
	struct hook hook;
	struct error err;
	bool failed;

	hook_begin(&hook, "post-receive", argc > 0 ? argv[0] : "post-receive");
	/* Without a policy it is recorded as without a word about the log. */
	hook_open(&hook, &err);
	failed = push_read(STDIN_FILENO, LANDED_LIMIT, &hook.push, &err) == -1;
	if (hook_record_landed(&hook, &err) == -1 || failed)
		fputs("refwarden: what was pushed is in, but could not be "
		      "recorded; please tell the administrator\n",
		    stderr);
	chain_accepts(hook.path, &hook.walls, &hook.push, false);
	hook_end(&hook);
	return 0;
}
