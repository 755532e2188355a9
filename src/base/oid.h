/* The name of an object: 20 bytes of SHA-1, as git writes them. */
#ifndef BASE_OID_H
#define BASE_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OID_BYTES = 20, OID_DIGITS = 40 };

struct oid {
	unsigned char bytes[OID_BYTES];
};

/* Forty lower-case hexadecimal digits exactly.  False for anything else. */
bool oid_parse(struct oid *, const char *digits, size_t len);

/* Writes OID_DIGITS characters and a NUL; returns `out`. */
const char *oid_format(const struct oid *, char out[OID_DIGITS + 1]);

bool oid_equal(const struct oid *, const struct oid *);
bool oid_is_zero(const struct oid *);

/* For tables: ids are the pusher's choice, collisions under a secret seed are
 * not. */
uint64_t oid_hash(const struct oid *, uint64_t seed);

#endif
