/*
 * People of a policy who sign something in a test.  Nobody has the private
 * parts of the keys in a policy: whoever signs gets a further key here.
 */
#ifndef ADMIN_SIGNERS_H
#define ADMIN_SIGNERS_H

#include "admin/workdir.h"
#include "policy/policy.h"

struct signers {
	struct policy *policy; /* borrowed; its people gain keys */
	bool *made;            /* a key, of each of its people */
	char dir[WORKDIR_SIZE];
};

/* Makes no key yet.  The keys are gone with signers_close(). */
void signers_open(struct signers *, struct policy *);
void signers_close(struct signers *);

/* The person of that name; NULL where the policy has none. */
struct person *signers_find(const struct signers *, const char *name);

/* Add the armored signature of that person to `signature`. */
int signers_sign(struct signers *, const char *name, const char *name_space,
    const char *data, size_t len, struct text *signature, struct error *);

#endif
