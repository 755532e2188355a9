/* Register, notes and records of a policy test, with real signatures. */
#include "admin/server.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "checks/register.h"
#include "checks/statement.h"
#include "waiver/exception.h"

/* Whoever asks for an exception where the test does not say. */
static const char requester[] = "requester@example.com";

/* ---- YAML */

static void
quoted_add(struct text *out, const char *text)
{
	text_add_char(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			text_add_char(out, '\'');
		text_add_char(out, *text);
	}
	text_add_char(out, '\'');
}

static void
pair_add(struct text *out, const char *key, const char *text)
{
	if (text == NULL)
		return;
	text_add_format(out, "%s: ", key);
	quoted_add(out, text);
	text_add_char(out, '\n');
}

static void
day_add(struct text *out, const char *key, long day)
{
	char text[16];

	pair_add(out, key, day_format(day, text));
}

static void
list_add(struct text *out, const char *key, const struct texts *texts)
{
	if (texts->count == 0)
		return;
	text_add_format(out, "%s: [", key);
	for (size_t i = 0; i < texts->count; i++) {
		text_add(out, i > 0 ? ", " : "");
		quoted_add(out, texts->list[i]);
	}
	text_add(out, "]\n");
}

/* ---- findings */

static void
finding_write(struct server *server, const struct premise_finding *finding)
{
	const struct register_setting *setting =
	    &server->signers->policy->findings;
	struct stream *stream = server->stream;
	struct text record = {0};

	pair_add(&record, "id", finding->id);
	pair_add(&record, "title", "Of a test");
	pair_add(&record, "severity", severity_names[finding->severity]);
	pair_add(&record, "status", status_names[finding->status]);
	day_add(&record, "found_on", server->today - finding->found);
	if (finding->due_given)
		day_add(&record, "due", server->today + finding->due);
	pair_add(&record, "owner", finding->owner);
	pair_add(&record, "exception", finding->exception);
	stream_file(&stream->text,
	    arena_format(
		stream->arena, "%s/%s.yml", setting->place.path, finding->id),
	    record.data);
	text_free(&record);
}

int
server_findings(struct server *server, struct error *err)
{
	const struct register_setting *setting =
	    &server->signers->policy->findings;
	const struct premise *premise = &server->scenario->premise;
	struct stream *stream = server->stream;

	if (!setting->configured)
		return premise->finding_count == 0
			   ? 0
			   : error_set(err, "the policy keeps no findings");
	stream_file(&stream->text,
	    arena_format(stream->arena, "%s/README", setting->place.path),
	    "Findings\n");
	for (size_t i = 0; i < premise->finding_count; i++)
		finding_write(server, &premise->findings[i]);
	return 0;
}

/* ---- evidence */

static int
statement_write(struct server *server,
    const struct premise_statement *statement, const char *subject,
    struct text *note, struct error *err)
{
	struct text text = {0};
	char made[25];
	int result;

	clock_format(clock_now() - statement->age, made);
	text_add_format(&text,
	    "kind: %s\nresult: %s\ntool: policy test\nsubject: %s\n"
	    "made: %.19sZ\n",
	    statement->kind, result_names[statement->result], subject, made);
	text_add_bytes(note, text.data, text.len);
	result = signers_sign(server->signers, statement->by,
	    STATEMENT_NAME_SPACE, text.data, text.len, note, err);
	text_add_char(note, '\n');
	text_free(&text);
	return result;
}

/* The note on the commit at a ref, or on its tree. */
static int
note_write(struct server *server, const char *ref, int of, struct text *files,
    struct error *err)
{
	static const char *const types[] = {"commit", "tree"};
	const struct premise *premise = &server->scenario->premise;
	struct arena *arena = server->stream->arena;
	const char *subject = stream_id(server->stream,
	    arena_format(arena, "%s^{%s}", ref, types[of]), err);
	struct text note = {0};
	int result = subject == NULL ? -1 : 0;

	for (size_t i = 0; i < premise->statement_count && result == 0; i++)
		if (premise->statements[i].of == of)
			result = statement_write(server,
			    &premise->statements[i], subject, &note, err);
	if (note.len > 0 && result == 0)
		stream_file(files, subject, note.data);
	text_free(&note);
	return result;
}

int
server_evidence(struct server *server, const char *ref, struct error *err)
{
	const struct evidence_setting *setting =
	    &server->signers->policy->evidence;
	struct stream *stream = server->stream;
	struct text files = {0};
	int result = 0;

	if (server->scenario->premise.statement_count == 0)
		return 0;
	if (!setting->configured)
		return error_set(err, "the policy keeps no evidence");
	for (int of = 0; of < ABOUTS && result == 0; of++)
		result = note_write(server, ref, of, &files, err);
	if (result == 0) {
		stream_commit(stream, setting->ref, stream_maker, stream_maker,
		    "Evidence\n");
		text_add(&stream->text, files.data);
		result = stream_flush(stream, err);
	}
	text_free(&files);
	return result;
}

