/* Allocation that does not return without memory, and arenas on top of it. */
#include "base/mem.h"

#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Most arenas stay small, and a page is touched for what it holds only. */
enum { BLOCK_LEAST = 1024, BLOCK_MOST = 16 * 1024, ALIGNMENT = 16 };

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(ALIGNMENT) char data[];
};

/* Less is not worth a huge page, or may not have one. */
enum { HUGE_LEAST = 4 * 1024 * 1024 };

static void (*exhausted)(void);

void
mem_exhausted(void)
{
	static const char words[] = "error[internal.error]: out of memory\n";
	void (*handler)(void) = exhausted;

	exhausted = NULL;
	if (handler != NULL)
		handler();
	if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
		_exit(1);
	_exit(1);
}

void
mem_expect(size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p, *start;

	if (size > INT_MAX / 2 || size < 2 * page)
		return;
	mallopt(M_MMAP_THRESHOLD, 2 * (int)size);
	mallopt(M_TRIM_THRESHOLD, 2 * (int)size);
	if ((p = malloc(size)) == NULL)
		return;
	start = p + (page - (uintptr_t)p % page);
	/* Where a system can not do it, it is as good as nothing. */
	madvise(start, (size_t)(p + size - start) / page * page,
	    size < HUGE_LEAST ? MADV_POPULATE_WRITE : MADV_HUGEPAGE);
	free(p);
}

void
mem_on_exhaustion(void (*handler)(void))
{
	exhausted = handler;
}

void *
mem_zero(size_t size)
{
	return mem_array(1, size);
}

void *
mem_array(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
mem_room(size_t size)
{
	void *p = size <= PTRDIFF_MAX ? malloc(size > 0 ? size : 1) : NULL;

	if (p == NULL)
		mem_exhausted();
	return p;
}

char *
mem_bytes(const void *data, size_t len)
{
	char *p = mem_room(len < SIZE_MAX ? len + 1 : SIZE_MAX);

	if (len > 0)
		memcpy(p, data, len);
	p[len] = '\0';
	return p;
}

char *
mem_string(const char *text)
{
	return mem_bytes(text, strlen(text));
}

void *
mem_grow(void *array, size_t *capacity, size_t need, size_t size)
{
	size_t wanted = *capacity > 0 ? *capacity : 8;
	void *p;

	if (need <= *capacity)
		return array;
	while (wanted < need) {
		if (wanted > SIZE_MAX / 2)
			mem_exhausted();
		wanted *= 2;
	}
	if ((p = reallocarray(array, wanted, size)) == NULL)
		mem_exhausted();
	*capacity = wanted;
	return p;
}

static struct arena_block *
block_new(struct arena *arena, size_t size)
{
	size_t room = BLOCK_LEAST;
	struct arena_block *block = arena->blocks;

	if (block != NULL)
		room =
		    block->size < BLOCK_MOST / 2 ? block->size * 2 : BLOCK_MOST;
	if (room < size)
		room = size;
	if (room > SIZE_MAX - sizeof *block ||
	    (block = malloc(sizeof *block + room)) == NULL)
		mem_exhausted();
	block->size = room;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

static void *
arena_take(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	void *p;

	if (size > SIZE_MAX - ALIGNMENT)
		mem_exhausted();
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (block == NULL || block->size - block->used < size)
		block = block_new(arena, size);
	p = block->data + block->used;
	block->used += size;
	arena->used += size;
	return p;
}

void *
arena_zero(struct arena *arena, size_t size)
{
	return memset(arena_take(arena, size), 0, size);
}

char *
arena_bytes(struct arena *arena, const void *data, size_t len)
{
	char *p;

	if (len == SIZE_MAX)
		mem_exhausted();
	p = arena_take(arena, len + 1);
	if (len > 0)
		memcpy(p, data, len);
	p[len] = '\0';
	return p;
}

void *
arena_move(struct arena *arena, void *data, size_t size)
{
	void *moved = arena_bytes(arena, data, size);

	free(data);
	return moved;
}

char *
arena_string(struct arena *arena, const char *text)
{
	return arena_bytes(arena, text, strlen(text));
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *p;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		mem_exhausted();
	p = arena_take(arena, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	return p;
}

static void
blocks_free(struct arena_block *block)
{
	struct arena_block *next;

	for (; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
}

void
arena_free(struct arena *arena)
{
	blocks_free(arena->blocks);
	*arena = (struct arena){NULL, 0};
}

void
arena_clear(struct arena *arena)
{
	struct arena_block *kept = arena->blocks;

	if (kept == NULL)
		return;
	blocks_free(kept->next);
	kept->next = NULL;
	kept->used = 0;
	arena->used = 0;
}
