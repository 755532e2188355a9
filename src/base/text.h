/*
 * A growing string, and the one decoder of UTF-8.
 *
 * A zeroed struct is an empty text.  `data` is NUL-terminated as soon as
 * anything was added, and NULL before.  The owner calls text_free().
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;
	size_t len, capacity;
};

void text_add(struct text *, const char *string);
void text_add_bytes(struct text *, const void *data, size_t len);
void text_add_char(struct text *, char c);
void text_add_format(struct text *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_free(struct text *);

bool starts_with(const char *string, const char *prefix);

/*
 * Decode one character of `data` (at least one byte).  Returns its length in
 * bytes and sets `*rune`; returns 0 where the bytes are not UTF-8 (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF).
 */
size_t utf8_decode(const char *data, size_t len, uint32_t *rune);

bool utf8_valid(const char *data, size_t len);

/* How many bytes from the first on are printable ASCII. */
size_t ascii_run(const char *, size_t len);

/* How many bytes are equal, from the beginnings on or from the ends back. */
size_t bytes_equal_first(const char *, const char *, size_t len);
size_t bytes_equal_last(const char *end, const char *other_end, size_t len);

/*
 * True for what must never reach a terminal or a log as it is: C0 and C1
 * controls, DEL, bidirectional controls, zero-width characters, U+2028/2029.
 */
bool rune_is_unsafe(uint32_t rune);

#endif
