/* Names of commits, for commands: nothing here takes part in a decision. */
#include "admin/revision.h"

#include <stdlib.h>

#include "base/process.h"

enum { TIME_LIMIT = 10000 };

int
revision_resolve(
    const char *git_dir, const char *words, struct oid *oid, struct error *err)
{
	struct text output = {0}, name = {0};
	int result = -1;

	text_add_format(&name, "%s^{commit}", words);
	const char *const argv[] = {"/usr/bin/git", "--git-dir", git_dir,
	    "rev-parse", "--verify", "--quiet", "--end-of-options", name.data,
	    NULL};
	if (process_run(argv, NULL, 0, TIME_LIMIT, &output, err) == 0 &&
	    output.len > OID_DIGITS && oid_parse(oid, output.data, OID_DIGITS))
		result = 0;
	else
		error_set(err, "no commit \"%s\" here", words);
	text_free(&name);
	text_free(&output);
	return result;
}
