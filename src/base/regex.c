/* pcre2, held to limits. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/regex.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	PATTERN_LIMIT = 8 * 1024,  /* bytes; a page of pattern is no pattern */
	MATCH_LIMIT = 1000 * 1000, /* steps: some tens of milliseconds */
	DEPTH_LIMIT = 1000 * 1000, /* the heap limit is met before */
	HEAP_LIMIT = 64 * 1024,    /* KiB */
};

struct regex {
	char *pattern;
	pcre2_code *code;
	pcre2_match_context *limits;
};

static void
describe(int number, char *out, size_t size)
{
	if (pcre2_get_error_message(number, (PCRE2_UCHAR *)out, size) < 0)
		snprintf(out, size, "pcre2 error %d", number);
}

/* What a newline is must not depend on how pcre2 was built. */
static pcre2_code *
compile(const char *pattern, int *number, PCRE2_SIZE *offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code = NULL;

	*number = PCRE2_ERROR_NOMEMORY;
	*offset = 0;
	if (context == NULL)
		return NULL;
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_bsr(context, PCRE2_BSR_ANYCRLF);
	pcre2_set_max_pattern_length(context, PATTERN_LIMIT);
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, number, offset, context);
	pcre2_compile_context_free(context);
	return code;
}

struct regex *
regex_new(const char *pattern, struct error *err)
{
	struct regex *regex = mem_zero(sizeof *regex);
	PCRE2_SIZE offset;
	char why[128];
	int number;

	regex->pattern = mem_string(pattern);
	regex->code = compile(pattern, &number, &offset);
	if (regex->code == NULL) {
		describe(number, why, sizeof why);
		error_set(err, "%s at offset %zu of the regular expression",
		    why, (size_t)offset);
		goto fail;
	}
	regex->limits = pcre2_match_context_create(NULL);
	if (regex->limits == NULL) {
		error_set(err, "no memory for a regular expression");
		goto fail;
	}
	pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(regex->limits, HEAP_LIMIT);
	return regex;
fail:
	regex_free(regex);
	return NULL;
}

void
regex_free(struct regex *regex)
{
	if (regex == NULL)
		return;
	pcre2_match_context_free(regex->limits);
	pcre2_code_free(regex->code);
	free(regex->pattern);
	free(regex);
}

static int
refuse(const struct regex *regex, int number, struct error *err)
{
	char why[128];

	describe(number, why, sizeof why);
	if (number == PCRE2_ERROR_MATCHLIMIT ||
	    number == PCRE2_ERROR_DEPTHLIMIT || number == PCRE2_ERROR_HEAPLIMIT)
		return error_code(err, "regex.limit",
		    "the regular expression \"%s\" takes too long: %s",
		    regex->pattern, why);
	return error_set(err, "the regular expression \"%s\" failed: %s",
	    regex->pattern, why);
}

static int
run(const struct regex *regex, const char *text, size_t len, uint32_t options,
    struct error *err)
{
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	int number;

	if (match == NULL)
		return error_set(err, "no memory for a regular expression");
	number = pcre2_match(regex->code, (PCRE2_SPTR)(len > 0 ? text : ""),
	    len, 0, options, match, regex->limits);
	pcre2_match_data_free(match);
	if (number >= 0)
		return 1;
	return number == PCRE2_ERROR_NOMATCH ? 0 : refuse(regex, number, err);
}

int
regex_match(
    const struct regex *regex, const char *text, size_t len, struct error *err)
{
	return run(regex, text, len, PCRE2_ANCHORED | PCRE2_ENDANCHORED, err);
}

int
regex_search(
    const struct regex *regex, const char *text, size_t len, struct error *err)
{
	return run(regex, text, len, 0, err);
}

const char *
regex_pattern(const struct regex *regex)
{
	return regex->pattern;
}
