/*
 * Packs and their indexes, version 2 both (gitformat-pack(5)).
 *
 * Both files are mapped.  Everything in them is taken for hostile: an index
 * that does not fit its pack is not opened, and entries are checked where they
 * are read.
 */
#ifndef GIT_PACK_H
#define GIT_PACK_H

#include <stdint.h>

#include "git/inflate.h"
#include "git/want.h"

struct pack;
struct pack_reader;

/*
 * The pack whose index is `name` (ending in ".idx") in the directory `dir`, a
 * descriptor.  NULL if it is of another version, damaged or gone: libgit2 is
 * asked for what no pack of ours has.
 */
struct pack *pack_open(int dir, const char *name);
void pack_close(struct pack *);

/* Where in the pack the object's entry is; false if it is not in there. */
bool pack_find(const struct pack *, const struct oid *, uint64_t *offset);

/* What all packs share: the inflater (borrowed) and the bases of deltas. */
struct pack_reader *pack_reader_new(struct inflater *);
void pack_reader_free(struct pack_reader *);

/* Read the entry at `offset`.  0, or -1 with the codes of object_read(). */
int pack_read(struct pack_reader *, const struct pack *, uint64_t offset,
    const struct want *, struct found *, struct error *);

#endif
