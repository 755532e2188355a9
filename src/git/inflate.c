/* libdeflate, with the little that it does not offer: a stream's beginning. */
#include "git/inflate.h"

#include <libdeflate.h>
#include <string.h>

#include "base/mem.h"

/* All headers that are looked for end before this many bytes. */
enum { HEADER_BYTES = 64 };

/* Two bytes of zlib header, one of block type, two times two of length. */
enum { STORED_HEADER = 7 };

struct inflater *
inflater_new(void)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

	/* Ends the program where there is no memory, as everywhere. */
	if (d == NULL)
		mem_array((size_t)-1, 1);
	return (struct inflater *)d;
}

void
inflater_free(struct inflater *inflater)
{
	if (inflater != NULL)
		libdeflate_free_decompressor(
		    (struct libdeflate_decompressor *)inflater);
}

bool
inflate_exact(struct inflater *inflater, const unsigned char *in,
    size_t in_size, char *out, size_t size, size_t *used)
{
	size_t ignored;

	return libdeflate_zlib_decompress_ex(
		   (struct libdeflate_decompressor *)inflater, in, in_size, out,
		   size, used != NULL ? used : &ignored,
		   NULL) == LIBDEFLATE_SUCCESS;
}

enum inflated
inflate_begin(struct inflater *inflater, const unsigned char *in,
    size_t in_size, char *out, size_t size, size_t *got, size_t *used)
{
	enum libdeflate_result result;

	memset(out, 0, HEADER_BYTES);
	result = libdeflate_zlib_decompress_ex(
	    (struct libdeflate_decompressor *)inflater, in, in_size, out, size,
	    used, got);
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
