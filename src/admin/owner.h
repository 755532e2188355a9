/* Seeing a repository as its hooks do, where we are root. */
#ifndef ADMIN_OWNER_H
#define ADMIN_OWNER_H

/*
 * Where we are root and somebody else owns the directory: become its owner,
 * whom the hooks there run as.  Whether a file may be believed is then asked in
 * their place, and what is written is theirs.  Until owner_resign().
 */
void owner_become(const char *git_dir);
void owner_resign(void);

#endif
