/* One exception record, as its file says (refwarden.exception(5)). */
#ifndef WAIVER_EXCEPTION_H
#define WAIVER_EXCEPTION_H

#include "yaml/field.h"

#define EXCEPTION_NAME_SPACE "exception@refwarden" /* of its signature */

enum { EXCEPTION_ID_LIMIT = 64 };

struct exception {
	int64_t version;
	const char *id;
	struct texts rules;
	struct texts repositories, refs, paths, commits;
	const char *reason, *risk, *mitigation, *ticket, *follow_up;
	const char *requested_by, *approved_by, *signed_off_by;
	long approved_on, expires, revoked_on, review_by; /* days; 0 = none */
	int64_t max_uses;                                 /* 0 = no limit */
};

/* The keys of a record. */
extern const struct field exception_fields[];

/* `[A-Z][A-Z0-9]*-[0-9A-Z-]+`, at most EXCEPTION_ID_LIMIT bytes. */
bool exception_id_valid(const char *id);

/* Parse a record.  0, or -1 with the faults reported. */
int exception_parse(const char *data, size_t len, struct arena *,
    struct exception *, struct faults *);

#endif
