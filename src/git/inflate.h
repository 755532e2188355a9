/*
 * zlib streams (RFC 1950) of which the length is known, or only the beginning
 * is asked for.  libdeflate does the work: it checks the stream's own sum.
 */
#ifndef GIT_INFLATE_H
#define GIT_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

struct inflater;

struct inflater *inflater_new(void);
void inflater_free(struct inflater *);

/* Does the stream at `in` hold `size` bytes, no more and no less?  They are
 * put to `out`, the length of the stream to `*used` (which may be NULL). */
bool inflate_exact(struct inflater *, const unsigned char *in, size_t in_size,
    char *out, size_t size, size_t *used);

/* How much of a stream fits in `size` bytes. */
enum inflated { INFLATE_BAD, INFLATE_PART, INFLATE_WHOLE };

/*
 * Begin to read a stream.  INFLATE_WHOLE: `*got` bytes, the whole of it, which
 * is `*used` bytes long.  INFLATE_PART: it is longer than `size` (at least 64);
 * the first bytes of `out` are its beginning, and only a hint until the whole
 * has been read: they are zeros, or what its maker liked, where it begins with
 * short blocks.
 */
enum inflated inflate_begin(struct inflater *, const unsigned char *in,
    size_t in_size, char *out, size_t size, size_t *got, size_t *used);

#endif
