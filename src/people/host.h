/*
 * What the host says: who is pushing, to which repository, by which door.
 *
 * One table of hosts, in the order `pusher: auto` asks them.  Nothing here
 * comes from the commits.
 */
#ifndef PEOPLE_HOST_H
#define PEOPLE_HOST_H

#include <stdbool.h>

#include "base/mem.h"
#include "yaml/field.h"

/* The policy's key `pusher`. */
enum pusher_kind {
	PUSHER_AUTO,
	PUSHER_ACCOUNT,
	PUSHER_NONE,
	PUSHER_ENV,
	PUSHER_HOST
};

struct pusher_setting {
	enum pusher_kind kind;
	const char *name; /* PUSHER_ENV: the variable; PUSHER_HOST: the host */
};

extern const struct field pusher_fields[];
void pusher_setting_load(
    struct load *, const struct node *, struct pusher_setting *);

struct pusher {
	const char *login;   /* NULL: unknown */
	const char *via;     /* "gitolite", "account", ...; NULL if none */
	const char *address; /* the network address, or NULL */
	const char
	    *fault;  /* why a value that was there was not taken, or NULL */
	bool proven; /* false for the Unix account unless so set */
};

struct pusher
pusher_from_environment(const struct pusher_setting *, struct arena *);

/* The host's name for the repository, or NULL where no host gives one. */
const char *host_repository(struct arena *);

#endif
