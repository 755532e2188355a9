/* Ready before anything can go wrong: what is sent when all else has. */
#include "hook/last_words.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/place.h"
#include "record/journal.h"
#include "record/syslog.h"

enum { TIME_LIMIT = 10 /* seconds */ };

static struct {
	struct syslog_sender *sender;
	const char *git_dir;
	char json[320], verdict[80];
	size_t seam;
} words;

/* Memory and processor time end at limits of the policy: say which it was. */
static void
tell(const char *limit)
{
	char text[400];
	int n = snprintf(text, sizeof text,
	    "error[object.limit]: the push takes more than the policy allows\n"
	    "\n"
	    "  found   no %s left (limits: %s)\n"
	    "\n"
	    "hint: push in smaller steps, or ask the administrator to raise "
	    "the\n"
	    "      limit that the message names\n"
	    "\n"
	    "refused: 1 error, %s\n",
	    limit, limit, words.verdict);

	/* Nobody is left to hear that it failed. */
	if (write(STDERR_FILENO, text, (size_t)n) < 0)
		return;
}

static _Noreturn void
speak(const char *limit)
{
	const struct journal_line line = {words.json, words.seam};
	struct error err;
	int64_t seq;

	/* Should this hang, the signal ends it. */
	signal(SIGALRM, SIG_DFL);
	alarm(TIME_LIMIT);
	syslog_send(words.sender, LOG_ERR, line.json, strlen(line.json), &err);
	journal_append(words.git_dir, &line, 1, JOURNAL_FLUSH, &seq, &err);
	tell(limit);
	_exit(1);
}

static void
out_of_memory(void)
{
	speak("memory");
}

static void
out_of_time(int signal)
{
	(void)signal;
	speak("time");
}

void
last_words_prepare(const char *id, const char *hook, const char *git_dir)
{
	char now[25];
	int n;

	words.sender = syslog_open(place_syslog(), LOG_AUTHPRIV);
	words.git_dir = git_dir;
	n = snprintf(words.json, sizeof words.json,
	    "{\"v\":1,\"event\":\"decision\",\"id\":\"%s\",\"time\":\"%s\"", id,
	    clock_format(clock_now(), now));
	words.seam = (size_t)n;
	snprintf(words.json + n, sizeof words.json - (size_t)n,
	    ",\"verdict\":\"error\",\"push\":\"refuse\","
	    "\"codes\":[\"object.limit\"],\"hook\":\"%s\"}",
	    hook);
	snprintf(words.verdict, sizeof words.verdict, "%s (%s)",
	    strcmp(hook, "update") == 0 ? "the ref was not changed"
					: "nothing was changed on the server",
	    id);
	mem_on_exhaustion(out_of_memory);
	signal(SIGXCPU, out_of_time);
}

void
last_words_forget(void)
{
	mem_on_exhaustion(NULL);
	syslog_close(words.sender);
}
