/* What a verdict leaves behind: decisions and violations. */
#include "record/record.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/place.h"
#include "record/journal.h"
#include "record/syslog.h"
#include "record/writer.h"

/* How much room the members have; a record that is too long is written again
 * with less.  With the last row every record fits, whatever was pushed. */
struct room {
	size_t ref, name, text, list;
};

static const struct room rooms[] = {
    {RECORD_SIZE_LIMIT, 255, 600, 600},
    {RECORD_SIZE_LIMIT, 128, 300, 300},
    {REF_NAME_LIMIT, 64, 150, 100},
    {REF_NAME_LIMIT, 28, 100, 36},
};
enum { ROOMS = sizeof rooms / sizeof *rooms };

/* What is the same in all records of a push. */
struct scene {
	const struct verdict *verdict;
	bool accepted;
	bool unlogged; /* the decision is: it could not be logged */
	char host[256], time[25];
	struct arena arena;
};

/* What one record is about. */
struct subject {
	const struct ref_verdict *ref;     /* NULL: no ref was read */
	const struct violation *violation; /* of a violation record */
};

struct names {
	const char **list;
	size_t count, capacity;
};

static void
names_add(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return;
	names->list = mem_grow(names->list, &names->capacity, names->count + 1,
	    sizeof *names->list);
	names->list[names->count++] = name;
}

static void
names_write(struct writer *writer, const char *key, struct names *names,
    const struct room *room)
{
	writer_list(writer, key, names->list, names->count, room->list);
	free(names->list);
	*names = (struct names){0};
}

static void
write_head(struct writer *writer, struct scene *scene, const char *event,
    const struct subject *subject, const struct room *room)
{
	const struct verdict *verdict = scene->verdict;

	writer_begin(writer);
	writer_number(writer, "v", 1);
	writer_text(writer, "event", event, room->name);
	writer_text(writer, "id", verdict->id, room->name);
	writer_text(writer, "time", scene->time, room->name);
	writer_text(writer, "host", scene->host, room->name);
	writer_text(writer, "repo", verdict->repository, room->name);
	if (subject->ref != NULL && subject->ref->update != NULL)
		writer_text(
		    writer, "ref", subject->ref->update->ref, room->ref);
}

static void
write_id(struct writer *writer, const char *key, const struct oid *id)
{
	char digits[OID_DIGITS + 1];

	writer_text(writer, key, oid_format(id, digits), OID_DIGITS);
}

static void
write_count(struct writer *writer, const char *key, size_t count)
{
	if (count > 0)
		writer_number(writer, key, (int64_t)count);
}

static void
write_update(struct writer *writer, const struct ref_verdict *ref)
{
	if (ref == NULL || ref->update == NULL || ref->update->ref[0] == '\0')
		return;
	writer_text(writer, "kind", update_kind_names[ref->kind], OID_DIGITS);
	write_id(writer, "old", &ref->old);
	write_id(writer, "new", &ref->update->new);
	write_count(writer, "commits", ref->commits);
	write_count(writer, "changes", ref->changes);
	if (ref->imported)
		writer_true(writer, "imported");
}

/* The mode where nothing enforced was broken, but something else was. */
static const char *
mode_name(const struct ref_verdict *ref)
{
	const char *name = NULL;

	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *violation = &ref->violations[i];

		if (violation->waived_by != NULL)
			continue;
		if (violation->mode == MODE_ENFORCE)
			return NULL;
		if (name == NULL || violation->mode == MODE_WARN)
			name = mode_names[violation->mode];
	}
	return name;
}

static void
write_findings(struct writer *writer, const struct ref_verdict *ref,
    const struct room *room)
{
	struct names codes = {0}, rules = {0}, exceptions = {0};

	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct violation *violation = &ref->violations[i];

		if (violation->waived_by != NULL)
			names_add(&exceptions, violation->waived_by->id);
		else
			names_add(&codes, violation->finding.code);
		if (violation_refuses(violation) && violation->rule != NULL)
			names_add(&rules, violation->rule->name);
	}
	writer_text(writer, "mode", mode_name(ref), room->name);
	names_write(writer, "codes", &codes, room);
	names_write(writer, "rules", &rules, room);
	writer_text(writer, "proof", proof_names[ref->proof], room->name);
	writer_list(writer, "reviewers", ref->reviewers, ref->reviewer_count,
	    room->list);
	names_write(writer, "exceptions", &exceptions, room);
}

