/* libdeflate, with the little that it does not offer: a stream's beginning. */
#include "git/inflate.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* All headers that are looked for end before this many bytes. */
enum { HEADER_BYTES = 64 };

/* Two bytes of zlib header, one of block type, two times two of length. */
enum { STORED_HEADER = 7 };

/*
 * One for streams that begin with code tables of their own, one for those that
 * use the format's fixed ones: libdeflate keeps the latter from stream to
 * stream as long as no others come between.
 */
struct inflater {
	struct libdeflate_decompressor *fixed, *other; /* NULL until needed */
};

struct inflater *
inflater_new(void)
{
	return mem_zero(sizeof(struct inflater));
}

void
inflater_free(struct inflater *inflater)
{
	if (inflater == NULL)
		return;
	libdeflate_free_decompressor(inflater->fixed);
	libdeflate_free_decompressor(inflater->other);
	free(inflater);
}

/* By the type of the first block, behind two bytes of header. */
static struct libdeflate_decompressor *
decompressor(struct inflater *inflater, const unsigned char *in, size_t in_size)
{
	struct libdeflate_decompressor **d = in_size > 2 && (in[2] & 6) == 2
						 ? &inflater->fixed
						 : &inflater->other;

	if (*d == NULL)
		*d = libdeflate_alloc_decompressor();
	if (*d == NULL)
		mem_exhausted();
	return *d;
}

bool
inflate_exact(struct inflater *inflater, const unsigned char *in,
    size_t in_size, char *out, size_t size, size_t *used)
{
	size_t ignored;

	return libdeflate_zlib_decompress_ex(
		   decompressor(inflater, in, in_size), in, in_size, out, size,
		   used != NULL ? used : &ignored, NULL) == LIBDEFLATE_SUCCESS;
}

enum inflated
inflate_begin(struct inflater *inflater, const unsigned char *in,
    size_t in_size, char *out, size_t size, size_t *got, size_t *used)
{
	enum libdeflate_result result;

	memset(out, 0, HEADER_BYTES);
	result =
	    libdeflate_zlib_decompress_ex(decompressor(inflater, in, in_size),
		in, in_size, out, size, used, got);
	if (result == LIBDEFLATE_SUCCESS)
		return INFLATE_WHOLE;
	if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
		return INFLATE_BAD;
	/*
	 * Compressed blocks come out up to the end of the space.  A stored one
	 * (type 0) comes out whole or not at all, but can be seen in the clear.
	 */
	if (in_size >= STORED_HEADER + HEADER_BYTES && (in[2] & 6) == 0)
		memcpy(out, in + STORED_HEADER, HEADER_BYTES);
	return INFLATE_PART;
}
