/* Words that all forms of a report share. */
#include "report/audit_form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const enum count week_parts[WEEK_PARTS] = {
    COUNT_ACCEPTED, COUNT_EXCEPTED, COUNT_HELD, COUNT_REFUSED, COUNT_ERRORS};
const char *const week_part_names[WEEK_PARTS] = {
    "accepted", "under exception", "held", "refused", "errors"};

void
number_add(struct text *out, int64_t number)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRId64, number);

	text_add(out, "");
	for (int i = 0; i < len; i++) {
		text_add_char(out, digits[i]);
		if (i + 1 < len && (len - i - 1) % 3 == 0 && digits[i] != '-')
			text_add_char(out, ',');
	}
}

char *
text_cut(const char *string, size_t characters)
{
	size_t len = strlen(string), at = 0;
	struct text text = {0};
	uint32_t rune;

	for (; at < len && characters > 0; characters--) {
		size_t n = utf8_decode(string + at, len - at, &rune);

		at += n > 0 ? n : 1;
	}
	text_add_bytes(&text, string, at);
	text_add(&text, at < len ? "\xe2\x80\xa6" : "");
	return text.data; /* transferred */
}

size_t
visible_add(struct text *out, const char *string, size_t len,
    void (*plain)(struct text *, const char *, size_t))
{
	uint32_t rune;
	size_t n = utf8_decode(string, len, &rune);
	char shown[16];

	if (n > 0 && !rune_is_unsafe(rune)) {
		plain(out, string, n);
		return n;
	}
	if (n == 0)
		rune = (unsigned char)*string;
	snprintf(shown, sizeof shown, "\\u%04x", (unsigned)rune);
	for (size_t i = 0; shown[i] != '\0'; i++)
		plain(out, shown + i, 1);
	return n > 0 ? n : 1;
}