static enum outcome
outcome_of(const struct scene *scene, const struct subject *subject)
{
	if (scene->unlogged)
		return OUTCOME_ERROR;
	return subject->ref != NULL ? subject->ref->outcome
				    : scene->verdict->outcome;
}

static void
write_decision(struct writer *writer, struct scene *scene,
    const struct subject *subject, const struct room *room)
{
	static const char *const unlogged[] = {"log.unavailable"};
	const struct verdict *verdict = scene->verdict;

	write_head(writer, scene, "decision", subject, room);
	write_update(writer, subject->ref);
	writer_text(writer, "user", verdict->pusher.login, room->name);
	writer_text(writer, "via", verdict->pusher.via, room->name);
	writer_text(writer, "addr", verdict->pusher.address, room->name);
	writer_text(writer, "verdict",
	    outcome_names[outcome_of(scene, subject)], room->name);
	writer_text(
	    writer, "push", scene->accepted ? "accept" : "refuse", room->name);
	if (verdict->check)
		writer_true(writer, "check");
	if (scene->unlogged)
		writer_list(writer, "codes", unlogged, 1, room->list);
	else if (subject->ref != NULL)
		write_findings(writer, subject->ref, room);
	if (verdict->layers != NULL)
		writer_text(
		    writer, "policy", verdict->layers->hash, room->name);
	writer_text(writer, "hook", verdict->hook, room->name);
	writer_number(writer, "ms", verdict->milliseconds);
	writer_end(writer);
}

static void
write_violation(struct writer *writer, struct scene *scene,
    const struct subject *subject, const struct room *room)
{
	const struct violation *violation = subject->violation;
	const struct finding *finding = &violation->finding;

	write_head(writer, scene, "violation", subject, room);
	writer_text(writer, "user", scene->verdict->pusher.login, room->name);
	if (violation->rule != NULL) {
		writer_text(writer, "rule", violation->rule->name, room->name);
		writer_text(
		    writer, "clause", violation->rule->clause, room->name);
	}
	writer_text(writer, "code", finding->code, room->name);
	writer_text(writer, "mode", mode_names[violation->mode], room->name);
	if (finding->commit != NULL)
		write_id(writer, "commit", &finding->commit->id);
	writer_text(writer, "path", finding->path, room->text);
	writer_text(writer, "need", finding->need, room->text);
	writer_text(writer, "found", finding->found, room->text);
	if (violation->waived_by != NULL)
		writer_text(writer, "exception", violation->waived_by->id,
		    EXCEPTION_ID_LIMIT);
	writer_end(writer);
}

static int
severity_of(const struct scene *scene, const struct subject *subject)
{
	enum outcome outcome = outcome_of(scene, subject);

	if (subject->violation != NULL &&
	    !violation_refuses(subject->violation))
		return LOG_NOTICE;
	if (outcome == OUTCOME_REFUSE)
		return LOG_WARNING;
	if (outcome != OUTCOME_ACCEPT)
		return LOG_ERR;
	/* Accepted, but not without anything to say. */
	return subject->ref != NULL && subject->ref->violation_count > 0
		   ? LOG_NOTICE
		   : LOG_INFO;
}

static void
record_add(
    struct records *records, struct scene *scene, const struct subject *subject)
{
	struct writer writer = {0};

	for (size_t i = 0; i < ROOMS; i++) {
		text_free(&writer.text);
		writer.left_out = 0;
		if (subject->violation != NULL)
			write_violation(&writer, scene, subject, &rooms[i]);
		else
			write_decision(&writer, scene, subject, &rooms[i]);
		if (writer.text.len <= RECORD_SIZE_LIMIT)
			break;
	}
	records->list = mem_grow(records->list, &records->capacity,
	    records->count + 1, sizeof *records->list);
	records->list[records->count++] = (struct record){
	    .json = writer.text.data, /* transferred */
	    .severity = severity_of(scene, subject),
	};
}

