/* The message the pusher reads (messages.md), built in memory. */
#ifndef REPORT_PUSHER_H
#define REPORT_PUSHER_H

#include "base/text.h"
#include "judge/verdict.h"

/* For git's relay, or GL-HOOK-ERR lines for GitLab's web UI. */
enum message_form { MESSAGE_FULL, MESSAGE_GITLAB_WEB };

/*
 * `accepted` is the final answer; `log_error` is set where the records could
 * not be written.  An accepted push without warnings gives an empty text.
 */
void message_make(const struct verdict *, bool accepted,
    const struct error *log_error, enum message_form, struct text *);

#endif
