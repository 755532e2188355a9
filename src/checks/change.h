/*
 * What a check sees: one change of a protected branch, or one protected tag, as
 * plain data (judging.md, 3).
 */
#ifndef CHECKS_CHANGE_H
#define CHECKS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/budget.h"
#include "git/blob_index.h"
#include "git/commit.h"
#include "git/tree_diff.h"
#include "message/trailers.h"
#include "people/host.h"
#include "people/people.h"

enum merge_kind { MERGE_UNKNOWN, MERGE_MECHANICAL, MERGE_OWN };

/* A commit of the change; what else there is to know, when it is asked for. */
struct member {
	const struct commit *commit;
	struct trailers trailers; /* after member_trailers() */
	bool trailers_known;
	enum merge_kind merge; /* after member_mechanical() */
};

struct subject;          /* the judge's own */
struct evidence_setting; /* checks/evidence.h */
struct register_setting; /* checks/register.h */
struct review_source;    /* checks/reviewed.h */

struct change {
	struct member *members; /* the change's own commit first; a tag's one */
	size_t member_count;
	bool is_tag, is_tip; /* `is_tip`: the update's new tip, for the checks
				that are judged once an update */
	bool bare;           /* it stands for an update without changes */
	bool annotated;      /* a tag object that names a commit by itself */
	bool local;          /* judged on a developer's machine: no pusher */
	bool thorough;       /* a finding is known: collect all of them */

	const struct oid *old_tree, *new_tree;
	const struct oid *tip;         /* the commit the ref is to have */
	const struct tree_diff *files; /* CHANGE_FILES: those in sets;
					   CHANGE_ALL_FILES: all */

	const struct people *people; /* of the layer whose rule this is */
	const struct pusher *pusher;
	const struct evidence_setting *evidence; /* likewise */
	const struct register_setting *findings;
	const char *ref; /* shown: "main", "tags/v1" */
	long today;

	struct repo *repo;       /* for what needs an object's content */
	struct history *history; /* for merges; NULL: none is mechanical */
	struct blob_index *blobs;
	struct budget *budget;
	struct arena *arena;

	/* Does one of these branches, as they are on this server, have the
	   update's new tip?  1, 0 or -1. */
	int (*reaches)(
	    struct subject *, const struct pattern_set *, struct error *);
	const struct review_source *reviews; /* NULL: there are none */
	struct subject *subject;
};

/* The trailers of a member; NULL with an error over the limit. */
const struct trailers *
member_trailers(const struct change *, struct member *, struct error *);

/*
 * Is it a merge that adds nothing of its own?  1, 0 or -1.  The merge is made
 * again, so ask only where the answer matters.
 */
int member_mechanical(const struct change *, struct member *, struct error *);

/* Everybody who may have written a change, in the order of their names. */
struct writers {
	struct hand {
		struct who who;
		struct member *merge; /* they made this, which is nothing if it
					 is mechanical; or NULL */
	} * list;
	size_t count;
};

/*
 * Authors of all members but mechanical merges, and whom `Co-authored-by:`
 * names in any of them.  In the arena.
 */
int change_writers(const struct change *, struct writers *, struct error *);

/* 1, 0 or -1. */
int writers_have(const struct change *, const struct writers *,
    const struct who *, struct error *);

/* "4f1c2ab", in the arena. */
const char *commit_short(const struct change *, const struct commit *);

/* The name of tag "tags/v1" as a word that a shell takes as it is, or "TAG". */
const char *tag_word(const char *ref);

/* `text` if a shell takes it as one word that is no option, else `stand_in`. */
const char *plain_word(const char *text, const char *stand_in);

/*
 * The commands that amend a commit of the change and push it again, one a line:
 * `option` follows `git commit --amend`, with `--no-edit` where more than the
 * message changes.  They can be run as they are, below the tip too.  A tag is
 * made anew.
 */
const char *amend_commands(
    const struct change *, const struct commit *, const char *option);

/* ... that change its content, by a command of one line. */
const char *
step_commands(const struct change *, const struct commit *, const char *step);

/* ... that add a file to it. */
const char *add_commands(const struct change *, const struct commit *);

/* ... that sign it. */
const char *sign_commands(const struct change *, const struct commit *);

#endif
