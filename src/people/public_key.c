/* Which texts are SSH public keys. */
#include "people/public_key.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

size_t
public_key_length(const char *key)
{
	static const char *const types[] = {"ssh-ed25519 ", "ssh-rsa ",
	    "ecdsa-sha2-nistp256 ", "ecdsa-sha2-nistp384 ",
	    "ecdsa-sha2-nistp521 ", "sk-ssh-ed25519@openssh.com ",
	    "sk-ecdsa-sha2-nistp256@openssh.com "};
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/=";
	const char *body;
	size_t len;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!starts_with(key, types[i]))
			continue;
		body = key + strlen(types[i]);
		len = strspn(body, base64);
		/* The length of the type's name, in four bytes. */
		if (starts_with(body, "AAAA") &&
		    (body[len] == '\0' || body[len] == ' '))
			return strlen(types[i]) + len;
	}
	return 0;
}

/* The length in front of a string, as SSH writes both. */
static size_t
length_at(const unsigned char *at)
{
	return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 |
	       at[3];
}

bool
public_key_is_whole(const char *key)
{
	enum { BLOB_LIMIT = 8192, LENGTH_SIZE = 4 };
	unsigned char blob[BLOB_LIMIT];
	size_t type = strcspn(key, " "), size, at, len;

	if (sodium_base642bin(blob, sizeof blob, key + type + 1,
		public_key_length(key) - type - 1, NULL, &size, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	for (at = 0; size - at >= LENGTH_SIZE; at += LENGTH_SIZE + len) {
		len = length_at(blob + at);
		if (len > size - at - LENGTH_SIZE)
			return false;
		if (at == 0 &&
		    (len != type || memcmp(blob + LENGTH_SIZE, key, len) != 0))
			return false;
	}
	return at == size && size > LENGTH_SIZE + type;
}
