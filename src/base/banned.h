/*
 * Functions that no source of ours may call: those that write without knowing
 * how much room there is, and those that start a shell.
 *
 * The Makefile includes this file before every other.  The system's headers
 * come first, since they must still be able to declare what is banned here.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Some of them are macros where FORTIFY_SOURCE is on. */
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#undef sprintf
#undef vsprintf
#undef strtok
#undef alloca

#pragma GCC poison strcpy strcat strncpy strncat stpcpy sprintf vsprintf
#pragma GCC poison strtok gets alloca system popen wordexp

#endif
