/*
 * The file packed-refs (gitrepository-layout(5)): refs that are no files of
 * their own, one a line.  Where its header says that it is sorted it is
 * searched, and not read from end to end.  All functions return -1 with an
 * error where the file can not be read or is damaged.
 */
#ifndef GIT_PACKED_REFS_H
#define GIT_PACKED_REFS_H

#include <stdbool.h>
#include <sys/stat.h>

#include "git/refs.h"

/* One version of the file, zeroed before it is loaded.  It is replaced by
 * rename, so a map never changes. */
struct packed {
	bool loaded;
	struct stat stat; /* zeroed where there is no such file */
	const char *data;
	size_t size, body; /* the body begins after the header line */
	bool sorted;
};

/* Map the file of the directory `dir`; there need not be one. */
int packed_load(struct packed *, int dir, struct error *);
void packed_unload(struct packed *);

/*
 * Make the map we have the present one: pack-refs may have moved a loose ref
 * there since, so this comes after the loose file was found to be absent.
 */
int packed_refresh(struct packed *, int dir, struct error *);

/* Fill `ref` if the file has the name; else leave it as it is. */
int packed_find(
    const struct packed *, const char *name, struct ref *, struct error *);

/* Call `each` for every name that begins with `prefix`, as refs_each(). */
int packed_each(const struct packed *, const char *prefix,
    int (*each)(
	void *context, const char *name, const struct oid *, struct error *),
    void *context, struct error *);

#endif
