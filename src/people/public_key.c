/* Which texts are SSH public keys. */
#include "people/public_key.h"

#include <string.h>

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
		if (strncmp(key, types[i], strlen(types[i])) != 0)
			continue;
		body = key + strlen(types[i]);
		len = strspn(body, base64);
		/* The length of the type's name, in four bytes. */
		if (strncmp(body, "AAAA", 4) == 0 &&
		    (body[len] == '\0' || body[len] == ' '))
			return strlen(types[i]) + len;
	}
	return 0;
}
