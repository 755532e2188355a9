/*
 * The codes: stable slugs for every way a push can be refused.
 *
 * One table, from which come messages, records, `refwarden explain` and the
 * manual's list.
 */
#ifndef CHECKS_CODE_H
#define CHECKS_CODE_H

#include <stdbool.h>
#include <stddef.h>

enum code_class {
	CODE_ALWAYS, /* input, repo, policy, log: refuses in any mode */
	CODE_LAYER,  /* history, tag, ref.name, ref.namespace, object.malformed:
			follows the layer's top-level mode */
	CODE_RULE,   /* follows the mode of the rule it belongs to */
};

struct code {
	const char *slug;
	enum code_class class;
	bool waivable;     /* may an exception waive it at all? */
	bool server_fault; /* not about the commits: the administrator's job */
	const char *title; /* a few words, for lists */
	const char *meaning; /* a sentence or two */
	const char *example; /* what leads to it */
	const char *fix;     /* what to do: prose, one line a paragraph, the
				first a sentence that can stand alone; commands on
				lines of their own, behind two blanks */
};

extern const struct code codes[];
extern const size_t code_count;

const struct code *code_find(const char *slug); /* NULL if unknown */

#endif
