/* Reading the headers of commits and tags so that nobody reads them otherwise.
 */
#include "git/headers.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

int
malformed(struct error *err, const char *format, ...)
{
	char text[sizeof err->text];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return error_code(err, "object.malformed", "%s", text);
}

static bool
is_ascii(const char *data, size_t size)
{
	uint64_t eight, seen = 0;
	size_t i;

	for (i = 0; size - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, data + i, sizeof eight);
		seen |= eight;
	}
	for (; i < size; i++)
		seen |= (unsigned char)data[i];
	return (seen & UINT64_C(0x8080808080808080)) == 0;
}

int
headers_begin(
    struct headers *headers, const char *data, size_t size, struct error *err)
{
	if (memchr(data, '\0', size) != NULL)
		return malformed(err, "a NUL byte");
	if (!is_ascii(data, size) && !utf8_valid(data, size))
		return malformed(err, "not UTF-8");
	*headers = (struct headers){data, data + size};
	return 0;
}

/* The line feed that ends the header at `at`, past its continuation lines. */
static const char *
find_end(const char *at, const char *end)
{
	const char *feed = at;

	while ((feed = memchr(feed, '\n', (size_t)(end - feed))) != NULL) {
		if (feed + 1 == end || feed[1] != ' ')
			return feed;
		feed++;
	}
	return NULL;
}

static bool
key_is_plain(const char *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return false;
	return len > 0;
}

int
headers_next(struct headers *headers, struct header *header, struct error *err)
{
	const char *at = headers->at, *end, *blank;

	if (at == headers->end)
		return malformed(err, "no blank line after the headers");
	if (*at == '\n') {
		headers->at++;
		return 0;
	}
	if ((end = find_end(at, headers->end)) == NULL)
		return malformed(err, "a header line without an end");
	blank = memchr(at, ' ', (size_t)(end - at));
	if (blank == NULL || !key_is_plain(at, (size_t)(blank - at)))
		return malformed(err, "a header line without a key");
	*header = (struct header){
	    at, (size_t)(blank - at), blank + 1, (size_t)(end - blank - 1)};
	headers->at = end + 1;
	return 1;
}

int
headers_expect(struct headers *headers, const char *key, struct header *header,
    struct error *err)
{
	int found = headers_next(headers, header, err);

	if (found < 0)
		return -1;
	if (found == 0 || !header_is(header, key))
		return malformed(err, "no %s line where it belongs", key);
	if (headers_follow(headers, key))
		return malformed(err, "two %s lines", key);
	return 0;
}

bool
headers_follow(const struct headers *headers, const char *key)
{
	size_t len = strlen(key);

	return (size_t)(headers->end - headers->at) > len &&
	       memcmp(headers->at, key, len) == 0 && headers->at[len] == ' ';
}

bool
header_is(const struct header *header, const char *key)
{
	return header->key_len == strlen(key) &&
	       memcmp(header->key, key, header->key_len) == 0;
}

int
header_oid(const struct header *header, struct oid *oid, struct error *err)
{
	if (oid_parse(oid, header->value, header->value_len))
		return 0;
	return malformed(err, "the %.*s line names no object",
	    (int)header->key_len, header->key);
}

static bool
has_control(const char *text, size_t len)
{
	uint32_t rune;
	size_t n;

	for (size_t i = ascii_run(text, len); i < len; i += n) {
		n = utf8_decode(text + i, len - i, &rune);
		if (n == 0 || rune < 0x20 || (rune >= 0x7f && rune <= 0x9f))
			return true;
	}
	return false;
}

static const char *
trimmed(struct arena *arena, const char *text, const char *end)
{
	while (text < end && *text == ' ')
		text++;
	while (text < end && end[-1] == ' ')
		end--;
	return arena_bytes(arena, text, (size_t)(end - text));
}

/* " 1732245600 +0100": seconds since 1970 and a zone. */
static bool
date_parse(const char *text, const char *end, int64_t *date)
{
	const char *digits = text + 1, *p = digits;

	*date = 0;
	if (text == end || *text != ' ')
		return false;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*date, 10, date) ||
		    __builtin_add_overflow(*date, *p - '0', date))
			return false;
	if (p == digits || (*digits == '0' && p > digits + 1))
		return false;
	if (end - p != 6 || p[0] != ' ' || (p[1] != '+' && p[1] != '-'))
		return false;
	for (p += 2; p < end; p++)
		if (*p < '0' || *p > '9')
			return false;
	return true;
}

/* The only `c` of the text, or NULL if there is none or a second. */
static const char *
find_only(const char *text, size_t len, char c)
{
	const char *found = memchr(text, c, len);

	return found != NULL && found == memrchr(text, c, len) ? found : NULL;
}

int
header_identity(const struct header *header, struct arena *arena,
    struct identity *who, struct error *err)
{
	const char *value = header->value, *end = value + header->value_len;
	const char *open = find_only(value, header->value_len, '<');
	const char *close = find_only(value, header->value_len, '>');
	int key_len = (int)header->key_len;

	if (has_control(value, header->value_len))
		return malformed(err, "a control character in the %.*s line",
		    key_len, header->key);
	if (open == NULL || close == NULL || close < open ||
	    (open > value && open[-1] != ' '))
		return malformed(err,
		    "the %.*s line has no well-formed <address>", key_len,
		    header->key);
	if (!date_parse(close + 1, end, &who->date))
		return malformed(err, "the %.*s line has no well-formed date",
		    key_len, header->key);
	who->name = trimmed(arena, value, open);
	who->address = trimmed(arena, open + 1, close);
	return 0;
}

const char *
header_unfold(const struct header *header, struct arena *arena)
{
	char *text = arena_bytes(arena, header->value, header->value_len + 1);
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		*to++ = *from;
		if (*from == '\n' && from[1] == ' ')
			from++;
	}
	*to = '\0';
	return text;
}
