/* What is said about a push: before, when and after it was judged. */
#include "record/record.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
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
static const struct room policy_room = {REF_NAME_LIMIT, 128, 300, 600};

/* `,"seq":` and any number. */
enum { SEQ_ROOM = 26, JSON_LIMIT = RECORD_SIZE_LIMIT - SEQ_ROOM };

/* What is the same in all records of a push. */
struct scene {
	const char *id, *repository;
	const struct pusher *pusher;
	const struct verdict *verdict; /* NULL: not judged here */
	bool accepted;
	const struct error *unlogged; /* why a decision could not be */
	char host[256], time[25];
	size_t seam; /* of the record that was begun last */
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
    const char *ref, const struct room *room)
{
	writer_begin(writer);
	writer_number(writer, "v", 1);
	writer_text(writer, "event", event, room->name);
	writer_text(writer, "id", scene->id, room->name);
	writer_text(writer, "time", scene->time, room->name);
	writer_text(writer, "host", scene->host, room->name);
	scene->seam = writer->text.len;
	writer_text(writer, "repo", scene->repository, room->name);
	writer_text(writer, "ref", ref, room->ref);
}

static const char *
ref_of(const struct subject *subject)
{
	return subject->ref != NULL && subject->ref->update != NULL
		   ? subject->ref->update->ref
		   : NULL;
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
	writer_text(
	    writer, "proof", proof_names[ref->witnesses.proof], room->name);
	writer_list(writer, "reviewers", ref->witnesses.names,
	    ref->witnesses.count, room->list);
	names_write(writer, "exceptions", &exceptions, room);
}

static enum outcome
outcome_of(const struct scene *scene, const struct subject *subject)
{
	if (scene->unlogged != NULL)
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

	write_head(writer, scene, "decision", ref_of(subject), room);
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
	if (scene->unlogged != NULL)
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

	write_head(writer, scene, "violation", ref_of(subject), room);
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
record_keep(struct records *records, const struct scene *scene,
    const struct writer *writer, int severity)
{
	records->list = mem_grow(records->list, &records->capacity,
	    records->count + 1, sizeof *records->list);
	records->list[records->count++] = (struct record){
	    .json = writer->text.data, /* transferred */
	    .seam = scene->seam,
	    .severity = severity,
	};
}

/* write_decision() or write_violation() */
typedef void write_fn(struct writer *, struct scene *, const struct subject *,
    const struct room *);

static void
record_add(struct records *records, struct scene *scene, write_fn *write,
    const struct subject *subject)
{
	struct writer writer = {0};

	for (size_t i = 0; i < ROOMS; i++) {
		text_free(&writer.text);
		writer.left_out = 0;
		write(&writer, scene, subject, &rooms[i]);
		if (writer.text.len <= JSON_LIMIT)
			break;
	}
	record_keep(records, scene, &writer, severity_of(scene, subject));
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
		record_add(records, scene, write_violation, &subject);
	}
	free(told);
}

static struct scene
scene_set(const char *id, const char *repository, const struct pusher *pusher)
{
	struct scene scene = {
	    .id = id, .repository = repository, .pusher = pusher};

	gethostname(scene.host, sizeof scene.host - 1);
	clock_format(clock_now(), scene.time);
	return scene;
}

/* Why a decision could not be logged, as a violation of the ref. */
static void
unlogged_add(
    struct records *records, struct scene *scene, const struct ref_verdict *ref)
{
	const struct violation violation = {
	    .finding = {.code = "log.unavailable",
		.found = scene->unlogged->text},
	    .mode = MODE_ENFORCE};

	record_add(records, scene, write_violation,
	    &(struct subject){ref, &violation});
}

static void
make(const struct verdict *verdict, bool accepted, const struct error *unlogged,
    struct records *records)
{
	struct scene scene =
	    scene_set(verdict->id, verdict->repository, &verdict->pusher);

