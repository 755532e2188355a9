/*
 * The repository a hook runs in.
 *
 * Opening is cheap: nothing but the environment is looked at.  The object
 * store is opened by the first read, libgit2 by the first thing only it can do.
 */
#ifndef GIT_REPO_H
#define GIT_REPO_H

#include "base/error.h"
#include "git/object.h"
#include "git/refs.h"

struct repo;
struct store;

/*
 * The repository of a hook: what repo_common_dir() says of GIT_DIR, for a push
 * to one of its worktrees is a push to it; and the quarantine variables, as git
 * sets them.  "repo.environment" where GIT_DIR is not set, where GIT_NAMESPACE,
 * GIT_WORK_TREE or GIT_COMMON_DIR is, or where an alternate is named that is
 * not the repository's own; "repo.shallow" where it is shallow or the push
 * brings a shallow file; "repo.unsupported" for other object formats or ref
 * stores.
 */
struct repo *repo_from_environment(const char *common, struct error *);

/* A repository on disk, by any path inside it (as `git -C PATH`). */
struct repo *repo_open(const char *path, struct error *);
bool repo_exists(const char *path); /* could it be opened? */
void repo_close(struct repo *);

/*
 * Where the worktrees of a repository meet, which is `git_dir` itself unless
 * that is of a linked one.  Freed by the caller; NULL with an error.
 */
char *repo_common_dir(const char *git_dir, struct error *);

const char *repo_dir(const struct repo *); /* absolute path of the git dir */
struct refs *repo_refs(struct repo *);     /* borrowed */

/* For the files of this floor.  The store keeps what was read lately. */
struct store *repo_store(struct repo *);

#endif
