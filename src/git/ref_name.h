/* What a ref can be called. */
#ifndef GIT_REF_NAME_H
#define GIT_REF_NAME_H

#include <stddef.h>

enum { REF_NAME_LIMIT = 1024 };

/* NULL if `name` (`len` bytes) is a ref name git would take, else why not
 * (git-check-ref-format(1), and that it begins with "refs/"). */
const char *ref_name_fault(const char *name, size_t len);

#endif
