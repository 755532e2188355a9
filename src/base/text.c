/* Strings that grow, and UTF-8 read strictly. */
#include "base/text.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Bytes compared at once: as many as compilers need no call for. */
enum { STRIDE = 16 };

static void
make_room(struct text *text, size_t more)
{
	text->data =
	    mem_grow(text->data, &text->capacity, text->len + more + 1, 1);
}

void
text_add_bytes(struct text *text, const void *data, size_t len)
{
	make_room(text, len);
	if (len > 0)
		memcpy(text->data + text->len, data, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void
text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void
text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void
text_add_format(struct text *text, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n > 0) {
		make_room(text, (size_t)n);
		vsnprintf(text->data + text->len, (size_t)n + 1, format, again);
		text->len += (size_t)n;
	}
	va_end(again);
}

void
text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){NULL, 0, 0};
}

bool
starts_with(const char *string, const char *prefix)
{
	return strncmp(string, prefix, strlen(prefix)) == 0;
}

static size_t
sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

size_t
utf8_decode(const char *data, size_t len, uint32_t *rune)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)data;
	size_t n = sequence_length(bytes[0]);
	uint32_t r;

	if (n == 0 || n > len)
		return 0;
	r = n == 1 ? bytes[0] : bytes[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		r = r << 6 | (bytes[i] & 0x3fu);
	}
	if (r < smallest[n] || r > 0x10ffff || (r >= 0xd800 && r <= 0xdfff))
		return 0;
	*rune = r;
	return n;
}

size_t
ascii_run(const char *data, size_t len)
{
	size_t i = 0;

	while (i < len && data[i] >= ' ' && data[i] <= '~')
		i++;
	return i;
}

bool
utf8_valid(const char *data, size_t len)
{
	uint32_t rune;
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if ((n = utf8_decode(data + i, len - i, &rune)) == 0)
			return false;
	return true;
}

bool
rune_is_unsafe(uint32_t rune)
{
	return rune < 0x20 || (rune >= 0x7f && rune <= 0x9f) || rune == 0x61c ||
	       (rune >= 0x200b && rune <= 0x200f) ||
	       (rune >= 0x2028 && rune <= 0x202e) ||
	       (rune >= 0x2060 && rune <= 0x206f) || rune == 0xfeff;
}

size_t
bytes_equal_first(const char *a, const char *b, size_t len)
{
	enum { LEAP = 4 * sizeof(uint64_t) };
	uint64_t x, y;
	size_t i;

	for (i = 0; len - i >= LEAP && memcmp(a + i, b + i, LEAP) == 0;)
		i += LEAP;
	for (; len - i >= sizeof x; i += sizeof x) {
		memcpy(&x, a + i, sizeof x);
		memcpy(&y, b + i, sizeof y);
		if (x != y)
			return i + (size_t)__builtin_ctzll(le64toh(x ^ y)) / 8;
	}
	while (i < len && a[i] == b[i])
		i++;
	return i;
}

size_t
bytes_equal_last(const char *end, const char *other_end, size_t len)
{
	const char *a = end, *b = other_end, *begin = end - len;

	while (a - begin >= STRIDE &&
	       memcmp(a - STRIDE, b - STRIDE, STRIDE) == 0) {
		a -= STRIDE;
		b -= STRIDE;
	}
	while (a > begin && a[-1] == b[-1]) {
		a--;
		b--;
	}
	return (size_t)(end - a);
}
