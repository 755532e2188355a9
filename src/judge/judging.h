/*
 * The judge's own state, shared by its parts and nobody else.
 *
 *   judge.c      the push: layers, refs, outcomes
 *   guard.c      a name and its old value, before any rule
 *   branches.c   the protected branches as they are on this server
 *   past.c       what pushes of the past share
 *   range.c      what a ref gains, as the checks see it
 *   look.c       a first, fast look at all changes
 *   helper.c     some of many changes, by a thread beside us
 *   rules.c      rules on changes
 *   waive.c      exceptions on what was found
 *   marks.c      states that are not accepted everywhere
 *   branch.c     a protected branch
 *   tag.c        a protected tag
 *   notes.c      the ref that evidence is kept on
 *   reviewers.c  who may write below refs/reviews
 *   reviews.c    what reviews there are
 *   coverage.c   what they cover
 *   policy_change.c  the policy that a push would leave in the tree
 *   register_change.c  and the register of findings
 *   violation.c  findings into the verdict
 */
#ifndef JUDGE_JUDGING_H
#define JUDGE_JUDGING_H

#include "base/budget.h"
#include "git/history.h"
#include "judge/judge.h"
#include "waiver/waiver.h"

struct branches {
	struct tip *list;
	size_t count, capacity;
	bool known;
};

struct judging {
	const struct judge_input *input;
	struct verdict *verdict;
	struct budget budget;
	struct history *history;
	struct blob_index *blobs;
	struct reviews *reviews;
	struct branches branches[LAYER_LIMIT];
	struct waiver_push waiver_push; /* what the registries look at */
	struct registry *registries[LAYER_LIMIT];
	const char **exceptions; /* named so far, each once */
	size_t exception_count, exception_capacity;
	struct state_marks marks; /* after marks_know() */
	bool marks_known;
	size_t judged; /* changes, for the progress line */
	long today;
};

/* judge.c: what is read while a push is judged; ends with it. */
void judging_begin(struct judging *);
void judging_end(struct judging *);

struct past {
	struct budget budget; /* without an end: each push has its own too */
	struct arena arena;
	struct history *history;
	struct blob_index *blobs;
	struct reviews *reviews;
};

/* Is it the server that judges, and now? */
static inline bool
is_live(const struct judging *j)
{
	return j->input->tracking == NULL && j->input->past == NULL;
}

/* One protected ref under one layer. */
struct subject {
	struct judging *judging;
	struct ref_verdict *ref;
	size_t layer;
	const struct policy *policy;
	struct oid tip;       /* the commit it is to have */
	bool whole;           /* a foxtrot that the policy allows */
	struct range *ranges; /* made so far */
};

/* violation.c: a finding into the verdict.  `rule` is NULL for built-in ones,
 * `policy` NULL for those of no layer. */
struct violation *violation_add(struct ref_verdict *, const struct policy *,
    const struct rule *, const struct finding *);

/* A failure: a finding where the pusher's objects are at fault
 * (object.malformed, see violation_unjudged()), else the question stays
 * unanswered. */
void violation_from_error(struct judging *, struct ref_verdict *,
    const struct policy *, const struct error *);

/* A built-in finding about a ref, of the layer `policy` or of none (NULL). */
struct violation *
violation_built_in(struct ref_verdict *, const struct policy *,
    const char *code, const char *need, const char *found);

/* ... that keeps rules from being judged: it counts as much as the strictest
 * of them, whatever the layer's mode. */
struct violation *
violation_unjudged(struct ref_verdict *, const struct policy *,
    const char *code, const char *need, const char *found);

/* guard.c: fills the ref's old value and kind, and refuses what needs no
 * objects to refuse. */
void guard_ref(struct judging *, struct ref_verdict *);

/* reviewers.c: refuses what is written there by others than its owner. */
void reviewers_guard(struct judging *, struct ref_verdict *);

/* reviews.c: the names live in the arena. */
struct reviews *reviews_new(struct arena *);
void reviews_free(struct reviews *);
/* ... what is known of one push, but not the refs. */
void reviews_forget(struct reviews *);
/* coverage.c */
extern const struct review_source reviews_source;

/* branches.c: NULL on an error. */
const struct branches *
branches_of(struct judging *, size_t layer, struct error *);
/* Has one of these branches the commit that the subject's ref is to have? */
int
branches_reach(struct subject *, const struct pattern_set *, struct error *);
bool ref_is_branch(const char *ref);
bool ref_is_tag(const char *ref);

