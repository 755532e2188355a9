/* An annotated tag, read strictly (git-mktag(1)). */
#ifndef GIT_TAG_H
#define GIT_TAG_H

#include "git/commit.h"
#include "git/object.h"

struct tag {
	struct oid id, target;
	enum object_type target_type;
	const char *name;
	struct commit as_commit; /* the tagger as author and committer, the
				    tag's message and signature, `is_tag` set */
};

/*
 * Parse the body of tag `id`: object, type, tag and tagger, in this order and
 * nothing else, then the message.  A signature at its end is no part of
 * `message`.  -1 with "object.malformed".  All text is copied to the arena.
 */
int tag_parse(const struct oid *id, const char *data, size_t size,
    struct arena *, struct tag *, struct error *);

enum { TAG_DEPTH_LIMIT = 5 };

/*
 * Follow tags from `id` to a commit, at most TAG_DEPTH_LIMIT of them.  `*first`
 * is the outermost tag (its id is zero if `id` is the commit itself: a
 * lightweight tag).  Returns 1 with `*commit` set, 0 if it ends at something
 * else or too deep, -1 on an error.
 */
int tag_peel(struct repo *, const struct oid *id, size_t size_limit,
    struct arena *, struct tag *first, struct oid *commit, struct error *);

#endif
