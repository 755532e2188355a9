/* The process that started us, so that two hooks of one push know it. */
#ifndef HOOK_PARENT_H
#define HOOK_PARENT_H

#include "base/mem.h"

/* "PID/START", the start as in proc(5): no two processes have had it since the
 * machine was started.  NULL if it can not be told. */
const char *parent_name(struct arena *);

#endif
