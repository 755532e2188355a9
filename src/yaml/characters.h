/* The characters of a file, before anything is made of them. */
#ifndef YAML_CHARACTERS_H
#define YAML_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "yaml/faults.h"

/*
 * True if the bytes are UTF-8 that shows all it holds.  Reports what is not:
 * bytes that are not UTF-8, controls (but tab and the ends of lines), and
 * characters nobody sees.  A carriage return must come before a newline.
 */
bool characters_check(const char *data, size_t len, struct faults *);

#endif
