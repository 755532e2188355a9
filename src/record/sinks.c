/* Records to the journal, and from there to syslog. */
#include "record/sinks.h"

#include <stdlib.h>

#include "base/place.h"
#include "record/journal.h"
#include "record/recall.h"
#include "record/spool.h"
#include "record/syslog.h"

static struct journal_line
line_of(const struct record *record)
{
	return (struct journal_line){record->json, record->seam};
}

static int
journal_all(const struct records *records, const struct sinks *sinks,
    enum journal_flush flush, const struct journal_gate *gate, int64_t *first,
    struct error *err)
{
	struct journal_line *lines = mem_array(records->count, sizeof *lines);
	int result;

	for (size_t i = 0; i < records->count; i++)
		lines[i] = line_of(&records->list[i]);
	result = journal_append_if(
	    sinks->git_dir, lines, records->count, flush, gate, first, err);
	free(lines);
	return result;
}

/* How many were sent before one failed.  `first` is 0 where no journal has
 * numbered them. */
static size_t
send_all(const struct records *records, struct syslog_sender *sender,
    int64_t first, struct error *err)
{
	size_t sent = 0;

	for (; sent < records->count; sent++) {
		const struct record *record = &records->list[sent];
		const struct journal_line line = line_of(record);
		struct writer writer = {0};
		int result;

		journal_stamp(&line, first > 0 ? first + (int64_t)sent : 0,
		    NULL, &writer);
		result = syslog_send(sender, record->severity, writer.text.data,
		    writer.text.len, err);
		text_free(&writer.text);
		if (result != 0)
			break;
	}
	return sent;
}

/* Mark what was not sent, for `refwarden audit resend`. */
static int
mark_rest(const struct records *records, const struct sinks *sinks, size_t sent,
    int64_t first, struct error *err)
{
	size_t count = records->count - sent;
	struct spool_mark *marks = mem_array(count, sizeof *marks);
	int result;

	for (size_t i = 0; i < count; i++)
		marks[i] = (struct spool_mark){
		    .seq = first + (int64_t)(sent + i),
		    .priority =
			sinks->log->facility | records->list[sent + i].severity,
		};
	result = spool_add(sinks->git_dir, marks, count, err);
	free(marks);
	return result;
}

/* The push was refused after all; what can not be written any more was told
 * to the pusher. */
static void
take_back(const struct records *records, const struct sinks *sinks,
    struct syslog_sender *sender, const struct error *why)
{
	struct records again = {0};
	struct error ignored;
	int64_t first = 0;
	size_t sent;

	records_make_unlogged(records->verdict, why, &again);
	if (sinks->log->journal)
		journal_all(
		    &again, sinks, JOURNAL_FLUSH, NULL, &first, &ignored);
	sent = send_all(&again, sender, first, &ignored);
	if (first > 0 && sent < again.count)
		mark_rest(&again, sinks, sent, first, &ignored);
	records_free(&again);
}

/* An accepted push that is about to take uses of exceptions. */
struct claim {
	struct records *records;
	const char *git_dir;
};

/* Does the exception still have the use that the judge saw? */
static int
claim_one(const struct claim *claim, const struct exception *exception,
    struct error *err)
{
	int64_t uses;
	int used = recall_used(
	    claim->git_dir, exception->id, claim->records->verdict->id, err);

	if (used != 1)
		return used;
	uses = recall_uses(
	    claim->git_dir, exception->id, exception->approved_on, err);
	if (uses < 0 || uses < exception->max_uses)
		return uses < 0 ? -1 : 0;
	claim->records->spent = exception;
	return error_code(err, "exception.spent",
	    "%s: another push has used it meanwhile", exception->id);
}

static int
claim_all(void *context, struct error *err)
{
	const struct claim *claim = context;
	const struct verdict *verdict = claim->records->verdict;
	int result = 0;

	for (size_t i = 0; result == 0 && i < verdict->used_count; i++)
		if (verdict->used[i]->max_uses > 0)
			result = claim_one(claim, verdict->used[i], err);
	return result;
}

int
records_write(
    struct records *records, const struct sinks *sinks, struct error *err)
{
	struct claim claim = {records, sinks->git_dir};
	const struct journal_gate gate = {claim_all, &claim};
	const struct log_setting *log = sinks->log;
	struct syslog_sender *sender =
	    syslog_open(place_syslog(), log->facility);
	int64_t first = 0;
	bool journaled =
	    !log->journal ||
	    journal_all(records, sinks, JOURNAL_FLUSH,
		records->accepted ? &gate : NULL, &first, err) == 0;
	struct error unsent = {.code = ""}, unmarked;
	bool marked = false, sent = false;
	size_t count;

	if (records->spent != NULL) {
		syslog_close(sender);
		return -1;
	}
	/* An accept that the journal lacks is not going to be one. */
	if (journaled || !records->accepted) {
		count = send_all(records, sender, first, &unsent);
		sent = count == records->count;
		if (!sent && first > 0)
			marked = mark_rest(records, sinks, count, first,
				     &unmarked) == 0;
	}
	if (journaled && !sent)
		*err = unsent;
	if (marked && log->on_failure == LOG_SPOOL)
		sent = true;
	if (records->accepted && !(journaled && sent))
		take_back(records, sinks, sender, err);
	syslog_close(sender);
	return journaled && sent ? 0 : -1;
}

int
records_journal(
    const struct records *records, const struct sinks *sinks, struct error *err)
{
	int64_t first;

	return sinks->log->journal ? journal_all(records, sinks, JOURNAL_LATER,
					 NULL, &first, err)
				   : 0;
}
