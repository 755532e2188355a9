/* Trees made by git fast-import. */
#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct oid
files_tree(struct bare *bare, const struct file_text *files)
{
	struct text script = {0}, out;

	text_add(&script, "commit refs/heads/files\n"
			  "committer A <a@example.com> 1 +0000\n"
			  "data 0\n"
			  "deleteall\n");
	for (; files->path != NULL; files++) {
		size_t len = files->len > 0 ? files->len : strlen(files->data);

		if (strcmp(files->mode, "160000") == 0) {
			text_add_format(&script, "M 160000 %s %s\n",
			    files->data, files->path);
			continue;
		}
		text_add_format(&script, "M %s inline %s\ndata %zu\n",
		    files->mode, files->path, len);
		text_add_bytes(&script, files->data, len);
		text_add(&script, "\n");
	}
	out = GIT(bare, &script, "fast-import", "--quiet", "--force");
	text_free(&out);
	text_free(&script);
	return bare_id(bare, "refs/heads/files^{tree}");
}

struct repo *
files_open(const struct bare *bare)
{
	struct error err;
	struct repo *repo = repo_open(bare->dir, &err);

	if (repo == NULL) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return repo;
}
