/* `refwarden audit verify`: is a journal what was written? */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/audit.h"
#include "admin/command.h"
#include "admin/tally.h"
#include "git/repo.h"
#include "record/journal.h"
#include "report/prose.h"

static const char *options_fault(const struct audit *);

static const struct audit_command command = {
    .usage =
	"usage: refwarden audit verify [OPTION...] [REPO | DIR | FILE...]\n"
	"\n"
	"Look for lines of journals that were cut, changed, inserted or "
	"moved,\n"
	"and for pushes whose decision is missing.\n"
	"\n"
	"  --from SEQ         where files before were taken away: the first "
	"seq\n"
	"  --expect SEQ:HASH  what an earlier run said of the last record\n"
	"  --json             one object\n"
	"  --plain            nothing but the faults\n",
    .options = "fejP",
    .all = true,
    .fault = options_fault,
};

enum { TORN_HEAD = 4096 };

/* What is known of a push that has begun. */
enum { OPEN, ANSWERED, AT, FILE_AT };

/* What the last decision leaves to be told. */
struct promise {
	char *id, *ref;
	struct tally codes; /* without a violation so far */
};

/* An accepted update that post-receive has not told of. */
struct awaited {
	char *id, *ref;
	struct oid new;
};

/* What all records of a push have alike. */
struct common {
	char *id, *host, *repo, *user;
};

struct verify {
	struct audit *audit;
	const struct source *source;
	int64_t seq;                        /* of the last record; 0: none */
	char hash[JOURNAL_HASH_DIGITS + 1]; /* of the last line */
	size_t number;                      /* its number */
	struct tally begun;                 /* pushes of this journal */
	struct common common;               /* of the push that began last */
	struct awaited awaited;             /* of the last decision */
	bool lands;                         /* post-receive tells of others */
	struct promise promise;
	uint64_t records, faults;
	bool met; /* --expect */
	json_t *list, *heads;
};

