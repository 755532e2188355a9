/* What a report says goes into its form by these. */
#ifndef REPORT_AUDIT_CELLS_H
#define REPORT_AUDIT_CELLS_H

#include "report/audit_form.h"

/* Stands for nothing. */
#define DASH "\xe2\x80\x93"

/* A report on its way. */
struct report {
	const struct figures *figures;
	const struct audit_form *form;
	struct text *out;
	struct grid grid;
};

void heading(struct report *, const char *title);

/* A paragraph. */
void say(struct report *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A table: its columns, which are borrowed until the end, and then cell after
 * cell, row by row.  Texts are copied, and cut where they are very long. */
void grid_begin(struct report *, const struct column *, size_t width);
void cell(struct report *, const char *);
void cell_number(struct report *, int64_t);
void cell_day(struct report *, long day);              /* 0: none */
void cell_names(struct report *, const struct rows *); /* the first, how many */
void small(struct report *, const char *); /* of the last cell, or NULL */
void grid_end(struct report *);

#endif
