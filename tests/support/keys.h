/* SSH keys and signatures for tests, made by the real ssh-keygen. */
#ifndef SUPPORT_KEYS_H
#define SUPPORT_KEYS_H

#include "base/text.h"

/* Make `directory`/`name` and its .pub; adds "TYPE BASE64 COMMENT" to `key`. */
void key_make(const char *directory, const char *name, const char *type,
    struct text *key);

/* Sign `file` with that key, as `file`.sig. */
void key_sign(const char *directory, const char *name, const char *name_space,
    const char *file);

/* The whole of a file. */
void file_read(const char *path, struct text *);

/* Remove a directory with everything below it. */
void directory_remove(const char *path);

#endif