static void
fault(struct verify *verify, const struct source *source, size_t number,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static void
fault(struct verify *verify, const struct source *source, size_t number,
    const char *format, ...)
{
	struct text text = {0}, path = {0};
	char words[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	verify->faults++;
	safe_add(&path, source->path, SIZE_MAX);
	safe_add(&text, words, SIZE_MAX);
	if (verify->audit->json)
		json_array_append_new(verify->list,
		    json_pack("{s:s, s:I, s:s}", "file", path.data, "line",
			(json_int_t)number, "text", text.data));
	else
		printf("%s:%zu: %s\n", path.data, number, text.data);
	text_free(&text);
	text_free(&path);
}

/* ---- the chain */

static void
check_first(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;
	int64_t from = verify->audit->from > 0 ? verify->audit->from : 1;

	if (entry->seq != from)
		fault(verify, line->source, line->number,
		    "the first record here has seq %" PRId64 ", not %" PRId64
		    ": what was before is missing",
		    entry->seq, from);
	else if (from == 1 &&
		 (strspn(entry->prev, "0") != JOURNAL_HASH_DIGITS ||
		     strlen(entry->prev) != JOURNAL_HASH_DIGITS))
		fault(verify, line->source, line->number,
		    "the first record follows another one");
}

static void
check_next(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;

	if (entry->seq != verify->seq + 1)
		fault(verify, line->source, line->number,
		    "seq %" PRId64 " after %" PRId64, entry->seq, verify->seq);
	if (strcmp(entry->prev, verify->hash) != 0)
		fault(verify, line->source, line->number,
		    "the line before is not the one this was written behind");
}

static void
check_expected(struct verify *verify)
{
	const char *expect = verify->audit->expect;
	char *end;

	if (expect == NULL || strtoll(expect, &end, 10) != verify->seq)
		return;
	if (*end == ':' && strcmp(end + 1, verify->hash) == 0)
		verify->met = true;
}

static void
check_chain(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;

	if (entry->seq < 0 || entry->prev[0] == '\0')
		fault(verify, line->source, line->number,
		    "a record without seq and prev");
	else if (verify->seq == 0)
		check_first(verify, line);
	else
		check_next(verify, line);
	if (line->cut)
		fault(
		    verify, line->source, line->number, "the line has no end");
	if (entry->seq >= 0)
		verify->seq = entry->seq;
	journal_hash(line->data, line->len, verify->hash);
	check_expected(verify);
}

/* ---- what belongs together */

static void
check_promise(struct verify *verify)
{
	struct promise *promise = &verify->promise;

	for (size_t i = 0; i < promise->codes.count; i++)
		if (promise->codes.rows[i].figures[0] == 0)
			fault(verify, verify->source, verify->number,
			    "push %s, %s: no record of its %s", promise->id,
			    promise->ref, promise->codes.rows[i].name);
	tally_free(&promise->codes);
	free(promise->id);
	free(promise->ref);
	*promise = (struct promise){0};
}

/* Every code of a decision has a violation behind it; why it could not be
 * logged, where that could be logged. */
static void
make_promise(struct verify *verify, const struct entry *entry)
{
	const char *code = entry->codes.count > 0 ? entry->codes.first : NULL;

	check_promise(verify);
	if (entry->id[0] == '\0')
		return;
	verify->promise.id = mem_string(entry->id);
	verify->promise.ref = mem_string(entry->ref);
	for (; code != NULL; code = entry_list_next(&entry->codes, code))
		if (strcmp(code, "log.unavailable") != 0)
			tally_at(&verify->promise.codes, code);
}

static void
keep_promise(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct promise *promise = &verify->promise;

	if (promise->id == NULL || strcmp(promise->id, entry->id) != 0 ||
	    strcmp(promise->ref, entry->ref) != 0)
		fault(verify, line->source, line->number,
		    "a violation without its decision before it");
	else
		tally_at(&promise->codes, entry->code)->figures[0]++;
}

/* ---- the end, which nothing follows */

static void
forget_common(struct verify *verify)
{
	free(verify->common.id);
	free(verify->common.host);
	free(verify->common.repo);
	free(verify->common.user);
	verify->common = (struct common){0};
}

static void
check_common(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct common *common = &verify->common;

	if (entry->event == EVENT_BEGIN) {
		forget_common(verify);
		*common = (struct common){mem_string(entry->id),
		    mem_string(entry->host), mem_string(entry->repo),
		    mem_string(entry->user)};
	} else if (common->id != NULL && strcmp(common->id, entry->id) == 0 &&
		   (strcmp(common->host, entry->host) != 0 ||
		       strcmp(common->repo, entry->repo) != 0 ||
		       (entry->user[0] != '\0' &&
			   strcmp(common->user, entry->user) != 0))) {
		fault(verify, line->source, line->number,
		    "not the host, repository and user with which push %s "
		    "began",
		    entry->id);
	}
}

static void
stop_awaiting(struct verify *verify)
{
	free(verify->awaited.id);
	free(verify->awaited.ref);
	verify->awaited = (struct awaited){0};
}

static void
await(struct verify *verify, const struct entry *entry)
{
	stop_awaiting(verify);
	if (!entry_landed(entry) || strcmp(entry->kind, "noop") == 0 ||
	    !oid_parse(&verify->awaited.new, entry->new, strlen(entry->new)))
		return;
	verify->awaited.id = mem_string(entry->id);
	verify->awaited.ref = mem_string(entry->ref);
}

static void
note_landed(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;
	const struct awaited *awaited = &verify->awaited;
	struct oid new;

	verify->lands = true;
	if (awaited->id == NULL || strcmp(awaited->id, entry->id) != 0 ||
	    strcmp(awaited->ref, entry->ref) != 0)
		return;
	if (!oid_parse(&new, entry->new, strlen(entry->new)) ||
	    !oid_equal(&new, &awaited->new))
		fault(verify, line->source, line->number,
		    "push %s landed as something else than was accepted",
		    entry->id);
	stop_awaiting(verify);
}

/* The ref is what was pushed last, and no record says that it became so. */
static bool
landed_unrecorded(const struct verify *verify)
{
	struct repo *repo;
	struct error err;
	struct ref now;
	bool unrecorded = false;

	if (!verify->lands || verify->awaited.id == NULL ||
	    verify->source->git_dir == NULL ||
	    (repo = repo_open(verify->source->git_dir, &err)) == NULL)
		return false;
	if (refs_read(repo_refs(repo), verify->awaited.ref, &now, &err) == 0) {
		if (now.kind == REF_ABSENT)
			memset(&now.id, 0, sizeof now.id);
		unrecorded = now.kind != REF_SYMBOLIC &&
			     oid_equal(&now.id, &verify->awaited.new);
	}
	repo_close(repo);
	return unrecorded;
}

static void
note_begin(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct tally_row *row = tally_at(&verify->begun, entry->id);

	row->figures[OPEN] += entry->refs.count > 0
				  ? (int64_t)entry->refs.count + entry->more
				  : 1;
	row->figures[AT] = (int64_t)line->number;
	row->figures[FILE_AT] =
	    line->source - reader_sources(verify->audit->reader, &(size_t){0});
}

/*
 * Pushes that are answered are forgotten from time to time: memory is for what
 * is open alone.
 */
static void
forget_answered(struct verify *verify)
{
	enum { MANY = 8192 };
	struct tally kept = {0};

	if (verify->begun.count < MANY)
		return;
	for (size_t i = 0; i < verify->begun.count; i++) {
		struct tally_row *row = &verify->begun.rows[i];

		if (row->figures[ANSWERED] < row->figures[OPEN])
			memcpy(tally_at(&kept, row->name)->figures,
			    row->figures, sizeof row->figures);
	}
	tally_free(&verify->begun);
	verify->begun = kept;
}

static void
note_decision(struct verify *verify, const struct line *line)
{
	const struct entry *entry = &line->entry;
	struct tally_row *row;

	forget_answered(verify);
	make_promise(verify, entry);
	await(verify, entry);
	if (entry->id[0] == '\0')
		return;
	row = tally_at(&verify->begun, entry->id);
	/* One that is refused as a whole has one decision, without a ref. */
	row->figures[ANSWERED] +=
	    entry->ref[0] != '\0' ? 1 : row->figures[OPEN];
}

static bool
is_answered(const struct tally_row *row)
{
	return row->figures[ANSWERED] >= row->figures[OPEN];
}

static void
end_journal(struct verify *verify)
{
	const struct source *sources =
	    reader_sources(verify->audit->reader, &(size_t){0});

	check_promise(verify);
	if (landed_unrecorded(verify))
		fault(verify, verify->source, verify->number,
		    "push %s, %s: no record that it landed behind this line",
		    verify->awaited.id, verify->awaited.ref);
	stop_awaiting(verify);
	forget_common(verify);
	verify->lands = false;
	for (size_t i = 0; i < verify->begun.count; i++) {
		const struct tally_row *row = &verify->begun.rows[i];

		if (!is_answered(row))
			fault(verify, &sources[row->figures[FILE_AT]],
			    (size_t)row->figures[AT],
			    "push %s began and has no decision", row->name);
	}
	if (verify->source != NULL && verify->seq > 0)
		json_array_append_new(verify->heads,
		    json_pack("{s:s, s:I, s:s}", "file", verify->source->path,
			"seq", (json_int_t)verify->seq, "hash", verify->hash));
	tally_free(&verify->begun);
	verify->seq = 0;
}

/* ---- what a crash left, which the hook put aside */

static void
check_torn(struct verify *verify, const char *git_dir)
{
	struct text path = {0};
	struct source torn;
	char head[TORN_HEAD];
	size_t number = 0;
	bool failed;
	FILE *in;

	text_add_format(&path, "%s/refwarden/journal.torn", git_dir);
	torn = (struct source){.path = path.data};
	in = fopen(path.data, "r");
	failed = in == NULL && errno != ENOENT;
	while (in != NULL && fgets(head, sizeof head, in) != NULL) {
		number++;
		if (starts_with(head, "{\"v\":1,\"event\":\"torn\","))
			fault(verify, &torn, number,
			    "half a record of a hook that was stopped: %.*s",
			    (int)strcspn(head, "\n"), head);
	}
	if (failed || (in != NULL && ferror(in)))
		fault(verify, &torn, number + 1, "%s", strerror(errno));
	if (in != NULL)
		fclose(in);
	text_free(&path);
}

static bool
same_journal(const struct source *a, const struct source *b)
{
	return a == b || (a->git_dir != NULL && b->git_dir != NULL &&
			     strcmp(a->git_dir, b->git_dir) == 0);
}

static void
take_record(struct verify *verify, const struct line *line)
{
	verify->records++;
	check_chain(verify, line);
	check_common(verify, line);
	if (line->entry.event == EVENT_VIOLATION)
		keep_promise(verify, line);
	else
		check_promise(verify);
	if (line->entry.event == EVENT_BEGIN)
		note_begin(verify, line);
	else if (line->entry.event == EVENT_DECISION)
		note_decision(verify, line);
	else if (line->entry.event == EVENT_LANDED)
		note_landed(verify, line);
}

static void
take(struct verify *verify, const struct line *line, enum read_result result)
{
	if (verify->source == NULL ||
	    !same_journal(verify->source, line->source)) {
		end_journal(verify);
		if (line->source->git_dir != NULL)
			check_torn(verify, line->source->git_dir);
	}
	verify->source = line->source;
	if (result == READ_RECORD)
		take_record(verify, line);
	else
		fault(verify, line->source, line->number, "%s", line->fault);
	verify->number = line->number;
}

static void
print(struct verify *verify)
{
	json_t *head, *answer;
	size_t i;

	if (verify->audit->expect != NULL && !verify->met) {
		verify->faults++;
		if (!verify->audit->json)
			puts("no record here is the one that was expected");
	}
	if (verify->audit->json) {
		answer = json_pack("{s:I, s:I, s:O, s:O}", "records",
		    (json_int_t)verify->records, "faults",
		    (json_int_t)verify->faults, "found", verify->list, "heads",
		    verify->heads);
		if (verify->audit->expect != NULL)
			json_object_set_new(
			    answer, "expected", json_boolean(verify->met));
		print_json(answer);
		return;
	}
	if (verify->audit->plain)
		return;
	json_array_foreach(verify->heads, i, head)
	{
		print_safe(json_string_value(json_object_get(head, "file")), 0);
		printf(": ends with %" JSON_INTEGER_FORMAT ":%s\n",
		    json_integer_value(json_object_get(head, "seq")),
		    json_string_value(json_object_get(head, "hash")));
	}
	printf("%s: %" PRIu64 " records, %" PRIu64 " fault%s\n",
	    verify->faults == 0 ? "success" : "error", verify->records,
	    verify->faults, verify->faults == 1 ? "" : "s");
}

static int
read_all(struct verify *verify)
{
	enum read_result result;
	struct line line;
	struct error err;

	while ((result = reader_next(verify->audit->reader, &line, &err)) >
	       READ_END)
		take(verify, &line, result);
	end_journal(verify);
	if (result == READ_END)
		return 0;
	audit_tell("%s", err.text);
	return -1;
}

static const char *
options_fault(const struct audit *audit)
{
	const char *expect = audit->expect;
	size_t digits = expect != NULL ? strspn(expect, "0123456789") : 0;

	if (expect == NULL ||
	    (digits > 0 && expect[digits] == ':' &&
		strspn(expect + digits + 1, "0123456789abcdef") ==
		    JOURNAL_HASH_DIGITS &&
		strlen(expect + digits + 1) == JOURNAL_HASH_DIGITS))
		return NULL;
	return "--expect SEQ:HASH, as an earlier run told it";
}

int
audit_verify_command(int argc, char **argv)
{
	struct verify verify = {0};
	struct audit audit;
	int status = audit_open(&audit, &command, argc, argv);

	if (status != -1)
		return audit_close(&audit, status);
	verify.audit = &audit;
	verify.list = json_array();
	verify.heads = json_array();
	if (read_all(&verify) == 0) {
		print(&verify);
		status = verify.faults == 0 ? EXIT_YES : EXIT_NO;
	} else {
		status = EXIT_ENVIRONMENT;
	}
	json_decref(verify.list);
	json_decref(verify.heads);
	return audit_close(&audit, status);
}
