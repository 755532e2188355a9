/*
 * Glob patterns, all sets of them in one machine.
 *
 * A set is a list of patterns; `!pattern` takes names out again, whatever the
 * order.  `*` and `?` stay within one component, `**` crosses components
 * (`**` + `/x` also matches `x`; `a/` + `**` matches everything below `a`),
 * `[...]` is a class (`[!...]` its complement, never a slash), a backslash
 * takes the next byte as it is.  A pattern matches the whole name.  A set of
 * nothing but `!patterns` matches nothing.
 *
 * The machine reads a name byte by byte, in time linear in its length whatever
 * the patterns, and its states are plain numbers: a walk down a tree carries
 * the state of a directory to all names below it.  States are made when they
 * are first met (a lazy DFA).  Their number is bounded, so a machine that has
 * reached the bound starts again, and a state is then lost.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

struct globs;

/* A named list of patterns; it borrows its strings. */
struct pattern_set {
	const char *name; /* for messages; of an unnamed list, its text */
	const char *const *patterns;
	size_t count;
	int number; /* what globs_add() returned in its policy's machine */
};

enum globs_case { GLOBS_EXACT, GLOBS_FOLD /* ASCII letters of either case */ };

struct globs *globs_new(enum globs_case);
void globs_free(struct globs *);

/* NULL where the pattern is well formed, else what is wrong with it. */
const char *glob_fault(const char *pattern);

/*
 * Add a set (patterns must have no fault); returns its number, from 0 up.
 * All sets are added before the first name is read.
 */
int globs_add(struct globs *, const char *const *patterns, size_t count);

/* Does the whole name match the set? */
bool globs_match(struct globs *, int set, const char *name);

/*
 * The lower interface: states.  globs_start() and globs_step() may start the
 * machine again; what they return is always good, but states kept from before
 * are good only while globs_generation() is what it was then.  A caller that
 * finds it changed steps from the start again; using a lost state is a mistake
 * that ends the program (assert), never an answer.
 */
unsigned globs_start(struct globs *);
unsigned globs_step(struct globs *, unsigned state, const char *, size_t len);
unsigned globs_generation(const struct globs *);

/* Having read a whole name: does it match? */
bool globs_accepts(struct globs *, unsigned state, int set);

/*
 * Having read a directory name and its slash: does no name below match
 * (NEVER), does every name below match (ALWAYS), or does it depend?
 */
enum globs_below { GLOBS_NEVER, GLOBS_MAYBE, GLOBS_ALWAYS };
enum globs_below globs_below(struct globs *, unsigned state, int set);

#endif
