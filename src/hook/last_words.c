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
	char json[320];
	size_t seam;
} words;

static void
speak(void)
{
	const struct journal_line line = {words.json, words.seam};
	struct error err;
	int64_t seq;

	/* Should this hang, the signal ends it. */
	signal(SIGALRM, SIG_DFL);
	alarm(TIME_LIMIT);
	syslog_send(words.sender, LOG_ERR, line.json, strlen(line.json), &err);
	journal_append(words.git_dir, &line, 1, JOURNAL_FLUSH, &seq, &err);
}

static void
out_of_time(int signal)
{
	(void)signal;
	speak();
	_exit(1);
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
	    "\"codes\":[\"internal.error\"],\"hook\":\"%s\"}",
	    hook);
	mem_on_exhaustion(speak);
	signal(SIGXCPU, out_of_time);
}

void
last_words_forget(void)
{
	mem_on_exhaustion(NULL);
	syslog_close(words.sender);
}
