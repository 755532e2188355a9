/*
 * The account that this process runs as.
 *
 * Not getpwuid(3): what it asks is loaded into the program while it runs.
 */
#ifndef PEOPLE_ACCOUNT_H
#define PEOPLE_ACCOUNT_H

#include "base/mem.h"

/*
 * Its name, in the arena: as /etc/passwd has it, else as id(1) says (which asks
 * LDAP, and whatever else this machine is set up to ask).  NULL if nobody knows
 * one.
 */
const char *account_name(struct arena *);

#endif
