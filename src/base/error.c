/* Errors are text in a fixed place: making one can not itself fail. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef error_set
#undef error_code
#undef error_prefix
#undef error_commit

static void
set_code(struct error *err, const char *code)
{
	snprintf(err->code, sizeof err->code, "%s", code);
	memset(&err->commit, 0, sizeof err->commit);
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

int
error_commit(struct error *err, const struct oid *commit)
{
	char digits[OID_DIGITS + 1];

	err->commit = *commit;
	error_prefix(err, "commit %s", oid_format(commit, digits));
	return -1;
}
