/* SSH signatures, verified by ssh-keygen -Y verify with the server's time. */
#ifndef PEOPLE_SIGNATURE_H
#define PEOPLE_SIGNATURE_H

#include <stddef.h>

#include "base/error.h"
#include "yaml/field.h"

/*
 * Is `signature` (the armored text) a good signature of `data` in `name_space`
 * by one of `keys` ("TYPE BASE64", anything after that is not looked at; keys
 * of another form are passed over)?  1; 0 with the reason in `err`, whose code
 * is "signature.signer" if it is a good one of another key, or no key is given,
 * else "signature.invalid"; -1 where it could not be told (no ssh-keygen,
 * time-out).
 */
int signature_verify(const char *data, size_t len, const char *signature,
    size_t signature_len, const char *name_space, const struct texts *keys,
    struct error *);

#endif
