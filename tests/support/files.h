/* Trees of a few files, in a repository of the test. */
#ifndef SUPPORT_FILES_H
#define SUPPORT_FILES_H

#include "bare.h"
#include "git/repo.h"

/* A file of a tree; lists of them end with a path of NULL. */
struct file_text {
	const char *path, *mode, *data; /* a mode as git writes it: "100644" */
	size_t len;                     /* 0: strlen(data) */
};

#define PLAIN(path, data)               \
	{                               \
		path, "100644", data, 0 \
	}
#define END                         \
	{                           \
		NULL, NULL, NULL, 0 \
	}

/* A tree of these files; a submodule's data is its commit's id. */
struct oid files_tree(struct bare *, const struct file_text *);

/* The repository as refwarden opens it; the caller closes it. */
struct repo *files_open(const struct bare *);

#endif
