/* May this pusher do what only a group may? */
#ifndef CHECKS_PUSHER_H
#define CHECKS_PUSHER_H

#include "checks/change.h"

/* Why not; `code` is NULL if they may. */
struct pusher_refusal {
	const char *code, *found, *note; /* "pusher.*"; the note or NULL */
};

/* May anybody say that it is them who push?  Not where the server does not. */
struct pusher_refusal pusher_prove(const struct pusher *, struct arena *);

struct pusher_refusal pusher_judge(const struct group *, const struct change *);

#endif