/* ---- reviews */

/* What a review points at: the object itself, or a signed tag of it. */
static const char *
review_object(struct server *server, const struct premise_review *review,
    const char *name, const char *reviewed, struct error *err)
{
	struct stream *stream = server->stream;
	const char *tag = arena_format(stream->arena, "refs/tags/%s", name);

	if (review->signed_by == NULL)
		return reviewed;
	stream_tag(stream, tag, reviewed, stream_maker, "Reviewed\n");
	return stream_sign(
	    stream, "tag", tag, server->signers, review->signed_by, err);
}

int
server_reviews(struct server *server, const char *ref, struct error *err)
{
	const struct premise *premise = &server->scenario->premise;
	struct stream *stream = server->stream;
	const char *reviewed;

	if (premise->review_count == 0)
		return 0;
	if ((reviewed = stream_id(stream, ref, err)) == NULL)
		return -1;
	for (size_t i = 0; i < premise->review_count; i++) {
		const struct premise_review *review = &premise->reviews[i];
		const char *name =
		    arena_format(stream->arena, "reviews/%s/%s%zu",
			review->login, review->blocks ? "block/" : "", i);
		const char *id =
		    review_object(server, review, name, reviewed, err);

		if (id == NULL ||
		    stream_update(stream,
			arena_format(stream->arena, "refs/%s", name), id,
			err) == -1)
			return -1;
	}
	return 0;
}

/* ---- exceptions */

/* The address of a person of the policy; one that is written is its own. */
static const char *
address_of(const struct signers *signers, const char *who)
{
	const struct person *person = signers_find(signers, who);

	return person != NULL && person->emails.count > 0
		   ? person->emails.list[0]
		   : who;
}

static const char *
signer_of(const struct premise_exception *exception)
{
	return exception->signed_by != NULL ? exception->signed_by
					    : exception->approved_by;
}

static void
record_write(const struct server *server,
    const struct premise_exception *exception, struct text *out)
{
	const struct signers *signers = server->signers;
	const struct texts pushed = {(const char **)&server->scenario->ref, 1};
	const char *asks = exception->requested_by != NULL
			       ? address_of(signers, exception->requested_by)
			       : requester;

	text_add(out, "version: 1\n");
	pair_add(out, "id", exception->id);
	list_add(out, "rules", &exception->rules);
	text_add(out, "applies_to:\n  repositories: '**'\n");
	list_add(out, "  refs",
	    exception->refs.count > 0 ? &exception->refs : &pushed);
	list_add(out, "  paths", &exception->paths);
	pair_add(out, "reason", "A test");
	pair_add(out, "requested_by", asks);
	pair_add(
	    out, "approved_by", address_of(signers, exception->approved_by));
	day_add(out, "approved_on", server->today - exception->approved);
	day_add(out, "expires", server->today + exception->expires);
}

static int
record_sign(struct server *server, const struct premise_exception *exception,
    const char *path, const struct text *record, struct error *err)
{
	struct text signature = {0};
	int result = signers_sign(server->signers, signer_of(exception),
	    EXCEPTION_NAME_SPACE, record->data, record->len, &signature, err);

	if (result == 0)
		result = workdir_write(
		    arena_format(server->stream->arena, "%s.sig", path),
		    signature.data, signature.len, err);
	text_free(&signature);
	return result;
}

static int
record_make(struct server *server, const struct premise_exception *exception,
    const char *directory, struct error *err)
{
	struct arena *arena = server->stream->arena;
	const char *path =
	    arena_format(arena, "%s/%s.yml", directory, exception->id);
	bool by_signature =
	    server->signers->policy->exceptions.proof == EXCEPTION_SIGNATURE;
	struct text record = {0};
	int result;

	record_write(server, exception, &record);
	if (!by_signature)
		pair_add(&record, "signed_off_by",
		    arena_format(arena, "%s <%s>", signer_of(exception),
			address_of(server->signers, signer_of(exception))));
	result = workdir_write(path, record.data, record.len, err);
	if (result == 0 && by_signature)
		result = record_sign(server, exception, path, &record, err);
	text_free(&record);
	return result;
}

int
server_exceptions(
    struct server *server, const char **directory, struct error *err)
{
	const struct premise *premise = &server->scenario->premise;
	const char *path = arena_format(
	    server->stream->arena, "%s/exceptions", server->stream->dir);

	*directory = NULL;
	if (premise->exception_count == 0)
		return 0;
	if (!server->signers->policy->exceptions.configured)
		return error_set(err, "the policy knows no exceptions");
	if (mkdir(path, 0700) != 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	for (size_t i = 0; i < premise->exception_count; i++)
		if (record_make(server, &premise->exceptions[i], path, err) ==
		    -1)
			return -1;
	*directory = path;
	return 0;
}
