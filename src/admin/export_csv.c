/* Records for spreadsheets. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "admin/export.h"
#include "report/prose.h"

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_TIME, CELL_TRUTH, CELL_LIST };

static const struct cell {
	const char *name;
	size_t offset;
	enum cell_kind kind;
} cells[] = {
#define CELL(name, member, kind)                           \
	{                                                  \
		name, offsetof(struct entry, member), kind \
	}
    CELL("time", time, CELL_TEXT),
    CELL("event", event_name, CELL_TEXT),
    CELL("id", id, CELL_TEXT),
    CELL("host", host, CELL_TEXT),
    CELL("seq", seq, CELL_NUMBER),
    CELL("repo", repo, CELL_TEXT),
    CELL("ref", ref, CELL_TEXT),
    CELL("kind", kind, CELL_TEXT),
    CELL("old", old, CELL_TEXT),
    CELL("new", new, CELL_TEXT),
    CELL("commits", commits, CELL_NUMBER),
    CELL("changes", changes, CELL_NUMBER),
    CELL("user", user, CELL_TEXT),
    CELL("via", via, CELL_TEXT),
    CELL("addr", addr, CELL_TEXT),
    CELL("verdict", verdict, CELL_TEXT),
    CELL("push", push, CELL_TEXT),
    CELL("codes", codes, CELL_LIST),
    CELL("rules", rules, CELL_LIST),
    CELL("proof", proof, CELL_TEXT),
    CELL("reviewers", reviewers, CELL_LIST),
    CELL("exceptions", exceptions, CELL_LIST),
    CELL("policy", policy, CELL_TEXT),
    CELL("hook", hook, CELL_TEXT),
    CELL("ms", ms, CELL_TIME),
    CELL("rule", rule, CELL_TEXT),
    CELL("clause", clause, CELL_TEXT),
    CELL("code", code, CELL_TEXT),
    CELL("mode", mode, CELL_TEXT),
    CELL("commit", commit, CELL_TEXT),
    CELL("path", path, CELL_TEXT),
    CELL("need", need, CELL_TEXT),
    CELL("found", found, CELL_TEXT),
    CELL("exception", exception, CELL_TEXT),
    CELL("check", check, CELL_TRUTH),
    CELL("imported", imported, CELL_TRUTH),
    CELL("layers", layers, CELL_LIST),
    CELL("rule_count", rule_count, CELL_NUMBER),
    CELL("refs", refs, CELL_LIST),
    CELL("more", more, CELL_NUMBER),
};
enum { CELL_COUNT = sizeof cells / sizeof *cells };

/* The signs, also as wide as an ideograph, and what hides one. */
static bool
is_formula(const char *text)
{
	static const char *const wide[] = {
	    "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	if (*text != '\0' && strchr("=+-@\t\r\n", *text) != NULL)
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (strncmp(text, wide[i], 3) == 0)
			return true;
	return false;
}

static void
put_text(const char *value)
{
	struct text safe = {0};

	if (is_formula(value))
		text_add_char(&safe, '\'');
	text_add(&safe, "");
	safe_add(&safe, value, SIZE_MAX);
	if (strpbrk(safe.data, "\", ';") == NULL) {
		fputs(safe.data, stdout);
	} else {
		putchar('"');
		for (const char *c = safe.data; *c != '\0'; c++) {
			if (*c == '"')
				putchar('"');
			putchar(*c);
		}
		putchar('"');
	}
	text_free(&safe);
}

static void
put_list(const struct entry_list *list)
{
	const char *name = list->count > 0 ? list->first : NULL;
	struct text all = {0};

	text_add(&all, "");
	for (; name != NULL; name = entry_list_next(list, name)) {
		if (all.len > 0)
			text_add_char(&all, ' ');
		text_add(&all, name);
	}
	put_text(all.data);
	text_free(&all);
}

void
csv_heading(void)
{
	for (int i = 0; i < CELL_COUNT; i++)
		printf("%s%s", i > 0 ? "," : "", cells[i].name);
	fputs("\r\n", stdout);
}

static void
put_cell(const struct cell *cell, const struct entry *entry)
{
	const void *member = (const char *)entry + cell->offset;

	switch (cell->kind) {
	case CELL_TEXT:
		put_text(*(const char *const *)member);
		break;
	case CELL_NUMBER:
		if (*(const int64_t *)member > 0)
			printf("%" PRId64, *(const int64_t *)member);
		break;
	case CELL_TIME: /* which may be 0 */
		if (entry->event == EVENT_DECISION)
			printf("%" PRId64, *(const int64_t *)member);
		break;
	case CELL_TRUTH:
		fputs(*(const bool *)member ? "true" : "", stdout);
		break;
	case CELL_LIST:
		put_list(member);
		break;
	}
}

void
csv_record(const struct line *line)
{
	for (int i = 0; i < CELL_COUNT; i++) {
		if (i > 0)
			putchar(',');
		put_cell(&cells[i], &line->entry);
	}
	fputs("\r\n", stdout);
}
