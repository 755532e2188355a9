/* An SSH public key as it stands in a .pub file: "TYPE BASE64 COMMENT". */
#ifndef PEOPLE_PUBLIC_KEY_H
#define PEOPLE_PUBLIC_KEY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Length of "TYPE BASE64" at the start of a key; 0 if it is not that.  Keys end
 * up in a file of ssh-keygen's, one a line: an option in front of the type, or
 * a line feed behind the key, would say more than the policy's reader sees.
 */
size_t public_key_length(const char *key);

/* Is its BASE64 a key of that type, from the first byte to the last? */
bool public_key_is_whole(const char *key);

#endif
