/* What is in a file and can not be seen in it is refused. */
#include "yaml/characters.h"

#include <stdint.h>

#include "base/text.h"

static bool
is_allowed(uint32_t rune, const char *rest, size_t len)
{
	if (rune == '\t' || rune == '\n')
		return true;
	if (rune == '\r')
		return len > 1 && rest[1] == '\n';
	return !rune_is_unsafe(rune);
}

static const char *
kind_of(uint32_t rune)
{
	if (rune == 0xfeff)
		return "byte order mark";
	if (rune < 0x20 || (rune >= 0x7f && rune <= 0x9f && rune != 0x85))
		return "control character";
	if (rune == 0x85 || rune == 0x2028 || rune == 0x2029)
		return "invisible line break";
	return "invisible character";
}

bool
characters_check(const char *data, size_t len, struct faults *faults)
{
	size_t before = faults->errors, n;
	unsigned line = 1, column = 1;
	uint32_t rune;

	for (size_t i = 0; i < len; i += n, column++) {
		if ((n = utf8_decode(data + i, len - i, &rune)) == 0) {
			fault_line(faults, line, column,
			    "byte 0x%02x is not UTF-8", (unsigned char)data[i]);
			n = 1;
		} else if (!is_allowed(rune, data + i, len - i)) {
			fault_line(faults, line, column, "%s U+%04X",
			    kind_of(rune), (unsigned)rune);
		} else if (rune == '\n') {
			line++;
			column = 0;
		}
	}
	return faults->errors == before;
}
