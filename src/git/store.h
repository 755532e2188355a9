/*
 * The object directories of a repository, searched in order: the quarantine of
 * a push, the repository's own, and those its info/alternates name, in turn.
 *
 * In each, packs are looked at before loose objects.  Packs are opened when a
 * search first comes to them; libgit2 is asked for what is found nowhere, since
 * it may know forms we do not (old indexes) or packs that came in the meantime.
 */
#ifndef GIT_STORE_H
#define GIT_STORE_H

#include "git/want.h"

struct store;
struct cache;
struct library;

/* `objects` is the repository's own directory, borrowed for the call. */
struct store *store_open(const char *objects, struct error *);
void store_close(struct store *);

/* Put the quarantine before all others.  "repo.environment" unless it is one of
 * this repository (git/quarantine.h). */
int store_quarantine(struct store *, const char *path, struct error *);

/* "repo.environment" unless every directory of a list as it stands in
 * GIT_ALTERNATE_OBJECT_DIRECTORIES is one of the store's. */
int store_permits(const struct store *, const char *list, struct error *);

/* 0; 1 if there is no such object; -1 with the codes of object_read(). */
int
store_read(struct store *, const struct want *, struct found *, struct error *);

/* What was read lately, by name; for object.c. */
struct cache *store_recent(struct store *);

/* libgit2 with this store's directories, started if need be; borrowed. */
struct library *store_library(struct store *, struct error *);

#endif
