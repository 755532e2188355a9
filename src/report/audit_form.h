/*
 * A form that a report is written in.  What a report says is in audit_text.c;
 * a form makes Markdown or HTML of it, and everything it is given harmless.
 */
#ifndef REPORT_AUDIT_FORM_H
#define REPORT_AUDIT_FORM_H

#include "report/audit.h"

/* A table on its way: cells row by row.  A cell has a text, and may have a
 * second, less important one. */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_SHORT, /* of our own words, not to be broken */
	COLUMN_NUMBER,
};

struct column {
	const char *title;
	enum column_kind kind;
};

struct cell {
	char *text, *small; /* `small` may be NULL */
};

struct grid {
	const struct column *columns;
	size_t width;
	struct cell *cells;
	size_t count, capacity;
};

struct bar {
	const char *name;
	int64_t value;
};

/* A figure that stands for itself. */
struct tile {
	const char *label;
	int64_t value;
};

struct audit_form {
	void (*begin)(struct text *, const char *title);
	void (*heading)(struct text *, const char *);
	void (*paragraph)(struct text *, const char *);
	void (*tiles)(struct text *, const struct tile *, size_t count);
	void (*table)(struct text *, const struct grid *);
	void (*weeks)(struct text *, const struct figures *);
	void (*bars)(struct text *, const struct bar *, size_t count);
	void (*end)(struct text *);
};

extern const struct audit_form audit_markdown, audit_html;

/* So many characters of a text, and an ellipsis if it has more; the caller
 * frees it. */
char *text_cut(const char *, size_t characters);

/* The parts of a week's bar, from below, and what they are called. */
enum { WEEK_PARTS = 5 };
extern const enum count week_parts[WEEK_PARTS];
extern const char *const week_part_names[WEEK_PARTS];

/* "12,345" */
void number_add(struct text *, int64_t);

/*
 * A character of `string` as a reader may see it: its bytes, or for what can
 * not be shown, "\u202e".  `plain` adds what is harmless to a machine already.
 * Returns the bytes it was.
 */
size_t visible_add(struct text *, const char *string, size_t len,
    void (*plain)(struct text *, const char *, size_t));

/* SVG, to stand within HTML. */
void chart_weeks(struct text *, const struct figures *);
void chart_bars(struct text *, const struct bar *, size_t count);

/* Text and attributes of HTML and SVG. */
void html_add(struct text *, const char *string);

#endif
