/* Keys for tests; what goes wrong here ends the test. */
#include "keys.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"

static void
run(const char *const argv[])
{
	struct text output = {0};
	struct error err = {.text = ""};
	int status = process_run(argv, NULL, 0, 10000, &output, &err);

	if (status != 0) {
		fprintf(stderr, "%s: %d %s %s\n", argv[0], status, err.text,
		    output.data == NULL ? "" : output.data);
		abort();
	}
	text_free(&output);
}

void
file_read(const char *path, struct text *text)
{
	FILE *in = fopen(path, "r");
	char buffer[4096];
	size_t n;

	if (in == NULL)
		abort();
	while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
		text_add_bytes(text, buffer, n);
	fclose(in);
}

void
key_make(
    const char *directory, const char *name, const char *type, struct text *key)
{
	char path[PATH_MAX], public[PATH_MAX + 8];
	const char *const argv[] = {"/usr/bin/ssh-keygen", "-q", "-t", type,
	    "-N", "", "-C", name, "-f", path, NULL};

	snprintf(path, sizeof path, "%s/%s", directory, name);
	snprintf(public, sizeof public, "%s.pub", path);
	run(argv);
	file_read(public, key);
	key->data[--key->len] = '\0';
}

void
key_sign(const char *directory, const char *name, const char *name_space,
    const char *file)
{
	char path[PATH_MAX], signature[PATH_MAX];
	const char *const argv[] = {"/usr/bin/ssh-keygen", "-q", "-Y", "sign",
	    "-f", path, "-n", name_space, file, NULL};

	snprintf(path, sizeof path, "%s/%s", directory, name);
	snprintf(signature, sizeof signature, "%s.sig", file);
	unlink(signature);
	run(argv);
}

static int
remove_one(
    const char *path, const struct stat *status, int flag, struct FTW *position)
{
	(void)status;
	(void)flag;
	(void)position;
	return remove(path);
}

void
directory_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
