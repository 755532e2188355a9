/* The faults of a file as people and programs are shown them. */
#ifndef ADMIN_FAULT_H
#define ADMIN_FAULT_H

#include <jansson.h>
#include <stdio.h>

#include "yaml/faults.h"

/*
 * As compilers do: file, line and column, and the line of the file, whose bytes
 * are `data`.  What a terminal should not see is shown as "?".
 */
void faults_print(FILE *, const struct faults *, const char *data, size_t size);

/* Each as an object at the end of the list. */
void faults_append(json_t *list, const struct faults *);

#endif
