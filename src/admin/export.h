/* Records as other programs want them, one a line of standard output
 * (refwarden(1), "audit export"). */
#ifndef ADMIN_EXPORT_H
#define ADMIN_EXPORT_H

#include "record/read.h"

/*
 * RFC 4180.  What a spreadsheet would take for a formula begins with an
 * apostrophe, control and invisible characters are `?`.
 */
void csv_heading(void);
void csv_record(const struct line *);

/* JSON objects: Elastic Common Schema 8, OCSF 1.3 (API Activity and Compliance
 * Finding). */
void ecs_record(const struct line *);
void ocsf_record(const struct line *);

/* ArcSight's Common Event Format, version 0. */
void cef_record(const struct line *);

/* Milliseconds since 1970 of a record's time; 0 where it has none. */
int64_t record_moment(const struct entry *);

/* As facility-less severities: 0 fine, 1 to be looked at, 2 refused, 3 error.
 */
int record_severity(const struct entry *);

#endif
