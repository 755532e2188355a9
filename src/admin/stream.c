/* Commits and tags of a policy test, made by git itself. */
#include "admin/stream.h"

#include <string.h>

enum {
	FIRST_DATE = 1700000000, /* of the first commit; the same every time */
	MINUTE = 60,
};

static const char git[] = "/usr/bin/git";

/* What git signs in (git-config(1), gpg.ssh). */
static const char name_space[] = "git";

const char stream_maker[] = "Maker <maker@example.com>";

/* ---- what is added */

static void
data_add(struct text *out, const char *data)
{
	text_add_format(out, "data %zu\n%s\n", strlen(data), data);
}

void
stream_file(struct text *out, const char *path, const char *data)
{
	text_add_format(out, "M 100644 inline %s\n", path);
	data_add(out, data);
}

static long
date_next(struct stream *stream)
{
	return FIRST_DATE + (long)++stream->marks * MINUTE;
}

const char *
stream_commit(struct stream *stream, const char *ref, const char *author,
    const char *committer, const char *message)
{
	long date = date_next(stream);
	const char *mark = arena_format(stream->arena, ":%u", stream->marks);

	text_add_format(&stream->text,
	    "commit %s\nmark %s\nauthor %s %ld +0000\n"
	    "committer %s %ld +0000\n",
	    ref, mark, author, date, committer, date);
	data_add(&stream->text, message);
	return mark;
}

void
stream_reset(struct stream *stream, const char *ref, const char *commit)
{
	text_add_format(&stream->text, "reset %s\nfrom %s\n\n", ref, commit);
}

void
stream_tag(struct stream *stream, const char *ref, const char *commit,
    const char *tagger, const char *message)
{
	text_add_format(&stream->text, "tag %s\nfrom %s\ntagger %s %ld +0000\n",
	    ref + strlen("refs/tags/"), commit, tagger, date_next(stream));
	data_add(&stream->text, message);
}

/* ---- what git makes of it */

int
stream_flush(struct stream *stream, struct error *err)
{
	const char *marks =
	    arena_format(stream->arena, "--export-marks=%s/marks", stream->dir);
	const char *known = arena_format(
	    stream->arena, "--import-marks-if-exists=%s/marks", stream->dir);
	const char *const argv[] = {git, "--git-dir", stream->dir,
	    "fast-import", "--quiet", "--force", known, marks, NULL};
	int result =
	    workdir_run(argv, stream->text.data, stream->text.len, NULL, err);

	text_free(&stream->text);
	return result;
}

/* The one line that a command prints, in the arena; NULL. */
static const char *
line_of(struct stream *stream, const char *const argv[], const char *input,
    size_t len, struct error *err)
{
	struct text said = {0};
	const char *line = NULL;

	if (workdir_run(argv, input, len, &said, err) == 0)
		line = arena_bytes(stream->arena, said.len > 0 ? said.data : "",
		    said.len > 0 ? strcspn(said.data, "\n") : 0);
	text_free(&said);
	return line;
}

const char *
stream_id(struct stream *stream, const char *name, struct error *err)
{
	const char *const argv[] = {
	    git, "--git-dir", stream->dir, "rev-parse", "--verify", name, NULL};

	return line_of(stream, argv, NULL, 0, err);
}

/* A signature is a header of a commit, and the end of a tag. */
static void
signature_add(struct text *object, const char *type, const char *signature)
{
	struct text signed_ = {0};
	const char *end;

	if (strcmp(type, "tag") == 0) {
		text_add(object, signature);
		return;
	}
	end = strstr(object->data, "\n\n") + 1;
	text_add_bytes(&signed_, object->data, (size_t)(end - object->data));
	text_add(&signed_, "gpgsig");
	for (const char *line = signature; *line != '\0';) {
		size_t len = strcspn(line, "\n") + 1;

		text_add_char(&signed_, ' ');
		text_add_bytes(&signed_, line, len);
		line += len;
	}
	text_add(&signed_, end);
	text_free(object);
	*object = signed_;
}

int
stream_update(
    struct stream *stream, const char *ref, const char *id, struct error *err)
{
	const char *const argv[] = {
	    git, "--git-dir", stream->dir, "update-ref", ref, id, NULL};

	return workdir_run(argv, NULL, 0, NULL, err);
}

static const char *
object_store(struct stream *stream, const char *type, const char *ref,
    const struct text *object, struct error *err)
{
	const char *const store[] = {git, "--git-dir", stream->dir,
	    "hash-object", "-t", type, "-w", "--stdin", NULL};
	const char *id = line_of(stream, store, object->data, object->len, err);

	return id == NULL || stream_update(stream, ref, id, err) == -1 ? NULL
								       : id;
}

const char *
stream_sign(struct stream *stream, const char *type, const char *ref,
    struct signers *signers, const char *person, struct error *err)
{
	const char *const show[] = {
	    git, "--git-dir", stream->dir, "cat-file", type, ref, NULL};
	struct text object = {0}, signature = {0};
	const char *id = NULL;

	if (stream_flush(stream, err) == 0 &&
	    workdir_run(show, NULL, 0, &object, err) == 0 &&
	    signers_sign(signers, person, name_space, object.data, object.len,
		&signature, err) == 0) {
		signature_add(&object, type, signature.data);
		id = object_store(stream, type, ref, &object, err);
	}
	text_free(&object);
	text_free(&signature);
	return id;
}

void
stream_free(struct stream *stream)
{
	text_free(&stream->text);
}
