/* Errors are text in a fixed place: making one can not itself fail. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#undef error_set
#undef error_code
#undef error_prefix

static void
set_code(struct error *err, const char *code)
{
	snprintf(err->code, sizeof err->code, "%s", code);
}

int
error_set(struct error *err, const char *format, ...)
{
	va_list args;

	set_code(err, "internal.error");
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	return -1;
}

int
error_code(struct error *err, const char *code, const char *format, ...)
{
	va_list args;

	set_code(err, code);
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	return -1;
}

int
error_prefix(struct error *err, const char *format, ...)
{
	struct error old = *err;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof err->text)
		return -1;
	if (snprintf(err->text + n, sizeof err->text - (size_t)n, ": %s",
		old.text) < 0)
		err->text[n] = '\0';
	return -1;
}
