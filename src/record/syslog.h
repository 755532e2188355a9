/*
 * Our own sender to the local syslog daemon: unlike syslog(3) it can fail, and
 * it ends.  One datagram a record (RFC 3164 as sent by local programs, with
 * `@cee:` JSON and nothing after it).
 */
#ifndef RECORD_SYSLOG_H
#define RECORD_SYSLOG_H

#include <stddef.h>

#include "base/error.h"

struct syslog_sender;

/* Does not connect yet.  `facility` is a LOG_* facility of <syslog.h>. */
struct syslog_sender *syslog_open(const char *socket_path, int facility);

/*
 * Send one record: connects at first use, and once more if the daemon was
 * restarted.  A daemon that does not read is waited for, but a sender waits two
 * seconds in all, however many records it is given.  0, or -1 with
 * "log.unavailable".
 */
int syslog_send(struct syslog_sender *, int severity, const char *json,
    size_t len, struct error *);
void syslog_close(struct syslog_sender *);

#endif
