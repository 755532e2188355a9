/* Object names to and from hexadecimal. */
#include "base/oid.h"

#include <string.h>

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
oid_parse(struct oid *oid, const char *digits, size_t len)
{
	if (len != OID_DIGITS)
		return false;
	for (size_t i = 0; i < OID_BYTES; i++) {
		int high = digit_value(digits[2 * i]);
		int low = digit_value(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		oid->bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

const char *
oid_format(const struct oid *oid, char out[OID_DIGITS + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < OID_BYTES; i++) {
		out[2 * i] = digits[oid->bytes[i] >> 4];
		out[2 * i + 1] = digits[oid->bytes[i] & 15];
	}
	out[OID_DIGITS] = '\0';
	return out;
}

bool
oid_equal(const struct oid *a, const struct oid *b)
{
	return memcmp(a->bytes, b->bytes, OID_BYTES) == 0;
}

bool
oid_is_zero(const struct oid *oid)
{
	static const struct oid zero;

	return oid_equal(oid, &zero);
}

uint64_t
oid_hash(const struct oid *oid, uint64_t seed)
{
	uint64_t a, b;

	memcpy(&a, oid->bytes, sizeof a);
	memcpy(&b, oid->bytes + sizeof a, sizeof b);
	a = (a ^ seed) * 0x9e3779b97f4a7c15u;
	a = (a ^ a >> 32 ^ b) * (seed << 1 | 1);
	return a >> 20;
}
