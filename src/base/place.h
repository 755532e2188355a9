/*
 * The places on this machine that are settled when refwarden is built.
 *
 * They are functions in a file of their own so that the tests can link
 * programs whose places lie below a directory of the test.  The programs that
 * are installed never ask the environment.
 */
#ifndef BASE_PLACE_H
#define BASE_PLACE_H

const char *place_sysconf(void); /* SYSCONFDIR, such as "/etc" */
const char *place_syslog(void);  /* the socket, "/dev/log" */

#endif
