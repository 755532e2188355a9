/* The verdict as one line for programs: -o refwarden.json. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "judge/verdict.h"

/*
 * Add `refwarden-json {...}` and a line feed: id, verdict, and of each ref its
 * name, verdict, codes, rules and commits at fault.  `more` counts the refs
 * that did not fit.
 */
void summary_add(const struct verdict *, enum outcome, struct text *);

#endif