/* range.c */
struct range {
	struct range *next;
	struct gain gain;
	struct tip *tips; /* whose states were accepted, but for these */
	struct oid *withheld;
	size_t tip_count, withheld_count;
	enum history_care care;
	struct change **changes; /* made so far; or NULL */
};

/* The branches whose states history itself accepts, on this server: the layer's
 * own; where it has none, those of the others.  0 or -1. */
int protected_tips(
    struct subject *, struct tip **tips, size_t *count, struct error *);

/* The changes a rule judges (NULL: history itself).  NULL on an error. */
struct range *range_for(
    struct subject *, const struct rule *, enum history_care, struct error *);

/* Change `i` as the checks see it, but for its files; what they make of it
 * lies in the arena. */
void change_make(struct subject *, const struct range *, size_t i,
    struct arena *, struct change *);

/* The same, made once, to live as long as the verdict. */
struct change *range_change(struct subject *, struct range *, size_t i);

/* Set the files of a change.  Reads and checks every new tree of it, and of the
 * commits that come with it. */
int change_files(struct subject *, struct change *, struct error *);

/*
 * The change of the new tip, for what is judged once an update and needs no
 * files: the last of the range, or where it has none one without content, whose
 * one member is the tip.  NULL on an error.
 */
const struct change *
range_tip(struct subject *, struct range *, struct error *);

/* A commit for a finding to name; NULL where it can not be read. */
const struct commit *commit_named(struct subject *, const struct oid *);

/* Fill what every change has from its subject. */
void change_begin(struct subject *, struct change *);

/* look.c: the fast look at the changes that rules judge, all rules of a range
 * at once. */
struct look {
	const struct rule *rule; /* NULL: are all new trees well formed? */
	struct range *range;
	struct findings findings; /* whose reviews were accepted */
	bool about;               /* some change is what the rule is about */
	bool broken;              /* perhaps; what else is here means nothing */
};

struct looks {
	struct look *list; /* at the trees, and for each rule of the ref */
	size_t count;
};

/* Errors, too, only make rules broken: the exact look will tell. */
struct looks looks_make(struct subject *);
void looks_free(struct looks *);

/* Look at changes from `first` up to `end`.  False once nothing holds. */
bool looks_take(
    struct subject *, struct looks *, struct range *, size_t first, size_t end);

/*
 * helper.c: where there are many changes, another thread takes some of them, a
 * piece at a time from the far end, until it meets us.  What it says is broken
 * we look at again exactly.  False if it would not pay, or can not be had:
 * nothing was looked at.
 */
bool looks_share(struct subject *, struct looks *, struct range *);

/* rules.c */
void rules_judge(struct subject *);
/*
 * Report what a change breaks of a rule: 1 if the rule is about it, 0 if it is
 * not, -1 if it could not be told.
 */
int change_judge(const struct rule *, enum occasion, const struct change *,
    struct findings *, struct error *);
/* A tag's rules, on the one change that it is. */
void rules_judge_change(struct subject *, struct change *);
/* Try the exceptions that the change (may be NULL) or the push names on the
 * violation with this index. */
void waive(
    struct subject *, const struct rule *, const struct change *, size_t which);

/* marks.c: learn what is known of states, and tell it to all walks that follow.
 * 0 or -1. */
int marks_know(struct judging *, struct error *);

/* The commits, in the arena, that landed under exceptions which waived this
 * rule (NULL: history itself) and of which none covers the subject's ref. */
struct oid *
marks_withheld(const struct subject *, const struct rule *, size_t *count);

/* Once the push is accepted: the change landed under an exception, or the
 * ref's new tip is a foxtrot. */
void mark_waived(struct subject *, const struct rule *, const struct change *,
    const struct exception *);
void mark_foxtrot(struct subject *);

/* notes.c: is it the ref of evidence, which is guarded without rules? */
void notes_judge(struct subject *);

/* branch.c, tag.c */
void branch_judge(struct subject *);
void tag_judge(struct subject *);

/* policy_change.c: judged by the policy there is, a new one must be valid. */
void policy_change_judge(struct judging *, struct ref_verdict *);

/* register_change.c: a register of findings must stay one that can be read. */
void register_change_judge(struct judging *, struct ref_verdict *);

#endif