	scene.verdict = verdict;
	scene.accepted = accepted;
	scene.unlogged = unlogged;
	records->verdict = verdict;
	records->accepted = accepted;
	if (verdict->count == 0)
		record_add(
		    records, &scene, write_decision, &(struct subject){0});
	for (size_t i = 0; i < verdict->count; i++) {
		record_add(records, &scene, write_decision,
		    &(struct subject){.ref = &verdict->refs[i]});
		if (unlogged != NULL)
			unlogged_add(records, &scene, &verdict->refs[i]);
		else
			violations_add(records, &scene, &verdict->refs[i]);
	}
}

void
records_make(
    const struct verdict *verdict, bool accepted, struct records *records)
{
	make(verdict, accepted, NULL, records);
}

void
records_make_unlogged(const struct verdict *verdict, const struct error *why,
    struct records *records)
{
	make(verdict, false, why, records);
}

void
records_make_policy(const struct verdict *verdict, struct records *records)
{
	const struct layers *layers = verdict->layers;
	struct scene scene =
	    scene_set(verdict->id, verdict->repository, &verdict->pusher);
	const char *files[LAYER_LIMIT];
	struct writer writer = {0};
	int64_t rules = 0;

	for (size_t i = 0; i < layers->count; i++) {
		files[i] = layers->list[i]->file;
		rules += (int64_t)layers->list[i]->rule_count;
	}
	write_head(&writer, &scene, "policy", NULL, &policy_room);
	writer_text(&writer, "policy", layers->hash, policy_room.name);
	writer_list(&writer, "layers", files, layers->count, policy_room.list);
	writer_number(&writer, "rule_count", rules);
	writer_end(&writer);
	record_keep(records, &scene, &writer, LOG_NOTICE);
}

static void
write_begin(struct writer *writer, struct scene *scene, const char *process,
    struct names *refs, const struct room *room)
{
	write_head(writer, scene, "begin", NULL, room);
	writer_text(writer, "user", scene->pusher->login, room->name);
	writer_text(writer, "via", scene->pusher->via, room->name);
	writer_text(writer, "process", process, room->name);
	writer_list(writer, "refs", refs->list, refs->count, room->list);
	writer_end(writer);
}

void
records_make_begin(const struct judge_input *input, const char *process,
    struct records *records)
{
	struct scene scene =
	    scene_set(input->id, input->repository, &input->pusher);
	const struct push *push = input->push;
	struct names refs = {0};
	struct writer writer = {0};

	refs.list = mem_array(push->count, sizeof *refs.list);
	for (; refs.count < push->count; refs.count++)
		refs.list[refs.count] = push->updates[refs.count].ref;
	for (size_t i = 0; i < ROOMS; i++) {
		text_free(&writer.text);
		writer.left_out = 0;
		write_begin(&writer, &scene, process, &refs, &rooms[i]);
		if (writer.text.len <= JSON_LIMIT)
			break;
	}
	free(refs.list);
	record_keep(records, &scene, &writer, LOG_INFO);
}

void
records_make_landed(const struct judge_input *input, const char *id,
    const struct ref_update *update, struct records *records)
{
	struct scene scene = scene_set(id, input->repository, &input->pusher);
	struct writer writer = {0};

	for (size_t i = 0; i < ROOMS; i++) {
		text_free(&writer.text);
		write_head(&writer, &scene, "landed", update->ref, &rooms[i]);
		write_id(&writer, "old", &update->old);
		write_id(&writer, "new", &update->new);
		writer_text(
		    &writer, "user", input->pusher.login, rooms[i].name);
		writer_end(&writer);
		if (writer.text.len <= JSON_LIMIT)
			break;
	}
	record_keep(records, &scene, &writer, LOG_INFO);
}

void
records_free(struct records *records)
{
	for (size_t i = 0; i < records->count; i++)
		free(records->list[i].json);
	free(records->list);
	*records = (struct records){0};
}
