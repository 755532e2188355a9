/*
 * One record as it is read back (refwarden.log(5)).
 *
 * A reader of flat JSON objects of our own: it takes no memory, so a million
 * records are read in seconds.  It is as strict as the writer: control,
 * bidirectional and zero-width characters as they are, bytes that are not
 * UTF-8, NULs, a key twice or of another kind are faults.  Keys it does not
 * know are passed over, whatever they hold.
 */
#ifndef RECORD_ENTRY_H
#define RECORD_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event {
	EVENT_OTHER, /* of a later version */
	EVENT_BEGIN,
	EVENT_DECISION,
	EVENT_VIOLATION,
	EVENT_LANDED,
	EVENT_POLICY,
};

/* `count` strings behind each other, each with its NUL. */
struct entry_list {
	const char *first;
	size_t count;
};

/*
 * Texts are never NULL and may hold what must not reach a terminal.  Numbers
 * that are not there are 0, `seq` is then -1.  `time` is "" or has the form
 * "2026-11-22T03:26:55.422Z".
 */
struct entry {
	enum event event;
	int64_t v, seq, commits, changes, ms, rule_count, more;
	bool imported, check;
	const char *event_name, *id, *time, *host, *prev, *repo, *ref, *kind;
	const char *old, *new, *user, *via, *addr, *verdict, *push, *mode;
	const char *proof, *policy, *hook, *rule, *clause, *code, *commit;
	const char *path, *need, *found, *exception, *process;
	const char *message; /* of a syslog daemon's own JSON */
	struct entry_list codes, rules, reviewers, exceptions, refs, layers;
};

/*
 * Read an object of `len` bytes that is followed by a NUL; it is overwritten,
 * and the entry points into it.  NULL, or what is wrong with it.
 */
const char *entry_parse(char *json, size_t len, struct entry *);

/* The string after `name`, which is one of the list; NULL after the last. */
const char *entry_list_next(const struct entry_list *, const char *name);
bool entry_list_has(const struct entry_list *, const char *name);

#endif
