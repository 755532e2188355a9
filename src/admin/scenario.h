/*
 * Files of declared pushes and the verdicts expected of them
 * (refwarden.policy-test(5)).
 */
#ifndef ADMIN_SCENARIO_H
#define ADMIN_SCENARIO_H

#include "admin/premise.h"
#include "base/mem.h"
#include "yaml/field.h"

/* A file with a content of its own. */
struct written {
	const char *path, *text;
};

struct scene_commit {
	const char *author, *committer, *message;
	const char *branch; /* a side branch that it is on; NULL: the pushed */
	const char *merge;  /* the side branch that it merges; or NULL */
	const char *signed_by; /* a person of the policy; or NULL */
	struct texts added, modified, deleted;
	struct written *written;
	size_t written_count;
};

enum scene_update { SCENE_UPDATE, SCENE_CREATE, SCENE_REWRITE, SCENE_DELETE };

/* In the order of how bad it is. */
enum expectation { EXPECT_ACCEPT, EXPECT_OBSERVE, EXPECT_WARN, EXPECT_REFUSE };
extern const char *const expectation_names[];

struct scenario {
	const char *name;
	const char *ref;      /* a full name */
	const char *on;       /* of a tag or a new branch: the branch before */
	int update;           /* enum scene_update */
	const char *pusher;   /* a login; NULL: nobody can tell */
	bool lightweight;     /* a tag without an object of its own */
	struct texts present; /* files there before */
	struct texts also;    /* branches that are at the new commit already */
	struct premise premise;   /* there before */
	struct scene_commit only; /* the one commit, or a tag's message */
	bool has_only;
	struct scene_commit *commits;
	size_t commit_count;
	int expect; /* enum expectation */
	struct texts rules, codes;
	bool rules_given, codes_given;
	unsigned line;
};

struct scenarios {
	const char *policy;     /* as written, relative to the file */
	const char *exceptions; /* a directory of records, the same; or NULL */
	long today;             /* 0: not given */
	struct scenario *list;
	size_t count;
	struct arena arena;
};

extern const struct field scenarios_fields[];

bool scenario_is_tag(const struct scenario *);

/* By its keys: is this such a file rather than a policy? */
bool scenarios_recognised(const char *data, size_t len);

/* Read a file's bytes.  Every fault is told; errors among them mean that what
 * was read is not to be used.  The caller calls scenarios_free(). */
void scenarios_load(
    const char *data, size_t len, struct scenarios *, struct faults *);
void scenarios_free(struct scenarios *);

#endif