static bool
same_break(const struct violation *a, const struct violation *b)
{
	return a->rule == b->rule && a->policy == b->policy &&
	       a->waived_by == b->waived_by &&
	       strcmp(a->finding.code, b->finding.code) == 0;
}

/* Is this the first finding of its rule and code on the ref? */
static bool
is_first(const struct ref_verdict *ref, const size_t *told, size_t count,
    const struct violation *violation)
{
	for (size_t i = 0; i < count; i++)
		if (same_break(&ref->violations[told[i]], violation))
			return false;
	return true;
}

static void
violations_add(
    struct records *records, struct scene *scene, const struct ref_verdict *ref)
{
	size_t *told = NULL, count = 0, capacity = 0;

	for (size_t i = 0; i < ref->violation_count; i++) {
		const struct subject subject = {ref, &ref->violations[i]};

		if (!is_first(ref, told, count, subject.violation))
			continue;
		told = mem_grow(told, &capacity, count + 1, sizeof *told);
		told[count++] = i;
		record_add(records, scene, &subject);
	}
	free(told);
}

static void
make(const struct verdict *verdict, bool accepted, bool unlogged,
    struct records *records)
{
	struct scene scene = {
	    .verdict = verdict, .accepted = accepted, .unlogged = unlogged};

	records->verdict = verdict;
	records->accepted = accepted;
	gethostname(scene.host, sizeof scene.host - 1);
	clock_format(clock_now(), scene.time);
	if (verdict->count == 0)
		record_add(records, &scene, &(struct subject){0});
	for (size_t i = 0; i < verdict->count; i++) {
		record_add(records, &scene,
		    &(struct subject){.ref = &verdict->refs[i]});
		if (!unlogged)
			violations_add(records, &scene, &verdict->refs[i]);
	}
	arena_free(&scene.arena);
}

void
records_make(
    const struct verdict *verdict, bool accepted, struct records *records)
{
	make(verdict, accepted, false, records);
}

void
records_free(struct records *records)
{
	for (size_t i = 0; i < records->count; i++)
		free(records->list[i].json);
	free(records->list);
	*records = (struct records){0};
}

static int
journal_all(
    const struct records *records, const char *git_dir, struct error *err)
{
	const char **lines = mem_array(records->count, sizeof *lines);
	int result;

	for (size_t i = 0; i < records->count; i++)
		lines[i] = records->list[i].json;
	result = journal_append(git_dir, lines, records->count, err);
	free(lines);
	return result;
}

static int
send_all(const struct records *records, struct syslog_sender *sender,
    struct error *err)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct record *record = &records->list[i];

		if (syslog_send(sender, record->severity, record->json,
			strlen(record->json), err) != 0)
			return -1;
	}
	return 0;
}

/* The push was refused after all; what can not be written any more was told
 * to the pusher. */
static void
take_back(const struct records *records, const struct log_setting *log,
    const char *git_dir, struct syslog_sender *sender)
{
	struct records again = {0};
	struct error ignored;

	make(records->verdict, false, true, &again);
	if (log->journal)
		journal_all(&again, git_dir, &ignored);
	send_all(&again, sender, &ignored);
	records_free(&again);
}

int
records_write(const struct records *records, const struct log_setting *log,
    const char *git_dir, struct error *err)
{
	struct syslog_sender *sender =
	    syslog_open(place_syslog(), log->facility);
	bool journaled =
	    !log->journal || journal_all(records, git_dir, err) == 0;
	struct error unsent;
	bool sent = false;

	/* An accept that the journal lacks is not going to be one. */
	if (journaled || !records->accepted)
		sent = send_all(records, sender, &unsent) == 0;
	if (journaled && !sent)
		*err = unsent;
	if (journaled && !sent && log->journal && log->on_failure == LOG_SPOOL)
		sent = true;
	if (records->accepted && !(journaled && sent))
		take_back(records, log, git_dir, sender);
	syslog_close(sender);
	return journaled && sent ? 0 : -1;
}
