/* A list of faults that stays bounded whatever the file. */
#include "yaml/faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "yaml/document.h"

enum { FAULT_TEXT_LIMIT = 320 }; /* a line or four of a terminal */

void
faults_init(struct faults *faults, const char *file)
{
	*faults = (struct faults){.file = mem_string(file)};
}

void
faults_free(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		free(faults->list[i].text);
	free(faults->list);
	free(faults->file);
	*faults = (struct faults){0};
}

/* vsnprintf() cuts between bytes; leave no half of a character behind. */
static void
drop_cut_character(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	if (len > 0 && (unsigned char)text[len - 1] >= 0x80)
		len--;
	text[len] = '\0';
}

static void __attribute__((format(printf, 5, 0)))
add(struct faults *faults, unsigned line, unsigned column, bool warning,
    const char *format, va_list args)
{
	char text[FAULT_TEXT_LIMIT];
	int len = vsnprintf(text, sizeof text, format, args);

	if (!warning)
		faults->errors++;
	if (faults->count >= FAULTS_LIMIT)
		return;
	if (len < 0)
		text[0] = '\0';
	else if ((size_t)len >= sizeof text)
		drop_cut_character(text);
	faults->list = mem_grow(faults->list, &faults->capacity,
	    faults->count + 1, sizeof *faults->list);
	faults->list[faults->count++] =
	    (struct fault){line, column, warning, mem_string(text)};
}

void
fault_at(
    struct faults *faults, const struct node *node, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults, node->line, node->column, false, format, args);
	va_end(args);
}

void
warning_at(
    struct faults *faults, const struct node *node, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults, node->line, node->column, true, format, args);
	va_end(args);
}

void
fault_line(struct faults *faults, unsigned line, unsigned column,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults, line, column, false, format, args);
	va_end(args);
}

static int
compare(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	if (x->warning != y->warning)
		return x->warning ? 1 : -1;
	return strcmp(x->text, y->text);
}

void
faults_sort(struct faults *faults)
{
	if (faults->count > 0)
		qsort(
		    faults->list, faults->count, sizeof *faults->list, compare);
}
